"""Types of text columns: a type is given only where every value of the column is written the way it prints.

So ``02134``, ``+49 171`` and ``31/12/2024`` stay text, as nobody can tell from the file what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from datamorph.adapters.sources.types import NOTHING, SIMPLE, STRING, TargetType, quoted

SAMPLE_ROWS = 2_000
_CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_ZONE = " ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_NUMBER = "-?(0|[1-9][0-9]*)?([.][0-9]*)?([eE][+-]?[0-9]+)?"
_TIMES: Mapping[str, str] = {
    "date": "CAST(TRY_CAST($v AS DATE) AS VARCHAR) = $v",
    "timestamp": f"regexp_full_match($v, '{_CLOCK}') AND TRY_CAST($v AS TIMESTAMP) IS NOT NULL",
    "timestamp with time zone": f"regexp_full_match($v, '{_CLOCK}{_ZONE}') AND TRY_CAST($v AS TIMESTAMPTZ) IS NOT NULL",
}
_ANYTHING: Mapping[str, str] = {
    "boolean": "lower($v) IN ('true', 'false')",
    "bigint": "CAST(TRY_CAST($v AS BIGINT) AS VARCHAR) = $v",
    "hugeint": "regexp_full_match($v, '-?(0|[1-9][0-9]{0,37})')",
    "double": (
        f"regexp_full_match($v, '{_NUMBER}') AND isfinite(TRY_CAST($v AS DOUBLE))"
        " AND (length($v) <= 15 OR NOT regexp_full_match($v, '-?[0-9]+'))"
    ),
    **_TIMES,
}
"""Test that each value ``$v`` of a column must pass, by DuckDB type, the narrowest type first."""


def infer_types(
    connection: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str], *, only_times: bool
) -> dict[str, TargetType]:
    """Types of text columns, from every row; ``void`` for a column without values.

    Args:
        only_times: numbers in quotes are text, as in JSON; only dates and timestamps are looked for.
    """
    pairs = [(column, type_) for column in columns for type_ in (_TIMES if only_times else _ANYTHING)]
    sample = f"(SELECT * FROM {view} LIMIT {SAMPLE_ROWS})"
    likely = [pair for pair, verdict in _verdicts(connection, sample, pairs) if verdict is not False]
    verdicts = _verdicts(connection, view, likely)
    found = dict(reversed([pair for pair, verdict in verdicts if verdict]))
    empty = {column for (column, _), verdict in verdicts if verdict is None}
    default = {column: NOTHING if column in empty else STRING for column in columns}
    return {column: SIMPLE[found[column]] if column in found else default[column] for column in columns}


def _verdicts(
    connection: duckdb.DuckDBPyConnection, rows: str, pairs: Sequence[tuple[str, str]]
) -> list[tuple[tuple[str, str], bool | None]]:
    """Whether all values of each column pass the test of the type; None where there are no values."""
    if not pairs:
        return []
    tests = ", ".join(_all_pass(column, _ANYTHING[type_]) for column, type_ in pairs)
    return list(zip(pairs, connection.execute(f"SELECT {tests} FROM {rows}").fetchone() or (), strict=True))


def _all_pass(column: str, test: str) -> str:
    name = quoted(column)
    return f"bool_and(coalesce({test.replace('$v', f'trim({name})')}, false)) FILTER ({name} IS NOT NULL)"
