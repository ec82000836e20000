"""Step rename: give columns other names, and leave all else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import order_columns, surviving
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


class Rename(UnaryStep):
    """Give columns other names: ``{new: old}``. All columns stay, in their places; two may swap names.

    To drop or move columns too, use select.
    """

    kind: ClassVar[str] = "rename"
    example: ClassVar[str] = "- {name: named, rename: {from: orders, columns: {total: amount, state: status}}}"
    columns: dict[ColumnName, ColumnName] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        if require_columns(self.columns.values(), schema, problems):
            require_unique(self.columns.values(), problems)
            require_unique(self._names(schema).values(), problems)
        names = self._names(schema)
        return TableSchema(tuple(Column(names[c.name], c.type, c.nullable) for c in schema))

    def _names(self, schema: TableSchema) -> dict[str, str]:
        """New name of every column by its old one, in order."""
        renamed = {old.casefold(): new for new, old in self.columns.items()}
        return {name: renamed.get(name.casefold(), name) for name in schema.names}

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        names = self._names(schema)
        changed = {old: new for old, new in names.items() if new != old}
        if any(new in schema for new in changed.values()):
            return [f"{name} = {self.from_}.select({', '.join(_selected(old, new) for old, new in names.items())})"]
        if len(self.columns) == 1:
            ((new, old),) = self.columns.items()
            return [f"{name} = {self.from_}.withColumnRenamed({quoted(exact(old, schema))}, {quoted(new)})"]
        pairs = ", ".join(f"{quoted(exact(old, schema))}: {quoted(new)}" for new, old in self.columns.items())
        return [f"{name} = {self.from_}.withColumnsRenamed({{{pairs}}})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        names = self._names(self.source(frames))
        columns = [aliased(identifier(old, dialect), new, dialect) for old, new in names.items()]
        return select(columns, self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        return f"call {listed(f'{old} {new}' for new, old in self.columns.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage({new: self.origins([old]) for old, new in self._names(self.source(frames)).items()})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place; sort columns are followed to their new names."""
        order = inputs[self.from_]
        renamed = {old.casefold(): new for new, old in self.columns.items()}
        return surviving(order, {name: renamed.get(name.casefold(), name) for name in order_columns(order)})

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows; what is known of a renamed column follows it."""
        facts = inputs[self.from_]
        renamed = {old.casefold(): new for new, old in self.columns.items()}
        return facts.with_columns({column: renamed.get(column, column) for column in facts.known})


def _selected(old: str, new: str) -> str:
    code = quoted(column_name(old))
    return code if old == new else f"F.col({code}).alias({quoted(new)})"
