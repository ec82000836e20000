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
