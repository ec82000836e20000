"""The vocabulary of checks: Great Expectations' names and arguments, and own names where it has none.

A family of expectations is a module with ``EXPECTATIONS``; it is registered here, and nowhere else.
"""

from __future__ import annotations

from datamorph.core.expectations import aggregates, delegated, history, others, records, sets, tables, values
from datamorph.core.expectations.expectation import ROW_CONDITION, STAGED, Expectation, Observed, Rows, Scope

FAMILIES = {
    "Values of a column": values,
    "Several columns of a row": records,
    "Distinct values": sets,
    "Numbers computed from a column": aggregates,
    "The table and its columns": tables,
    "The clock and other tables": others,
    "The table's own history": history,
    "Run by Great Expectations": delegated,
}
EXPECTATIONS: dict[str, Expectation] = {
    expectation.type: expectation for family in FAMILIES.values() for expectation in family.EXPECTATIONS
}

__all__ = ["EXPECTATIONS", "FAMILIES", "ROW_CONDITION", "STAGED", "Expectation", "Observed", "Rows", "Scope"]
