"""Short sentences as people write them: many ways to say the same give the same table, or a question."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions

TOTALS = "total amount of sales per shop"


def by_shop(rows):
    return sorted(rows, key=lambda row: row["shop_id"])


KEPT = [
    ", keep those over 20", ", keep those of more than 20", ", keep those exceeding 20", ", keep those that exceed 20",
    ", keep those which are above 20", ", keep all over 20", ", keep everything over 20", ", keep what is over 20",
    ", keep it only if it is over 20", ", keep if above 20", ", keep > 20", ", keep totals over 20",
    ", only if over 20", ", only totals over 20", ", over 20 only", ", but only if it is over 20",
    ", total must be over 20", ", the total has to be over 20", " where it is over 20", " if over 20",
    " when it exceeds 20", ". Keep those over 20", ". I only want those over 20", ", drop those at or below 20",
    ", leave out all up to 20", ", remove those with at most 20", ", exclude everything at or under 20",
    ", keep those over 20, every day at 6",
]  # fmt: skip


@pytest.mark.parametrize("kept", KEPT)
def test_those_over_a_number_are_groups_of_the_result(kept):
    assert by_shop(run(TOTALS + kept)) == [row for row in by_shop(run(TOTALS)) if row["total_amount"] > 20]


def test_a_range_of_the_result_has_both_of_its_ends():
    lowest, *_, highest = sorted(row["total_amount"] for row in run(TOTALS))

    assert len(run(f"{TOTALS}, keep those between {lowest} and {highest}")) == 3
    assert len(run(f"{TOTALS}, keep those from {lowest} to {highest - 1}")) == 2


@pytest.mark.parametrize("vague", [", at least 20", ", over 20", " > 20"])
def test_a_number_that_is_compared_with_nothing_is_asked_about(vague):
    assert isinstance(plan(TOTALS + vague), Questions)


@pytest.mark.parametrize("said", ["for each shop, total amount of sales", "In each shop, the total amount of sales"])
def test_what_stands_in_front_groups(said):
    assert by_shop(run(said)) == by_shop(run(TOTALS))


@pytest.mark.parametrize("said", ["select sales", "list sales", "show sales", "return sales", "output sales"])
def test_a_table_that_is_listed_is_all_of_it(said):
    assert run(f"{said} where amount > 10") == run("sales with amount over 10")


@pytest.mark.parametrize("said", [
    "list shops and their total sales amount",
    "list shops and the number of sales",
    "count rows in sales per shop",
    "what did each shop sell in total",
])  # fmt: skip
def test_what_is_not_said_of_each_shop_is_asked_about(said):
    assert isinstance(plan(said), Questions)


def test_counts_that_are_asked_for_are_given():
    assert isinstance(plan("number of shops and number of sales"), Proposal)


@pytest.mark.parametrize("said", [
    "bread sales", "sales of bread", "Sales of products in the bread category",
])  # fmt: skip
def test_a_value_of_what_a_row_refers_to_chooses_rows(said):
    expected = {100, 101, 102, 105, 106}

    assert {row["sale_id"] for row in run(said)} == expected


@pytest.mark.parametrize(("said", "columns"), [("bread sales", 8), ("online bread sales", 8), ("sales of bread", 8)])
def test_the_columns_stay_those_of_the_rows(said, columns):
    assert {len(row) for row in run(said)} == {columns}


def test_only_rows_of_the_value_are_added_up():
    assert by_shop(run("total amount of bread sales per shop")) == [
        {"shop_id": 1, "total_amount": 10.0 + 8.0}, {"shop_id": 2, "total_amount": 4.0},
        {"shop_id": 3, "total_amount": 25.0}]  # fmt: skip


@pytest.mark.parametrize("behind", [
    "limit 2", "first 2", "keep the first 2", "first 2 rows", "top 2", "keep the top 2", "only the top 2",
])  # fmt: skip
def test_so_many_of_an_order_that_was_said(behind):
    assert run(f"sales sorted by amount descending, {behind}") == run("top 2 sales by amount")


@pytest.mark.parametrize("said", ["drop channel from sales", "remove channel from sales", "sales, drop channel"])
def test_a_column_is_dropped_by_its_name(said):
    assert run(said) == run("sales without the channel column")


@pytest.mark.parametrize("limit", ["having sum(amount) > 20", "having the sum of amount > 20"])
def test_limits_as_queries_say_them(limit):
    assert by_shop(run(f"{TOTALS} {limit}")) == [row for row in by_shop(run(TOTALS)) if row["total_amount"] > 20]


@pytest.mark.parametrize("said", [
    "monthly total amount of sales", "total monthly amount of sales", "monthly totals of amount from sales",
])  # fmt: skip
def test_rhythms_in_front_of_a_number(said):
    assert run(said) == run("total amount of sales per month")
