"""Measures in other words: counts, sums, shares, ratios, groups and the names of their columns."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("sales split over channel, with the row count as n", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("Tot up the sales channel by channel. Headings: channel, n", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("number of sales channel by channel", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("How are sales distributed over the channels?", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("number of sales channel-wise", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("total amount, online and counter separately", {("online", 33.0), ("counter", 23.0), ("phone", 9.0)}),
        ("amount per shop, in total and on average. Columns shop_id, money, mean",
         {(1, 24.0, 8.0), (2, 16.0, 16 / 3), (3, 25.0, 12.5)}),
        ("How many sales were made for each shop, and how many of those have a discount? Columns shop_id, n, cut",
         {(1, 3, 2), (2, 3, 1), (3, 2, 1)}),
        ("sales with a discount vs. sales without one per shop, named cut and full", {(1, 2, 1), (2, 1, 2), (3, 1, 1)}),
        ("per shop: n = how many, cut = number of sales with a discount", {(1, 3, 2), (2, 3, 1), (3, 2, 1)}),
        ("what share of the sales have a discount? In percent with 1 decimal, call it cut_pct", {(50.0,)}),
        ("share of online sales per channel. Columns channel, online_pct",
         {("counter", 0.0), ("online", 100.0), ("phone", 0.0)}),
        ("average amount of sales, using quantity as weights", {(10.6,)}),
        ("Amount per piece: total amount divided by total quantity, rounded to 2 digits", {(3.25,)}),
        ("number of sales per shop and percentage of all sales. shop_id, n, pct",
         {(1, 3, 37.5), (2, 3, 37.5), (3, 2, 25.0)}),
        ("number of shops per decade of opened_on. Columns decade, shops", {(2010, 1), (2020, 3)}),
        ("number of members per first letter of last_name. Columns letter, people", {("L", 2), ("O", 1), ("R", 1)}),
        ("number of shops per year of opened_on (YYYY) and city", None),
        ("average amount and average quantity, both rounded to 1 decimal, as money, pieces", {(8.1, 2.5)}),
        ("total amount (only where channel is online) and total amount (only where channel is counter) per shop. "
         "Columns shop_id, web, till", {(1, 10.0, 14.0), (2, 3.0, 4.0), (3, 20.0, 5.0)}),
        ("sales counted per shop, shops with fewer than 3 left out", {(1, 3), (2, 3)}),
        ("Average number of sales a shop makes, counting only shops with any", {(8 / 3,)}),
        ("smallest, largest and mean amount per channel. Columns channel, mean, lo, hi",
         {("counter", 5.75, 4.0, 8.0), ("online", 11.0, 3.0, 20.0), ("phone", 9.0, 9.0, 9.0)}),
        ("median amount per sale and channel", {("counter", 5.5), ("online", 10.0), ("phone", 9.0)}),
        ("range of amount per channel as gap", {("counter", 4.0), ("online", 17.0), ("phone", 0.0)}),
        ("number of sales per shop, shops excluded (shop_id over 2)", None),
        ("total quantity / total amount of online sales", {(10 / 33,)}),
    ],
)  # fmt: skip
def test_measures_in_other_words(prompt, rows):
    if rows is None:
        assert not isinstance(plan(prompt), Proposal)
        return

    found = {tuple(_plain(value) for value in row.values()) for row in run(prompt)}
    assert found == {tuple(_plain(value) for value in row) for row in rows}


def _plain(value):
    return round(value, 6) if isinstance(value, float) else value


@pytest.mark.parametrize(
    "prompt",
    [
        "Per shop_id add up amount minus discount (a missing discount is 0). Columns shop_id, net",
        "net is amount minus discount, missing values count as 0. Total net per shop_id: shop_id, net",
        "Net fee is amount minus discount, an empty discount counts as 0; sum it per shop_id: shop_id, net",
    ],
)
def test_a_missing_part_of_a_sum_is_nothing(prompt):
    assert {row["shop_id"]: row["net"] for row in run(prompt)} == {1: 22.0, 2: 15.5, 3: 23.0}


def test_columns_are_added_and_the_sum_is_totalled():
    rows = run(
        "Add amount and discount of each sale (a missing discount is 0), total it per channel and keep channels with"
        " a total above 10. Columns channel, gross"
    )

    assert {row["channel"]: row["gross"] for row in rows} == {"counter": 26.5, "online": 34.0}
