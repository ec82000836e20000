"""Expectations about a table as a whole: its rows, its columns and their types. Columns need no scan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import STRICT, column_label, is_within
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Scope, Verdict

COUNTS = {"min_value": arg.count, "max_value": arg.count}


def _label(text: str) -> Callable[[Kwargs], str]:
    return lambda kwargs: text


def _judge_rows(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    wanted = {**kwargs, "min_value": kwargs["value"], "max_value": kwargs["value"]} if "value" in kwargs else kwargs
    return is_within(observed["row_count"], wanted), {}


def _judge_columns(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    wanted = {"min_value": kwargs["value"], "max_value": kwargs["value"]} if "value" in kwargs else kwargs
    return is_within(len(scope.schema), wanted), {"observed_value": len(scope.schema)}


def _judge_order(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    names = list(scope.schema.names)
    return names == kwargs["column_list"], {"observed_value": names}


def _judge_set(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    wanted, names = set(kwargs["column_set"]), set(scope.schema.names)
    missing, surplus = sorted(wanted - names), sorted(names - wanted)
    is_exact = kwargs.get("exact_match", True)
    told: dict[str, Any] = {"observed_value": list(scope.schema.names)}
    told |= {"missing_columns": missing} if missing else {}
    told |= {"surplus_columns": surplus} if surplus and is_exact else {}
    return not missing and not (surplus and is_exact), told


def _judge_existence(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    names, place = scope.schema.names, kwargs.get("column_index")
    is_there = kwargs["column"] in names
    return is_there and (place is None or names.index(kwargs["column"]) == place), {"observed_value": list(names)}


def _judge_type(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    column = scope.schema.get(kwargs["column"])
    type_ = column.type if column else ""
    wanted: Sequence[str] = kwargs["type_list"] if "type_list" in kwargs else [kwargs["type_"]]
    return type_ in [arg.canonical_type(name) for name in wanted], {"observed_value": type_}


def _type_check(type_: str, argument: str, summary: str, example: Any) -> Expectation:
    rule = arg.type_names if argument == "type_list" else arg.type_name
    return Expectation(
        type=type_, summary=summary, label=column_label("type"), judge=_judge_type,
        required={"column": arg.name, argument: rule}, example={"column": "order_id", argument: example}, path="schema",
    )  # fmt: skip


EXPECTATIONS: tuple[Expectation, ...] = (
    Expectation(
        type="expect_table_row_count_to_be_between", summary="the number of rows lies within bounds",
        label=_label("row_count"), judge=_judge_rows, optional={**COUNTS, **STRICT}, example={"min_value": 1},
    ),
    Expectation(
        type="expect_table_row_count_to_equal", summary="there are exactly that many rows",
        label=_label("row_count"), judge=_judge_rows, required={"value": arg.whole}, example={"value": 12},
    ),
    Expectation(
        type="expect_table_column_count_to_be_between", summary="the number of columns lies within bounds",
        label=_label("column_count"), judge=_judge_columns, optional=COUNTS, example={"max_value": 50}, path="schema",
    ),
    Expectation(
        type="expect_table_column_count_to_equal", summary="there are exactly that many columns",
        label=_label("column_count"), judge=_judge_columns, required={"value": arg.whole}, example={"value": 10},
        path="schema",
    ),
    Expectation(
        type="expect_table_columns_to_match_ordered_list", summary="the columns are these, in this order",
        label=_label("columns"), judge=_judge_order, required={"column_list": arg.names}, columns=(),
        example={"column_list": ["order_id", "customer_id"]}, path="schema",
    ),
    Expectation(
        type="expect_table_columns_to_match_set", summary="the columns are these (`exact_match: false`: or more)",
        label=_label("columns"), judge=_judge_set, required={"column_set": arg.names},
        optional={"exact_match": arg.flag}, columns=(),
        example={"column_set": ["order_id", "amount"], "exact_match": False}, path="schema",
    ),
    Expectation(
        type="expect_column_to_exist", summary="there is such a column (`column_index`: at that place, from 0)",
        label=column_label("exists"), judge=_judge_existence, required={"column": arg.name},
        optional={"column_index": arg.count}, columns=(), example={"column": "amount"}, path="schema",
    ),
    _type_check("expect_column_values_to_be_of_type", "type_", "the column has that type", "bigint"),
    _type_check("expect_column_type_to_be", "type_", "the column has that type", "bigint"),
    _type_check(
        "expect_column_values_to_be_in_type_list", "type_list", "the column has one of these types", ["int", "bigint"]
    ),
)  # fmt: skip
