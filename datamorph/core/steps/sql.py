"""Step sql: one SELECT, for what no other step says."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datamorph.core.datatype import parse_type
from datamorph.core.expression import ExpressionError
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.select_lineage import select_lineage
from datamorph.core.select_statement import SelectStatement, parse_select
from datamorph.core.sql_expression import identifier, type_name
from datamorph.core.steps.step import (
    ColumnName,
    FrameName,
    Frames,
    Step,
    StepLineage,
    aliased,
    listed,
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Sql(Step):
    """One SELECT in Spark's dialect over named frames: subqueries, WITH and set operations included.

    It is parsed, and refused if it changes anything, reads another table or calls a function that is not on the list
    of expressions (a few more for windows and dates are allowed). ``columns`` declares the output's names, in the order
    of the SELECT, and types, to which the values are cast.

    The text runs as it is written: what other steps compile away (an overflow that Sail lets wrap, the NaN that it
    loses) is yours to mind. The comparison with the second engine still covers it.
    """

    kind: ClassVar[str] = "sql"
    example: ClassVar[str] = """
- name: rare
  sql:
    from: [orders, customers]
    query: |
      SELECT c.city, COUNT(*) AS orders
      FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id
      WHERE o.amount > (SELECT AVG(amount) FROM orders)
      GROUP BY c.city
    columns: {city: string, orders: bigint}
"""
    from_: tuple[FrameName, ...] = Field(alias="from", min_length=1)
    query: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
    columns: dict[ColumnName, str] = Field(min_length=1)

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return self.from_

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        require_unique(self.columns, problems)
        schema = declared(self.columns, problems)
        try:
            statement = self._statement(frames)
        except ExpressionError as error:
            problems.add(error.code, error.message, hint=error.hint)
            return schema
        for name in sorted(set(self.from_) - statement.reads):
            problems.add("dead_step", f"the query does not read {name!r}", hint="read it, or take it out of from")
        found = [name.casefold() for name in statement.columns]
        if found != [name.casefold() for name in self.columns]:
            hint = f"the query yields {listed(statement.columns)}: declare these, in this order"
            problems.add("sql_columns", f"columns declares {listed(self.columns)}", hint=hint)
        return schema

    def _statement(self, frames: Frames) -> SelectStatement:
        return _parsed(self.query, tuple((name, frames[name]) for name in self.from_))

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        text = self._statement(frames).render("spark", braces=True)
        body = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        given = ", ".join(f"{frame}={frame}" for frame in self.from_)
        call = f'{self.from_[0]}.sparkSession.sql("""\n{body}\n""", {given})'
        return [f"{name} = {call}.select({cast_columns(self.columns)})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        columns = [
            aliased(f"CAST({identifier(name, dialect)} AS {type_name(parse_type(type_), dialect)})", name, dialect)
            for name, type_ in self.columns.items()
        ]
        return select(columns, f"(\n{self._statement(frames).render(dialect)}\n) AS q")

    def explain(self) -> str:
        """See Step.explain."""
        return f"run a SELECT over {listed(self.from_)} that yields {listed(self.columns)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        found = select_lineage(self._statement(frames).tree, {name: frames[name] for name in self.from_})
        return StepLineage(dict(zip(self.columns, found.columns.values(), strict=True)), found.rows)


@lru_cache(maxsize=256)
def _parsed(query: str, frames: tuple[tuple[str, TableSchema], ...]) -> SelectStatement:
    return parse_select(query, dict(frames))


def declared(columns: dict[str, str], problems: Problems) -> TableSchema:
    """The schema that a step says it yields."""
    found: list[Column] = []
    for name, text in columns.items():
        try:
            found.append(Column(name, parse_type(text)))
        except ValueError as error:
            problems.add("unknown_type", str(error), hint="use one of those types")
    return TableSchema(tuple(found))


def cast_columns(columns: dict[str, str]) -> str:
    """Arguments of ``select`` that give the declared columns their types."""
    return ", ".join(
        f'F.col({quoted(column_name(name))}).cast("{parse_type(type_)}").alias({quoted(name)})'
        for name, type_ in columns.items()
    )
