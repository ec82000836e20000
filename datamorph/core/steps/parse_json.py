"""Step parse_json: turn texts that hold JSON into typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.nested import element_type
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, text_literal
from datamorph.core.steps.derive import with_columns
from datamorph.core.steps.ordering import undisturbed
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
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
from datamorph.core.struct_field import field_column, field_sql
from datamorph.core.table import Column, TableSchema
from datamorph.core.texts.json_fields import JsonField, element_sql, schema_of
from datamorph.core.texts.sql import TextSql

_STRICT = {"allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}
_NUMBERS = ("'BIGINT'", "'UBIGINT'")


class ParseJson(UnaryStep):
    """Read values of a JSON object that stands in a column of texts; each becomes a column.

    Attributes:
        column: the column of texts; it stays.
        fields: type of each new column: ``string``, ``bigint``, ``int``, ``double``, ``boolean`` or an array of one,
            such as ``array<string>``. ``{at: address.city, as: string}`` reads a member of another name or deeper
            down; names of members are exact, letter for letter.

    A text that is no JSON object gives NULLs, as do a member that is missing or null, and a value of another type: 1.0
    is no bigint, "1" is no number. A ``string`` takes every value: texts without their quotes, objects and arrays as
    JSON without blanks. An array's elements are read from their text, where "1" is a number too; one of another type
    is NULL.

    Engines differ over what RFC 8259 leaves open: a member that stands twice, NaN, a comma at the end, text behind the
    object, numbers that a double does not hold, fractions with exponents as ``string``. Verification tells.
    """

    kind: ClassVar[str] = "parse_json"
    example: ClassVar[str] = """
- name: opened
  parse_json:
    from: orders
    column: note
    fields: {user_id: bigint, price: double, tags: array<string>, city: {at: address.city, as: string}}
"""
    column: ColumnName
    fields: dict[ColumnName, JsonField] = Field(min_length=1)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema, before = self.source(frames), len(problems.found)
        source = schema.get(self.column)
        if require_columns([self.column], schema, problems) and source and source.type != "string":
            message = f"{source.name!r} is {source.type}, JSON stands in texts"
            problems.add("type", message, hint="name a column of texts")
        require_unique(self.fields, problems)
        for name, field in self.fields.items():
            field.check(name, problems)
        if len(problems.found) == before:
            schema_of(self.fields, problems)
        found = {column.name: column for column in schema}
        for name, field in self.fields.items():
            found[exact(name, schema)] = Column(exact(name, schema), field.type)
        return TableSchema(tuple(found.values()))

    def _document(self, schema: TableSchema) -> str:
        return spare("_json", [*schema.names, *self.fields])

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        document, text = self._document(schema), quoted(column_name(exact(self.column, schema)))
        options = ", ".join(f'"{option}": "{value}"' for option, value in _STRICT.items())
        read = f"F.from_json({text}, {quoted(schema_of(self.fields, Problems()))}, {{{options}}})"
        code = {exact(new, schema): self._pyspark(document, new) for new in self.fields}
        opened = f"{self.from_}.withColumn({quoted(document)}, {read})"
        return [f"{name} = {opened}.{with_columns(code)}.drop({quoted(document)})"]

    def _pyspark(self, document: str, new: str) -> str:
        if self.fields[new].is_read_as_it_is:
            return field_column(document, self.fields[new].path(new))
        return f"F.expr({quoted(self._spark(document, new))})"

    def _spark(self, document: str, new: str) -> str:
        field = self.fields[new]
        code = field_sql(document, field.path(new), "spark")
        if field.is_read_as_it_is:
            return code
        if element := element_type(field.type):
            return f"TRANSFORM({code}, e -> {element_sql(TextSql('e', 'spark'), element)})"
        return TextSql(code, "spark").try_cast(field.type)

    def _duckdb(self, document: str, new: str) -> str:
        field = self.fields[new]
        path = text_literal("$" + "".join(f'."{name}"' for name in field.path(new)), "duckdb")
        text = TextSql(f"JSON_EXTRACT_STRING({document}, {path})", "duckdb")
        if element := element_type(field.type):
            values = f"CAST(JSON_EXTRACT({document}, {path}) AS JSON[])"
            read = element_sql(TextSql("JSON_EXTRACT_STRING(e, '$')", "duckdb"), element)
            return (
                f"CASE WHEN JSON_TYPE({document}, {path}) = 'ARRAY' THEN LIST_TRANSFORM({values}, lambda e: {read}) END"
            )
        if field.type == "string":
            return text.code
        kinds = {"double": (*_NUMBERS, "'DOUBLE'"), "boolean": ("'BOOLEAN'",)}.get(field.type, _NUMBERS)
        return f"CASE WHEN JSON_TYPE({document}, {path}) IN ({', '.join(kinds)}) THEN {text.try_cast(field.type)} END"

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        document, text = self._document(schema), identifier(exact(self.column, schema), dialect)
        options = ", ".join(f"'{option}', '{value}'" for option, value in _STRICT.items())
        type_ = text_literal(schema_of(self.fields, Problems()), dialect)
        read = f"TRY_CAST({text} AS JSON)" if dialect == "duckdb" else f"FROM_JSON({text}, {type_}, MAP({options}))"
        value = self._duckdb if dialect == "duckdb" else self._spark
        code = {new.casefold(): value(document, new) for new in self.fields}
        names = self.output(frames, Problems()).names
        columns = [aliased(code.get(n.casefold(), identifier(n, dialect)), n, dialect) for n in names]
        return select(columns, f"(\n{select(['*', f'{read} AS {document}'], self.table(dialect))}\n)")

    def explain(self) -> str:
        """See Step.explain."""
        places = (name if not field.at else f"{name} (at {field.at})" for name, field in self.fields.items())
        return f"read {listed(places)} from the JSON in {self.column}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        read = self.origins([exact(self.column, schema)])
        return StepLineage({**self.passed_on(frames), **{exact(name, schema): read for name in self.fields}})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place, but a replaced column sorts no more."""
        return undisturbed(inputs[self.from_], self.fields)
