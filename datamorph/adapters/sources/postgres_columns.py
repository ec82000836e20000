"""Columns of a PostgreSQL table: what each becomes in the lake, and how it is selected so that no value changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamorph.core.datatype import decimal_size
from datamorph.core.nested import array_of

COLUMNS = """
SELECT a.attname AS name, format_type(b.oid, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) AS type,
       coalesce(e.typname, b.typname)::text AS base, e.oid IS NOT NULL AS is_array,
       coalesce(col_description(a.attrelid, a.attnum), '') AS description
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
WHERE a.attrelid = {table} AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum"""
KEY = """
SELECT a.attname AS name FROM pg_index i
JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = {table} AND i.indisprimary ORDER BY k.place"""

_NATIVE = {
    "bool": "boolean", "int2": "int", "int4": "int", "int8": "bigint", "float4": "float", "float8": "double",
    "text": "string", "varchar": "string", "bytea": "binary", "date": "date", "timestamp": "timestamp_ntz",
    "timestamptz": "timestamp",
}  # fmt: skip
"""What becomes of a type as it is; ``numeric`` is told from its digits, everything else is text."""

_ENDLESS = ("date", "timestamp", "timestamptz")
MOST_DIGITS = 38


@dataclass(frozen=True, slots=True)
class PostgresColumn:
    """A column as the database's catalog has it.

    Attributes:
        type: as the database writes it: ``numeric(10,2)``, ``text[]``.
        base: its type's own name, of an array that of its elements.
    """

    name: str
    type: str
    base: str
    is_array: bool
    description: str = ""

    @property
    def is_open_number(self) -> bool:
        """A number of any size, whose digits only the rows tell."""
        return self.base == "numeric" and "(" not in self.type

    @property
    def can_be_endless(self) -> bool:
        """A time that may be ``infinity``, which no other type has."""
        return self.base in _ENDLESS and not self.is_array

    def facts(self) -> Mapping[str, str]:
        """What has to be asked of the rows, as SQL by name."""
        name = quoted(self.name)
        if self.is_array:
            return {"dimensions": f"max(array_ndims({name}))"}
        if self.is_open_number:
            odd = f"{name}::text IN ('NaN', 'Infinity', '-Infinity')"
            plain = f"FILTER (WHERE NOT {odd})"
            return {
                "scale": f"max(scale({name})) {plain}", "whole": f"max(length(trunc(abs({name}))::text)) {plain}",
                "odd": f"bool_or({odd})",
            }  # fmt: skip
        return {"endless": f"bool_or(NOT isfinite({name}))"} if self.can_be_endless else {}

    def spark(self, facts: Mapping[str, object]) -> str:
        """The type in the lake, given what the rows say."""
        if self.is_array:
            return "string" if _number(facts.get("dimensions")) > 1 else array_of(self._element())
        if self.is_open_number:
            scale, whole = _number(facts.get("scale")), _number(facts.get("whole"))
            fits = not facts.get("odd") and scale + whole <= MOST_DIGITS
            return f"decimal({MOST_DIGITS},{scale})" if fits else "string"
        return self._element()

    def selected(self, spark: str) -> str:
        """The column in a SELECT, so that Arrow gets it whole: text wherever a driver's own type is not the lake's."""
        name = quoted(self.name)
        if self.is_array and spark == "string":
            return f"to_jsonb({name})::text AS {name}"
        if self.base in _NATIVE and (self.is_array or spark == _NATIVE[self.base]):
            return f"{name}::{self.type} AS {name}"
        return f"{name}::text{'[]' if self.is_array else ''} AS {name}"

    def arrives_as(self, spark: str) -> str:
        """DuckDB's name for what is selected, as far as it matters."""
        return "VARCHAR" if self.selected(spark).endswith(f"::text AS {quoted(self.name)}") else spark

    def _element(self) -> str:
        if self.base == "numeric":
            size = decimal_size(self.type.removesuffix("[]").replace("numeric", "decimal"))
            fits = size is not None and 0 <= size[1] <= size[0] <= MOST_DIGITS
            return f"decimal({size[0]},{size[1]})" if size and fits else "string"
        return _NATIVE.get(self.base, "string")


def quoted(name: str) -> str:
    """A name as PostgreSQL reads it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as PostgreSQL reads it."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def since(column: PostgresColumn, value: str, lookback: float) -> str:
    """Rows whose cursor is not before the value, less the lookback, or unknown. Equal ones are read again."""
    start = f"{literal(value)}::{column.type}"
    if lookback and column.base in _ENDLESS:
        start += f" - make_interval(secs => {lookback})"
    elif lookback:
        start += f" - {lookback:g}"
    name = quoted(column.name)
    return f"({name} >= {start} OR {name} IS NULL)"


def table_name(text: str) -> str:
    """``crm.customers`` as PostgreSQL reads it; a name alone is in ``public``."""
    schema, _, name = text.rpartition(".")
    return f"{quoted(schema or 'public')}.{quoted(name)}"


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def wanted(columns: Sequence[PostgresColumn], names: Sequence[str]) -> tuple[list[PostgresColumn], list[str]]:
    """The named columns, all where none is named, and the names of those that there are not."""
    known = {column.name for column in columns}
    return [c for c in columns if not names or c.name in names], [name for name in names if name not in known]
