"""Requests in whatever words: what is measured, of which rows, per what, wherever the words for it stand."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions, Refusal


def values(rows):
    """Rows without the names of their columns."""
    return sorted(tuple(row.values()) for row in rows)


TOTALS = [
    "Please work out the total amount for each shop, from the sales.",
    "I'd like to see the sales broken down by shop id: shop_id and the sum of amount",
    "shop_id | sum of amount, from sales",
    "Roll up the sales by shop_id, summing amount",
    "For every shop_id in sales, what does amount add up to?",
    "sales: shop_id, sum(amount)",
    "Could you give me one line per shop_id with the amount of its sales in total?",
]


@pytest.mark.parametrize("said", TOTALS)
def test_totals_in_many_words(said):
    assert values(run(said)) == values(run("total amount of sales per shop"))


COUNTS = [
    "channel, count(*) from sales group by channel",
    "Tally the sales by channel please",
    "How often does each channel occur in sales?",
    "I need to know how many sales there are in every channel",
    "channel | number of sales",
    "Break the sales down by channel and show the counts",
]


@pytest.mark.parametrize("said", COUNTS)
def test_counts_in_many_words(said):
    assert values(run(said)) == values(run("number of sales per channel"))


@pytest.mark.parametrize("said", [
    "Which channels had 3 or more sales, and how many? channel and number of sales",
    "number of sales by channel, only channels with at least 3 sales",
    "channel, count(*) from sales group by channel having count(*) >= 3",
    "Count sales per channel and keep channels with 3 or more.",
])  # fmt: skip
def test_limits_of_groups_in_many_words(said):
    rows = [row for row in values(run("number of sales per channel")) if row[1] >= 3]

    assert values(run(said)) == rows


@pytest.mark.parametrize("said", [
    "sales by month (first day): sum of amount and the cumulative amount",
])  # fmt: skip
def test_running_totals_are_those_of_the_periods(said):
    rows = values(run(said))

    totals = [row[1] for row in rows]
    assert [row[2] for row in rows] == [sum(totals[: place + 1]) for place in range(len(totals))]


@pytest.mark.parametrize("said", [
    "sale_id and amount of the sales with amount over 5",
    "sales > 5 amount: sale_id + amount",
    "From sales take sale_id, amount; only rows where amount is bigger than 5",
    "Which sales exceed 5 in amount? sale_id and amount please.",
    "sales -> sale_id, amount; amount > 5",
])  # fmt: skip
def test_rows_and_columns_in_many_words(said):
    rows = [(row["sale_id"], row["amount"]) for row in run("sales with amount over 5")]

    assert values(run(said)) == sorted(rows)


@pytest.mark.parametrize("said", [
    "product_name of products with no price",
    "List product_name of the products whose price is missing.",
    "products, price is null -> product_name",
])  # fmt: skip
def test_rows_without_a_value(said):
    assert values(run(said)) == [("Scone",)]


@pytest.mark.parametrize("said", [
    "name of shops with no sales", "Give me the name of each shop that has no sales", "shops without sales: name",
])  # fmt: skip
def test_rows_without_rows_of_another_table(said):
    assert values(run(said)) == [("Harbour",)]


@pytest.mark.parametrize("said", [
    "Please show the takings of every channel",
    "Which sales were both online and by phone? sale_id",
])  # fmt: skip
def test_what_is_open_is_asked(said):
    assert isinstance(plan(said), Questions | Refusal)


def test_a_word_that_nothing_is_for_is_no_plan():
    assert not isinstance(plan("Please tally the frumious sales by channel"), Proposal)


@pytest.mark.parametrize("said", [
    "number of sales by shop name in 2024 from online sales, zeros for shops in Leeds without any",
    "product_name of products whose product_name starts with 'R_'",
    "sale_id of sales with amount over $5",
])  # fmt: skip
def test_what_a_gist_would_get_wrong_is_no_plan_of_it(said):
    outcome = plan(said)

    assert not (isinstance(outcome, Proposal) and outcome.spec.assumptions[0].startswith("read as: "))
