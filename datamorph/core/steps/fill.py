"""Step fill: put a constant where a value is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.expression import Call, Ref
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, render
from datamorph.core.steps.constant import Constant, fits, literal
from datamorph.core.steps.derive import with_columns
from datamorph.core.steps.ordering import undisturbed
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    StepLineage,
    UnaryStep,
    aliased,
    listed,
    require_columns,
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import TableSchema


class Fill(UnaryStep):
    """Replace NULLs by constants of the column's type. NaN is a value and stays."""

    kind: ClassVar[str] = "fill"
    example: ClassVar[str] = """
- {name: filled, fill: {from: orders, values: {note: none, amount: 0.5, ordered_on: "2024-01-31"}}}
"""
    values: dict[ColumnName, Constant] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.values, schema, problems)
        require_unique(self.values, problems)
        for name, value in self.values.items():
            found = schema.get(name)
            if found and not fits(value, found.type):
                message = f"{value!r} does not fit {found.name!r} of type {found.type}"
                problems.add("type", message, hint="cast the column first, or fill with a value of its type")
        return schema

    def _filled(self, schema: TableSchema) -> dict[str, Call]:
        found = [(schema.get(name), value) for name, value in self.values.items()]
        return {c.name: Call("coalesce", (Ref(c.name), literal(value, c.type))) for c, value in found if c}

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        code = {filled: column(node, schema) for filled, node in self._filled(schema).items()}
        return [f"{name} = {self.from_}.{with_columns(code)}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        code = {filled: render(node, schema, dialect) for filled, node in self._filled(schema).items()}
        return select(
            [aliased(code.get(n, identifier(n, dialect)), n, dialect) for n in schema.names], self.table(dialect)
        )

    def explain(self) -> str:
        """See Step.explain."""
        return f"fill missing {listed(f'{name} with {value!r}' for name, value in self.values.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage(self.passed_on(frames))

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Filled columns sort no more."""
        return undisturbed(inputs[self.from_], self.values)

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, with other values in those columns."""
        return inputs[self.from_].without(self.values)
