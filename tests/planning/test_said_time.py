"""Time and neighbouring rows, in the words that people have for them."""

from __future__ import annotations

from datetime import date

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(prompt, *names):
    """The values of some columns, row by row, in order."""
    rows = [tuple(row[name] for name in names) for row in run(prompt)]
    return sorted(rows, key=lambda row: tuple((value is not None, value) for value in row))


JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("shops: name, check_on = opened_on + 2 weeks", date(2019, 4, 15)),
        ("shops with a check date 10 days after opened_on: name, check_on", date(2019, 4, 11)),
        ("Add 3 months to opened_on and call it review_on; show name and review_on", date(2019, 7, 1)),
        ("shops: name, closes = the last day of the month of opened_on", date(2019, 4, 30)),
        ("shops: name, starts = the first day of the month after opened_on", date(2019, 5, 1)),
        ("shops: name, age = completed years from opened_on to 2024-03-31", 4),
        ("shops: name, age = days from opened_on to 2019-04-10, both days counted", 10),
        ("shops: name, opened_on (dd.mm.yyyy)", "01.04.2019"),
        ("name and opened_month, the opened_on written as yyyy-mm, of shops", "2019-04"),
    ],
)
def test_dates_that_are_made_of_dates(prompt, expected):
    rows = run(prompt)

    (found,) = [row for row in rows if row["name"] == "Mill Lane"]
    assert [value for key, value in found.items() if key != "name"] == [expected]


@pytest.mark.parametrize(
    ("prompt", "names", "expected"),
    [
        ("sales per month of sold_on: month (yyyy-mm), n", ("month", "n"),
         [("2024-01", 3), ("2024-02", 3), ("2024-03", 2)]),
        ("How many sales were made in each month? Columns month (first day of the month) and sales.",
         ("month", "sales"), [(JAN, 3), (FEB, 3), (MAR, 2)]),
        ("number of sales per quarter of sold_on: quarter as 2024-Q1, n", ("quarter", "n"), [("2024-Q1", 8)]),
        ("number of shops per month number of opened_on", ("month", "shop_count"), [(1, 1), (4, 1), (6, 1), (9, 1)]),
        ("Sum amount per sold_on and carry a running total forward: day, total, running_total",
         ("day", "running_total"),
         [(date(2024, 1, 5), 8.0), (date(2024, 1, 9), 18.0), (date(2024, 1, 20), 22.0), (date(2024, 2, 2), 31.0),
          (date(2024, 2, 11), 34.0), (date(2024, 2, 14), 39.0), (date(2024, 3, 1), 59.0), (date(2024, 3, 3), 65.0)]),
        ("sum of amount per month of sold_on with the sum over the current and the preceding month: "
         "month, amount, amount_2m", ("month", "amount_2m"), [(JAN, 22.0), (FEB, 39.0), (MAR, 43.0)]),
        ("Monthly sales by sold_on: month, sales, prev_sales (previous month's sales), "
         "diff (change against the previous month)", ("month", "prev_sales", "diff"),
         [(JAN, None, None), (FEB, 3, 0), (MAR, 3, -1)]),
        ("sales per month of sold_on with the cumulative share in percent rounded to 1 decimal: month, n, cum_pct",
         ("month", "cum_pct"), [(JAN, 37.5), (FEB, 75.0), (MAR, 100.0)]),
        ("number of shops per year of opened_on with the value of the same year a year earlier as before",
         ("year", "before"), [(2019, None), (2020, 1), (2021, 1), (2023, None)]),
        ("sales on weekends versus weekdays: kind, sales", ("kind", "sales"), [("weekday", 5), ("weekend", 3)]),
        ("shops by month of their first sale: month, shops", ("month", "shops"), [(JAN, 2), (FEB, 1)]),
        ("number of sales per month of sold_on from 2023-12-01 to 2024-04-30, zero for months with none: month, n",
         ("month", "n"), [(date(2023, 12, 1), 0), (JAN, 3), (FEB, 3), (MAR, 2), (date(2024, 4, 1), 0)]),
    ],
)  # fmt: skip
def test_groups_of_time(prompt, names, expected):
    assert values(prompt, *names) == expected


