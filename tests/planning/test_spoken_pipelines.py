"""How people say pipelines: lists behind a colon, verbs for tables, rhythms, orders in time."""

from datetime import date

import pytest
from lake import plan, run

from datamorph.core.plan import Questions


@pytest.mark.parametrize(
    "prompt",
    [
        "Shops in Leeds: name and opened_on only.",
        "Shops in Leeds. I want name and opened_on, please.",
        "shops in Leeds, name and opened_on only",
    ],
)
def test_a_list_of_columns_stands_in_a_sentence_of_its_own(prompt):
    assert run(prompt) == [
        {"name": "Mill Lane", "opened_on": date(2019, 4, 1)},
        {"name": "Station", "opened_on": date(2021, 9, 1)},
    ]


def test_a_sentence_that_does_something_is_no_list():
    rows = run("Flag late sales. Join sales and shops. late_flag is true when sold_on is after opened_on")

    assert {row["late_flag"] for row in rows} == {True}


def test_first_and_last_name_are_two_columns():
    rows = run("Members with an email. member_id, first and last name.")

    assert rows[0] == {"member_id": 1, "first_name": "Ann", "last_name": "Lee"}


def test_a_verb_stands_for_its_table():
    assert [row["product_id"] for row in run("products that were never sold")] == [13]
    assert sorted(row["product_id"] for row in run("products that have been sold")) == [10, 11, 12]
    assert {row["product_id"]: row["total_quantity"] for row in run("total quantity sold per product")} == {
        10: 8, 11: 6, 12: 6}  # fmt: skip


def test_a_rhythm_groups_and_time_orders_the_groups():
    rows = run("Monthly total amount, in chronological order")

    assert [(row["month"], row["total_amount"]) for row in rows] == [
        (date(2024, 1, 1), 22.0), (date(2024, 2, 1), 17.0), (date(2024, 3, 1), 26.0)]  # fmt: skip


def test_several_functions_of_one_number_in_the_order_of_the_groups():
    assert run("minimum and maximum price per category, alphabetical") == [
        {"category": "bread", "min_price": 2.5, "max_price": 4.0},
        {"category": "pastry", "min_price": 3.0, "max_price": 3.0},
    ]


def test_newest_first_is_by_the_only_date():
    assert [row["sale_id"] for row in run("sales newest first")] == [107, 106, 105, 104, 103, 102, 101, 100]
    assert isinstance(plan("sales, largest first"), Questions)


def test_the_latest_row_of_each():
    assert sorted(row["sale_id"] for row in run("latest sale of each shop")) == [104, 106, 107]


def test_columns_are_dropped():
    rows = run("drop the discount and channel columns from sales")

    assert list(rows[0]) == ["sale_id", "shop_id", "product_id", "sold_on", "quantity", "amount"]


def test_weekends_and_years():
    assert sorted(row["sale_id"] for row in run("sales on a weekend")) == [102, 104, 107]
    assert [row["name"] for row in run("keep shops opened before 2021")] == ["Mill Lane", "Old Town"]


def test_a_table_that_only_a_condition_names_adds_no_columns():
    rows = run("sales of products in the pastry category")

    assert {row["sale_id"] for row in rows} == {103, 104, 107}


def test_a_table_with_a_measure_has_one_row_for_each():
    rows = run("List products together with their number of sales")

    assert {row["product_id"]: row["sales"] for row in rows} == {10: 3, 11: 2, 12: 3}
