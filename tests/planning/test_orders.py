"""In which order rows come: what is compared, what decides between equals, what a pronoun stands for."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def order(prompt):
    """The keys of the last sort."""
    outcome = plan(prompt)
    assert isinstance(outcome, Proposal), outcome
    (step,) = [named.step for named in outcome.spec.steps if named.step.kind == "sort"]
    return step.by


@pytest.mark.parametrize(
    ("prompt", "keys"),
    [
        ("number of sales per channel, the most common channel first", ("sale_count desc", "channel")),
        ("number of sales per channel, rarest first", ("sale_count", "channel")),
        ("number of sales per channel, the channel with the most sales first", ("sale_count desc", "channel")),
        ("average price per category, the most expensive category first", ("avg_price desc", "category")),
        ("number of sales per shop as n, busiest shop first, then shop_id", ("n desc", "shop_id")),
        ("number of sales per channel, channels with the same count in alphabetical order, most first",
         ("sale_count desc", "channel")),
        ("number of sales per channel as n, most first; equal counts by channel", ("n desc", "channel")),
        ("count sales per channel as n; add share, the percentage of all sales; sort by it", ("share", "channel")),
        ("count sales per channel as n; n is the number of sales; sort by it descending", ("n desc", "channel")),
        ("products: product_id, price, cheapest first, then product_id", ("price", "product_id")),
        ("shops: name, city, sorted by city descending, then name", ("city desc", "name")),
        ("number of sales per year and month of sold_on as n, oldest first", ("year", "month")),
        ("number of sales per year and month of sold_on as n, latest first", ("year desc", "month desc")),
        ("number of sales per year and quarter of sold_on as n, earliest quarter first", ("year", "quarter")),
    ],
)  # fmt: skip
def test_the_keys_are_what_was_said(prompt, keys):
    assert order(prompt) == keys


def test_rows_are_counted_where_only_a_name_is_given():
    assert {row["channel"]: row["n"] for row in run("sales per channel as n")} == {
        "counter": 4,
        "online": 3,
        "phone": 1,
    }


def test_what_was_computed_is_meant_by_a_pronoun():
    rows = run(
        "for sales compute net as amount minus quantity and average it per channel (1 decimal): channel, avg_net"
    )

    assert {row["channel"]: row["avg_net"] for row in rows} == {"counter": 4.0, "online": 7.7, "phone": 6.0}


@pytest.mark.parametrize(
    "named", ["change, the difference to the month before", "mom, which is the change from the previous month"]
)
def test_a_plain_word_may_be_the_name_of_a_value(named):
    rows = run(f"sum amount per month as total in bakery sales, and add {named}; sort by month")
    name = named.partition(",")[0]

    assert [(row["total"], row[name]) for row in rows] == [(22.0, None), (17.0, -5.0), (26.0, 9.0)]


@pytest.mark.parametrize("verb", ["take", "pick", "extract", "keep", "select"])
def test_only_some_rows_with_all_columns(verb):
    rows = run(f"from bakery sales {verb} only the rows whose channel is online, with all columns")

    assert sorted(row["sale_id"] for row in rows) == [101, 104, 106]
    assert {"sale_id", "shop_id", "product_id", "sold_on", "quantity", "amount", "discount", "channel"} == set(rows[0])


def test_two_names_in_a_list_are_two_columns():
    rows = run("show member_id, first_name and last_name of members")

    assert set(rows[0]) == {"member_id", "first_name", "last_name"}


@pytest.mark.parametrize(
    ("prompt", "column", "shown"),
    [
        ("top 3 products by price, alphabetically", "product_name", ["Baguette", "Eclair", "Rye"]),
        ("the 3 cheapest products, alphabetically", "product_name", ["Baguette", "Eclair", "Rye"]),
        ("Latest 2 shops sorted by name", "name", ["Harbour", "Station"]),
        ("Three newest shops sorted by city", "city", ["Hull", "Leeds", "York"]),
        ("Latest 3 sales ordered by amount descending", "amount", [20.0, 6.0, 5.0]),
        ("the 3 most recent sales, smallest amount first", "amount", [5.0, 6.0, 20.0]),
        ("top 3 sales by amount, latest first", "sale_id", [106, 103, 101]),
        ("top 3 sales by amount, then latest first", "sale_id", [106, 101, 103]),
        ("sales sorted by amount, latest first", "sale_id", [104, 102, 105, 107, 100, 103, 101, 106]),
        ("top 3 shop names by total amount, sorted by name", "shop_name", ["Mill Lane", "Old Town", "Station"]),
    ],
)
def test_the_first_are_chosen_in_one_order_and_shown_in_another(prompt, column, shown):
    assert [row[column] for row in run(prompt)] == shown
