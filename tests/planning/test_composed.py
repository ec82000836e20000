"""Prompts put together from phrases of known meaning: none becomes another table, and nearly all are planned."""

from __future__ import annotations

from collections import Counter

import composed_derived
import composed_filters
import composed_groups
import composed_lists
import composed_neighbours
import composed_pipelines
import composed_related
import composed_reshaped
import composed_rows
import pytest
from composed import composed, plan, verdict

SIZE = 120


SHARES = {
    composed_rows: 0.88,
    composed_filters: 0.75,
    composed_lists: 0.82,
    composed_neighbours: 0.85,
    composed_related: 0.78,
    composed_groups: 0.78,
    composed_derived: 0.85,
    composed_reshaped: 0.75,
    composed_pipelines: 0.9,
}
"""What part of the prompts of each module has to be planned."""


@pytest.mark.parametrize(("module", "least"), SHARES.items(), ids=[module.__name__ for module in SHARES])
def test_composed_prompts_are_planned_and_never_as_another_table(module, least):
    made = [(one, verdict(one, plan(one))) for one in composed(module.KINDS, SIZE)]

    assert [one.prompt for one, found in made if found == "wrong"] == []
    assert Counter(found for _, found in made)["right"] >= least * SIZE
