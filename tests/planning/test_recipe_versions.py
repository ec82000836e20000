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
