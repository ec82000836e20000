"""Expectations about one number computed from a column: extremes, mean, spread, quantiles, distinct counts."""

from __future__ import annotations

from typing import Any

from datamorph.core import datatype as dt
from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import column_label, is_within, value_check
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Rows, Scope, Verdict

TOLERANCE = 1e-4
"""How far a quantile may be beyond its range, relative to it, as in Great Expectations."""


def _of(function: str, cast: str = ""):
    def measure(kwargs: Kwargs, rows: Rows) -> str:
        value = rows.value(kwargs["column"])
        return rows.of(f"{function}(CAST({value} AS {cast}))" if cast else f"{function}({value})")

    return measure


def _sum(kwargs: Kwargs, rows: Rows) -> str:
    return f"COALESCE({_of('SUM')(kwargs, rows)}, 0)"


def _stdev(kwargs: Kwargs, rows: Rows) -> str:
    """Infinite values have no spread; DuckDB would refuse them."""
    value = f"CAST({rows.value(kwargs['column'])} AS DOUBLE)"
    spread = rows.of(f"STDDEV_SAMP({value})", f"ISFINITE({value})")
    return f"CASE WHEN {rows.count(f'ISINF({value})')} > 0 THEN NULL ELSE {spread} END"


def _unique_share(kwargs: Kwargs, rows: Rows) -> str:
    value = rows.value(kwargs["column"])
    distinct, present = rows.of(f"COUNT(DISTINCT {value})"), rows.of(f"COUNT({value})")
    return f"CASE WHEN {present} = 0 THEN 0.0 ELSE CAST({distinct} AS DOUBLE) / {present} END"


def _present_share(kwargs: Kwargs, rows: Rows) -> str:
    present = rows.count(rows.present(kwargs["column"]))
    return f"CASE WHEN {rows.count()} = 0 THEN 0.0 ELSE CAST({present} AS DOUBLE) / {rows.count()} END"


def _quantiles(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    """The nearest value to each quantile, halfway to the even position, as NumPy does."""
    value = rows.value(kwargs["column"])
    count, values = rows.of(f"COUNT({value})"), rows.of(f"LIST({value})", rows.present(kwargs["column"]))
    places = [f"1 + CAST(ROUND_EVEN({float(q)!r} * ({count} - 1), 0) AS BIGINT)"
              for q in kwargs["quantile_ranges"]["quantiles"]]  # fmt: skip
    return {"values": f"LIST_SELECT(LIST_SORT({values}), [{', '.join(places)}])"}


def _judge_quantiles(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    wanted = kwargs["quantile_ranges"]
    values: list[Any] = [
        None if v is None else float(v) for v in observed["values"] or [None] * len(wanted["quantiles"])
    ]
    passed = all(_is_near(value, ends) for value, ends in zip(values, wanted["value_ranges"], strict=True))
    return passed, {"observed_value": {"quantiles": wanted["quantiles"], "values": values}}


def _is_near(value: float | None, ends: list[float | None]) -> bool:
    if value is None:
        return False
    low, high = ends
    is_at_end = any(end is not None and abs(value - end) <= TOLERANCE * abs(end) for end in ends)
    return is_at_end or ((low is None or value >= low) and (high is None or value <= high))


def _judge_extreme(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    value = observed["observed_value"]
    return is_within(value, kwargs), {"observed_value": value}


def _numbers_only(kwargs: Kwargs, rows: Rows) -> str:
    type_ = rows.type(kwargs["column"])
    return "" if dt.is_number(type_) else f"use a column of numbers, not {type_}"


def _plain_only(kwargs: Kwargs, rows: Rows) -> str:
    type_ = rows.type(kwargs["column"])
    return f"use a column of plain values, not {type_}" if dt.is_nested(type_) else ""


EXPECTATIONS: tuple[Expectation, ...] = (
    value_check(
        "expect_column_min_to_be_between", "min", _of("MIN"), limits=arg.bound, judge=_judge_extreme,
        fits=_plain_only, summary="the least value lies within bounds",
        example={"column": "ordered_on", "min_value": "2020-01-01"},
    ),
    value_check(
        "expect_column_max_to_be_between", "max", _of("MAX"), limits=arg.bound, judge=_judge_extreme,
        fits=_plain_only, summary="the greatest value lies within bounds",
        example={"column": "amount", "max_value": 10000},
    ),
    value_check(
        "expect_column_mean_to_be_between", "mean", _of("AVG", "DOUBLE"), fits=_numbers_only,
        summary="the mean lies within bounds", example={"column": "amount", "min_value": 10, "max_value": 100},
    ),
    value_check(
        "expect_column_median_to_be_between", "median", _of("MEDIAN", "DOUBLE"), fits=_numbers_only,
        summary="the median lies within bounds (keeps the column in memory)",
        example={"column": "amount", "min_value": 10},
    ),
    value_check(
        "expect_column_sum_to_be_between", "sum", _sum, fits=_numbers_only,
        summary="the sum lies within bounds; of no values it is 0", example={"column": "amount", "min_value": 1},
    ),
    value_check(
        "expect_column_stdev_to_be_between", "stdev", _stdev, fits=_numbers_only,
        summary="the sample standard deviation lies within bounds", example={"column": "weight", "max_value": 50},
    ),
    value_check(
        "expect_column_unique_value_count_to_be_between", "distinct",
        lambda kw, rows: rows.of(f"COUNT(DISTINCT {rows.value(kw['column'])})"), limits=arg.limit, fits=_plain_only,
        summary="the number of distinct values lies within bounds", example={"column": "status", "max_value": 10},
    ),
    value_check(
        "expect_column_proportion_of_unique_values_to_be_between", "distinct_share", _unique_share, limits=arg.limit,
        fits=_plain_only, summary="distinct values as a share of the values",
        example={"column": "customer_id", "max_value": 0.9},
    ),
    value_check(
        "expect_column_proportion_of_non_null_values_to_be_between", "filled", _present_share, limits=arg.limit,
        summary="values as a share of the rows", example={"column": "note", "min_value": 0.5},
    ),
    Expectation(
        type="expect_column_quantile_values_to_be_between",
        summary="quantiles lie within ranges (keeps the column in memory)",
        label=column_label("quantiles"),
        judge=_judge_quantiles,
        required={"column": arg.name, "quantile_ranges": arg.quantile_ranges},
        measures=_quantiles,
        example={"column": "quantity", "quantile_ranges": {"quantiles": [0.9], "value_ranges": [[None, 50]]}},
    ),
)  # fmt: skip
