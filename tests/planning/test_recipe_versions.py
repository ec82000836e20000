"""One row of each, copies, loads and lists of two tables, put in many ways."""

from __future__ import annotations

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(
    "prompt",
    [
        "Clean member list out of members, newest row per member_id going by changed_at. email without surrounding "
        "blanks and in lower case, 'none' if there is none. Deliver member_id, last_name, email.",
        "For each member_id in members I only need the latest entry (judge by changed_at). Please tidy: email trimmed "
        "and lower-cased, 'none' where it is missing. Columns: member_id, last_name, email",
    ],
)
def test_the_newest_version_cleaned(prompt):
    assert sorted(table(plan(prompt)), key=lambda row: row["member_id"]) == [
        {"member_id": 1, "last_name": "Leigh", "email": "ann@example.com"},
        {"member_id": 2, "last_name": "Ray", "email": "none"},
        {"member_id": 3, "last_name": "Oh", "email": "cy@mail.test"},
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "members has several rows for many members. Please bring it down to a single row for each member_id.",
        "Keep the best row per member_id from members: member_id, email, changed_at",
    ],
)
def test_which_row_stays_is_not_guessed(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_a_nightly_merge_of_the_newest_rows():
    spec = plan(
        "Nightly, quarter past one: merge members into curated.bakery.contacts. Key is member_id, watermark is "
        "changed_at, and of several versions of a member_id the latest changed_at survives. Only member_id, email and "
        "changed_at, as they are."
    ).spec
    assert spec.schedule.cron == "15 1 * * *"
    assert spec.target.write == "merge"
    assert [one.by for one in spec.incremental.values()] == ["changed_at"]


def test_the_newest_version_of_what_its_key_is_called_by_cleaned() -> None:
    prompt = (
        "guest_log has several versions of a guest. I only want the most recent one (changed_at) each, tidied up: "
        "email without surrounding blanks and in lower case; mobile as the last 9 digits with everything that isn't a "
        "digit removed first; ticket trimmed and in upper case, 'NONE' if it is missing. Output guest_no, email, "
        "mobile, ticket."
    )
    found = sorted(tuple(row.values()) for row in run(prompt, "fair"))
    assert found == [(1, "ann@fair.test", "134960009", "WEEK"), (2, "bob@fair.test", None, "NONE")]


def test_the_first_of_what_is_the_same_in_two_columns() -> None:
    prompt = (
        "guests holds the same family more than once. Same home_town and same county means same family; treat blank "
        "towns as equal to each other. Retain the smallest guest_no of each, with guest_no, home_town, county."
    )
    found = sorted(tuple(row.values()) for row in run(prompt, "fair"))
    assert found == [(1, "York", "North"), (2, "Ripon", "North"), (3, "Leeds", "West")]


def test_what_a_row_is_of_may_be_a_word_that_no_column_has() -> None:
    prompt = (
        "guest_log should become one clean row per traveller, the one with the most recent changed_at. email: trimmed, "
        "lower case, 'none' if empty. Result: guest_no, email, changed_at."
    )
    found = {row["guest_no"]: row["email"] for row in run(prompt, "fair")}
    assert found == {1: "ann@fair.test", 2: "bob@fair.test"}


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("Some guests are entered twice. Guests with the same county and remark are duplicates of each other (no "
         "remark equals no remark). Keep the one with the smallest guest_no. I need guest_no, county, remark.",
         {1, 2, 3, 4}),
        ("The guests table has people entered twice. Guests are the same when home_town and county agree. Retain the "
         "smallest guest_no of each and give guest_no, home_town, county.",
         {1, 2, 3}),
    ],
)  # fmt: skip
def test_what_agrees_is_one(prompt: str, kept: set[int]) -> None:
    assert {row["guest_no"] for row in run(prompt, "fair")} == kept


def test_of_those_that_come_first_together_the_lower_one_stays() -> None:
    prompt = (
        "Guests with the same county are duplicates of each other. Keep the one that comes first by home_town, and the "
        "lower guest_no if that is the same town. I need guest_no, county, home_town."
    )
    found = {row["county"]: row["guest_no"] for row in run(prompt, "fair")}
    assert found == {"North": 2, "West": 3}


def test_rows_are_compared_as_they_are_cleaned() -> None:
    prompt = (
        "The same contact was entered twice in stalls, written differently. Trim the contact and put it in lower case, "
        "then keep one row per cleaned contact, the one with the lowest stall_id. Stalls without a contact are left "
        "out. Return stall_id, contact, zone."
    )
    found = {row["contact"]: row["stall_id"] for row in run(prompt, "market")}
    assert found == {"ann@stall.test": 1, "cy@stall.test": 4}
