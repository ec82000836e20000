"""Prompts as colleagues write them: courtesies, remarks, targets, what became of rows, and who took part in what."""

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions, Refusal


def depot(prompt):
    return run(prompt, "depot")


def ids(prompt):
    found = depot(prompt)
    return sorted(next(iter(row.values())) for row in found)


@pytest.mark.parametrize(
    "prompt",
    [
        "Hi team, I'd like a list of the drivers with licence C: driver_id and full_name.",
        "For the audit: drivers with licence C (driver_id, full_name)",
        "Could you hand me the drivers with licence C, company-wide? driver_id, full_name, each driver once.",
        "Give me the towns... no: give drivers with licence C, driver_id and full_name only",
    ],
)
def test_words_around_an_order_carry_none(prompt):
    assert sorted(depot(prompt), key=str) == [
        {"driver_id": 1, "full_name": "Ada Moss"},
        {"driver_id": 4, "full_name": "Dev Rao"},
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "drivers with licence C: driver_id, full_name -> table c_drivers",
        "drivers with licence C: driver_id, full_name. Table c_drivers please.",
        "drivers with licence C: driver_id, full_name. The result goes to c_drivers.",
        "Make me a table c_drivers: driver_id and full_name of drivers",
    ],
)
def test_the_result_is_named_in_many_ways(prompt):
    outcome = plan(prompt, "depot")

    assert isinstance(outcome, Proposal), outcome
    assert str(outcome.spec.target.table) == "curated.depot.c_drivers"


def test_an_output_that_is_a_column_is_no_target():
    outcome = plan("towns in county East. Output: town_name", "depot")

    assert isinstance(outcome, Proposal), outcome
    assert outcome.spec.target.table.name != "town_name"


def test_a_state_is_read_from_the_column_that_is_named_after_it():
    assert ids("Scrapped trips: trip_id") == [2]
    assert ids("trips that weren't scrapped, trip_id and kind") == [1, 3, 4, 5]
    assert ids("drivers who have not quit: driver_id") == [1, 2, 4]
    assert ids("settled fines: fine_id and reason") == [1]
    assert ids("unsettled fines: fine_id and reason") == [2, 3]
    assert ids("drivers who quit before 2024-06-01: driver_id") == [3]
    assert depot("number of trips and number of scrapped trips per kind") == [
        {"kind": "NORMAL", "trip_count": 3, "scrapped_trip_count": 1},
        {"kind": "EXPRESS", "trip_count": 2, "scrapped_trip_count": 0},
    ] or {row["kind"]: row["scrapped_trip_count"] for row in depot(
        "number of trips and number of scrapped trips per kind")} == {"NORMAL": 1, "EXPRESS": 0}  # fmt: skip


def test_a_parenthesis_says_what_the_words_before_it_mean():
    assert ids("Loyal drivers (no quit_on): driver_id and licence") == [1, 2, 4]
    assert ids("Which drivers who haven't gone (quit_on empty) have licence B? driver_id, full_name") == [2]
    assert ids("quick trips (load_minutes under 50): trip_id, kind") == [1, 4]


def test_who_took_part_is_looked_for_in_the_other_table():
    assert ids("drivers who made no trip at all: driver_id") == [3, 4]
    assert ids("drivers with an express trip: driver_id and full_name") == [1, 2]
    assert ids("drivers that were scheduled into Hull at least once: driver_id") == [1, 2]
    assert ids("drivers who made both an express trip and a normal trip: driver_id, full_name") == [1, 2]
    assert ids("trips that were fined for parking: trip_id") == [1, 3]
    assert isinstance(plan("drivers who complained in June 2024: driver_id", "depot"), Questions)


def test_from_and_to_choose_between_two_columns_of_places():
    assert ids("trips from Leeds: trip_id") == [1, 3, 4]
    assert ids("trips from Leeds to York, trip_id and kind") == [1, 4]
    assert ids("scrapped trips bound for Hull: trip_id") == [2]
    assert ids("trips that were due to leave Leeds in May 2024: trip_id") == [1]


def test_a_row_of_the_same_table_is_shown_by_its_name():
    rows = depot("all drivers with the name of their chief. Put '(none)' if there is no chief. driver_id, chief")
    assert sorted(rows, key=lambda row: row["driver_id"]) == [
        {"driver_id": 1, "chief": "(none)"},
        {"driver_id": 2, "chief": "Ada Moss"},
        {"driver_id": 3, "chief": "Ada Moss"},
        {"driver_id": 4, "chief": "Ben Fox"},
    ]


def test_a_size_needs_no_column():
    assert ids("trips longer than 1 hour: trip_id") == [2, 3]


def test_rows_without_a_match_are_asked_about_where_groups_are_named_after_the_match():
    outcome = plan("number of trips per licence", "depot")

    assert isinstance(outcome, Questions), outcome
    assert [question.id for question in outcome.questions] == ["unmatched_drivers"]
    answered = plan("number of trips per licence", "depot", answers={"unmatched_drivers": "left_out"})
    assert isinstance(answered, Proposal), answered


def test_with_names_what_is_shown_of_the_rows():
    assert depot("towns in county East with town_code and town_name") == [{"town_code": "HUL", "town_name": "Hull"}]


def test_longest_may_be_explained_by_a_column():
    rows = depot("Express trips: trip_id, load_minutes, hardest job (largest load_minutes) first")
    assert [row["trip_id"] for row in rows] == [4, 1]


def test_a_table_is_never_emptied_by_its_name():
    assert isinstance(plan("Truncate depot.trips, then load the trips of May 2024 again", "depot"), Refusal)
