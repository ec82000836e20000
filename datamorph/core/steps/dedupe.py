"""Step dedupe: keep one row of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from datamorph.core.datatype import is_nested
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import OrderItem, check_order, order_columns, order_words
from datamorph.core.steps.ranking import FirstRows
from datamorph.core.steps.step import ColumnName, Frames, StepLineage, UnaryStep, exact, listed, require_columns, select
from datamorph.core.table import TableSchema


class Dedupe(UnaryStep):
    """Keep the first row of each group in the given order, or each distinct row once without ``by``."""

    kind: ClassVar[str] = "dedupe"
    example: ClassVar[str] = """
- {name: latest, dedupe: {from: orders, by: [customer_id], order_by: [ordered_at desc, order_id]}}
"""
    by: tuple[ColumnName, ...] = ()
    order_by: tuple[OrderItem, ...] = ()

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.by, schema, problems)
        check_order(self.order_by, schema, problems)
        if self.by and not self.order_by:
            problems.add("no_order", f"which row per {listed(self.by)} to keep is not said", hint="add order_by")
        if self.order_by and not self.by:
            problems.add("no_key", "order_by without by has no groups", hint="add by, or drop order_by")
        for column in schema if not self.by else ():
            if is_nested(column.type):
                problems.add(
                    "type", f"cannot compare {column.name!r} of type {column.type}", hint="select other columns"
                )
        return schema

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        if not self.by:
            return [f"{name} = {self.from_}.distinct()"]
        return self._first(frames).pyspark(self.from_, name, frames)

    def _first(self, frames: Frames) -> FirstRows:
        return FirstRows(self.source(frames), self.by, self.order_by, most=1)

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        if self.by:
            return self._first(frames).sql(self.table(dialect), dialect)
        columns = [identifier(column, dialect) for column in self.source(frames).names]
        return select([f"DISTINCT {columns[0]}", *columns[1:]], self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        if not self.by:
            return "drop rows that are the same in every column"
        return f"keep one row per {listed(self.by)}: the first by {order_words(self.order_by)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = [*self.by, *order_columns(self.order_by)] or schema.names
        return StepLineage(self.passed_on(frames), self.origins(exact(name, schema) for name in used))

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """One row for each group, which its columns identify."""
        facts = inputs[self.from_]
        if not self.by:
            return facts.at_most()
        keys = facts.keys | {frozenset(by.casefold() for by in self.by)}
        return RowFacts(facts.groups(self.by), False, keys, facts.distinct)
