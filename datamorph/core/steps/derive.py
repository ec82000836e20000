"""Step derive: compute columns, replacing those of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.expression import references
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import Dialect
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import pyspark_expression, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.ordering import undisturbed
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    SqlText,
    StepLineage,
    UnaryStep,
    aliased,
    exact,
    listed,
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Derive(UnaryStep):
    """Add or replace columns. All expressions see the input's columns, never each other's results."""

    kind: ClassVar[str] = "derive"
    expressions: ClassVar[tuple[str, ...]] = ("columns",)
    example: ClassVar[str] = """
- {name: more, derive: {from: orders, columns: {gross: amount * 1.19, month: "date_trunc('month', ordered_on)"}}}
"""
    columns: dict[ColumnName, SqlText] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        return replaced(self.source(frames), self.columns, problems)

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        code = {exact(new, schema): pyspark_expression(text, schema) for new, text in self.columns.items()}
        return [f"{name} = {self.from_}.{with_columns(code)}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        computed = {n.casefold(): sql_expression(text, schema, dialect) for n, text in self.columns.items()}
        names = dict.fromkeys((*schema.names, *(exact(new, schema) for new in self.columns)))
        columns = [aliased(computed.get(n.casefold(), identifier(n, dialect)), n, dialect) for n in names]
        return select(columns, self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        return f"compute {listed(f'{name} = {text}' for name, text in self.columns.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = {
            exact(new, schema): self.origins(exact(c, schema) for c in references(parse_expression(text)))
            for new, text in self.columns.items()
        }
        return StepLineage({**self.passed_on(frames), **used})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place, but a replaced column sorts no more."""
        return undisturbed(inputs[self.from_], self.columns)

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, with other values in those columns."""
        return inputs[self.from_].without(self.columns)


def replaced(schema: TableSchema, columns: Mapping[str, str], problems: Problems, *, allows: str = "") -> TableSchema:
    """The schema with computed columns: in place where the name exists, else at the end."""
    require_unique(columns, problems)
    found: dict[str, Column] = {column.name: column for column in schema}
    for name, text in columns.items():
        typed = check_expression(text, schema, problems, allows=allows)
        if typed and typed.type == "void":
            problems.add("type", f"{name!r} is always null", hint="cast(null as string), or another type")
        key = exact(name, schema)
        found[key] = Column(key, typed.type if typed else "string")
    return TableSchema(tuple(found.values()))


def with_columns(code: Mapping[str, str]) -> str:
    """``withColumn`` for one column, ``withColumns`` for several."""
    if len(code) == 1:
        ((name, source),) = code.items()
        return f"withColumn({quoted(name)}, {source})"
    return f"withColumns({{{', '.join(f'{quoted(name)}: {source}' for name, source in code.items())}}})"
