"""How far a table's profile is from its own past, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.catalog import TableProfile
from datamorph.core.expectations import EXPECTATIONS, Scope
from datamorph.core.expectations.history import MIN_HISTORY
from datamorph.core.table import TableSchema

ROWS = "expect_table_row_count_to_match_history"
NULLS = "expect_column_null_share_to_match_history"
DISTINCT = "expect_column_distinct_count_to_match_history"
MEAN = "expect_column_mean_to_match_history"
STATISTICS = {ROWS: "rows", NULLS: "missing share", DISTINCT: "distinct values", MEAN: "mean"}


@dataclass(frozen=True, slots=True)
class Drift:
    """One statistic that left the range of its past values.

    Attributes:
        column: empty for the table as a whole.
        allowed: the difference to ``expected`` that would have been usual.
        points: earlier publications that it was compared with.
    """

    column: str
    statistic: str
    value: float
    expected: float
    allowed: float
    points: int


def drifts(schema: TableSchema, now: TableProfile, past: Sequence[TableProfile]) -> list[Drift]:
    """Statistics outside of what earlier publications make usual; none while there are too few of these."""
    if len(past) < MIN_HISTORY:
        return []
    scope = Scope(schema, history=tuple(past))
    return [found for type_, column, value in _measured(schema, now) if (found := _judge(type_, column, value, scope))]


def _measured(schema: TableSchema, now: TableProfile) -> Iterator[tuple[str, str, float]]:
    yield ROWS, "", float(now.rows)
    for column in schema:
        profile = now.columns.get(column.name)
        if profile is None:
            continue
        if now.rows:
            yield NULLS, column.name, profile.nulls / now.rows
        yield DISTINCT, column.name, float(profile.distinct)
        if profile.mean is not None:
            yield MEAN, column.name, profile.mean


def _judge(type_: str, column: str, value: float, scope: Scope) -> Drift | None:
    kwargs: Mapping[str, Any] = {"column": column} if column else {}
    passed, told = EXPECTATIONS[type_].judge(kwargs, {"observed_value": value, "row_count": value}, scope)
    if passed or "expected" not in told:
        return None
    return Drift(column, STATISTICS[type_], value, told["expected"], told["allowed_difference"], told["history"])
