"""Step drop: leave columns out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import undisturbed
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    StepLineage,
    UnaryStep,
    exact,
    listed,
    require_columns,
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import TableSchema


class Drop(UnaryStep):
    """Leave columns out; all others stay, in their order. At least one stays."""

    kind: ClassVar[str] = "drop"
    example: ClassVar[str] = "- {name: few, drop: {from: orders, columns: [note, is_gift]}}"
    columns: tuple[ColumnName, ...] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.columns, schema, problems)
        require_unique(self.columns, problems)
        kept = self._kept(schema)
        if not kept:
            problems.add("empty", "every column is dropped", hint="keep at least one")
        return TableSchema(tuple(column for column in schema if column.name in kept))

    def _kept(self, schema: TableSchema) -> list[str]:
        dropped = {name.casefold() for name in self.columns}
        return [name for name in schema.names if name.casefold() not in dropped]

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        dropped = ", ".join(quoted(exact(column, self.source(frames))) for column in self.columns)
        return [f"{name} = {self.from_}.drop({dropped})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        columns = [identifier(name, dialect) for name in self._kept(self.source(frames))]
        return select(columns, self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        return f"drop the columns {listed(self.columns)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage({name: self.origins([name]) for name in self._kept(self.source(frames))})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place; an order ends at the first column that is dropped."""
        return undisturbed(inputs[self.from_], self.columns)

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, without those columns."""
        return inputs[self.from_].without(self.columns)
