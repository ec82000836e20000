"""Step pivot: the values of a column become columns."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from pydantic import Field

from datamorph.core.datatype import is_nested
from datamorph.core.expression import Binary, Call, Case, IsNull, Literal, Node, Ref, Star, Unary, references, replace
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column, column_name, quoted
from datamorph.core.sql_expression import identifier, render
from datamorph.core.steps.aggregate import check_measure
from datamorph.core.steps.constant import Constant, fits, literal
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

_LONGEST_NAME = 255


class _Cell(NamedTuple):
    """One computed column: its name, the value whose rows it is about, and the measure over them."""

    name: str
    value: Constant | None
    measure: str


class Pivot(UnaryStep):
    """One row per group, and in it one column per value of a column: a measure over the group's rows of that value.

    Attributes:
        by: what makes a group, as in aggregate: NULL is a group too, and without ``by`` there is exactly one row.
        values: which values become columns. Rows of other values count nowhere, but their groups stay.
            ``{name: value}`` gives the columns names, and may have ``null`` as a value.
        measures: one or several. Columns of a single one are called like the values, others ``<value>_<measure>``.

    Where a group has no row of a value, ``count`` and ``count_if`` give 0, all other aggregates NULL.
    """

    kind: ClassVar[str] = "pivot"
    expressions: ClassVar[tuple[str, ...]] = ("measures",)
    example: ClassVar[str] = """
- name: per_customer
  pivot:
    from: orders
    by: [customer_id]
    column: status
    values: [open, paid]
    measures: {total: sum(amount), orders: count(*)}
- {name: gifts, pivot: {from: orders, column: is_gift, values: {gift: true, other: false}, measures: {n: count(*)}}}
- {name: both, join: {left: per_customer, right: gifts, how: cross}}
"""
    by: tuple[ColumnName, ...] = ()
    column: ColumnName
    values: tuple[Constant, ...] | dict[ColumnName, Constant | None] = Field(min_length=1, max_length=1000)
    measures: dict[ColumnName, SqlText] = Field(min_length=1)

    def _named_values(self) -> list[tuple[str, Constant | None]]:
        if isinstance(self.values, dict):
            return list(self.values.items())
        return [(_label(value), value) for value in self.values]

    def _cells(self) -> list[_Cell]:
        """The computed columns, in order."""
        is_single = len(self.measures) == 1
        return [
            _Cell(name if is_single else f"{name}_{measure}", value, text)
            for name, value in self._named_values()
            for measure, text in self.measures.items()
        ]

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns([*self.by, self.column], schema, problems)
        groups = [Column(c.name, c.type, c.nullable) for c in map(schema.get, self.by) if c]
        for group in groups:
            if is_nested(group.type):
                problems.add("type", f"cannot group by {group.name!r} of type {group.type}", hint="group by a field")
        self._check_values(schema, problems)
        types = {text: check_measure(text, self.by, schema, problems) for text in self.measures.values()}
        cells = self._cells()
        require_unique([*self.by, *(cell.name for cell in cells)], problems)
        return TableSchema((*groups, *(Column(cell.name, types[cell.measure]) for cell in cells)))

    def _check_values(self, schema: TableSchema, problems: Problems) -> None:
        found = schema.get(self.column)
        for name, value in self._named_values():
            if found and value is not None and not fits(value, found.type):
                message = f"{value!r} does not fit {found.name!r} of type {found.type}"
                problems.add("type", message, hint="give values of the column's type, or cast the column first")
            elif not name or "\0" in name or len(name) > _LONGEST_NAME:
                problems.add("constant", f"{value!r} is no name for a column", hint="write {name: value}")

    def _tree(self, cell: _Cell, schema: TableSchema) -> Node:
        """The measure with each of its aggregates over the rows of one value only."""
        found = schema.get(self.column)
        condition = _equals(self.column, cell.value, found.type if found else "string")

        def over_value(node: Node) -> Node | None:
            if not isinstance(node, Call) or not FUNCTIONS[node.name].is_aggregate:
                return None
            first, *others = node.arguments
            first = _where(condition, Literal(1, "int") if isinstance(first, Star) else first)
            rest = (other if isinstance(other, Literal) else _where(condition, other) for other in others)
            return Call(node.name, (first, *rest), node.is_distinct)

        return replace(parse_expression(cell.measure), over_value)

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        keys = ", ".join(quoted(column_name(exact(by, schema))) for by in self.by)
        grouped = f"{self.from_}.groupBy({keys})" if keys else self.from_
        measures = [f"{_code(self._tree(cell, schema), schema)}.alias({quoted(cell.name)})" for cell in self._cells()]
        return [f"{name} = {grouped}.agg({', '.join(measures)})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        keys = [identifier(exact(by, schema), dialect) for by in self.by]
        cells = [
            aliased(render(self._tree(cell, schema), schema, dialect), cell.name, dialect) for cell in self._cells()
        ]
        return select([*keys, *cells], self.table(dialect), f"GROUP BY {', '.join(keys)}" if keys else "")

    def explain(self) -> str:
        """See Step.explain."""
        per = f"per {listed(self.by)}" if self.by else "over all rows"
        values = listed(_label(value) for _, value in self._named_values())
        return f"{per}, compute {listed(self.measures.values())} in a column for each {self.column}: {values}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        keys = [exact(by, schema) for by in self.by]
        cells = {
            cell.name: self.origins(
                exact(c, schema) for c in references(parse_expression(cell.measure)) | {self.column}
            )
            for cell in self._cells()
        }
        return StepLineage({**{key: self.origins([key]) for key in keys}, **cells}, self.origins(keys))


def _label(value: Constant | None) -> str:
    """A value as the name of its column."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _equals(name: str, value: Constant | None, type_: str) -> Node:
    if value is None:
        return IsNull(Ref(name))
    if isinstance(value, bool):
        return Ref(name) if value else Unary("not", Ref(name))
    return Binary("=", Ref(name), literal(value, type_))


def _where(condition: Node, value: Node) -> Node:
    return Case(((condition, value),))


def _code(node: Node, schema: TableSchema) -> str:
    code = column(node, schema)
    return code if isinstance(node, Call) else f"({code})"
