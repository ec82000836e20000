"""Casts in DuckDB with Spark's meaning: fractions are cut and not rounded, and fewer texts are numbers and dates."""

from __future__ import annotations

from datamorph.core import datatype as dt

_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"


def duckdb_type(type_: str) -> str:
    """A Spark type's name in DuckDB."""
    names = {"string": "VARCHAR", "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMPTZ", "binary": "BLOB"}
    return names.get(type_, type_.upper())


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
    """The text, spoilt where DuckDB would read what Spark does not."""
    if dt.is_time(target):
        rest = "( .*)?" if target == "date" else ".*"
        return f"CASE WHEN NOT REGEXP_FULL_MATCH({text}, '{_DAY}{rest}') THEN '' ELSE {text} END"
    spoilt = {"double": "_", "float": "_"}.get(target, "._a-zA-Z" if dt.is_integer(target) else "_eE")
    return f"REGEXP_REPLACE({text}, '[{spoilt}]', '?', 'g')" if dt.is_number(target) else text
