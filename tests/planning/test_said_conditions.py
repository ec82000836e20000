"""Which rows are meant, as people say it: bounds, times, values, gaps, texts, two columns, and remarks of no weight."""

import pytest
from lake import TABLES, plan, run

from datamorph.core.plan import Proposal

SALES, ALL = "sale_id", {100, 101, 102, 103, 104, 105, 106, 107}
ONLINE = {101, 104, 106}


def kept(prompt, key=SALES, *domains):
    return {row[key] for row in run(prompt, *domains)}


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("sales whose quantity must not exceed 2, columns sale_id", {100, 102, 104, 105, 107}),
        ("sales with 4 or more in quantity, columns sale_id", {101, 106}),
        ("sales where quantity ranges from 2 to 3, columns sale_id", {100, 103, 105, 107}),
        ("sales with amount under 4 or over 10, columns sale_id", {104, 106}),
        ("sales over 8 (amount), columns sale_id", {101, 103, 106}),
        ("sales, columns sale_id; the amount has to be at least 9", {101, 103, 106}),
        ("sales in February or March 2024, columns sale_id", {103, 104, 105, 106, 107}),
        ("sales sold in the first half of 2024, columns sale_id", ALL),
        ("sales older than 2024-01-10, columns sale_id", {100, 101}),
        ("sales where sold_on falls in January 2024, columns sale_id", {100, 101, 102}),
        ("sales made via online, columns sale_id", ONLINE),
        ("sales, columns sale_id; the counter ones don't count", {101, 103, 104, 106}),
        ("all sales but the online ones, columns sale_id", ALL - ONLINE),
        ("sales that are neither online nor phone, columns sale_id", {100, 102, 105, 107}),
        ("sales, columns sale_id, minus anything online or phone", {100, 102, 105, 107}),
        ("sales whose channel is one of online, phone, columns sale_id", {101, 103, 104, 106}),
        ("sales through any channel but online, columns sale_id", ALL - ONLINE),
        ("sales for which no discount is recorded, columns sale_id", {100, 103, 104, 106}),
        ("sales whose discount hasn't been filled in, columns sale_id", {100, 103, 104, 106}),
        ("sales that carry a discount, columns sale_id", {101, 102, 105, 107}),
        ("sales, columns sale_id; a sale without a discount shouldn't be part of it", {101, 102, 105, 107}),
        ("sales with the discount under 1 or missing, columns sale_id", {100, 102, 103, 104, 106}),
        ("sales that are online or whose discount hasn't been filled in, columns sale_id", {100, 101, 103, 104, 106}),
        ("sales where amount is more than 4 above quantity, columns sale_id", {100, 101, 103, 106}),
        ("sales where quantity is less than half of amount, columns sale_id", {100, 101, 102, 103, 104, 105, 106, 107}),
    ],
)
def test_sales(prompt, rows):
    assert kept(prompt) == rows


@pytest.mark.parametrize(
    ("prompt", "domain", "key", "rows"),
    [
        ("products with 'cl' in the product name, columns product_id", "bakery", "product_id", {12}),
        (
            "products whose product name doesn't contain 'cone', columns product_id",
            "bakery",
            "product_id",
            {10, 11, 12},
        ),
        ("shops opened in 2019 or 2020, columns shop_id", "bakery", "shop_id", {1, 2}),
        ("visits above 15 euros (fee_cents is in cents), columns visit_id", "clinic", "visit_id", {2}),
        ("visits with over 60 minutes between arrived_at and left_at, columns visit_id", "clinic", "visit_id", {1, 2}),
        ("visits that took no longer than a minute (walk_s), columns visit_id", "clinic", "visit_id", {3}),
        ("trips where actual_departure is later than planned_departure, columns trip_id", "depot", "trip_id", {1}),
        ("trips, columns trip_id, regardless of whether they were scrapped", "depot", "trip_id", {1, 2, 3, 4, 5}),
        ("drivers missing either chief_no or quit_on, columns driver_id", "depot", "driver_id", {1, 2, 4}),
        ("drivers with neither a chief_no nor a quit_on, columns driver_id", "depot", "driver_id", {1}),
    ],
)  # fmt: skip
def test_other_rows(prompt, domain, key, rows):
    assert kept(prompt, key, domain) == rows


