"""Step union: stack frames on top of each other, by column name."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from datamorph.core.datatype import common_type, is_nested
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.sql_expression import identifier, type_name
from datamorph.core.steps.step import FrameName, Frames, Step, StepLineage, aliased, exact, listed, select
from datamorph.core.table import Column, TableSchema


class Union(Step):
    """All rows of all inputs; ``distinct`` keeps equal rows once.

    The inputs have the same column names, in any order; the result has the types that hold both.
    """

    kind: ClassVar[str] = "union"
    example: ClassVar[str] = """
- {name: gifts, filter: {from: orders, where: is_gift}}
- {name: heavy, filter: {from: orders, where: weight > 10}}
- {name: both, union: {of: [gifts, heavy], distinct: true}}
"""
    of: tuple[FrameName, ...] = Field(min_length=2)
    distinct: bool = False

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return self.of

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        first = frames[self.of[0]]
        for other in self.of[1:]:
            names = {c.name.casefold() for c in frames[other]}
            if odd := names ^ {c.name.casefold() for c in first}:
                hint = "select the same columns from each, renaming with {new: old}"
                problems.add("union_columns", f"{self.of[0]} and {other} differ in {listed(sorted(odd))}", hint=hint)
        for column in first if self.distinct else ():
            if is_nested(column.type):
                message = f"cannot compare {column.name!r} of type {column.type}"
                problems.add("type", message, hint="select other columns, or keep equal rows")
        return TableSchema(tuple(Column(c.name, self._type(c, frames, problems)) for c in first))

    def _type(self, column: Column, frames: Frames, problems: Problems) -> str:
        result = column.type
        for other in filter(None, (frames[name].get(column.name) for name in self.of)):
            common = common_type(result, other.type)
            if common is None:
                problems.add("type", f"{column.name!r} is {result} and {other.type}", hint="cast one of them first")
            result = common or result
        return result

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        code = self.of[0] + "".join(f".unionByName({other})" for other in self.of[1:])
        return [f"{name} = {code}{'.distinct()' if self.distinct else ''}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        result = self.output(frames, Problems())
        parts = [
            select([self._column(c, frames[frame], dialect) for c in result], identifier(frame, dialect))
            for frame in self.of
        ]
        return f"\n{'UNION' if self.distinct else 'UNION ALL'}\n".join(parts)

    def _column(self, column: Column, schema: TableSchema, dialect: Dialect) -> str:
        text, found = identifier(exact(column.name, schema), dialect), schema.get(column.name)
        if found and found.type != column.type:
            text = f"CAST({text} AS {type_name(column.type, dialect)})"
        return aliased(text, column.name, dialect)

    def explain(self) -> str:
        """See Step.explain."""
        return f"stack {listed(self.of)}{', keeping equal rows once' if self.distinct else ''}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        first = frames[self.of[0]]
        return StepLineage(
            {c.name: frozenset((frame, exact(c.name, frames[frame])) for frame in self.of) for c in first},
            frozenset((frame, c.name) for frame in self.of for c in frames[frame]) if self.distinct else frozenset(),
        )
