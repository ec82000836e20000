"""Casts in DuckDB with Spark's meaning: fractions are cut and not rounded, and fewer texts are numbers and dates."""

from __future__ import annotations

from datamorph.core import datatype as dt
from datamorph.core.nested import element_type, map_types, struct_fields

_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"


def duckdb_type(type_: str) -> str:
    """A Spark type's name in DuckDB, at any depth."""
    if element := element_type(type_):
        return f"{duckdb_type(element)}[]"
    if pair := map_types(type_):
        return f"MAP({duckdb_type(pair[0])}, {duckdb_type(pair[1])})"
    if (fields := struct_fields(type_)) is not None:
        return f"STRUCT({', '.join(f'{_field(name)} {duckdb_type(type_)}' for name, type_ in fields.items())})"
    names = {"string": "VARCHAR", "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMPTZ", "binary": "BLOB"}
    return names.get(type_, type_.upper())


def _field(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def duckdb_cast(text: str, source: str, target: str, *, is_safe: bool) -> str:
    """The text of a cast; ``is_safe`` gives NULL where a value does not fit."""
    if {source, target} == {"string", "binary"}:
        return f"{'ENCODE' if target == 'binary' else 'DECODE'}({text})"
    if source == "string":
        text = _only_legal(text, target)
    elif dt.is_integer(target) and (source in dt.FLOATS or dt.is_decimal(source)):
        text = f"TRUNC({text})"
    elif source == "timestamp" and target == "string":
        text = f"CAST({text} AS TIMESTAMP)"
    return f"{'TRY_CAST' if is_safe else 'CAST'}({text} AS {duckdb_type(target)})"


def _only_legal(text: str, target: str) -> str:
    """The text, with a question mark before what DuckDB would read and Spark does not."""
    if dt.is_integer(target):
        odd = rf"NOT REGEXP_FULL_MATCH({text}, '\s*[-+]?[0-9]+\s*')"
    elif dt.is_time(target):
        odd = f"NOT REGEXP_FULL_MATCH({text}, '{_DAY}{'( .*)?' if target == 'date' else '.*'}')"
    elif dt.is_number(target):
        odd = f"REGEXP_MATCHES({text}, '[{'_eE' if dt.is_decimal(target) else '_'}]')"
    else:
        return text
    return f"CASE WHEN {odd} THEN '?' || {text} ELSE {text} END"
