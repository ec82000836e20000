"""Step sort: put rows in order for readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import OrderItem, check_order, order_pyspark, order_sql, order_words, surviving
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
from datamorph.core.table import Column, TableSchema


class Sort(UnaryStep):
    """Order rows for readers, NULLs last.

    Only steps that keep rows in place may follow: an order that does not last to the result is a problem.
    ``keep`` leaves these columns only, in this order: as the last step, it may sort by one that goes. A query then
    shows that order; a table keeps what it has the columns for.
    """

    kind: ClassVar[str] = "sort"
    example: ClassVar[str] = (
        "- {name: sorted, sort: {from: orders, by: [amount desc, order_id], keep: [order_id, status]}}"
    )
    by: tuple[OrderItem, ...] = Field(min_length=1)
    keep: tuple[ColumnName, ...] = ()

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        check_order(self.by, schema, problems)
        require_columns(self.keep, schema, problems)
        require_unique(self.keep, problems)
        known = [schema.get(name) for name in self._kept(schema)]
        return TableSchema(tuple(Column(c.name, c.type, c.nullable) for c in known if c))

    def _kept(self, schema: TableSchema) -> list[str]:
        return [exact(name, schema) for name in self.keep or schema.names]

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        kept = ", ".join(quoted(column_name(column)) for column in self._kept(schema))
        tail = f".select({kept})" if self.keep else ""
        return [f"{name} = {self.from_}.orderBy({order_pyspark(self.by, schema)}){tail}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [identifier(name, dialect) for name in self._kept(schema)]
        return select(columns, self.table(dialect), f"ORDER BY {order_sql(self.by, schema, dialect)}")

    def explain(self) -> str:
        """See Step.explain."""
        kept = f" and keep the columns {listed(self.keep)}" if self.keep else ""
        return f"sort by {order_words(self.by)}{kept}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage({name: self.origins([name]) for name in self._kept(self.source(frames))})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """The order asked for, as far as its columns stay."""
        return surviving(self.by, {name: name for name in self.keep}) if self.keep else self.by

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows."""
        facts = inputs[self.from_]
        return facts.with_columns({name: name for name in self.keep}) if self.keep else facts
