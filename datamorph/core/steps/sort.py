"""Step sort: put rows in order for readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import OrderItem, check_order, order_pyspark, order_sql, order_words
from datamorph.core.steps.step import Frames, Order, StepLineage, UnaryStep, select
from datamorph.core.table import TableSchema


class Sort(UnaryStep):
    """Order rows for readers, NULLs last.

    Only steps that keep rows in place may follow: an order that does not last to the result is a problem.
    """

    kind: ClassVar[str] = "sort"
    example: ClassVar[str] = "- {name: sorted, sort: {from: orders, by: [amount desc, order_id]}}"
    by: tuple[OrderItem, ...] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        check_order(self.by, schema, problems)
        return schema

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        return [f"{name} = {self.from_}.orderBy({order_pyspark(self.by, self.source(frames))})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [identifier(name, dialect) for name in schema.names]
        return select(columns, self.table(dialect), f"ORDER BY {order_sql(self.by, schema, dialect)}")

    def explain(self) -> str:
        """See Step.explain."""
        return f"sort by {order_words(self.by)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage(self.passed_on(frames))

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """The order asked for."""
        return self.by

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows."""
        return inputs[self.from_]
