"""Parts of the calendar as groups: how they are written, and which days count, in whatever words."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal

MONTHS = [(1, 22.0), (2, 17.0), (3, 26.0)]


def values(rows):
    """Rows without the names of their columns."""
    return sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize("said", [
    "Total amount of sales per month of sold_on in 2024, month as number 1 to 12",
    "sales: month (1, 2, 3 ...) of sold_on and the sum of amount",
    "For every month of 2024, numbered 1-12, I need the total amount of the sales made in it.",
    "sales where year(sold_on) = 2024, group by month(sold_on), sum(amount)",
    "Pivot the 2024 sales: rows are the month numbers of sold_on, value is the sum of amount.",
    "sum sales.amount by month number, sold_on in 2024",
])  # fmt: skip
def test_months_as_numbers(said):
    assert values(run(said)) == MONTHS


@pytest.mark.parametrize("said", [
    "sales per weekday name (Monday, Tuesday, ...): number of sales",
    "How many sales fall on each day of the week? Write the days as Monday, Tuesday and so on.",
    "Please count sales by day of the week, using the full day name.",
    "Group the sales on the name of the day, Monday to Sunday, with a count each.",
    "weekday in words (like Saturday) and number of sales",
])  # fmt: skip
def test_weekdays_by_their_names(said):
    assert values(run(said)) == values(run("number of sales per weekday name"))


@pytest.mark.parametrize("said", [
    "sum of amount and the month like 2024-03, from sales by month",
    "sales by month formatted YYYY-MM with the sum of amount",
    "Monthly total amount of the sales, the month written e.g. 2024-03",
])  # fmt: skip
def test_months_as_texts_like_an_example(said):
    assert sorted(str(row["month"]) for row in run(said)) == ["2024-01", "2024-02", "2024-03"]


@pytest.mark.parametrize("said", [
    "sales: month (1, 3) of sold_on and the sum of amount",
    "sales by month like Rye, sum of amount",
    "average amount of the first month of 2024 in sales",
])  # fmt: skip
def test_what_only_looks_like_it_is_asked_about(said):
    assert not isinstance(plan(said), Proposal)


@pytest.mark.parametrize("said", [
    "Pivot of sales: channel in rows, number of sales as value",
    "Pivot table on sales with channel as rows and the number of sales as values",
    "Pivot on sales: rows = channel, values = number of sales",
    "Group the sales on channel with the number of sales",
])  # fmt: skip
def test_groups_told_by_a_layout(said):
    assert values(run(said)) == values(run("number of sales per channel"))


@pytest.mark.parametrize("said", [
    "How many different shops have made a sale?",
    "Tell me how many different shops had sales",
])  # fmt: skip
def test_things_that_count_once(said):
    assert values(run(said)) == [(3,)]


@pytest.mark.parametrize("said", [
    "number of sales per year and month as yyyy-mm",
    "number of sales per year and month in format yyyy-mm",
    "number of sales by year and month (YYYY-MM)",
])  # fmt: skip
def test_a_year_and_a_month_in_one_form_are_one_key(said):
    assert sorted(list(row.values()) for row in run(said)) == [["2024-01", 3], ["2024-02", 3], ["2024-03", 2]]
