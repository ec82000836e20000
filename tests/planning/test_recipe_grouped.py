"""Grouped tables in many wordings: the rows, and what must not be answered."""

from __future__ import annotations

from typing import Any

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=str)


def test_counts_totals_and_shares_stand_side_by_side() -> None:
    found = run(
        "Ticket SH-12: channel statistics. Columns: channel, sales_cnt (number of sales), total_amt (sum of amount), "
        "share (of all sales, decimal fraction, 3 digits).",
        "bakery",
    )

    assert [row[:3] for row in values(found)] == [("counter", 4, 23.0), ("online", 3, 33.0), ("phone", 1, 9.0)]


def test_shops_without_sales_stay_with_zeros() -> None:
    found = run(
        "Shop overview: shop_id, name, sales_cnt (number of sales) and total_amt (sum of amount). "
        "Shops that never sold anything must still be listed, with 0 in both.",
        "bakery",
    )

    assert values(found) == [
        (1, "Mill Lane", 3, 24.0),
        (2, "Old Town", 3, 16.0),
        (3, "Station", 2, 25.0),
        (4, "Harbour", 0, 0.0),
    ]


@pytest.mark.parametrize("prompt", ["Columns: channel, worth. The good ones only.", "channel, avg_minutes per shop"])
def test_what_is_not_clear_is_not_planned(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bakery"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "A ride is slow if it has a back_ts more than 30 minutes after out_ts.",
        "Docks and rides: the popular docks with their rides, columns dock_cd and rides, for the good ones.",
        "Rides by dock: dock_cd, rides, late_rides, late_share to 2 decimals for rides of each dock.",
    ],
)
def test_what_late_means_is_not_guessed(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bikes"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "A ride is long if more than 30 minutes lie between out_ts and back_ts; skip rides without a back_ts. "
        "dock_cd, rides, long_rides, long_share with 2 decimals.",
        "Rides with no back_ts are left out. Per dock_cd: rides (number of rides), long_rides (number of long ones), "
        "long_share (long_rides / rides, 2 decimals). Long means over 30 minutes from out_ts to back_ts.",
    ],
)
def test_rows_by_the_time_between_two_columns(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("K1", 2, 1, 0.5), ("K2", 2, 2, 1.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Put the rides into classes by len_m: below 1 km is 'hop', 1 km up to but excluding 3 km 'trip', 3 km and more "
        "'tour'. Ignore rides whose len_m is unknown. Give size_class, rides and avg_km (mean len_m in km, 1 decimal).",
        "Classify rides on len_m: under 1 km = hop, 1 km to under 3 km = trip, 3 km and up = tour; rides with no len_m "
        "stay out. Columns size_class, rides (how many) and avg_km, the mean len_m / 1000 to 1 decimal.",
    ],
)
def test_classes_in_another_unit_than_the_column(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("hop", 1, 0.4), ("tour", 1, 3.5), ("trip", 2, 1.6)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Add end_grp to the rides: lost and stolen both become 'stolen', any other end_st stays as it is. Columns "
        "end_grp and rides, the number of rides of each.",
    ],
)
def test_values_that_become_one(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("ok", 3), ("stolen", 2)]


