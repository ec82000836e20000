"""Step aggregate: one row per group, with measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.datatype import is_nested
from datamorph.core.expression import Call, Node, Ref, children, references
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.inference import check_expression, is_aggregate
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, named_column, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    SqlText,
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


class Aggregate(UnaryStep):
    """Group rows by columns (none: all rows are one group) and compute measures over each group.

    NULL is a group of its own. Without ``by`` there is exactly one output row, even for no input. Without ``measures``
    each combination of ``by`` stands once.
    """

    kind: ClassVar[str] = "aggregate"
    expressions: ClassVar[tuple[str, ...]] = ("measures",)
    example: ClassVar[str] = """
- name: totals
  aggregate: {from: orders, by: [status], measures: {total: sum(amount), share: sum(quantity) / count(*)}}
"""
    by: tuple[ColumnName, ...] = ()
    measures: dict[ColumnName, SqlText] = Field(default_factory=dict)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        if not self.by and not self.measures:
            problems.add("empty", "an aggregate without by and measures", hint="add a measure such as count(*)")
        require_columns(self.by, schema, problems)
        require_unique([*self.by, *self.measures], problems)
        groups = [Column(c.name, c.type, c.nullable) for c in map(schema.get, self.by) if c]
        for column in groups:
            if is_nested(column.type):
                problems.add("type", f"cannot group by {column.name!r} of type {column.type}", hint="group by a field")
        return TableSchema(
            (*groups, *(Column(n, check_measure(t, self.by, schema, problems)) for n, t in self.measures.items()))
        )

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        keys = ", ".join(quoted(column_name(exact(by, schema))) for by in self.by)
        measures = [named_column(text, schema, measure) for measure, text in self.measures.items()]
        if not measures:
            return [f"{name} = {self.from_}.select({keys}).distinct()"]
        grouped = f"{self.from_}.groupBy({keys})" if keys else self.from_
        return [f"{name} = {grouped}.agg({', '.join(measures)})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        keys = [identifier(exact(by, schema), dialect) for by in self.by]
        measures = [aliased(sql_expression(t, schema, dialect), n, dialect) for n, t in self.measures.items()]
        return select([*keys, *measures], self.table(dialect), f"GROUP BY {', '.join(keys)}" if keys else "")

    def explain(self) -> str:
        """See Step.explain."""
        per = f"per {listed(self.by)}" if self.by else "over all rows"
        if not self.measures:
            return f"keep each combination of {listed(self.by)} once"
        return f"{per}, compute {listed(f'{name} = {text}' for name, text in self.measures.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        keys = [exact(by, schema) for by in self.by]
        columns = {key: self.origins([key]) for key in keys} | {
            name: self.origins(exact(c, schema) for c in references(parse_expression(text)))
            for name, text in self.measures.items()
        }
        return StepLineage(columns, self.origins(keys))

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """One row for each group, which its columns identify."""
        facts = inputs[self.from_]
        if not self.by:
            return RowFacts(1, is_exact=True)
        key = frozenset(by.casefold() for by in self.by)
        distinct = {name: count for name, count in facts.distinct.items() if name in key}
        return RowFacts(facts.groups(self.by), False, frozenset({key}), distinct)


def check_measure(text: str, by: Iterable[str], schema: TableSchema, problems: Problems) -> str:
    """The type of an aggregate over groups; what is wrong with it goes to ``problems``."""
    typed = check_expression(text, schema, problems, allows="aggregate")
    if typed is None:
        return "string"
    if not is_aggregate(typed.node):
        problems.add("not_aggregated", f"{text!r} is not an aggregate", hint="use sum, avg, count, min or max")
    grouped = {name.casefold() for name in by}
    for name in sorted(name for name in _bare(typed.node) if name.casefold() not in grouped):
        problems.add("not_grouped", f"{name!r} is neither grouped by nor aggregated", hint="add it to by")
    return typed.type


def _bare(node: Node) -> set[str]:
    """Columns outside every aggregate call."""
    if isinstance(node, Ref):
        return {node.name}
    if isinstance(node, Call) and FUNCTIONS[node.name].is_aggregate:
        return set()
    return {name for child in children(node) for name in _bare(child)}
