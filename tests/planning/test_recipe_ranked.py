"""Rankings, classes, merged values, collected items and pairs of values are planned however they are put."""

from __future__ import annotations

import pytest
from lake import plan, table

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(
    "prompt",
    [
        "Busiest from_town per kind of the trips: kind, from_town, trips. Ties: alphabetically first.",
        "Within every kind, which from_town had the most trips? kind, from_town, trips; ties alphabetical.",
    ],
)
def test_the_busiest_of_each_group_is_one_row(prompt: str) -> None:
    found = table(plan(prompt, "depot"), "depot")

    assert sorted(tuple(row.values()) for row in found) == [("EXPRESS", "LDS", 2), ("NORMAL", "HUL", 1)]


@pytest.mark.parametrize(
    "prompt",
    [
        "We lump EXPRESS and NORMAL trips as 'any'; all others stay. Columns kind_group, trips (number of trips).",
        "Kinds EXPRESS and NORMAL of trips both become 'any', the others keep theirs. Show kind_group and trips.",
    ],
)
def test_values_that_become_one_are_counted_together(prompt: str) -> None:
    found = table(plan(prompt, "depot"), "depot")

    assert [tuple(row.values()) for row in found] == [("any", 5)]


def test_drivers_of_both_kinds_are_found() -> None:
    prompt = "drivers who had both an EXPRESS and a NORMAL trip -> driver_id, full_name, one line each"

    found = table(plan(prompt, "depot"), "depot")

    assert sorted(row["driver_id"] for row in found) == [1, 2]


def test_classes_of_a_number_hold_every_row() -> None:
    prompt = (
        "Classify trips on load_minutes: below 60 = quick, 60 and up but below 120 = usual, 120 and more = slow. "
        "Columns pace, trips (how many)."
    )

    found = table(plan(prompt, "depot"), "depot")

    assert {row["pace"]: row["trips"] for row in found} == {"quick": 2, "usual": 2, "slow": 1}


@pytest.mark.parametrize(
    "prompt",
    [
        "Our best drivers, with full_name.",
        "drivers who had either EXPRESS or NORMAL trips: driver_id, full_name, distinct trips",
        "Classify trips on load_minutes: below 60 quick, 90 and more slow. Columns pace, trips.",
        "The top drivers by trips and weight: full_name, trips.",
    ],
)
def test_what_is_not_said_is_not_guessed(prompt: str) -> None:
    assert not isinstance(plan(prompt, "depot"), Proposal)
