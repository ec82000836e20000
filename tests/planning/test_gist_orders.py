"""In which order rows stand and how many come first, in whatever words; what stays open is asked."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def firsts(said, *domains):
    """The first column of each row of a result, in its order."""
    return [next(iter(row.values())) for row in run(said, *domains)]


@pytest.mark.parametrize("said", [
    "name and opened_on of the two shops that opened last, newest first",
    "the two most recently opened shops: name, opened_on",
    "name, opened_on of our two newest shops in descending date order",
    "shops -> opened_on desc -> first 2 rows -> name, opened_on",
    "sort shops by opening date from new to old, take two, and show name, opened_on",
])  # fmt: skip
def test_the_newest_rows(said):
    assert firsts(said) == ["Harbour", "Station"]


@pytest.mark.parametrize("said", [
    "two priciest products, product_name and price, starting with the priciest",
    "product_name and price of the first two rows of products sorted by price descending",
    "Sort products from highest to lowest price, keep the first two rows, columns product_name and price",
])  # fmt: skip
def test_the_largest_rows(said):
    assert run(said) == [{"product_name": "Rye", "price": 4.0}, {"product_name": "Eclair", "price": 3.0}]


def test_the_largest_values_are_shown_themselves():
    assert run("largest 2 values of amount in sales with sale_id beside them, big to small") == [
        {"amount": 20.0, "sale_id": 106}, {"amount": 10.0, "sale_id": 101}]  # fmt: skip


@pytest.mark.parametrize("said", [
    "sort sales by channel, within a channel by amount descending; show sale_id, channel, amount",
    "list sales, channels alphabetical and the highest amount first within each channel: sale_id, channel, amount",
    "sale_id, channel, amount of sales ordered by channel and then from highest to lowest amount",
    "sale_id, channel, amount from sales, sort on channel A-Z, then on amount large to small",
    "only sale_id, channel and amount from sales, arranged by channel first and falling amount second",
])  # fmt: skip
def test_one_order_within_another(said):
    assert firsts(said) == [100, 107, 105, 102, 106, 101, 104, 103]


def test_a_direction_is_of_the_name_right_in_front():
    assert firsts("shops by city ascending, name desc: name, city") == ["Harbour", "Station", "Mill Lane", "Old Town"]


@pytest.mark.parametrize("said", [
    "three newest tickets: ticket_id, expired_on",
    "three newest tickets: ticket_id, kind",
    "three priciest loans: loan_id, fee",
])  # fmt: skip
def test_it_is_asked_by_what_the_first_come_first(said):
    assert not isinstance(plan(said, "rink", "lib"), Proposal)


def test_what_stands_behind_the_direction_is_no_further_group():
    said = "sum of amount per channel, descending by channel"

    assert [row["channel"] for row in run(said)] == ["phone", "online", "counter"]


@pytest.mark.parametrize(
    ("said", "levels"),
    [
        ("max level per gauge, gauge ascending", ["lock", "weir"]),
        ("max level per gauge, gauge descending", ["weir", "lock"]),
        ("max level per gauge, ascending", ["weir", "lock"]),
    ],
)
def test_a_key_that_is_named_again_tells_what_the_order_is_of(said, levels):
    assert firsts(said, "river") == levels


def test_groups_of_the_calendar_that_are_sorted_stand_as_the_calendar_has_them():
    assert [str(first) for first in firsts("number of sales per month, sorted")] == [
        "2024-01-01", "2024-02-01", "2024-03-01",
    ]  # fmt: skip
