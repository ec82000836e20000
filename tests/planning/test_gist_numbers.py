"""Numbers of rows and of a part of them: shares, counts of a part, things that count once, in whatever words."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(rows):
    """Rows without the names of their columns."""
    return sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize("said", [
    "sales: % with discount blank",
    "100.0 * rows with discount null / all rows, over sales",
    "Please work out the sales with an empty discount as a percentage of all sales.",
    "Management wants a single figure: the percent of sales lacking a discount",
    "percentage of sales where discount is null (0 to 100)",
])  # fmt: skip
def test_the_percentage_of_rows_that_are_so(said):
    assert values(run(said)) == [(50.0,)]


@pytest.mark.parametrize("said", [
    "100.0 * count(*) / total count of sales, grouped by channel",
    "sales: channel, pct (sales in the channel as percent of all sales)",
    "Pivot sales by channel with the count shown as % of grand total only.",
    "Out of every 100 sales, how many came through each channel? Give channel and that percentage.",
    "For every channel I need its share of all sales as a percentage (like 12.5).",
    "Give me the channel mix of the sales as percentages of all sales",
])  # fmt: skip
def test_the_percentage_that_each_group_is(said):
    assert values(run(said)) == [("counter", 50.0), ("online", 37.5), ("phone", 12.5)]


@pytest.mark.parametrize("said", [
    "percentage discount of the sales",
    "number of sales and percentage without discount",
    "total amount divided by all sales",
    "percentage of sales that are online and without a discount, or by phone",
])  # fmt: skip
def test_shares_that_are_open_are_asked_about(said):
    assert not isinstance(plan(said), Proposal)


@pytest.mark.parametrize("said", [
    "Tell me the number of east visits that were never noted.",
    "# east visits w/o note",
    "Please count the unnoted ones among the east visits; just the number.",
])  # fmt: skip
def test_rows_of_which_a_word_tells_that_nothing_was_done(said):
    assert values(run(said, "clinic")) == [(1,)]


@pytest.mark.parametrize("said", [
    "sum(load_minutes) by kind from trips where scrapped = false, order by the sum desc",
    "Sum the load_minutes of trips not yet scrapped by kind and order from highest to lowest sum.",
    "trips not scrapped: kind, sum of load_minutes as load, desc by load",
    "Unscrapped trips: kind and total load_minutes, descending by total",
])  # fmt: skip
def test_flags_that_are_not_so_and_orders_by_what_is_measured(said):
    assert [tuple(row.values()) for row in run(said, "depot")] == [("NORMAL", 200), ("EXPRESS", 50)]


def test_blanks_are_no_part_of_an_average_anyway():
    said = "Mean of discount by channel, sales table, ignore blanks"

    assert values(run(said)) == values(run("average discount of sales per channel"))


@pytest.mark.parametrize("said", [
    "number of sales by channel, ignore blanks",
    "unpaid sales per channel",
    "number of undiscounted sales",
    "number of sales with a discount as undiscounted, not yet rated",
])  # fmt: skip
def test_states_and_orders_that_no_column_tells_are_asked_about(said):
    assert not isinstance(plan(said), Proposal)
