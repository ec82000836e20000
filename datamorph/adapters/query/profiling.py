"""Statistics of Parquet files: one scan over all columns, then the distinct values of those worth it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb

from datamorph.core.catalog import SKETCH_SIZE, VALUES_KEPT, ColumnProfile, Scalar, TableProfile
from datamorph.core.datatype import FLOATS, decimal_size, is_decimal, is_integer, is_nested, is_number, is_time
from datamorph.core.table import Column, TableSchema

KEY_DISTINCT = 1_500_000
"""Integer and string columns are sketched up to about that many values: they may be keys."""

OTHER_DISTINCT = 100_000
LONGEST_VALUE = 200
FACTS = 6
"""Values that the one scan yields for each column."""
SAMPLED = 200_000
DECILES = [round(0.1 * i, 1) for i in range(1, 10)]


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What the one scan tells about a column; ``distinct`` is HyperLogLog's estimate."""

    column: Column
    present: int
    distinct: int
    minimum: Any
    maximum: Any
    mean: float | None = None
    longest: int | None = None


def profile_files(connection: duckdb.DuckDBPyConnection, files: Sequence[str], schema: TableSchema) -> TableProfile:
    """Profile every column of the files; without files, of a table that has no rows."""
    if not files:
        return TableProfile(0, {column.name: ColumnProfile() for column in schema})
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    connection.execute(f"CREATE VIEW profiled AS SELECT * FROM read_parquet([{paths}], union_by_name=true)")
    rows, scanned = _scan(connection, schema)
    deciles = _deciles(connection, schema, rows)
    profiles = [_profile(connection, found, rows, deciles.get(found.column.name, ())) for found in scanned]
    return TableProfile(rows, dict(zip(schema.names, profiles, strict=True)))


def _scan(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> tuple[int, list[_Scanned]]:
    facts = ", ".join(_facts(column) for column in schema)
    row = connection.execute(f"SELECT count(*){', ' if facts else ''}{facts} FROM profiled").fetchone()
    total, *values = row if row else (0,)
    by_column = [values[start : start + FACTS] for start in range(0, len(values), FACTS)]
    return total, [_scanned(column, facts) for column, facts in zip(schema, by_column, strict=True)]


def _scanned(column: Column, facts: Sequence[Any]) -> _Scanned:
    *counts, mean, longest = facts
    return _Scanned(column, *counts, mean=None if mean is None else float(mean), longest=longest)


def _deciles(connection: duckdb.DuckDBPyConnection, schema: TableSchema, rows: int) -> dict[str, tuple[float, ...]]:
    """Deciles of all columns of numbers, from about ``SAMPLED`` rows at most: of all rows they cost a scan each."""
    names = [column.name for column in schema if is_number(column.type)]
    if not names or not rows:
        return {}
    values = ", ".join(f"CAST({_quoted(name)} AS DOUBLE) AS c{i}" for i, name in enumerate(names))
    sample = f" USING SAMPLE {100 * SAMPLED / rows:.6f} PERCENT (bernoulli)" if rows > SAMPLED else ""
    wanted = ", ".join(f"quantile_cont(c{i}, {DECILES}) FILTER (isfinite(c{i}))" for i in range(len(names)))
    found = connection.execute(f"SELECT {wanted} FROM (SELECT {values} FROM profiled{sample})").fetchone() or ()
    return {name: tuple(deciles) for name, deciles in zip(names, found, strict=True) if deciles}


def _facts(column: Column) -> str:
    name = _quoted(column.name)
    if is_nested(column.type) or column.type == "binary":
        return f"count({name}), 0, NULL, NULL, NULL, NULL"
    finite = f" FILTER (isfinite({name}))" if column.type in FLOATS else ""
    longest = f"max(length({name}))" if column.type == "string" else "NULL"
    mean = "NULL"
    if is_number(column.type):
        mean = f"avg(CAST({name} AS DOUBLE)){finite}"
    ends = f"min({name}){finite}, max({name}){finite}"
    return f"count({name}), approx_count_distinct({name}), {ends}, {mean}, {longest}"


def _profile(
    connection: duckdb.DuckDBPyConnection, found: _Scanned, rows: int, quantiles: tuple[float, ...]
) -> ColumnProfile:
    exact, values, sketch = found.distinct, (), ()
    if found.present and found.distinct <= _most_distinct(found.column.type):
        exact, values, sketch = _distinct_values(connection, found)
    elif _may_be_unique(found, rows):
        exact = _count_distinct(connection, found.column.name)
    else:
        exact = min(found.distinct, max(found.present - 1, 0))
    return ColumnProfile(
        nulls=rows - found.present,
        distinct=exact,
        minimum=_scalar(found.minimum),
        maximum=_scalar(found.maximum),
        values=values,
        sketch=sketch,
        mean=found.mean,
        quantiles=quantiles,
        longest=found.longest,
    )


def _most_distinct(type_: str) -> int:
    """Up to how many distinct values a column of that type gets a sketch; -1 for never."""
    if is_integer(type_) or type_ == "string":
        return KEY_DISTINCT
    return OTHER_DISTINCT if is_time(type_) or is_decimal(type_) or type_ in (*FLOATS, "boolean") else -1


def _may_be_unique(found: _Scanned, rows: int) -> bool:
    """Estimates are a few percent off: a large key is counted exactly."""
    is_key = is_integer(found.column.type) or found.column.type == "string"
    return is_key and found.present == rows and found.distinct > 0.9 * rows


def _distinct_values(
    connection: duckdb.DuckDBPyConnection, found: _Scanned
) -> tuple[int, tuple[Scalar, ...], tuple[int, ...]]:
    name, kept = _quoted(found.column.name), VALUES_KEPT + 1
    values = f"min(v, {kept})" if found.distinct <= 2 * VALUES_KEPT else "NULL"
    row = connection.execute(
        f"SELECT count(*), {values}, min(md5_number_lower({_text(found.column.type)}), {SKETCH_SIZE})"
        f" FROM (SELECT DISTINCT {name} AS v FROM profiled WHERE {name} IS NOT NULL)"
    ).fetchone()
    count, smallest, sketch = row if row else (0, None, None)
    return count, _kept_values(smallest or [], count), tuple(sketch or ())


def _count_distinct(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"SELECT count(DISTINCT {_quoted(name)}) FROM profiled").fetchone()
    return row[0] if row else 0


def _text(type_: str) -> str:
    """``v`` as text such that equal numbers of different types agree: 5, 5.0 and 5.00 are ``'5'``."""
    if type_ in FLOATS:
        whole = "CAST(CAST(v AS HUGEINT) AS VARCHAR)"
        return f"CASE WHEN v = trunc(v) AND abs(v) < 1e18 THEN {whole} ELSE CAST(CAST(v AS DOUBLE) AS VARCHAR) END"
    if (decimal_size(type_) or (0, 0))[1]:
        return "rtrim(rtrim(CAST(v AS VARCHAR), '0'), '.')"
    return "CAST(v AS VARCHAR)"


def _kept_values(values: Sequence[Any], count: int) -> tuple[Scalar, ...]:
    if count > VALUES_KEPT or any(isinstance(value, str) and len(value) > LONGEST_VALUE for value in values):
        return ()
    return tuple(_scalar(value) for value in values if not (isinstance(value, float) and not math.isfinite(value)))


def _scalar(value: Any) -> Scalar:
    """A value as JSON keeps it; None for what it cannot hold or nobody wants to read."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return None
    return value if isinstance(value, str | int | float | bool) else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