@pytest.mark.parametrize(
    ("prompt", "names", "expected"),
    [
        ("sales: sale_id, gap = days until the next sale of the same shop_id", ("sale_id", "gap"),
         [(100, 4), (101, 54), (102, 13), (103, 9), (104, None), (105, 16), (106, None), (107, None)]),
        ("sales where the channel differs from the previous one of the same shop (by sold_on): "
         "sale_id, prev_channel, channel", ("sale_id", "prev_channel"),
         [(101, "counter"), (103, "counter"), (104, "phone"), (106, "counter"), (107, "online")]),
        ("sales: sale_id, visit_no = session number per shop_id, new after at least 16 days, by sold_on",
         ("sale_id", "visit_no"),
         [(100, 1), (101, 1), (102, 1), (103, 1), (104, 1), (105, 1), (106, 2), (107, 2)]),
        ("How many sessions per shop: a new one starts after more than 16 days between two sales",
         ("shop_id", "max_session"), [(1, 2), (2, 1), (3, 1)]),
        ("give each sale of a shop a sequence number by sold_on: sale_id, nth", ("sale_id", "nth"),
         [(100, 1), (101, 2), (102, 1), (103, 2), (104, 3), (105, 1), (106, 2), (107, 3)]),
        ("the last two sales of each shop by sold_on", ("sale_id",), [(101,), (103,), (104,), (105,), (106,), (107,)]),
    ],
)  # fmt: skip
def test_neighbouring_rows(prompt, names, expected):
    assert values(prompt, *names) == expected


def test_the_days_without_rows_alone():
    found = run("List the days of January 2024 without any sales in a column called free_day")

    assert {row["free_day"].day for row in found} == set(range(1, 32)) - {5, 9, 20}


@pytest.mark.parametrize(
    "prompt",
    [
        "sales per month of sold_on: month (whatever fits), n",
        "sales: sale_id, prev = previous channel of the same shop, by month",
        "sales per week with the value of the same week a year earlier",
        "trips: trip_id, due = planned_departure + 2 days",
    ],
)
def test_what_is_not_certain_is_no_plan(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_the_part_of_a_date_says_of_which_date_it_is_in_the_list():
    rows = run(
        "visits by hour of the day: start_hour (0-23, from arrived_at), weekday_visits and weekend_visits "
        "(saturday and sunday), sorted by start_hour",
        "clinic",
    )

    assert [tuple(row.values()) for row in rows] == [(8, 0, 1), (10, 2, 0), (23, 1, 0)]


@pytest.mark.parametrize(("said", "kept"), [
    ("visit_id of the visits where the hour of visited_at is under 10", [1, 4]),
    ("visits with hour(visited_at) >= 10: visit_id", [2, 3]),
    ("visit_id of visits, only those with the hour of visited_at from 10 to 11", [2, 3]),
    ("visits whose hour of the day of visited_at is between 9 and 10, visit_id only", [1, 2, 4]),
    ("visit_id of visits where hour of visited_at is 11 or later", [3]),
])  # fmt: skip
def test_the_hour_of_a_moment_is_compared(said, kept):
    assert sorted(row["visit_id"] for row in run(said, "market")) == kept


@pytest.mark.parametrize("said", [
    "Split visits by the hour of visited_at into day_part: 'early' for hours 6 to 9, 'late' 10 to 15, 'other' for the "
    "rest. Per part the number of visits.",
    "Label visits by hour of visited_at as day_part: 'early' before 10, 'late' otherwise. Count visits per day_part.",
    "Classify visits by hour(visited_at) into day_part: 'early' up to 9, 'late' from 10 on. Number of visits per "
    "day_part",
])  # fmt: skip
def test_classes_of_the_hour_of_a_moment(said):
    assert {row["day_part"]: row["visit_count"] for row in run(said, "market")} == {"early": 2, "late": 2}


@pytest.mark.parametrize("said", [
    "visits with more than 9 hours of visited_at: visit_id",
    "visit_id of visits where the hour of fee_cents is under 10",
    "visit_id of visits where the rush hour of visited_at is under 10",
])  # fmt: skip
def test_other_hours_are_no_hour_of_a_moment(said):
    found = plan(said, "market")
    assert not isinstance(found, Proposal) or "hour(" not in str(found.spec)


@pytest.mark.parametrize("note", [
    "(1 = Monday up to 7 = Sunday)", "(1 for Monday to 7 for Sunday)", "(1 = Monday)", "(Monday = 1)",
])  # fmt: skip
def test_weekdays_are_numbered_from_monday_on(note):
    rows = run(f"number of visits by day of the week of visited_at {note}", "market")
    assert {row["weekday"]: row["visit_count"] for row in rows} == {3: 3, 4: 1}


@pytest.mark.parametrize("note", [
    "(1 = Sunday)", "(Sunday = 1)", "(1 = Sunday to 7 = Saturday)", "(Sunday is 1, Monday is 2)",
    "(1 to 7, Sunday first)",
])  # fmt: skip
def test_weekdays_that_begin_on_a_sunday_are_asked_about(note):
    assert not isinstance(plan(f"number of visits by day of the week of visited_at {note}", "market"), Proposal)
