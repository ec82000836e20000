"""Step unpivot: columns become rows of names and values."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from datamorph.core.datatype import common_type
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, text_literal, type_name
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
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


class Unpivot(UnaryStep):
    """One row per input row and column: the column's name in ``name_as``, its value in ``value_as``.

    All other columns stay, in front, and repeat. The columns have one type, or types with one that holds them all.
    Values that are NULL give no row, unless ``keep_nulls`` says so.
    """

    kind: ClassVar[str] = "unpivot"
    example: ClassVar[str] = """
- {name: long, unpivot: {from: orders, columns: [amount, weight, quantity], name_as: measure, value_as: value}}
"""
    columns: tuple[ColumnName, ...] = Field(min_length=1)
    name_as: ColumnName
    value_as: ColumnName
    keep_nulls: bool = False

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.columns, schema, problems)
        require_unique(self.columns, problems)
        kept = self._kept(schema)
        require_unique([*kept, self.name_as, self.value_as], problems)
        value = Column(self.value_as, self._type(schema, problems))
        return TableSchema((*(c for c in schema if c.name in kept), Column(self.name_as, "string"), value))

    def _kept(self, schema: TableSchema) -> list[str]:
        turned = {name.casefold() for name in self.columns}
        return [name for name in schema.names if name.casefold() not in turned]

    def _type(self, schema: TableSchema, problems: Problems) -> str:
        """The type that holds the values of all columns."""
        first, *others = [column for column in map(schema.get, self.columns) if column] or [Column("", "string")]
        result = first.type
        for other in others:
            common = common_type(result, other.type)
            if common is None:
                message = f"{first.name!r} is {result} and {other.name!r} is {other.type}"
                problems.add("type", message, hint="cast one of them first")
            result = common or result
        return result

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema, type_ = self.source(frames), self._type(self.source(frames), Problems())
        kept = [quoted(column_name(column)) for column in self._kept(schema)]
        pairs = [f"F.lit({quoted(column)}), {_value(column, schema, type_)}" for column in self._exact(schema)]
        # stack and not unpivot, which Sail cannot do over a count or another column that is never NULL.
        stack = f"F.stack(F.lit({len(pairs)}), {', '.join(pairs)})"
        names = f"{quoted(self.name_as)}, {quoted(self.value_as)}"
        code = f"{self.from_}.select({', '.join([*kept, f'{stack}.alias({names})'])})"
        if not self.keep_nulls:
            code += f".filter(F.col({quoted(column_name(self.value_as))}).isNotNull())"
        return [f"{name} = {code}"]

    def _exact(self, schema: TableSchema) -> list[str]:
        return [exact(column, schema) for column in self.columns]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        parts = (self._part(column, schema, dialect) for column in self._exact(schema))
        return "\nUNION ALL\n".join(parts)

    def _part(self, name: str, schema: TableSchema, dialect: Dialect) -> str:
        """The rows of one column."""
        type_, text, found = self._type(schema, Problems()), identifier(name, dialect), schema.get(name)
        value = text if found and found.type == type_ else f"CAST({text} AS {type_name(type_, dialect)})"
        columns = [
            *(identifier(kept, dialect) for kept in self._kept(schema)),
            aliased(text_literal(name, dialect), self.name_as, dialect),
            aliased(value, self.value_as, dialect),
        ]
        return select(columns, self.table(dialect), "" if self.keep_nulls else f"WHERE {text} IS NOT NULL")

    def explain(self) -> str:
        """See Step.explain."""
        nulls = "" if self.keep_nulls else "; missing values go"
        return f"turn the columns {listed(self.columns)} into rows of {self.name_as} and {self.value_as}{nulls}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        values = self.origins(exact(column, schema) for column in self.columns)
        kept = {name: self.origins([name]) for name in self._kept(schema)}
        columns = {**kept, self.name_as: frozenset[tuple[str, str]](), self.value_as: values}
        return StepLineage(columns, frozenset() if self.keep_nulls else values)


def _value(column: str, schema: TableSchema, type_: str) -> str:
    code, found = f"F.col({quoted(column_name(column))})", schema.get(column)
    return code if found is None or found.type == type_ else f'{code}.cast("{type_}")'
