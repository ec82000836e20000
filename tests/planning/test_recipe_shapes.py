# ruff: noqa: E501 (prompts are read as one line each)
"""Sessions, cohorts, columns as rows and matrices, in the words of many people."""

from datetime import date, datetime

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal, Questions


def rink(prompt):
    return sorted((tuple(row.values()) for row in run(prompt, "rink")), key=str)


def at(hour, minute):
    return datetime(2024, 1, 1, hour, minute)


@pytest.mark.parametrize("prompt", [
    "Break swipes into visits. A skater's visit ends when the next swipe comes more than 30 minutes later. One row per"
    " visit: skater_id, visit_no (counting from 1 for each skater), first_swipe, last_swipe, swipes.",
    "Two swipes of a skater that are at most 30 minutes apart belong to the same session. Show skater_id, session_no,"
    " started_at, ended_at and swipes from swipes.",
    "swipes -> sessions: skater_id, session_number (1, 2, 3 per skater), session_start, session_end, n_swipes. A new"
    " session starts after a pause of over 30 min",
    "Cut each skater's events into visits: order by swiped_at, and whenever more than 30 minutes lie between an event"
    " and the skater's previous one a new visit begins (exactly 30 is still the same visit). Number the visits from 1 per"
    " skater. Columns skater_id, visit_no, first_ev, last_ev, ev_cnt.",
    "Split the swipes of each skater into outings. A skater's first swipe opens outing 1, and a further outing opens"
    " whenever swiped_at is over 30 minutes after that of the skater's preceding swipe. Swipes without skater_id are"
    " ignored. I want skater_id, outing_no (counting from 1 per skater), FirstStart, LastStart, swipes.",
])  # fmt: skip
def test_a_longer_pause_ends_a_session(prompt):
    assert rink(prompt) == [
        (1, 1, at(10, 0), at(10, 50), 3), (1, 2, at(11, 21), at(11, 21), 1), (2, 1, at(9, 0), at(9, 30), 3)]  # fmt: skip


@pytest.mark.parametrize("prompt", [
    "Cut swipes into sittings per skater. As soon as at least 30 minutes have passed since the previous swipe, a new"
    " sitting begins. skater_id, sitting_no, first_swipe, last_swipe, swipes",
    "If a swipe comes 30 or more minutes after the skater's previous swipe, it opens a new visit. Give skater_id,"
    " visit_no, visit_start, visit_end and swipes per visit from swipes.",
    "Sessionize swipes: half an hour or longer without a swipe opens a new session. Columns skater_id, session_no,"
    " first_at, last_at, swipe_count",
])  # fmt: skip
def test_a_pause_of_just_that_length_may_end_it_too(prompt):
    assert rink(prompt) == [
        (1, 1, at(10, 0), at(10, 20), 2), (1, 2, at(10, 50), at(10, 50), 1), (1, 3, at(11, 21), at(11, 21), 1),
        (2, 1, at(9, 0), at(9, 0), 2), (2, 2, at(9, 30), at(9, 30), 1)]  # fmt: skip


@pytest.mark.parametrize("prompt", [
    "Retention: a skater's cohort is the month (YYYY-MM) of the first ticket by bought_on, whatever its kind. months_later"
    " = calendar months from there to each ticket, 0 = same month; skaters = distinct skaters. Columns: cohort,"
    " months_later, skaters.",
    "Cohorts of skaters by the month of their first bought_on in tickets, as in 2023-01. For each cohort and month_no"
    " (0 for the first month) count the different skaters. cohort, month_no, skaters",
    "A retention table on tickets, please. The cohort of a skater is the month of their very first ticket by bought_on"
    " (YYYY-MM). For each ticket work out the number of calendar months from the cohort month to the month of bought_on,"
    " then count the distinct skaters by cohort and that number. Columns cohort, month_no (0 = cohort month), people.",
])  # fmt: skip
def test_cohorts_are_followed_over_months(prompt):
    assert rink(prompt) == [("2023-01", 0, 2), ("2023-01", 12, 1), ("2023-01", 2, 1), ("2023-02", 0, 1)]


