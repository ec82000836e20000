"""A checked spec as one SELECT: a common table expression per step."""

from __future__ import annotations

import re

from datamorph.core.functions import Dialect
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import order_sql
from datamorph.core.steps.sort import Sort
from datamorph.core.typecheck import CheckedSpec

MATERIALIZED_EVERY = 10
_QUOTED: dict[Dialect, re.Pattern[str]] = {
    "duckdb": re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")"""),
    "spark": re.compile(r"""('(?:[^'\\]|\\.)*'|`(?:[^`]|``)*`)""", re.DOTALL),
}


def compile_sql(checked: CheckedSpec, dialect: Dialect = "duckdb") -> str:
    """One SELECT with the spec's meaning, over views that are named like its sources; empty if a step has none."""
    spec = checked.spec
    if not spec.has_sql:
        return ""
    last = spec.steps[-1].step if spec.steps else None
    is_sorted = isinstance(last, Sort) and bool(last.keep)
    parts = [
        f"{identifier(step.name, dialect)} AS {_keyword(number, dialect)}"
        f"(\n{_indented(step.step.sql(checked.frames, dialect), dialect)}\n)"
        for number, step in enumerate(spec.steps[:-1] if is_sorted else spec.steps, 1)
    ]
    with_clause = f"WITH {', '.join(parts)}\n" if parts else ""
    if last is not None and is_sorted:
        return f"{with_clause}{last.sql(checked.frames, dialect)}\n"
    order = f"\nORDER BY {order_sql(checked.order, checked.schema, dialect)}" if checked.order else ""
    return f"{with_clause}SELECT *\nFROM {identifier(spec.result, dialect)}{order}\n"


def _keyword(number: int, dialect: Dialect) -> str:
    """DuckDB puts a step's expressions into the next, twice where they are read twice: now and then it must not."""
    return "MATERIALIZED " if dialect == "duckdb" and number % MATERIALIZED_EVERY == 0 else ""


def _indented(sql: str, dialect: Dialect) -> str:
    """Lines set in by two spaces; a line break within quotes stays as it is."""
    parts = _QUOTED[dialect].split(sql)
    return "  " + "".join(part if i % 2 else part.replace("\n", "\n  ") for i, part in enumerate(parts))
