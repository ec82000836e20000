"""One row per row of a table: listed columns as they are or made of others, however a prompt puts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal


def _rows(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    assert all(tuple(row) == names for row in found), found[:1]
    return sorted((tuple(row.values()) for row in found), key=str)


@pytest.mark.parametrize(
    "prompt",
    [
        "Roster of the drivers: driver (full_name), licence, and boss, the full name of whoever chief_no points at. "
        "Somebody without a boss stays on it, boss just blank.",
        "Who reports to whom? List driver (full_name in normal spelling), licence and boss (full_name of the driver "
        "in chief_no, null if there is none).",
        "For every driver I need driver = full_name, licence, boss = full_name of the person in chief_no. Keep those "
        "who have nobody above them, with an empty boss.",
    ],
)
def test_whom_somebody_reports_to(prompt: str) -> None:
    found = _rows(run(prompt, "depot"), "driver", "licence", "boss")
    assert found == [
        ("Ada Moss", "C", None),
        ("Ben Fox", "B", "Ada Moss"),
        ("Cleo Hart", "B", "Ada Moss"),
        ("Dev Rao", "C", "Ben Fox"),
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "Were the loans late? Columns: loan_id, late, days_over. late is true if back_on falls after due_on, otherwise "
        "false; days_over says by how many days, 0 when on time. Without a back_on, no row.",
        "Take the loans and tell loan_id, late (true when back_on is later than due_on, false otherwise) and days_over "
        "(back_on minus due_on in days, zero if in time). Skip loans that have no back_on.",
        "overdue check over loans, those that lack a back_on are left out: loan_id, late = true if back_on > due_on, "
        "else false, days_over = number of days back_on is past due_on, never below 0",
    ],
)
def test_late_and_by_how_many_days(prompt: str) -> None:
    found = _rows(run(prompt, "lib"), "loan_id", "late", "days_over")
    assert found == [(100, False, 0), (101, True, 4), (103, True, 4), (104, False, 0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Sequence each reader's loans by lent_on (same day: lower loan_id goes first) in nth, starting at 1, and "
        "compute gap_days, the number of days after that reader's preceding loan, empty on the first one. Columns: "
        "loan_id, reader_id, nth, gap_days.",
        "For every reader_id put the loans in order of lent_on (ties: loan_id ascending) and give me loan_id, "
        "reader_id, nth = 1 for the oldest, 2 for the next one etc., and gap_days, the days between lent_on and the "
        "previous lent_on of the same reader (leave it null for the first).",
    ],
)
def test_numbers_per_entity(prompt: str) -> None:
    found = _rows(run(prompt, "lib"), "loan_id", "reader_id", "nth", "gap_days")
    assert found == [(100, 1, 1, None), (101, 2, 1, None), (102, 2, 2, 306), (103, 3, 1, None), (104, 3, 2, 61)]


@pytest.mark.parametrize(
    "prompt",
    [
        "opens_at is kept as a number: 830 stands for 08:30, 1015 for 10:15. For the stalls give stall_id and "
        "opening_clock, a text like 08:30.",
        "We store opens_at as an integer like 705 meaning 07:05. Could you turn it into readable text? Columns should "
        "be stall_id, opening_clock ('HH:MM').",
        "stalls: opens_at comes as HHMM number (e.g. 705 = 07:05). Output stall_id and opening_clock as text in HH:MM.",
    ],
)
def test_clocks_from_numbers(prompt: str) -> None:
    found = _rows(run(prompt, "market"), "stall_id", "opening_clock")
    assert found == [(1, "08:30"), (2, "09:00"), (3, "10:15"), (4, "07:05")]


@pytest.mark.parametrize(
    "prompt",
    [
        "flat version of the baskets pls - basket_id, town (sits in buyer), coupon with 'NONE' where it's null, and "
        "n_lines (number of entries in lines, so 0 if the list is empty)",
        "From baskets I want one line per basket with basket_id, town from the buyer struct, coupon (write 'NONE' if "
        "missing) and n_lines, the count of lines. Baskets without lines show 0.",
    ],
)
def test_flat_nested_rows(prompt: str) -> None:
    found = _rows(run(prompt, "market"), *_order(prompt, "basket_id", "town", "coupon", "n_lines"))
    assert found == [("B1", "Leeds", "SPRING", 2), ("B2", "York", "NONE", 1), ("B3", "York", "NONE", 0)]


def _order(prompt: str, *names: str) -> list[str]:
    return sorted(names, key=prompt.index)


@pytest.mark.parametrize(
    "prompt",
    [
        "Unnest lines of baskets: a row per line with basket_id, pos (1 for the first entry of the array, 2 for the "
        "second, ...), item, pieces, and cost, which is pieces multiplied by price. price is text, e.g. '$1,200.00'.",
        "explode the lines array of the baskets - basket_id, pos (its position, 1-based), item, pieces, cost (pieces * "
        "price; price is text such as '$4.50')",
    ],
)
def test_elements_as_rows(prompt: str) -> None:
    found = [tuple(row.values()) for row in run(prompt, "market")]
    assert sorted((*row[:4], float(row[4])) for row in found) == [
        ("B1", 1, "soap", 2, 9.0),
        ("B1", 2, "lamp", 1, 1200.0),
        ("B2", 1, "soap", 3, 13.5),
    ]


def test_totals_of_elements() -> None:
    prompt = (
        "Unnest lines of baskets. price is text such as '$1,200.00' and has to become a number. Then, for every item, "
        "sold = all pieces together and taken = all pieces x price together."
    )
    found = [tuple(row.values()) for row in run(prompt, "market")]
    assert sorted((item, int(sold), float(taken)) for item, sold, taken in found) == [
        ("lamp", 1, 1200.0),
        ("soap", 5, 22.5),
    ]


def test_blank_values_become_words() -> None:
    prompt = "Take member_id, email and shop_id from the members table. Blank email becomes 'none given'."
    found = run(prompt)
    assert [row["email"] for row in found if row["member_id"] == 2] == ["none given"]
    assert tuple(found[0]) == ("member_id", "email", "shop_id")


@pytest.mark.parametrize(
    "prompt",
    [
        "what notes do we have on wards in visits? ward + note, no blanks, no repeats",
        "From visits: ward and note where a note is present, without repeating identical combinations.",
    ],
)
def test_equal_rows_once(prompt: str) -> None:
    assert _rows(confirmed(prompt, "clinic"), "ward", "note") == [("east", "b"), ("west", "a")]


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("I only want the sales whose channel is phone. Every column of sales as it is.", {103}),
        ("pull all sales that went over the counter, don't touch the columns", {100, 102, 105, 107}),
        ("Only need the sales of channel phone or online, complete rows.", {101, 103, 104, 106}),
    ],
)
def test_rows_by_values(prompt: str, kept: set[int]) -> None:
    assert {row["sale_id"] for row in run(prompt)} == kept


@pytest.mark.parametrize(
    ("prompt", "domain"),
    [
        ("Flag the late loans: loan_id, late", "lib"),
        ("Drivers with their boss: driver, boss (last name, first name)", "depot"),
        ("Number the loans newest first per reader: loan_id, reader_id, nth", "lib"),
        ("stalls with stall_id and opening as clock text; opens_at holds minutes, 75 is 01:15", "market"),
        ("basket_id and coupon of the big baskets", "market"),
        ("Give stall_id and contact, one row per contact without repeats", "market"),
        (
            "Contacts of the stalls: stall_id and contact; keep the digits, then cut a leading 00 if there is one",
            "market",
        ),
    ],
)
def test_what_is_not_clear_is_not_planned(prompt: str, domain: str) -> None:
    assert not isinstance(plan(prompt, domain), Proposal)


def test_an_option_mapping_is_plain() -> None:
    assert isinstance(run("baskets: basket_id, coupon", "market")[0], Mapping)


@pytest.mark.parametrize(
    "prompt",
    [
        "Staff list of the hosts: person (given_name + space + family_name), duty, and boss (name of the person behind "
        "chief_id, written the same way). The top host has no boss and must not get lost; boss is then empty.",
        "Who answers to whom among the hosts? Give person (first name, space, last name), duty, and boss, the full "
        "name of whoever chief_id points to. The head has no boss; leave it empty but don't lose the row.",
        "For everyone among the hosts give person (given name, space, family name), duty, and boss (the name of the "
        "person in chief_id, written alike). The head has no chief - leave that row in with an empty boss.",
        "For everyone among the hosts give person (given name, space, family name), duty, and boss (the name of the "
        "person in chief_id, written alike). The head has no boss - leave that row in with an empty chief.",
    ],
)
def test_the_one_above_whom_nobody_is_stays(prompt: str) -> None:
    found = _rows(run(prompt, "fair"), "person", "duty", "boss")
    assert found == [
        ("Ada Moss", "head", None),
        ("Ben Fox", "cook", "Ada Moss"),
        ("Cleo Hart", "cook", "Ada Moss"),
        ("Dev Rao", "band", "Ben Fox"),
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "Host phones are messy. Strip everything but the digits, then cut a leading 00 if there is one, then put '+' "
        "in front. Output host_id and phone_intl, only for hosts who have a phone.",
        "Phone numbers in hosts are a mess. Throw out every non-digit, then remove a leading 00 if there is one, then "
        "prefix '+'. Give host_id and phone_intl, without the hosts whose phone is unknown.",
    ],
)
def test_a_leading_code_is_cut_from_the_digits(prompt: str) -> None:
    found = _rows(run(prompt, "fair"), "host_id", "phone_intl")
    assert found == [(1, "+441134960001"), (2, "+441904960002"), (3, "+01134960003")]


def test_digits_behind_a_code_that_is_put_before_them() -> None:
    prompt = (
        "Tidy the phone numbers of the hosts so that only the digits remain, with 00 put before them. Return host_id "
        "and dial_no; hosts who gave no phone are left out."
    )
    found = _rows(run(prompt, "fair"), "host_id", "dial_no")
    assert found == [(1, "00441134960001"), (2, "0000441904960002"), (3, "0001134960003")]


def test_leading_zeros_without_a_number_are_another_request() -> None:
    prompt = "Host phones: strip everything but the digits, drop the leading zeros. Output host_id and phone_digits."
    assert not isinstance(plan(prompt, "fair"), Proposal)


def test_a_column_of_the_table_that_the_rows_refer_to() -> None:
    found = _rows(
        run("Every copy with its branch please: copy_id, title and branch_name of the branch", "lib"),
        "copy_id", "title", "branch_name",
    )  # fmt: skip
    assert found == [(10, "Moss", "Park"), (11, "Ferns", "Park"), (12, "Reeds", "Quay"), (13, "Algae", "Quay")]


@pytest.mark.parametrize(
    "prompt",
    [
        "Explode the lines of baskets, turn price texts like '$1,149.00' into decimals, and sum per item the pieces as "
        "units and pieces * price as turnover.",
        "Unnest lines in baskets. price is text, for instance $1,250.00 (comma = thousands) - make it a number; it is "
        "charged per piece. Then for every item: all pieces together as units, and pieces times price added up as "
        "turnover.",
        "Unnest lines of the baskets, turn price texts like '$1,249.00' into numbers, and give units (sum of pieces) "
        "and turnover (sum of pieces times price) for every item.",
    ],
)
def test_totals_of_elements_with_amounts_in_texts(prompt: str) -> None:
    found = _rows(confirmed(prompt, "market"), "item", "units", "turnover")
    assert [(item, units, float(turnover)) for item, units, turnover in found] == [
        ("lamp", 1, 1200.0),
        ("soap", 5, 22.5),
    ]
