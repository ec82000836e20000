"""Expectations against the table's own past: its latest profiles. With too few of them there is no verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import fmean, stdev
from typing import Any

from datamorph.core import datatype as dt
from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import column_label
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Rows, Scope, Verdict

MIN_HISTORY = 5
MAX_DEVIATIONS = 3.0
TOLERANCE = 0.05
MAX_PSI = 0.2
"""A population stability index above 0.2 is taken for a shift (Siddiqi, Credit Risk Scorecards, 2006)."""
LEAST_SHARE = 1e-4
GUARD = {"min_history": arg.whole}
SPREAD = {"max_deviations": arg.positive, "tolerance": arg.share, **GUARD}

Past = Callable[[TableProfile, ColumnProfile | None], float | None]


def _values(kwargs: Kwargs, scope: Scope, past: Past) -> list[float]:
    column = str(kwargs.get("column", ""))
    found = (past(profile, _column(profile, column)) for profile in scope.history)
    return [value for value in found if value is not None]


def _column(profile: TableProfile, name: str) -> ColumnProfile | None:
    return next((found for known, found in profile.columns.items() if known.casefold() == name.casefold()), None)


def _guarded(kwargs: Kwargs, points: int, observed: Observed) -> Verdict | None:
    """With few points everything passes, and says so."""
    least = max(kwargs.get("min_history", MIN_HISTORY), 2)
    return (True, {**observed, "history": points, "no_verdict_below": least}) if points < least else None


def _judge(past: Past) -> Callable[[Kwargs, Observed, Scope], Verdict]:
    """Within so many standard deviations of the past values, or within a share of their mean."""

    def judge(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
        value, values = observed.get("observed_value", observed["row_count"]), _values(kwargs, scope, past)
        told: dict[str, Any] = {"observed_value": value}
        if (no_verdict := _guarded(kwargs, len(values), told)) is not None:
            return no_verdict
        centre = fmean(values)
        spread = kwargs.get("max_deviations", MAX_DEVIATIONS) * stdev(values)
        allowed = max(spread, kwargs.get("tolerance", TOLERANCE) * abs(centre))
        told |= {"expected": centre, "allowed_difference": allowed, "history": len(values)}
        return value is not None and abs(float(value) - centre) <= allowed, told

    return judge


def _is_number(kwargs: Kwargs, rows: Rows) -> str:
    type_ = rows.type(kwargs["column"])
    return "" if dt.is_number(type_) else f"use a column of numbers, not {type_}"


def _edges(kwargs: Kwargs, scope: Scope) -> Sequence[float]:
    """Deciles of the newest profile that has them, each once."""
    for profile in scope.history:
        found = _column(profile, str(kwargs["column"]))
        if found and found.quantiles:
            return found.quantiles
    return ()


def _bins(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    """Values at or below each decile: the bins of the past are known before the scan."""
    value = rows.value(kwargs["column"])
    inner = sorted(set(_edges(kwargs, rows.scope)))
    below = {f"below_{i}": rows.count(f"{value} <= {edge!r}") for i, edge in enumerate(inner)}
    return {"value_count": rows.of(f"COUNT({value})"), **below}


def _judge_shape(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    edges = _edges(kwargs, scope)
    points = len(_values(kwargs, scope, lambda _, column: 1.0 if column and column.quantiles else None))
    if (no_verdict := _guarded(kwargs, points, {})) is not None:
        return no_verdict
    distinct, total = sorted(set(edges)), observed["value_count"]
    if not total:
        return False, {"observed_value": None, "history": points}
    before = [0.0, *(sum(edge <= end for edge in edges) / (len(edges) + 1) for end in distinct), 1.0]
    now = [0.0, *(observed[f"below_{i}"] / total for i in range(len(distinct))), 1.0]
    psi = sum(map(_divergence, _steps(before), _steps(now)))
    return psi <= kwargs.get("max_psi", MAX_PSI), {"observed_value": psi, "history": points}


def _steps(shares: Sequence[float]) -> list[float]:
    return [end - start for start, end in pairwise(shares)]


def _divergence(before: float, now: float) -> float:
    before, now = max(before, LEAST_SHARE), max(now, LEAST_SHARE)
    return (now - before) * math.log(now / before)


def _mean(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    value = f"CAST({rows.value(kwargs['column'])} AS DOUBLE)"
    return {"observed_value": rows.of(f"AVG({value})", f"ISFINITE({value})")}


def _null_share(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    nulls, total = rows.count(f"NOT ({rows.present(kwargs['column'])})"), rows.count()
    return {"observed_value": f"CASE WHEN {total} = 0 THEN 0.0 ELSE CAST({nulls} AS DOUBLE) / {total} END"}


def _past_nulls(profile: TableProfile, column: ColumnProfile | None) -> float | None:
    return column.nulls / profile.rows if column and profile.rows else None


def _against(name: str, word: str, measures: Callable[[Kwargs, Rows], dict[str, str]], past: Past, summary: str,
             **fields: Any) -> Expectation:  # fmt: skip
    return Expectation(
        type=name, summary=summary, label=column_label(word), judge=_judge(past), required={"column": arg.name},
        optional=SPREAD, measures=measures, example={"column": "amount", "max_deviations": 4}, is_own=True,
        reads_history=True, **fields,
    )  # fmt: skip


EXPECTATIONS: tuple[Expectation, ...] = (
    Expectation(
        type="expect_table_row_count_to_match_history", summary="as many rows as the publications before",
        label=lambda kwargs: "row_count_as_before", judge=_judge(lambda profile, _: float(profile.rows)),
        optional=SPREAD, example={"max_deviations": 4}, is_own=True, reads_history=True,
    ),
    _against(
        "expect_column_mean_to_match_history", "mean_as_before", _mean,
        lambda _, column: column.mean if column else None, "the mean is as in the publications before",
        fits=_is_number,
    ),
    _against(
        "expect_column_null_share_to_match_history", "nulls_as_before", _null_share, _past_nulls,
        "as many rows without a value as before",
    ),
    _against(
        "expect_column_distinct_count_to_match_history", "distinct_as_before",
        lambda kw, rows: {"observed_value": rows.of(f"COUNT(DISTINCT {rows.value(kw['column'])})")},
        lambda _, column: float(column.distinct) if column else None, "as many distinct values as before",
    ),
    Expectation(
        type="expect_column_distribution_to_match_history",
        summary="values are spread over the deciles of the last publication as they were (PSI)",
        label=column_label("spread_as_before"), judge=_judge_shape, required={"column": arg.name},
        optional={"max_psi": arg.positive, **GUARD}, measures=_bins, fits=_is_number,
        example={"column": "amount", "max_psi": 0.25}, is_own=True, reads_history=True,
    ),
)  # fmt: skip
