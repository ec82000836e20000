"""Shares, growth, changes, moving averages, numbered rows, sessions and cohorts in further wordings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal


def values(prompt: str, domain: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in run(prompt, domain)), key=str)


@pytest.mark.parametrize(
    "prompt",
    [
        "How is the amount of our sales spread over the channels? Per channel the sum of amount as taken, and taken as "
        "a fraction of all of it (3 decimals) as part.",
        "What fraction of the amount of sales does each channel account for? Give channel, taken (the sum of amount) "
        "and part, a number from 0 to 1 with 3 decimals.",
    ],
)
def test_a_share_of_the_total_by_what_stands_behind_per(prompt: str) -> None:
    assert values(prompt, "bakery") == [("counter", 23.0, 0.354), ("online", 33.0, 0.508), ("phone", 9.0, 0.138)]


def test_a_share_behind_a_count_is_a_column_of_its_own() -> None:
    prompt = "Distribution of sales over channels: channel, sales, fraction of all sales (3 decimals) as fraction"

    found = sorted(tuple(row.values()) for row in confirmed(prompt, "bakery"))
    assert found == [("counter", 4, 0.5), ("online", 3, 0.375), ("phone", 1, 0.125)]


def test_texts_of_money_with_the_letters_of_a_currency_are_added_up() -> None:
    prompt = (
        "What fraction of the income of batches does each press_id account for? price_txt is text along the lines of "
        "'EUR 1,234.00'. Give press_id, income (the sum) and fraction, a number from 0 to 1 with 4 decimals."
    )

    found = values(prompt, "mint")

    assert [(press, float(income), part) for press, income, part in found] == [(1, 2050.5, 0.6722), (2, 1000.0, 0.3278)]


def test_days_of_eight_digits_make_months_and_are_no_amount() -> None:
    months = (
        "struck_ymd holds dates like 20240301. Per press and month of it: how many batches. "
        "Columns press_id, struck_month (first day), batches."
    )
    growth = (
        "Tonnes per maker country, and its growth: country, yr (year of struck_ymd), tonnes, growth_pct = percent "
        "change to the previous year of that country, 1 decimal, nothing in a country's first year."
    )

    assert values(months, "mint") == [(1, date(2023, 1, 1), 1), (1, date(2024, 3, 1), 2), (2, date(2024, 3, 1), 1)]
    assert values(growth, "mint") == [("FR", 2023, 0.4, None), ("FR", 2024, 1.1, 175.0), ("PT", 2024, 1.5, None)]


def test_a_word_for_gaps_may_be_a_value() -> None:
    prompt = "press_id and number of batches per press_id, skip state absent. Columns press_id, batches"

    assert values(prompt, "mint") == [(1, 2), (2, 1)]


def test_each_row_has_the_price_of_what_it_refers_to() -> None:
    prompt = (
        "Every sale is billed at the price of its product. Sum this by month of sold_on as billed, and put delta next "
        "to it: billed less billed of the preceding month. month is to be shown as its first day. "
        "Columns month, billed, delta."
    )

    assert values(prompt, "bakery") == [
        (date(2024, 1, 1), 10.5, None), (date(2024, 2, 1), 8.5, -2.0), (date(2024, 3, 1), 7.0, -1.5)]  # fmt: skip


def test_a_join_on_a_day_gives_each_row_its_measure() -> None:
    prompt = (
        "Does rain matter? Attach to each ride the weather row of its dock and the ride's calendar day (rides with no "
        "weather row drop out). rainy = true when rain_mm is over 1, else false. Result: rainy, rides, avg_rain (mean "
        "rain_mm over those rides, 2 decimals)."
    )

    assert values(prompt, "bikes") == [(False, 2, 0.25), (True, 2, 3.25)]


def test_a_moving_average_of_a_total_along_a_date_of_the_table() -> None:
    prompt = (
        "Daily amounts: total amount per sold_on as day_amount, plus avg_2, the mean of day_amount over that row and "
        "the one row before it in date order (fewer at the beginning), 1 decimal. Sort by sold_on."
    )

    assert [tuple(row.values()) for row in run(prompt, "bakery")[:3]] == [
        (date(2024, 1, 5), 8.0, 8.0),
        (date(2024, 1, 9), 10.0, 9.0),
        (date(2024, 1, 20), 4.0, 7.0),
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "Per foreman_ref number the audits by audited_on (1 = earliest, equal dates by audit_id) as audit_no and add "
        "gap_days, the days since the same foreman's audit before. Return audit_id, foreman_ref, audit_no, gap_days.",
        "Number the audits of each foreman_ref from oldest to newest as audit_no (audited_on, then audit_id on the "
        "same day) and compute gap_days, the days between an audit and the one before it of the same foreman_ref. "
        "Output audit_id, foreman_ref, audit_no, gap_days.",
    ],
)
def test_rows_are_numbered_by_a_number_that_is_listed(prompt: str) -> None:
    assert values(prompt, "mint") == [(1, 70, 1, None), (2, 70, 2, 4), (3, 71, 1, None), (4, 70, 3, 0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Number the audits of each foreman_ref from newest to oldest as audit_no (audited_on, then audit_id on the "
        "same day). Output audit_id, foreman_ref, audited_on, audit_no.",
        "Income per press of the batches: press_id, income (the sum) and fraction of all income, plus the rest.",
    ],
)
def test_what_is_not_clear_is_not_planned(prompt: str) -> None:
    assert not isinstance(plan(prompt, "mint"), Proposal)


def test_a_day_without_rows_that_must_stay_is_not_passed_over() -> None:
    prompt = "Daily sales report of the bakery: sold_on, sales; days without sales must still get a row of their own"

    assert not isinstance(plan(prompt, "bakery"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "Skater stints out of swipes: swipes of a skater belong to the same stint unless over 30 minutes passed "
        "since the one before. skater_id, stint_no (1.. per skater), first_swipe, last_swipe, swipes.",
        "Group the swipes into visits. Same skater, at most 30 minutes since the swipe before = same visit; anything "
        "longer, or the first swipe, opens a new one. Return skater_id, visit_no (counting from 1 for each skater), "
        "visit_start, visit_end, gate_passes.",
    ],
)
def test_sessions_whatever_they_are_called(prompt: str) -> None:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2024, 1, 1, hour, minute)

    assert values(prompt, "rink") == [
        (1, 1, at(10, 0), at(10, 50), 3),
        (1, 2, at(11, 21), at(11, 21), 1),
        (2, 1, at(9, 0), at(9, 30), 3),
    ]


def test_cohorts_told_column_by_column() -> None:
    prompt = (
        "Retention of skaters: first_month is the month (as 2023-04) of a skater's earliest bought_on, months_later "
        "the count of calendar months from there to the bought_on month of any of their tickets, skaters the number of "
        "different skaters in that cell. One row per first_month and months_later that occurs."
    )

    assert values(prompt, "rink") == [("2023-01", 0, 2), ("2023-01", 12, 1), ("2023-01", 2, 1), ("2023-02", 0, 1)]
