"""Requests over two tables in everyday words: things with and without rows of another table, and their names."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(rows):
    """Rows without the names of their columns."""
    return sorted(tuple(row.values()) for row in rows)


COUNTS = [("Harbour", 0), ("Mill Lane", 3), ("Old Town", 3), ("Station", 2)]


@pytest.mark.parametrize("said", [
    "shop name, number of sales, 0 if none",
    "I want to see how many sales each of our shops has made, by name, nobody left out.",
    "Please list the name of every shop with its sale count, including shops that have no sales as zero.",
    "All shops by name with the number of sales; a shop with no sales should show 0.",
    "shop name and number of sales, no shop left out",
    "shop name, number of sales assigned, 0 if none",
])  # fmt: skip
def test_things_without_rows_are_counted_as_0(said):
    assert values(run(said)) == COUNTS


def test_rows_that_belong_to_nothing_are_left_out_where_things_are_counted():
    rows = run("driver name, number of trips, 0 if none", "depot")

    assert values(rows) == [("Ada Moss", 2), ("Ben Fox", 2), ("Cleo Hart", 0), ("Dev Rao", 0)]


@pytest.mark.parametrize("said", [
    "total amount of sales per shop name, 0 if there are none",
    "shop name and total amount, shops without sales show 0",
])  # fmt: skip
def test_totals_of_things_without_rows_are_0(said):
    assert values(run(said)) == [("Harbour", 0.0), ("Mill Lane", 24.0), ("Old Town", 16.0), ("Station", 25.0)]


def test_rows_that_do_not_count_leave_their_things_with_0():
    rows = run("shop names with number of phone sales, 0 if none")

    assert values(rows) == [("Harbour", 0), ("Mill Lane", 0), ("Old Town", 1), ("Station", 0)]


@pytest.mark.parametrize("said", [
    "shop names with number of sales, drop shops with none",
    "shop name and number of sales, shops without sales left out",
    "shop name and total amount of sales, no shop left out",
    "shop name and average amount, 0 if none",
])  # fmt: skip
def test_what_may_leave_things_without_rows_out_is_asked_about(said):
    assert not isinstance(plan(said), Proposal)