@pytest.mark.parametrize("prompt", [
    "Retention by start month: a skater's start is the month (YYYY-MM) of their first bought_on in tickets, no matter what kind. For all tickets"
    " work out months_on, i.e. the number of calendar months from the start month to the month of bought_on. Then the number"
    " of different skaters for each start and months_on, called skaters.",
    "Skater retention: the cohort of a skater is the month (YYYY-MM) of their first ticket by bought_on. For every ticket"
    " work out the number of calendar months between cohort month and ticket month, and count the different skaters per"
    " cohort and that number. Name them cohort, month_no, skaters.",
    "Retention of skaters: cohort is the month (YYYY-MM) of a skater's first bought_on in tickets, month_no the number of"
    " calendar months from the cohort month to the month of a ticket. Count the distinct skaters for each cohort and month_no."
    " Name the count skaters.",
    "Retention: a skater belongs to the cohort of the month (YYYY-MM) of their very first ticket by bought_on. For each"
    " ticket determine months_since = calendar months from the cohort month to the month of the ticket, then skaters ="
    " number of different skaters for each cohort and months_since.",
])  # fmt: skip
def test_cohorts_whose_columns_are_named_on_the_way(prompt):
    assert rink(prompt) == [("2023-01", 0, 2), ("2023-01", 12, 1), ("2023-01", 2, 1), ("2023-02", 0, 1)]


def test_cohorts_of_quarters():
    assert rink(
        "A skater belongs to the cohort of the quarter of the first bought_on in tickets, written 2023-Q1. Count distinct"
        " skaters per cohort and quarters_since, the number of quarters since then. Columns cohort, quarters_since, skaters"
    ) == [("2023-Q1", 0, 3), ("2023-Q1", 4, 1)]


@pytest.mark.parametrize("prompt", [
    "Reshape tickets so that bought_on, starts_on and expired_on come underneath each other: ticket_id, event (one of"
    " these column names), event_date. Where a date is empty there is no row.",
    "Bring bought_on, starts_on and expired_on of the tickets into one column event_date, with the name of the original "
    "column in event. Keep ticket_id, and no rows for empty dates.",
    "Reshape tickets: for each ticket_id one row for bought_on, starts_on and expired_on, with event holding the column "
    "name and event_date the date. Dates that are not there are not wanted.",
    "For the ticket timeline I need long format: one row per ticket_id and date, the columns bought_on, starts_on and "
    "expired_on folded into `event` (holding the column name) and `event_date`. No row when the date is empty.",
    "Ticket timeline in long form: a row for each of bought_on, starts_on and expired_on of tickets that has a value, with"
    " ticket_id, milestone (the column it came from) and happened_on",
])  # fmt: skip
def test_dates_become_rows(prompt):
    found = rink(prompt)
    assert len(found) == 11
    assert [row[1:] for row in found if row[0] == 12] == [("bought_on", date(2023, 1, 9))]


@pytest.mark.parametrize("prompt", [
    "From laps turn warm_s and race_s into long form (part = name of the column, seconds = its value), throw away empty"
    " values and compute mean_seconds with 1 decimal for each skater_id and part.",
    "In rink.laps turn warm_s and race_s into rows (part, reading), throw away empty readings, then average per "
    "skater_id and part as mean_seconds with 1 decimal.",
    "Turn the laps columns warm_s and race_s into rows (part = name of the column, seconds), drop empty ones, then "
    "mean_seconds by skater_id and part. Laps without a skater_id don't matter here.",
    "Unpivot warm_s and race_s of laps and drop nulls. Columns: skater_id, part, mean_seconds - the average per skater_id"
    " and part, 1 decimal.",
])  # fmt: skip
def test_columns_become_rows_that_are_averaged(prompt):
    assert rink(prompt) == [(1, "race_s", 30.0), (1, "warm_s", 45.0), (3, "race_s", 34.0), (3, "warm_s", 61.0)]


@pytest.mark.parametrize("prompt", [
    "For each skater: skater_id, skater_name, then adult_eur and child_eur by kind and total_eur over all tickets."
    " price_cents are cents, the output is in euros. Zero where there is nothing; skaters without tickets stay in, too.",
    "Tickets wide: one row per skater with skater_id, skater_name, adult_eur, child_eur (sum of price_cents of that kind,"
    " in euros) and total_eur for all tickets, 0 where there is none",
])  # fmt: skip
def test_values_are_spread_over_columns_with_a_total(prompt):
    assert rink(prompt) == [
        (1, "Ava", 31.0, 9.0, 40.0), (2, "Bo", 0.0, 7.0, 7.0), (3, "Cid", 0.0, 8.0, 8.0), (4, "Dot", 0.0, 0.0, 0.0)]  # fmt: skip


