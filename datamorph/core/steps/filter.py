"""Step filter: keep the rows for which a condition is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from datamorph.core.expression import references
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import Dialect
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import pyspark_expression
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.step import Frames, Order, SqlText, StepLineage, UnaryStep, exact, select
from datamorph.core.table import TableSchema


class Filter(UnaryStep):
    """Keep rows where the condition holds; rows where it is false or NULL go."""

    kind: ClassVar[str] = "filter"
    expressions: ClassVar[tuple[str, ...]] = ("where",)
    example: ClassVar[str] = "- {name: gifts, filter: {from: orders, where: is_gift and amount >= 10}}"
    where: SqlText

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        typed = check_expression(self.where, schema, problems)
        if typed and typed.type not in ("boolean", "void"):
            problems.add("type", f"{self.where!r} is a {typed.type}, not a condition", hint="compare it with something")
        return schema

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        return [f"{name} = {self.from_}.filter({pyspark_expression(self.where, self.source(frames))})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [identifier(name, dialect) for name in schema.names]
        return select(columns, self.table(dialect), f"WHERE {sql_expression(self.where, schema, dialect)}")

    def explain(self) -> str:
        """See Step.explain."""
        return f"keep rows where {self.where}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = references(parse_expression(self.where))
        return StepLineage(self.passed_on(frames), self.origins(exact(name, schema) for name in used))

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in order."""
        return inputs[self.from_]

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """Some of the rows."""
        return inputs[self.from_].at_most()