def test_median_of_minutes_by_the_name_of_the_dock() -> None:
    found = run(
        "median and p75 of the minutes from out_ts to back_ts by dock name, rides with an empty back_ts don't count. "
        "Columns: dock, med, p75",
        "bikes",
    )

    assert values(found) == [("Pier", 35.0, 42.5), ("Quay", 65.0, 77.5)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Number of rides per dock_cd since April 2024 (out_ts): dock_cd, rides", [("K1", 1), ("K2", 2)]),
        ("How many rides per dock_cd in March 2024 (out_ts)? Columns dock_cd and rides.", [("K1", 2)]),
        (
            "Please give the rides per dock_cd with out_ts between 2024-03-01 and 2024-04-02: dock_cd, rides",
            [("K1", 3)],
        ),
    ],
)
def test_rows_of_a_span_of_time(prompt: str, expected: list[tuple[Any, ...]]) -> None:
    assert values(run(prompt, "bikes")) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "Bring the weather to the rides by dock_cd and the day of out_ts (no weather row: the ride is left out). wet "
        "is true when rain_mm is over 1, otherwise false. Columns wet, rides, avg_len (mean len_m, 1 decimal).",
        "Match rides with weather on dock_cd and day = the date of out_ts; rides without weather drop out. wet = "
        "rain_mm greater than 1, false otherwise. For wet and not wet: wet, rides, avg_len (average len_m, 1 decimal).",
    ],
)
def test_a_flag_of_a_table_that_is_joined_by_place_and_day(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [(False, 2, 1600.0), (True, 2, 1950.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "How many docks of each zone have no ride at all? Columns zone and unused, please.",
        "Count, for every zone, the docks that were never recorded in rides so far. zone, unused_docks; zones where "
        "every dock was used need not appear.",
        "per zone, the number of docks nobody ever used (no row in rides). zone, NeverUsed. zones where everything got "
        "used can be left out",
    ],
)
def test_things_that_nothing_refers_to_per_group(prompt: str) -> None:
    assert values(confirmed(prompt, "bikes")) == [("north", 1), ("south", 1)]


def test_things_without_some_of_what_refers_to_them_are_not_those_without_any() -> None:
    prompt = "How many docks of each zone have no stolen ride at all? Columns zone and unused, please."

    assert values(run(prompt, "bikes")) == [("north", 2), ("south", 1)]


def test_the_key_may_stand_outside_of_the_list() -> None:
    found = run(
        "Please refresh curated.bikes.gone every morning at 5:30. It holds, for each dock_cd with unfinished rides "
        "(end_st lost or stolen), how many there are, in a column called gone.",
        "bikes",
    )

    assert values(found) == [("K1", 1), ("K2", 1)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Group the rides into length classes by len_m: below 1 km is 'short', 1 km up to below 3 km is 'mid', anything "
        "from 3 km is 'long'. Rides lacking len_m are skipped. For each len_class show rides (count) and avg_km (mean "
        "of len_m / 1000, 2 decimals).",
        "Sort the rides into classes by len_m: 'short' is below 1 km, 'mid' from 1 km up to but not including 3 km, "
        "'long' from there on; rides without a len_m are left out. Per class count the rides and average len_m in km "
        "(len_m / 1000, 2 decimals). Name them len_class, rides, avg_km.",
    ],
)
def test_classes_are_keyed_by_the_name_that_leads_the_list(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("long", 1, 3.5), ("mid", 2, 1.6), ("short", 1, 0.4)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Add up the sales amount by month of sold_on as taken, and put delta next to it: taken less taken of the "
        "preceding month. month is the first day of the month, rows in month order.",
        "Finance asks for the amount of the sales by month of sold_on. Three columns in date order: month_start (a "
        "date, the 1st), sum_amt, and diff_amt which compares with the month in the row above (this minus that; empty "
        "in the first row).",
    ],
)
def test_what_is_put_next_to_a_total_is_the_change(prompt: str) -> None:
    assert [tuple(row.values())[1:] for row in run(prompt, "bakery")] == [(22.0, None), (17.0, -5.0), (26.0, 9.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Net sales by channel. Leave out sales with channel phone. Net is amount less discount, and no discount means "
        "no rebate. Return channel, net_amt (2 decimals).",
        "Net sales by channel. Leave out the called-in sales (channel phone). Net is amount less discount, where an "
        "empty discount means no rebate. Return channel, net_amt (2 decimals).",
    ],
)
def test_what_is_missing_may_mean_nothing_and_values_may_be_left_out(prompt: str) -> None:
    assert values(run(prompt, "bakery")) == [("counter", 19.5), ("online", 32.0)]


