"""Expectations about several columns of a row: pairs, sums, values that differ within a record."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from datamorph.core import datatype as dt
from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import Condition, row_check
from datamorph.core.expectations.expectation import Expectation, Kwargs, Rows

PAIR = {"column_A": arg.name, "column_B": arg.name}
LIST = {"column_list": arg.names}
IGNORED_PAIRS = arg.one_of("both_values_are_missing", "either_value_is_missing", "neither")
IGNORED_ROWS = arg.one_of("all_values_are_missing", "any_value_is_missing", "never")


def _pair(kwargs: Kwargs) -> list[str]:
    return [kwargs["column_A"], kwargs["column_B"]]


def considered(kwargs: Kwargs, rows: Rows) -> str:
    """The rows that ``ignore_row_if`` leaves."""
    is_pair = "column_A" in kwargs
    columns = _pair(kwargs) if is_pair else kwargs["column_list"]
    ignored = kwargs.get("ignore_row_if", "both_values_are_missing" if is_pair else "all_values_are_missing")
    if ignored in ("neither", "never"):
        return ""
    word = " AND " if ignored in ("either_value_is_missing", "any_value_is_missing") else " OR "
    return f"({word.join(rows.present(column) for column in columns)})"


def _values(kwargs: Kwargs, rows: Rows) -> list[str]:
    return [rows.value(column) for column in (_pair(kwargs) if "column_A" in kwargs else kwargs["column_list"])]


def _not(condition: Condition) -> Condition:
    """NULL, which no comparison with nothing avoids, is a row that does not fit."""
    return lambda kwargs, rows: f"({condition(kwargs, rows)}) IS NOT TRUE"


def _greater(kwargs: Kwargs, rows: Rows) -> str:
    first, second = _values(kwargs, rows)
    return f"{first} {'>=' if kwargs.get('or_equal') else '>'} {second}"


def _equal(kwargs: Kwargs, rows: Rows) -> str:
    return " = ".join(_values(kwargs, rows))


def _in_pairs(kwargs: Kwargs, rows: Rows) -> str:
    first, second = _values(kwargs, rows)
    same = "{} IS NOT DISTINCT FROM {}"
    found = [f"({same.format(first, arg.constant(a))} AND {same.format(second, arg.constant(b))})"
             for a, b in kwargs["value_pairs_set"]]  # fmt: skip
    return " OR ".join(found)


def _sum(kwargs: Kwargs, rows: Rows) -> str:
    exact = all(dt.is_integer(rows.type(name)) or dt.is_decimal(rows.type(name)) for name in kwargs["column_list"])
    parts = [f"CAST({rows.value(name)} AS {'HUGEINT' if dt.is_integer(rows.type(name)) else 'DECIMAL(38,10)'})"
             if exact else f"CAST({rows.value(name)} AS DOUBLE)" for name in kwargs["column_list"]]  # fmt: skip
    return f"{' + '.join(parts)} = {arg.constant(kwargs['sum_total'])}"


def _all_equal(kwargs: Kwargs, rows: Rows) -> str:
    first, *others = _values(kwargs, rows)
    return " AND ".join(f"{first} IS NOT DISTINCT FROM {other}" for other in others) or "TRUE"


def _all_different(kwargs: Kwargs, rows: Rows) -> str:
    pairs = combinations(_values(kwargs, rows), 2)
    return " AND ".join(f"{a} IS DISTINCT FROM {b}" for a, b in pairs) or "TRUE"


def _comparable(kwargs: Kwargs, rows: Rows) -> str:
    first, *others = [rows.type(name) for name in (_pair(kwargs) if "column_A" in kwargs else kwargs["column_list"])]
    odd = next((other for other in others if not dt.common_type(first, other) or dt.is_nested(first)), "")
    return f"compare columns of one type: {first} and {odd} have none in common" if odd else ""


def _addable(kwargs: Kwargs, rows: Rows) -> str:
    odd = next((name for name in kwargs["column_list"] if not dt.is_number(rows.type(name))), "")
    return f"add columns of numbers: {odd} is {rows.type(odd)}" if odd else ""


def _fitting_pairs(kwargs: Kwargs, rows: Rows) -> str:
    for column, values in zip(_pair(kwargs), zip(*kwargs["value_pairs_set"], strict=True), strict=True):
        given = [value for value in values if value is not None]
        if given and (wanted := arg.values(given, rows.type(column))):
            return f"pairs hold values of {column}: {wanted}"
    return ""


def _pair_label(word: str) -> Callable[[Kwargs], str]:
    return lambda kwargs: f"{kwargs['column_A']}_{word}_{kwargs['column_B']}"


def _list_label(word: str) -> Callable[[Kwargs], str]:
    return lambda kwargs: f"{word}_{'_'.join(kwargs['column_list'])}"


EXPECTATIONS: tuple[Expectation, ...] = (
    row_check(
        "expect_column_pair_values_a_to_be_greater_than_b", "greater", _not(_greater), required=PAIR,
        optional={"or_equal": arg.flag, "ignore_row_if": IGNORED_PAIRS}, considered=considered,
        label=_pair_label("greater_than"), fits=_comparable, summary="A is greater than B in every row",
        example={"column_A": "order_id", "column_B": "customer_id", "or_equal": True},
    ),
    row_check(
        "expect_column_pair_values_to_be_equal", "equal", _not(_equal), required=PAIR,
        optional={"ignore_row_if": IGNORED_PAIRS}, considered=considered,
        label=_pair_label("equals"), fits=_comparable, summary="A equals B in every row",
        example={"column_A": "status", "column_B": "note", "ignore_row_if": "either_value_is_missing"},
    ),
    row_check(
        "expect_column_pair_values_to_be_in_set", "pair", _not(_in_pairs),
        required={**PAIR, "value_pairs_set": arg.pairs}, optional={"ignore_row_if": IGNORED_PAIRS},
        considered=considered, label=_pair_label("pairs_with"), fits=_fitting_pairs, summary="the pair is among these",
        example={"column_A": "status", "column_B": "note", "value_pairs_set": [["open", "new"], ["paid", None]]},
    ),
    row_check(
        "expect_multicolumn_sum_to_equal", "sum", _not(_sum), required={**LIST, "sum_total": arg.number},
        optional={"ignore_row_if": IGNORED_ROWS}, considered=considered, label=_list_label("sum"), fits=_addable,
        summary="the columns of a row add up to that number",
        example={"column_list": ["quantity", "order_id"], "sum_total": 100},
    ),
    row_check(
        "expect_multicolumn_values_to_be_equal", "equal", _not(_all_equal), required=LIST,
        optional={"ignore_row_if": IGNORED_ROWS}, considered=considered, label=_list_label("equal"), fits=_comparable,
        summary="the columns of a row have one value", example={"column_list": ["status", "note"]},
    ),
    row_check(
        "expect_select_column_values_to_be_unique_within_record", "different", _not(_all_different), required=LIST,
        optional={"ignore_row_if": IGNORED_ROWS}, considered=considered, label=_list_label("different"),
        fits=_comparable, summary="the columns of a row all differ", example={"column_list": ["quantity", "order_id"]},
    ),
)  # fmt: skip
