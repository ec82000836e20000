"""Unit tests of models: how they are written, and how a difference is told."""

from __future__ import annotations

import math

import pytest

from datamorph.core.model_test import compare, parse_tests, rows_sql
from datamorph.core.table import TableSchema
from datamorph.errors import SpecError

CASE = "- name: a\n  given: {raw.shop.orders: [{id: 1}]}\n  expect: [{n: 1}]\n"


def test_a_list_is_the_rows_of_a_table_and_a_mapping_has_columns_too():
    (test,) = parse_tests("""
- name: two forms
  given:
    raw.shop.orders: [{id: 1}]
    raw.shop.shops: {columns: {shop: string}, rows: [{shop: a}]}
    raw.shop.empty:
  expect: []
""", file="t")  # fmt: skip

    given = {str(ref): (dict(one.columns), list(one.rows)) for ref, one in test.given.items()}
    assert given == {
        "raw.shop.orders": ({}, [{"id": 1}]),
        "raw.shop.shops": ({"shop": "string"}, [{"shop": "a"}]),
        "raw.shop.empty": ({}, []),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CASE + CASE, "two tests are named 'a'"),
        (CASE.replace("expect", "expected"), "0.expect"),
        (CASE.replace("raw.shop.orders", "orders"), "tier.domain.name"),
        (CASE.replace("[{n: 1}]", "[{n: 1}, {m: 1}]"), "the same columns"),
        ("given: x", "document"),
        ("- [", "not readable YAML"),
    ],
)
def test_a_file_that_is_no_list_of_cases_says_why(text, message):
    with pytest.raises(SpecError, match=r"^t") as caught:
        parse_tests(text, file="t")

    assert message in caught.value.problem


def test_rows_are_a_multiset_and_their_order_does_not_matter():
    rows = [{"a": 1}, {"a": 2}, {"a": 2}]

    assert compare("m", "t", rows, rows[::-1]).passed
    assert compare("m", "t", rows, rows[:2]).missing == ({"a": 2},)
    assert compare("m", "t", rows[:2], rows).surplus == ({"a": 2},)


def test_doubles_are_compared_to_nine_digits_and_nan_is_itself():
    assert compare("m", "t", [{"a": 0.3}], [{"a": 0.1 + 0.2}]).passed
    assert compare("m", "t", [{"a": math.nan}], [{"a": math.nan}]).passed
    assert compare("m", "t", [{"a": 0.0}], [{"a": -0.0}]).passed
    assert not compare("m", "t", [{"a": 0.3}], [{"a": 0.3000001}]).passed


def test_a_difference_names_the_nearest_row_and_the_columns():
    expected = [{"shop": "a", "n": 1, "t": 5}, {"shop": "b", "n": 2, "t": 6}]
    found = [{"shop": "b", "n": 2, "t": None}, {"shop": "c", "n": 9, "t": 9}]

    assert list(compare("m", "t", expected, found).lines()) == [
        "~ shop b, n 2: t is NULL, not 6",
        "- shop a, n 1, t 5",
        "+ shop c, n 9, t 9",
    ]


def test_many_differences_are_counted_and_not_all_shown():
    outcome = compare("m", "t", [{"a": n} for n in range(50)], [])

    assert list(outcome.lines())[-1] == "and 40 more rows"


def test_a_row_with_an_unknown_column_is_told():
    with pytest.raises(SpecError, match="given, row 2: no column 'idd'"):
        rows_sql([{"id": 1}, {"idd": 2}], TableSchema.of(id="int"), what="given")
