"""What union, intersect and except share: frames with the same columns, compared by name."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from datamorph.core.datatype import common_type, is_nested
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, type_name
from datamorph.core.steps.step import FrameName, Frames, Origin, Step, StepLineage, aliased, exact, listed, select
from datamorph.core.table import Column, TableSchema


class SetOperation(Step):
    """A step over whole rows of several frames that have the same column names, in any order.

    Attributes:
        keyword: the word between the frames in SQL.
        method: what PySpark calls on the first frame, with each of the others.
    """

    keyword: ClassVar[str]
    method: ClassVar[str]
    of: tuple[FrameName, ...] = Field(min_length=2)

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return self.of

    @property
    def is_distinct(self) -> bool:
        """True when equal rows are found, so that every column must be comparable."""
        return True

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        first = frames[self.of[0]]
        for other in self.of[1:]:
            names = {c.name.casefold() for c in frames[other]}
            if odd := names ^ {c.name.casefold() for c in first}:
                hint = "select the same columns from each, renaming with {new: old}"
                problems.add("union_columns", f"{self.of[0]} and {other} differ in {listed(sorted(odd))}", hint=hint)
        for column in first if self.is_distinct else ():
            if is_nested(column.type):
                message = f"cannot compare {column.name!r} of type {column.type}"
                problems.add("type", message, hint="compare rows without it: drop it in a step before")
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
        first, *others = (self._aligned(frame, frames) for frame in self.of)
        return [f"{name} = {first}{''.join(f'.{self.method}({other})' for other in others)}"]

    def _aligned(self, frame: str, frames: Frames) -> str:
        """PySpark for a frame with the result's columns in the result's order and types."""
        result, schema = self.output(frames, Problems()), frames[frame]
        found = [(exact(c.name, schema).casefold(), c.type) for c in result]
        if found == [(c.name.casefold(), c.type) for c in schema]:
            return frame
        return f"{frame}.select({', '.join(_column_pyspark(column, schema) for column in result)})"

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        result = self.output(frames, Problems())
        parts = [
            select([_column_sql(c, frames[frame], dialect) for c in result], identifier(frame, dialect))
            for frame in self.of
        ]
        return f"\n{self.keyword}{'' if self.is_distinct else ' ALL'}\n".join(parts)

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        rows = frozenset((frame, c.name) for frame in self.of for c in frames[frame])
        columns = {c.name: self.origins(c.name, frames) for c in frames[self.of[0]]}
        return StepLineage(columns, rows if self.is_distinct else frozenset())

    def origins(self, column: str, frames: Frames) -> frozenset[Origin]:
        """Where the values of an output column come from: the first frame."""
        return frozenset({(self.of[0], exact(column, frames[self.of[0]]))})


def _column_sql(column: Column, schema: TableSchema, dialect: Dialect) -> str:
    text, found = identifier(exact(column.name, schema), dialect), schema.get(column.name)
    if found and found.type != column.type:
        text = f"CAST({text} AS {type_name(column.type, dialect)})"
    return aliased(text, column.name, dialect)


def _column_pyspark(column: Column, schema: TableSchema) -> str:
    found = schema.get(column.name)
    name = quoted(column_name(exact(column.name, schema)))
    if found is None or found.type == column.type:
        return name
    return f'F.col({name}).cast("{column.type}").alias({quoted(column.name)})'
