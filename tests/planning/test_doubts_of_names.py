"""Columns that a plan only calls otherwise, rows that it cannot have, and numbers that nobody asked for are doubted."""

import pytest
from test_doubts import evidence

from datamorph.planning.offline.doubts.doubts import find_doubts


def shown(**columns):
    return {"name": "r", "select": {"from": "members", "columns": [{new: old} for new, old in columns.items()]}}


@pytest.mark.parametrize(
    ("prompt", "columns"),
    [
        ("first_name and nick from members", {"first_name": "email", "nick": "email"}),
        ("member_id as customer_name from members", {"customer_name": "member_id"}),
        ("initcap(email) from members", {"initcap": "email"}),
        ("email as a real date from members", {"real_date": "email"}),
    ],
)
def test_a_column_that_is_only_called_otherwise_is_doubted(prompt, columns):
    assert find_doubts(evidence(prompt, shown(**columns), table="members"))


def test_another_name_that_is_asked_for_is_not_doubted():
    assert not find_doubts(evidence("email as contact from members", shown(contact="email"), table="members"))


@pytest.mark.parametrize(
    ("prompt", "formula", "doubted"),
    [
        ("every shop_id and amount of sales", "sum(amount)", True),
        ("total amount of sales for every shop_id", "sum(amount)", False),
    ],
)
def test_a_sum_without_a_word_for_it_is_doubted(prompt, formula, doubted):
    step = {"name": "r", "aggregate": {"from": "sales", "by": ["shop_id"], "measures": {"amount_2": formula}}}
    found = [one for one in find_doubts(evidence(prompt, step)) if "adds up" in one]

    assert bool(found) is doubted


def test_a_call_that_the_plan_does_not_make_is_doubted():
    step = {"name": "r", "select": {"from": "sales", "columns": ["shop_id", {"sum": "amount"}]}}

    assert "nothing in it is a sum(...)" in find_doubts(evidence("sales: shop_id, sum(amount)", step))


def test_an_addition_that_the_plan_does_not_make_is_doubted():
    step = {"name": "r", "select": {"from": "sales", "columns": ["quantity", {"total": "amount"}]}}

    assert "nothing in it is added" in find_doubts(evidence("sales: quantity + amount as total", step))


@pytest.mark.parametrize(
    ("prompt", "where"),
    [
        ("sales where the discount is missing or blank", "(discount IS NULL) OR (discount IS NULL)"),
        ("sales with a discount and without one", "discount IS NULL AND discount IS NOT NULL"),
        ("online sales, regardless of case", "channel = 'online'"),
    ],
)
def test_tests_that_do_not_do_what_is_said_are_doubted(prompt, where):
    assert find_doubts(evidence(prompt, {"name": "kept", "filter": {"from": "sales", "where": where}}))


def test_two_tests_of_two_columns_are_not_doubted():
    step = {"name": "kept", "filter": {"from": "sales", "where": "discount IS NULL OR quantity IS NULL"}}

    assert not find_doubts(evidence("sales where the discount or the quantity is missing", step))
