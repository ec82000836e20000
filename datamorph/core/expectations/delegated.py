"""Expectations that no single scan tells, or that need Python: Great Expectations runs them on the staged rows."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.arguments import Rule
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Scope, Verdict

COLUMN: Mapping[str, Rule] = {"column": arg.name}
MOSTLY: Mapping[str, Rule] = {"mostly": arg.share}


def _judged_elsewhere(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    told = {name: value for name, value in observed.items() if name not in ("success", "row_count")}
    return bool(observed["success"]), told


def _delegated(
    type_: str, word: str, summary: str, example: Kwargs, required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
) -> Expectation:  # fmt: skip
    return Expectation(
        type=type_, summary=summary, label=lambda kwargs: f"{word}_{kwargs['column']}", judge=_judged_elsewhere,
        required={**COLUMN, **(required or {})}, optional=optional or {}, example=example, path="great_expectations",
    )  # fmt: skip


EXPECTATIONS: tuple[Expectation, ...] = (
    _delegated(
        "expect_column_values_to_be_increasing", "increasing", "values never fall, in the order of the rows",
        {"column": "order_id", "strictly": True}, optional={**MOSTLY, "strictly": arg.flag},
    ),
    _delegated(
        "expect_column_values_to_be_decreasing", "decreasing", "values never rise, in the order of the rows",
        {"column": "order_id"}, optional={**MOSTLY, "strictly": arg.flag},
    ),
    _delegated(
        "expect_column_values_to_be_dateutil_parseable", "date", "texts are dates in any usual form",
        {"column": "note"}, optional=MOSTLY,
    ),
    _delegated(
        "expect_column_values_to_be_json_parseable", "json", "texts are JSON", {"column": "note"}, optional=MOSTLY
    ),
    _delegated(
        "expect_column_values_to_match_json_schema", "json_schema", "texts are JSON of that schema",
        {"column": "note", "json_schema": {"type": "object"}}, {"json_schema": arg.anything}, MOSTLY,
    ),
    _delegated(
        "expect_column_value_z_scores_to_be_less_than", "z_scores",
        "values are fewer than so many standard deviations from the mean",
        {"column": "weight", "threshold": 4, "double_sided": True},
        {"threshold": arg.number, "double_sided": arg.flag}, MOSTLY,
    ),
    _delegated(
        "expect_column_values_to_not_be_outliers", "outliers", "values are not far outside of the middle half",
        {"column": "weight", "method": "std", "multiplier": 3}, optional={**MOSTLY, "method": arg.text,
                                                                         "multiplier": arg.number},
    ),
    _delegated(
        "expect_column_most_common_value_to_be_in_set", "most_common", "the most frequent value is among these",
        {"column": "status", "value_set": ["open"]}, {"value_set": arg.values}, {"ties_okay": arg.flag},
    ),
    _delegated(
        "expect_column_kl_divergence_to_be_less_than", "divergence", "values are distributed as in the partition",
        {"column": "status", "partition_object": {"values": ["open", "paid"], "weights": [0.5, 0.5]}, "threshold": 0.1},
        {"partition_object": arg.anything, "threshold": arg.number},
        {"tail_weight_holdout": arg.share, "internal_weight_holdout": arg.share, "bucketize_data": arg.flag},
    ),
)  # fmt: skip
