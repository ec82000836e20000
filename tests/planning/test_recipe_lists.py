"""Rows of two tables in one list: each combination once, or all of them with what tells where they are from."""

from __future__ import annotations

import pytest
from lake import confirmed, plan, run

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
    found = [tuple(row.values()) for row in confirmed(prompt, "fair")]
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


@pytest.mark.parametrize(
    "prompt",
    [
        "Branches with at least 2 copies: their name as branch and the titles of all their copies, A to Z, separated "
        "by ' | ', in a column titles.",
        "For each branch that has 2 copies or more show branch_name, and copy_titles with the titles of its "
        "copies sorted A-Z and separated by ' | '.",
    ],
)
def test_what_belongs_to_a_group_in_one_text(prompt: str) -> None:
    found = {
        row.get("branch", row.get("branch_name")): row.get("titles", row.get("copy_titles"))
        for row in run(prompt, "lib")
    }
    assert found == {"Park": "Ferns | Moss", "Quay": "Algae | Reeds"}


@pytest.mark.parametrize(
    "prompt",
    [
        "Skaters per club, clubs with more than one skater: club and members, the skater names in alphabetical order "
        "separated by ', '.",
        "For every club with at least 2 skaters, give the club and its skater names in one text column called members, "
        "A to Z, separated by ', '.",
    ],
)
def test_names_are_gathered_from_the_table_that_has_them(prompt: str) -> None:
    found = {row["club"]: row["members"] for row in confirmed(prompt, "rink")}
    assert found == {"Comets": "Ava, Bo", "Owls": "Cid, Dot"}


def test_texts_in_the_order_of_another_column_are_asked_about() -> None:
    prompt = (
        "Branches with at least 2 copies: branch_name and a column titles with the titles of their copies in the order "
        "of copy_id, separated by ' | '."
    )
    assert not isinstance(plan(prompt, "lib"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "One contact list out of fair.hosts and fair.guests: source ('hosts' or 'guests'), code, person. code is "
        "guest_no for guests; for hosts it is 'H' followed by host_id. person is first name, space, last name in both.",
        "Put hosts and guests below each other. Columns source ('hosts' or 'guests'), code (guest_no for the guests; "
        "for hosts an 'H' directly followed by host_id), person (first name, space, last name).",
    ],
)
def test_what_is_told_of_one_table_is_done_to_its_rows_alone(prompt: str) -> None:
    found = {tuple(row.values()) for row in run(prompt, "fair")}
    assert len(found) == 8
    assert {("hosts", "H1", "Ada Moss"), ("guests", "1", "Ann Lee")} < found


@pytest.mark.parametrize(
    "prompt",
    [
        "Which mail hosts do our guests use? Host = whatever follows the @ in email, in lower case. Report mail_host "
        "and guests for hosts with 3 guests or more.",
        "Take the part behind the @ of email in lower case as mail_host and count the guests for each; hosts with "
        "fewer than 3 guests can go. Two columns, mail_host and guests.",
    ],
)
def test_hosts_of_mail_addresses_with_enough_guests(prompt: str) -> None:
    assert [tuple(row.values()) for row in run(prompt, "fair")] == [("fair.test", 3)]


def test_a_number_that_parentheses_name_is_called_so() -> None:
    prompt = (
        "Which mail hosts do our guests use? Take what follows the @ in email, trimmed and in lower case, as mail_host "
        "and count the guests (People). Ignore guests without email."
    )

    assert [set(row) for row in run(prompt, "fair")] == [{"mail_host", "People"}]
