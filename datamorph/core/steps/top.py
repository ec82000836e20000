"""Step top: the first N rows, overall or of each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import OrderItem, check_order, order_columns, order_pyspark, order_sql, order_words
from datamorph.core.steps.ranking import FirstRows
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    StepLineage,
    UnaryStep,
    exact,
    listed,
    require_columns,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Top(UnaryStep):
    """Keep the first ``n`` rows in an order, of each group if ``per`` is given.

    Rows are numbered without ties: name enough columns in ``order_by`` to make the choice unique.
    ``rank_as`` keeps that number (1 is first) as a column; it needs ``per``.
    """

    kind: ClassVar[str] = "top"
    example: ClassVar[str] = """
- {name: best, top: {from: orders, n: 3, per: [status], order_by: [amount desc, order_id], rank_as: place}}
"""
    n: Annotated[int, Field(ge=1, le=10_000_000)]
    order_by: tuple[OrderItem, ...] = Field(min_length=1)
    per: tuple[ColumnName, ...] = ()
    rank_as: ColumnName | None = None

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.per, schema, problems)
        check_order(self.order_by, schema, problems)
        if self.rank_as is None:
            return schema
        if self.rank_as in schema:
            problems.add("duplicate_column", f"{self.rank_as!r} exists already", hint="choose another rank_as")
        if not self.per:
            problems.add("no_key", "rank_as without per", hint="use a window step with row_number()")
        return TableSchema((*schema, Column(self.rank_as, "int")))

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        if not self.per:
            return [f"{name} = {self.from_}.orderBy({order_pyspark(self.order_by, schema)}).limit({self.n})"]
        return self._first(frames).pyspark(self.from_, name, frames)

    def _first(self, frames: Frames) -> FirstRows:
        return FirstRows(self.source(frames), self.per, self.order_by, self.n, self.rank_as or "")

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        if self.per:
            return self._first(frames).sql(self.table(dialect), dialect)
        columns = [identifier(name, dialect) for name in schema.names]
        order = f"ORDER BY {order_sql(self.order_by, schema, dialect)}"
        return select(columns, self.table(dialect), order, f"LIMIT {self.n}")

    def explain(self) -> str:
        """See Step.explain."""
        per = f" of each {listed(self.per)}" if self.per else ""
        return f"keep the first {self.n} rows{per} by {order_words(self.order_by)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = self.origins(exact(name, schema) for name in (*self.per, *order_columns(self.order_by)))
        rank = {self.rank_as: used} if self.rank_as else {}
        return StepLineage({**self.passed_on(frames), **rank}, used)

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """In the order chosen by, when there is one list."""
        return () if self.per else self.order_by

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """At most so many rows, of each group."""
        facts = inputs[self.from_]
        groups = facts.groups(self.per) if self.per else 1
        return facts.at_most(None if groups is None else groups * self.n)