@pytest.mark.parametrize("prompt", [
    "Spread the tickets of each skater over columns by kind: one row per skater with skater_id, skater_name, adult_paid,"
    " child_paid and everything together as `paid`. Cents become euros, and a kind that a skater never bought gets 0;"
    " skaters without tickets are listed too.",
    "Spread the ticket kinds over columns, a single row for every skater: skater_id, skater_name, adult_paid, child_paid and"
    " their sum as paid. Euros instead of cents, and a kind that the skater doesn't have becomes 0.",
])  # fmt: skip
def test_a_total_may_be_told_in_any_words(prompt):
    assert rink(prompt) == [
        (1, "Ava", 31.0, 9.0, 40.0), (2, "Bo", 0.0, 7.0, 7.0), (3, "Cid", 0.0, 8.0, 8.0), (4, "Dot", 0.0, 0.0, 0.0)]  # fmt: skip


@pytest.mark.parametrize("prompt", [
    "matrix: rows = club of the skater, columns adult, child holding the number of tickets of that kind. zeros not blanks."
    " first column named team",
    "matrix: team (club of the skater) down the side, ticket kinds adult / child as columns, cells = number of tickets (0 if"
    " none)",
])  # fmt: skip
def test_the_parts_of_a_matrix_are_no_columns(prompt):
    found = confirmed(prompt, "rink")
    assert [name.lower() for name in found[0]] == ["team", "adult", "child"]
    assert sorted(tuple(row.values()) for row in found) == [("Comets", 2, 2), ("Owls", 0, 1)]


@pytest.mark.parametrize("prompt", [
    "One row per leader (the ranger in led_by) with the hike fees pivoted by year of hiked_on into fees_2023 and fees_2024."
    " The first column, leader, is their given and family name with a space between. Where there is nothing put 0.",
    "For each leader (led_by of the hike points to rangers) one row showing the sum of fee by year of hiked_on: fees_2023,"
    " fees_2024. 0 where there is nothing. First column leader = given name and family name.",
])  # fmt: skip
def test_the_first_column_may_be_the_name_of_whom_a_column_points_to(prompt):
    assert sorted(tuple(row.values()) for row in run(prompt, "camp")) == [
        ("Ida Moss", 10.0, 20.0), ("Tom Moss", 5.0, 40.0), ("Una Fern", 0, 7.0)]  # fmt: skip


def test_two_people_of_one_name_have_a_row_each():
    found = run(
        "One row per leader (the ranger in led_by) with the hike fees pivoted by year of hiked_on into fees_2023 and"
        " fees_2024. First column leader = family name. Put 0 where there is nothing.", "camp")  # fmt: skip
    assert sorted(tuple(row.values()) for row in found) == [("Fern", 0, 7.0), ("Moss", 5.0, 40.0), ("Moss", 10.0, 20.0)]


def test_which_of_two_ways_to_a_table_is_asked_where_it_is_not_said():
    assert isinstance(plan("Put the hut name next to every night.", "camp"), Questions)
    assert len(run("Join nights to huts on hut_id and count nights per hut_name", "camp")) == 3


def test_a_matrix_of_counts_and_one_of_years():
    assert rink(
        "Crosstab of swipe counts: rows are skater_id (as found in swipes), columns north and south after the gate, 0 where"
        " there is none.") == [(1, 3, 1), (2, 1, 2)]  # fmt: skip
    assert rink(
        "A matrix. Rows: trainer of the skater, with 'nobody' for skaters that have none. Columns: cents_2023, cents_2024 ="
        " price_cents of tickets by year of bought_on. Put 0 in cells that would be empty."
    ) == [("Finn", 3100, 900), ("Gro", 800, 0), ("nobody", 700, 0)]


@pytest.mark.parametrize("prompt", [
    "Break swipes into visits with a gap of 30 minutes: skater_id, visit_no, first_swipe, last_swipe, swipes",
    "Break swipes into visits after a long pause: skater_id, visit_no, first_swipe, last_swipe, swipes",
    "Sessions of swipes with more than 30 minutes between, at least 3 swipes each: skater_id, session_no, started_at,"
    " ended_at, swipes",
    "Retention of skaters: cohort is the month of a skater's first bought_on in tickets, month_no the months since. Count"
    " the distinct skaters for each cohort and month_no as skaters.",
    "Cohorts of skaters by the month of their first bought_on: cohort, month_no, skaters",
    "Tickets wide: skater_id, skater_name, adult_eur, child_eur (sum of price_cents of that kind)",
])  # fmt: skip
def test_what_is_not_said_is_not_planned(prompt):
    assert not isinstance(plan(prompt, "rink"), Proposal)
