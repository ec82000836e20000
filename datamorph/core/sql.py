"""A checked spec as one SELECT: a common table expression per step."""

from __future__ import annotations

import textwrap

from datamorph.core.functions import Dialect
from datamorph.core.steps.ordering import order_sql
from datamorph.core.typecheck import CheckedSpec


def compile_sql(checked: CheckedSpec, dialect: Dialect = "duckdb") -> str:
    """One SELECT with the spec's meaning, over views that are named like its sources."""
    spec = checked.spec
    parts = [
        f"{step.name} AS (\n{textwrap.indent(step.step.sql(checked.frames, dialect), '  ')}\n)" for step in spec.steps
    ]
    with_clause = f"WITH {', '.join(parts)}\n" if parts else ""
    order = f"\nORDER BY {order_sql(checked.order, checked.schema, dialect)}" if checked.order else ""
    return f"{with_clause}SELECT *\nFROM {spec.result}{order}\n"
