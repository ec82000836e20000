"""Step intersect: the rows that several frames share."""

from __future__ import annotations

from typing import ClassVar

from datamorph.core.steps.set_operation import SetOperation
from datamorph.core.steps.step import listed


class Intersect(SetOperation):
    """The rows that are in every input, each once; NULL equals NULL.

    The inputs have the same column names, in any order; rows are compared in the types that hold both.
    To match rows by some of their columns only, use a join of kind ``semi``.
    """

    kind: ClassVar[str] = "intersect"
    example: ClassVar[str] = """
- {name: buyers, select: {from: orders, columns: [customer_id]}}
- {name: known, select: {from: customers, columns: [customer_id]}}
- {name: both, intersect: {of: [buyers, known]}}
"""
    keyword: ClassVar[str] = "INTERSECT"
    method: ClassVar[str] = "intersect"

    def explain(self) -> str:
        """See Step.explain."""
        return f"keep the rows that are in {listed(self.of)}, each once"
