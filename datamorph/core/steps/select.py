"""Step select: keep, reorder and rename columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import surviving
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    StepLineage,
    UnaryStep,
    aliased,
    exact,
    listed,
    require_columns,
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Select(UnaryStep):
    """Keep only these columns, in this order. ``{new: old}`` renames one, and may swap two."""

    kind: ClassVar[str] = "select"
    example: ClassVar[str] = "- {name: few, select: {from: orders, columns: [order_id, {total: amount}]}}"
    columns: tuple[ColumnName | dict[ColumnName, ColumnName], ...] = Field(min_length=1)

    def _pairs(self) -> list[tuple[str, str]]:
        """``(new name, old name)`` in order."""
        pairs = [[(c, c)] if isinstance(c, str) else list(c.items()) for c in self.columns]
        return [pair for group in pairs for pair in group]

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema, pairs = self.source(frames), self._pairs()
        require_columns([old for _, old in pairs], schema, problems)
        require_unique([new for new, _ in pairs], problems)
        known = [(new, schema.get(old)) for new, old in pairs]
        return TableSchema(tuple(Column(self._spelled(new, c), c.type, c.nullable) for new, c in known if c))

    def _spelled(self, new: str, column: Column) -> str:
        return column.name if new.casefold() == column.name.casefold() and new in self.columns else new

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        parts: list[str] = []
        for new, old in self._renames(frames):
            source = quoted(column_name(exact(old, schema)))
            parts.append(source if new == exact(old, schema) else f"F.col({source}).alias({quoted(new)})")
        return [f"{name} = {self.from_}.select({', '.join(parts)})"]

    def _renames(self, frames: Frames) -> list[tuple[str, str]]:
        names = self.output(frames, Problems()).names
        return [(new, old) for new, (_, old) in zip(names, self._pairs(), strict=True)]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [aliased(identifier(exact(old, schema), dialect), new, dialect) for new, old in self._renames(frames)]
        return select(columns, self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        return f"keep the columns {listed(n if n == o else f'{o} as {n}' for n, o in self._pairs())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        return StepLineage({new: self.origins([exact(old, schema)]) for new, old in self._renames(frames)})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place; sort columns that are dropped or renamed are followed."""
        return surviving(inputs[self.from_], {old: new for new, old in self._pairs()})

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, with those columns."""
        return inputs[self.from_].with_columns({old: new for new, old in self._pairs()})