def test_a_flag_of_one_time_after_another_is_counted() -> None:
    found = run(
        "A ride is long if back_ts is more than 30 minutes after out_ts; rides without back_ts are excluded. Per "
        "dock_cd give rides, long_rides and long_share (long_rides / rides, 2 decimals).",
        "bikes",
    )

    assert values(found) == [("K1", 2, 1, 0.5), ("K2", 2, 2, 1.0)]


def test_a_flag_of_two_bounds_is_counted() -> None:
    found = run(
        "A ride is odd if len_m lies below 500 or above 3000. Ignoring rides with no len_m, list per "
        "dock_cd: rides, odd, odd_rate (2 decimals).",
        "bikes",
    )

    assert values(found) == [("K1", 3, 1, 0.33), ("K2", 1, 1, 1.0)]


def test_a_mean_over_rows_is_no_limit() -> None:
    found = run(
        "Sales per day of sold_on as sold_day and sales, along with ma_3: the mean of sales over that row and the two "
        "rows preceding it (fewer at the beginning), two decimals. Only days that have sales, ascending.",
        "bakery",
    )

    assert [row["ma_3"] for row in found] == [1.0] * 8


@pytest.mark.parametrize(
    ("prompt", "domain", "expected"),
    [
        (
            "Every trip counts: for each driver_id how many of the trips there are. Trips nobody is assigned to are "
            "left out. Column names driver_id and trips.",
            "depot",
            [(1, 2), (2, 2)],
        ),
        (
            "Join shops and sales on shop_id, add up the amount per shop, and leave only the shops whose amounts come "
            "to more than 20. Output shop_id, name and amount_total.",
            "bakery",
            [(1, "Mill Lane", 24.0), (3, "Station", 25.0)],
        ),
        (
            "Median and 75th percentile (interpolated linearly) of amount for each channel of the sales. Call them med "
            "and p75.",
            "bakery",
            [("counter", 5.5, 6.5), ("online", 10.0, 15.0), ("phone", 9.0, 9.0)],
        ),
    ],
)
def test_groups_by_what_is_said_about_them(prompt: str, domain: str, expected: list[tuple[Any, ...]]) -> None:
    assert values(run(prompt, domain)) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "A ride is odd if len_m lies below or above. Ignoring rides with no len_m, list per dock_cd: rides, odd.",
    ],
)
def test_bounds_that_leave_something_out_are_not_planned(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bikes"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "Mark a ride in rides as long when len_m is more than 1000 (drop rows that have no len_m), and show per "
        "dock_cd the number of rides, long_rides and long_share to 2 decimals.",
        "A ride counts as long if len_m is above 1000. Ignore rides with len_m empty. Give me, per dock_cd, the number "
        "of rides, long_rides, and long_share (fraction, 2 decimals).",
    ],
)
def test_a_number_in_a_list_may_have_no_name_but_what_is_counted(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("K1", 3, 2, 0.67), ("K2", 1, 1, 1.0)]


def test_a_flag_may_compare_a_column_with_a_part_of_another() -> None:
    found = run(
        "Take loans. pricey is true when fee was at least 10 % of deposit, otherwise false (a missing value included). "
        "For both groups: pricey, loans, avg_fee = mean fee to 1 decimal.",
        "lib",
    )

    assert values(found) == [(False, 2, 2.0), (True, 3, 3.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "From docks, leave out those without a built, compute age as 2025 minus built, and for each zone with at least "
        "2 of these docks show zone, docks and avg_age to 1 decimal.",
        "Age of docks as of 2025: age = 2025 - built, docks whose built is missing are not considered. Per zone with 2 "
        "or more such docks: zone, docks, avg_age with one decimal.",
    ],
)
def test_an_age_is_a_year_less_a_year_and_at_least_is_no_rank(prompt: str) -> None:
    assert values(run(prompt, "bikes")) == [("north", 2, 5.0)]


def test_what_is_listed_as_measure_and_as_key_comes_to_an_end() -> None:
    """Adding what a result is by never adds it again and again."""
    assert plan("unpivot quotas on jan, feb, mar into name month, value quota", "market") is not None
