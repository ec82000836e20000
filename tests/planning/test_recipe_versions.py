"""One row of each, copies, loads and lists of two tables, put in many ways."""

from __future__ import annotations

import pytest
from lake import plan, table

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
