"""Step explode: one row for every element of an array."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.nested import element_type, find_field, struct_fields
from datamorph.core.problem import Problems, nearest
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
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
    spare,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Explode(UnaryStep):
    """One row for every element of an array, in the array's place; all other columns repeat.

    Attributes:
        as: what the element is called; like the array unless told.
        position_as: column in front of the element, with its place in the array: 1 is first.
        fields: for an array of structs, the fields that become columns instead; ``{new: field}`` renames one.
        keep_empty: a row whose array is empty or NULL stays once, without element and position. Otherwise it goes.

    An element that is NULL has its row and its position. Maps are refused.
    """

    kind: ClassVar[str] = "explode"
    example: ClassVar[str] = """
- {name: tagged, explode: {from: baskets, column: tags, as: tag, position_as: nth, keep_empty: true}}
- {name: lines, explode: {from: tagged, column: items, fields: [sku, {quantity: pieces}]}}
"""
    column: ColumnName
    as_: ColumnName | None = Field(default=None, alias="as")
    position_as: ColumnName | None = None
    fields: tuple[ColumnName | dict[ColumnName, ColumnName], ...] = ()
    keep_empty: bool = False

    def _named_fields(self) -> list[tuple[str, str]]:
        """``(new name, field)`` in order."""
        pairs = [[(f, f)] if isinstance(f, str) else list(f.items()) for f in self.fields]
        return [pair for group in pairs for pair in group]

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns([self.column], schema, problems)
        if self.as_ and self.fields:
            problems.add("constant", "as and fields both say what an element becomes", hint="give one of them")
        found = schema.get(self.column)
        element = element_type(found.type) if found else None
        if found and element is None:
            hint = "take its fields by name" if struct_fields(found.type) else "explode an array, not a map or a value"
            problems.add("type", f"{found.name!r} is {found.type} and no array", hint=hint)
        parts = self._parts(schema, element or "string", problems)
        columns = [part for c in schema for part in (parts if c is found else [Column(c.name, c.type, c.nullable)])]
        require_unique([column.name for column in columns], problems)
        return TableSchema(tuple(columns))

    def _parts(self, schema: TableSchema, element: str, problems: Problems) -> list[Column]:
        """The columns that take the array's place."""
        position = [Column(self.position_as, "int")] if self.position_as else []
        if not self.fields:
            return [*position, Column(self._name(schema), element)]
        known = struct_fields(element)
        if known is None:
            problems.add("type", f"the elements of {self.column!r} are {element} without fields", hint="drop fields")
            return position
        for _, field in self._named_fields():
            if find_field(known, field) is None:
                problems.add("unknown_column", f"no field {field!r}", hint=nearest(field, known))
        fields = [(self._spelled(new, name), known[name]) for new, name in self._found_fields(known)]
        return [*position, *(Column(new, type_) for new, type_ in fields)]

    def _name(self, schema: TableSchema) -> str:
        return self.as_ or exact(self.column, schema)

    def _found_fields(self, known: dict[str, str]) -> list[tuple[str, str]]:
        """``(name as written, field as the struct spells it)`` of the fields that exist."""
        found = ((new, find_field(known, field)) for new, field in self._named_fields())
        return [(new, field) for new, field in found if field]

    def _spelled(self, new: str, field: str) -> str:
        return field if new in self.fields else new

    def _struct(self, schema: TableSchema) -> list[tuple[str, str]]:
        """``(column, field)`` for each field that becomes a column."""
        found = schema.get(self.column)
        known = struct_fields(element_type(found.type) or "") if found else None
        return [(self._spelled(new, field), field) for new, field in self._found_fields(known or {})]

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        element = self._element(frames)
        function = f"F.{'pos' if self.position_as else ''}explode{'_outer' if self.keep_empty else ''}"
        call = f"{function}({quoted(column_name(exact(self.column, schema)))})"
        if element == exact(self.column, schema) and not self.position_as:
            code = f"{self.from_}.withColumn({quoted(element)}, {call})"
        else:
            names = ", ".join(quoted(part) for part in (self.position_as, element) if part)
            code = f"{self.from_}.select({self._around(schema, f'{call}.alias({names})')})"
        if self.position_as:
            position = quoted(column_name(self.position_as))
            code += f".withColumn({quoted(self.position_as)}, F.col({position}) + 1)"
        if self.fields:
            code += f".select({self._around(schema, *self._taken(schema, element))})"
        return [f"{name} = {code}"]

    def _element(self, frames: Frames) -> str:
        """Name of the element's column while its fields are taken, or for good."""
        schema = self.source(frames)
        if not self.fields:
            return self._name(schema)
        return spare("element", [*schema.names, *self.output(frames, Problems()).names])

    def _around(self, schema: TableSchema, *codes: str) -> str:
        """The arguments of a select: these columns in the array's place, and all others."""
        array = exact(self.column, schema)
        parts = [list(codes) if name == array else [quoted(column_name(name))] for name in schema.names]
        return ", ".join(code for part in parts for code in part)

    def _taken(self, schema: TableSchema, element: str) -> list[str]:
        """The position and the fields of the element, as columns."""
        position = [quoted(column_name(self.position_as))] if self.position_as else []
        fields = [
            f"F.col({quoted(f'{element}.{_field_name(field)}')}).alias({quoted(new)})"
            for new, field in self._struct(schema)
        ]
        return [*position, *fields]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        array = exact(self.column, schema)
        columns = [
            part
            for name in schema.names
            for part in (self._parts_sql(schema, dialect) if name == array else [f"o.{identifier(name, dialect)}"])
        ]
        nth = ["position"] if self.position_as else []
        if dialect == "spark":
            outer = "OUTER " if self.keep_empty else ""
            call = f"{'POS' if nth else ''}EXPLODE(o.{identifier(array, dialect)})"
            view = f"LATERAL VIEW {outer}{call} e AS {', '.join([*nth, 'element'])}"
        else:
            call = f"UNNEST(o.{identifier(array, dialect)}){' WITH ORDINALITY' if nth else ''}"
            view = f"{'LEFT' if self.keep_empty else 'INNER'} JOIN {call} AS e({', '.join(['element', *nth])}) ON TRUE"
        return select(columns, f"{self.table(dialect)} AS o\n{view}")

    def _parts_sql(self, schema: TableSchema, dialect: Dialect) -> list[str]:
        first = "e.position + 1" if dialect == "spark" else "e.position"
        position = [f"CAST({first} AS INT) AS {identifier(self.position_as, dialect)}"] if self.position_as else []
        if not self.fields:
            return [*position, aliased("e.element", self._name(schema), dialect)]
        fields = [
            f"e.element.{identifier(field, dialect)} AS {identifier(new, dialect)}"
            for new, field in self._struct(schema)
        ]
        return [*position, *fields]

    def explain(self) -> str:
        """See Step.explain."""
        fields = f", with its {listed(field for _, field in self._named_fields())}" if self.fields else ""
        empty = f"; rows without {self.column} stay" if self.keep_empty else ""
        return f"give every element of {self.column} a row of its own{fields}{empty}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        array = self.origins([exact(self.column, schema)])
        kept = self.passed_on(frames)
        names = self.output(frames, Problems()).names
        turned = exact(self.column, schema)
        columns = {name: kept[name] if name in kept and name != turned else array for name in names}
        return StepLineage(columns, array)


def _field_name(name: str) -> str:
    """A field's name after a dot: engines need back-ticks around all but words."""
    return name if name.isidentifier() else f"`{name.replace('`', '``')}`"