def test_a_condition_of_one_measure_stays_with_it():
    rows = run("per channel the number of sales as n and the number of sales with no discount recorded as bare")

    assert {row["channel"]: (row["n"], row["bare"]) for row in rows} == {
        "counter": (4, 1), "online": (3, 2), "phone": (1, 1)}  # fmt: skip


def test_a_condition_behind_a_name_is_no_name():
    rows = run("number of sales per shop_id as trips, without online")

    assert {row["shop_id"]: row["trips"] for row in rows} == {1: 2, 2: 2, 3: 1}


def test_the_ones_without_are_counted_beside_all():
    rows = run("count all sales per shop_id and the ones without a discount")

    counts = {row["shop_id"]: (row["sale_count"], row["matching_count"]) for row in rows}
    assert counts == {1: (3, 1), 2: (3, 2), 3: (2, 1)}


@pytest.mark.parametrize(
    "prompt",
    [
        "share of sales per shop_id that lack a discount",
        "average amount with and without a discount",
        "everything but online sales with quantity over 1, columns sale_id",
        "sales without a discount or amount, columns sale_id",
        "sales, columns sale_id. Don't drop sales without a discount.",
    ],
)
def test_what_is_not_certain_is_asked(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_every_spelling_of_a_value_is_meant(monkeypatch):
    messy = [{"id": 1, "way": "web"}, {"id": 2, "way": " Web"}, {"id": 3, "way": "till"}]
    monkeypatch.setitem(TABLES, "raw.kiosk.tickets", messy)

    assert kept("web tickets, columns id", "id", "kiosk") == {1, 2}
    assert kept("tickets where way is 'web', columns id", "id", "kiosk") == {1}


@pytest.mark.parametrize("said", [
    "Sales nobody reduced, i.e. discount is empty: sale_id",
    "sale_id of sales nobody reduced, in other words without a discount",
    "sales at full price, meaning discount is missing; show sale_id",
])  # fmt: skip
def test_words_that_are_explained_behind_them(said):
    assert sorted(row["sale_id"] for row in run(said)) == [100, 103, 104, 106]


@pytest.mark.parametrize("said", [
    "cheapest sales, i.e. discount is empty: sale_id",
    "sales not discounted, i.e. discount is filled: sale_id",
    "sales from Leeds nobody saw, i.e. discount is empty or odd: sale_id",
])  # fmt: skip
def test_words_with_a_meaning_of_their_own_are_not_explained_away(said):
    assert not isinstance(plan(said), Proposal)


@pytest.mark.parametrize(("said", "kept"), [
    ("number of sales per channel; discount sales (discount is filled) are left out", {"counter": 1, "online": 2}),
    ("number of sales per channel. Leave out discount sales (discount is filled).", {"counter": 1, "online": 2}),
    ("number of sales per channel, only discount sales (discount over 1)", {"counter": 1}),
])  # fmt: skip
def test_rows_named_after_a_column_that_the_parenthesis_tests(said, kept):
    assert {row["channel"]: row["sale_count"] for row in run(said) if row["channel"] != "phone"} == kept


def test_a_stand_of_sales_is_the_stand_where_nothing_is_called_after_sales():
    assert [row["gate"] for row in run("number of visits per sales gate", "market")] != []


@pytest.mark.parametrize(("said", "kept"), [
    ("sale_id of sales that aren't online", [100, 102, 103, 105, 107]),
    ("sales with a discount that weren't counter or phone: sale_id", [101]),
    ("sale_id of the sales, sales without a discount ignored", [101, 102, 105, 107]),
    ("sale_id of all sales, without reduced sales (discount is filled)", [100, 103, 104, 106]),
    ("sales with a discount that were online: sale_id", [101]),
])  # fmt: skip
def test_rows_that_are_denied_or_ignored(said, kept):
    assert sorted(row["sale_id"] for row in run(said)) == kept
