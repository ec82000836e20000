"""Grouped tables in many wordings: the rows, and what must not be answered."""

from __future__ import annotations

from typing import Any

import pytest
from lake import plan, run

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


def test_things_that_nothing_refers_to_per_group() -> None:
    found = run("How many docks of each zone have no ride at all? Columns zone and unused, please.", "bikes")

    assert values(found) == [("north", 1), ("south", 1)]


def test_the_key_may_stand_outside_of_the_list() -> None:
    found = run(
        "Please refresh curated.bikes.gone every morning at 5:30. It holds, for each dock_cd with unfinished rides "
        "(end_st lost or stolen), how many there are, in a column called gone.",
        "bikes",
    )

    assert values(found) == [("K1", 1), ("K2", 1)]
