"""Rows of two tables in one list: each combination once, or all of them with what tells where they are from."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(
    "prompt",
    [
        "Which combinations of town and county do hosts or guests come from? Show every one just once, sorted by "
        "county and then town.",
        "All places (town, county) that a guest or a host lives in, no duplicates, ordered by county, town.",
        "Every town / county pair in which a host or a guest is based, each listed only once, by county and within "
        "that by town.",
    ],
)
def test_each_combination_of_two_tables_once(prompt: str) -> None:
    found = [tuple(row.values()) for row in run(prompt, "fair")]
    assert found == [("Hull", "East"), ("Ripon", "North"), ("York", "North"), ("Leeds", "West")]


@pytest.mark.parametrize(
    "prompt",
    [
        "Each town and county that both a host and a guest live in, each pair once, by county and then town.",
        "Each town and county where a host but no guest lives, each pair once, ordered by county and then town.",
        "Each town and county pair in which a host or a guest with a remark lives, each pair once, ordered by county.",
        "Each town and county pair a host or guest lives in, each pair once, by county descending and then town.",
        "How many distinct town and county pairs are there among the hosts and the guests, each counted once?",
    ],
)
def test_combinations_that_are_picked_or_counted_are_another_request(prompt: str) -> None:
    assert not isinstance(plan(prompt, "fair"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "Make one address list out of fair.hosts and fair.guests: source ('hosts' or 'guests'), person_id (host_id "
        "resp. guest_no), person (first name, space, last name). Nobody gets merged.",
        "Put the hosts and the guests under each other in one table: source ('hosts' or 'guests'), person_id, person. "
        "The person is first name, blank, last name in both.",
    ],
)
def test_people_of_two_tables_below_each_other(prompt: str) -> None:
    found = {tuple(row.values()) for row in run(prompt, "fair")}
    assert len(found) == 8
    assert {("hosts", 1, "Ada Moss"), ("guests", 1, "Ann Lee")} < found


def test_people_who_are_in_both_tables_are_another_request() -> None:
    prompt = (
        "One list of people who are in both hosts and guests: source ('hosts' or 'guests'), full_name as first name, "
        "space, last name."
    )
    assert not isinstance(plan(prompt, "fair"), Proposal)
