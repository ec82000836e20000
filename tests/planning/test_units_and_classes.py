"""Numbers in units, and classes of numbers: what is compared is in one unit, and no class is out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from datamorph.core.plan import Proposal, Questions
from tests.planning.lake import plan, run


def _rows(prompt: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in run(prompt, "clinic"))


def test_a_remark_on_cents_leaves_the_unit_of_other_measures():
    rows = _rows("total fee in dollars (fees are stored in cents) and total walk in minutes per ward")

    assert rows == [("east", 40.0, 5.0), ("west", 15.0, 2.5)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("with a fee over 10 euro", [1, 2]),
        ("with a fee over €10", [1, 2]),
        ("with a fee over 10 dollars", [1, 2]),
        ("with a fee of 10 euro", [4]),
        ("with a fee between 10 and 20 euro", [1, 4]),
        ("with a walk over 2 minutes", [2]),
    ],
)
def test_limits_are_converted_to_the_unit_of_the_column(words: str, found: list[int]):
    assert [row["visit_id"] for row in run(f"visits {words}", "clinic")] == found


def test_classes_are_converted_to_the_unit_of_the_column():
    rows = run("classify visits by fee: under 10 euro = 'cheap', more = 'dear'", "clinic")

    assert [row["bucket"] for row in rows] == ["dear", "dear", "cheap", "dear"]


def test_a_limit_in_a_unit_of_another_kind_is_asked_for_or_refused():
    asked = plan("visits with a fee over 10 minutes", "clinic")

    assert isinstance(asked, Questions)
    assert "fee_cents" in asked.questions[0].text
    assert not isinstance(plan("visits with a fee over 10 km", "clinic"), Proposal)
    assert not isinstance(plan("visits with a fee over £10", "clinic"), Proposal)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("total walk in hours per ward, keep wards where the total walk is above 4 minutes", ["east"]),
        ("total walk in minutes per ward, keep wards where the total walk is above 180 seconds", ["east"]),
        ("total walk per ward, keep wards where the total walk is above 4 minutes", ["east"]),
        ("total walk per ward where total walk is between 2 and 4 minutes", ["west"]),
        ("total fee per ward, keep wards where the total fee is above 20 euro", ["east"]),
        ("total fee in dollars (fees are stored in cents) per ward, keep wards where the total fee is above 20 dollars",
         ["east"]),
    ],
)  # fmt: skip
def test_limits_of_groups_are_converted_to_the_unit_of_the_measure(words: str, found: list[str]):
    assert [row["ward"] for row in run(words, "clinic")] == found


def test_limits_of_groups_in_a_unit_of_another_kind_are_refused():
    for words in (
        "total walk in minutes per ward, keep wards where the total walk is above 4 euro",
        "number of visits per ward, keep wards where the number of visits is above 4 minutes",
    ):
        assert not isinstance(plan(words, "clinic"), Proposal)


def test_a_converted_measure_is_named_after_its_unit():
    rows = run("total walk in minutes and total fee in euro per ward", "clinic")
    assert list(rows[0]) == ["ward", "total_walk_minutes", "total_fee_euro"]

    rows = run("total walk in seconds per ward", "clinic")
    assert list(rows[0]) == ["ward", "total_walk_s"]


def _classes(limits: str) -> list[str]:
    rows = run(f"classify visits by fee: {limits}", "clinic")
    return [row["bucket"] for row in sorted(rows, key=lambda row: row["visit_id"])]


def test_a_border_that_two_classes_name_belongs_to_the_upper_one():
    limits = "0-500 = 'small', 500-1000 = 'medium', 1000+ = 'large'"
    outcome = plan(f"classify visits by fee: {limits}", "clinic")

    assert _classes(limits) == ["large", "large", "medium", "large"]
    assert "500 belongs to 'medium'" in outcome.understanding.assumptions
    assert "1000 belongs to 'large'" in outcome.understanding.assumptions


def test_a_border_that_is_said_to_be_included_stays():
    limits = "from 0 up to and including 500 = 'small', 500-1000 = 'medium', more = 'large'"
    outcome = plan(f"classify visits by fee: {limits}", "clinic")

    assert _classes(limits) == ["large", "large", "small", "medium"]
    assert "500 belongs to 'small'" in outcome.understanding.assumptions


def test_borders_that_no_two_classes_name_are_not_told():
    outcome = plan("classify visits by fee: 0-499 = 'small', 500-1000 = 'medium', more = 'large'", "clinic")

    assert not [told for told in outcome.understanding.assumptions if "belongs" in told]


@pytest.mark.parametrize(
    "limits",
    [
        "walk_s: under 90 = 'near', under 3 minutes = 'mid', longer = 'far'",
        "walk: under 90 seconds = 'near', under 3 = 'mid', longer = 'far'",
        "walk: up to 3 minutes = 'near', 1-2 minutes = 'mid', longer = 'far'",
        "walk: 90-1 minutes = 'near', longer = 'far'",
        "fee: 5+ = 'medium', 10+ = 'large'",
    ],
)
def test_a_class_that_can_never_hold_is_refused(limits: str):
    assert not isinstance(plan(f"classify visits by {limits}", "clinic"), Proposal)


def test_classes_in_several_units():
    rows = run("classify visits by walk: under 90 seconds = 'near', under 3 minutes = 'mid', longer = 'far'", "clinic")

    assert {row["visit_id"]: row["bucket"] for row in rows} == {1: "mid", 2: "far", 3: "near", 4: "mid"}


def test_a_remark_on_cents_is_asked_about_beside_a_number_that_may_be_no_money():
    prompt = "total amount in dollars (amounts are stored in cents) and total quantity per channel"
    outcome = plan(prompt)
    assert isinstance(outcome, Questions)
    assert [question.id for question in outcome.questions] == ["cents_quantity"]

    answered = plan(prompt, answers={"cents_quantity": "no"})
    assert isinstance(answered, Proposal)
    assert "'sum(quantity)'" in str(answered.spec.steps)


@pytest.mark.parametrize(
    "prompt",
    [
        "Classify visits by time spent (left_at minus arrived_at): 'short' is under 50 minutes, 'long' otherwise",
        "Spent is left_at minus arrived_at. Classify visits by spent: 'short' under 50 minutes, 'long' otherwise",
        "Group the visits by the time between arrived_at and left_at into classes: 'short' under 50 minutes,"
        " 'long' 50 minutes or more",
        "Bucket visits by left_at minus arrived_at: 'short' is below 3000 seconds, 'long' from 50 minutes",
    ],
)
def test_classes_of_a_computed_value(prompt):
    rows = run(f"{prompt}. Count the visits per class as kind, n", "clinic")

    assert {row["kind"]: row["n"] for row in rows} == {"short": 1, "long": 3}
