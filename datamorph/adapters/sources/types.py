"""DuckDB types, and the nearest ones that Spark and Iceberg have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from duckdb.sqltypes import DuckDBPyType


@dataclass(frozen=True, slots=True)
class TargetType:
    """What a column is written as.

    Attributes:
        spark: the Spark SQL name that the schema tells.
        duckdb: the type to cast to before writing.
    """

    spark: str
    duckdb: str


STRING = TargetType("string", "VARCHAR")
NOTHING = TargetType("void", "VARCHAR")
"""A column without any value."""

EMPTY_LISTS = TargetType("array<void>", "VARCHAR[]")
"""A column of lists that are all empty."""

_INT, _BIGINT, _HUGE = (
    TargetType("int", "INTEGER"),
    TargetType("bigint", "BIGINT"),
    TargetType("decimal(38,0)", "DECIMAL(38,0)"),
)
_NTZ, _INSTANT = TargetType("timestamp_ntz", "TIMESTAMP"), TargetType("timestamp", "TIMESTAMPTZ")
SIMPLE: dict[str, TargetType] = {
    "boolean": TargetType("boolean", "BOOLEAN"),
    "tinyint": _INT, "smallint": _INT, "utinyint": _INT, "usmallint": _INT, "integer": _INT,
    "uinteger": _BIGINT, "bigint": _BIGINT, "ubigint": TargetType("decimal(20,0)", "DECIMAL(20,0)"),
    "hugeint": _HUGE, "uhugeint": _HUGE,
    "float": TargetType("float", "FLOAT"), "double": TargetType("double", "DOUBLE"),
    "date": TargetType("date", "DATE"), "blob": TargetType("binary", "BLOB"),
    "timestamp": _NTZ, "timestamp_s": _NTZ, "timestamp_ms": _NTZ, "timestamp_ns": _NTZ,
    "timestamp with time zone": _INSTANT,
}  # fmt: skip
_PLAIN_NAME = re.compile(r"\w+")


def target_type(type_: DuckDBPyType) -> TargetType:
    """The type that holds every value of a DuckDB type; text where Spark has none (time, interval, uuid, enum)."""
    match type_.id:
        case "decimal":
            precision, scale = (value for _, value in _children(type_))
            return TargetType(f"decimal({precision},{scale})", f"DECIMAL({precision},{scale})")
        case "list" | "array":
            element = target_type(_children(type_)[0][1])
            return TargetType(f"array<{element.spark}>", f"{element.duckdb}[]")
        case "map":
            key, value = (target_type(child) for _, child in _children(type_))
            return TargetType(f"map<{key.spark},{value.spark}>", f"MAP({key.duckdb}, {value.duckdb})")
        case "struct":
            fields = [(name, target_type(child)) for name, child in _children(type_)]
            spark = ",".join(f"{_spark_name(name)}:{field.spark}" for name, field in fields)
            return TargetType(f"struct<{spark}>", f"STRUCT({', '.join(f'{quoted(n)} {f.duckdb}' for n, f in fields)})")
        case name:
            return SIMPLE.get(name, STRING)


def quoted(name: str) -> str:
    """A name as DuckDB reads it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as DuckDB reads it."""
    return "'" + text.replace("'", "''") + "'"


def _children(type_: DuckDBPyType) -> list[tuple[str, Any]]:
    return type_.children


def _spark_name(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else f"`{name.replace('`', '``')}`"
