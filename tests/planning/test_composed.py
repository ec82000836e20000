"""Prompts put together from phrases of known meaning: none becomes another table, and nearly all are planned."""

from __future__ import annotations

from collections import Counter

import composed_neighbours
import composed_rows
import pytest
from composed import composed, plan, verdict

SIZE = 120


@pytest.mark.parametrize(
    ("kinds", "least"), [(composed_rows.KINDS, 0.75), (composed_neighbours.KINDS, 0.85)], ids=["rows", "neighbours"]
)
def test_composed_prompts_are_planned_and_never_as_another_table(kinds, least):
    made = [(one, verdict(one, plan(one))) for one in composed(kinds, SIZE)]

    assert [one.prompt for one, found in made if found == "wrong"] == []
    assert Counter(found for _, found in made)["right"] >= least * SIZE
