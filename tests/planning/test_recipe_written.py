"""Texts that are amounts or dates: read as such before anything is made of them; what is finished is sorted."""

from __future__ import annotations

from typing import Any

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(float(one) if not isinstance(one, str | int | None) else one for one in row.values()) for row in rows]


@pytest.mark.parametrize(
    "prompt",
    [
        "price_txt looks like 'EUR 1,200.00'. Give me the turnover per foreman: foreman_ref, batches (how many), "
        "turnover, biggest turnover first.",
        "Turnover by foreman from batches, where price_txt is text like 'EUR 1,000.00'. Columns foreman_ref, batches "
        "(number of batches) and turnover (sum of price_txt), highest turnover first.",
    ],
)
def test_amounts_in_texts_are_added_up(prompt: str) -> None:
    assert values(run(prompt, "mint")) == [(71, 2, 1800.0), (70, 2, 1250.5)]


def test_an_amount_that_is_a_limit_is_no_example() -> None:
    outcome = plan("All batches with a price_txt above EUR 900.00: batch_id and price_txt, nothing else.", "mint")

    assert not isinstance(outcome, Proposal)


def test_rows_without_a_partner_are_sorted() -> None:
    prompt = "Plain list of the shops where no sale was ever made, with shop_id, name and city, sorted by name."

    assert plan(prompt).spec.steps[-1].step.kind == "sort"  # pyright: ignore[reportAttributeAccessIssue]
    assert values(run(prompt)) == [(4, "Harbour", "Hull")]


def test_what_is_named_in_the_sentence_before_is_filled() -> None:
    prompt = (
        "Contact sheet: from guest_log we need the most recent row per guest_no (changed_at decides). email should be "
        "trimmed and in lower case, mobile cut down to digits and of those the final 7, ticket without surrounding "
        "blanks in small letters; where there is none write 'none'. Fields in this order: guest_no, email, mobile, "
        "ticket, changed_at."
    )
    found = {row["guest_no"]: (row["email"], row["mobile"], row["ticket"]) for row in run(prompt, "fair")}
    assert found == {1: ("ann@fair.test", "4960009", "week"), 2: ("bob@fair.test", None, "none")}


def test_a_row_per_element_has_what_its_owner_holds() -> None:
    prompt = (
        "One row per line of the baskets: basket_id, line_no (its place in the lines list, the first is 1), town "
        "(found under buyer), coupon ('NONE' if the basket has none), item and amount, i.e. pieces x price. Mind that "
        "price is a string, for instance '$4.50'."
    )
    assert sorted(values(run(prompt, "market"))) == [
        ("B1", 1, "Leeds", "SPRING", "soap", 9.0),
        ("B1", 2, "Leeds", "SPRING", "lamp", 1200.0),
        ("B2", 1, "York", "NONE", "soap", 13.5),
    ]


def test_a_value_that_is_read_as_another_needs_no_quotes() -> None:
    prompt = (
        "In rides, stolen should be read as lost; the remaining states stay what they are. Call that state_group and "
        "count the rides per state_group (rides)."
    )
    assert sorted(values(run(prompt, "bikes"))) == [("lost", 2), ("ok", 3)]


@pytest.mark.parametrize(
    "prompt",
    [
        "How many visits per booked year? booked is 2024-04-30 or 28.04.2024. First throw away rows of visits that are "
        "identical in every column. Result: booked_year, visits.",
        "visits has some rows twice, identical in every field - count those once. booked comes as 2024-04-30 or as "
        "02.05.2024 (day first). I need the number of visits for each year of booked: booked_year, visits.",
    ],
)
def test_the_label_of_a_list_is_no_table_and_dates_are_read_as_their_texts_tell(prompt: str) -> None:
    assert values(run(prompt, "market")) == [(2024, 4)]


def test_dates_with_the_month_first_are_not_read_with_the_day_first() -> None:
    outcome = plan(
        "visits has some rows twice, identical in every field - count those once. booked comes as 2024-04-30 or as "
        "02.05.2024 (month first). I need the number of visits for each year of booked: booked_year, visits.",
        "market",
    )
    assert not isinstance(outcome, Proposal)


def test_a_list_in_parentheses_names_what_was_spoken_of() -> None:
    prompt = (
        "I'd like every guest's mail provider: whatever follows the @, lowercased. Count guests for each provider and "
        "show only providers with two guests or more (provider, guests)."
    )
    assert run(prompt, "fair") == [{"provider": "fair.test", "guests": 3}]


def test_whose_rows_are_numbered_may_be_told_by_a_listed_reference() -> None:
    prompt = (
        "Number each foreman's audits by date (first one = 1) in audit_nr and compute days_since_last = days since the "
        "previous audit of the same foreman, empty for the first. Output audit_id, foreman_ref, audited_on, audit_nr, "
        "days_since_last. Same day: lower audit_id first."
    )
    found = {row["audit_id"]: (row["audit_nr"], row["days_since_last"]) for row in run(prompt, "mint")}
    assert found == {1: (1, None), 2: (2, 4), 4: (3, 0), 3: (1, None)}


def test_the_time_that_tells_how_far_a_load_came_is_its_cursor() -> None:
    outcome = plan(
        "merge guest_log into curated.fair.contacts, match on guest_no, changed_at tells how far we got. Where a guest "
        "turns up repeatedly the most recent version is the one to take. Carry guest_no, mobile and changed_at, "
        "nothing else.",
        "fair",
    )
    assert isinstance(outcome, Proposal)
    assert [one.by for one in outcome.spec.incremental.values()] == ["changed_at"]


def test_it_is_what_was_listed_last() -> None:
    prompt = "Which remarks were left in guests? guest_no and remark, skip rows where it is empty, no repeated pairs."
    assert sorted(values(run(prompt, "fair"))) == [(1, "tent"), (3, "tent"), (4, "dog")]


def test_a_parenthesis_tells_which_rows_a_verb_means() -> None:
    prompt = "For the trips of driver 1 that really left (actual_departure filled) list trip_id, from_town and to_town."
    assert values(run(prompt, "depot")) == [(1, "LDS", "YRK")]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            "tickets need to be in euros, not cents. Return ticket_id, skater_id, price_eur (2 decimals) and "
            "expired_on; the ones not expired yet (expired_on empty) are to be left out.",
            {10: 15.0, 13: 8.0},
        ),
        (
            "From tickets: ticket_id, skater_id and price_eur = price_cents / 100, rounded to 1 decimal. All tickets.",
            {10: 15.0, 11: 16.0, 12: 7.0, 13: 8.0, 14: 9.0},
        ),
    ],
)
def test_a_column_is_reckoned_row_by_row(prompt: str, expected: dict[int, float]) -> None:
    assert {row["ticket_id"]: row["price_eur"] for row in run(prompt, "rink")} == expected


def test_trim_and_lower_are_both_done() -> None:
    prompt = (
        "Out of guest_log one line per guest_no, the one with the greatest changed_at. Rules: email - trim + lower. "
        "ticket - trim + lower, 'none' if blank. Output columns: guest_no, email, ticket, changed_at"
    )
    found = {row["guest_no"]: (row["email"], row["ticket"]) for row in run(prompt, "fair")}
    assert found == {1: ("ann@fair.test", "week"), 2: ("bob@fair.test", "none")}


def test_names_that_are_put_together_belong_to_the_tables_that_are_named() -> None:
    prompt = (
        "Put hosts and guests under each other: person_id (host_id / guest_no), name = given_name + family_name resp. "
        "first_name + last_name, separated by a blank"
    )
    found = values(run(prompt, "fair"))
    assert (1, "Ada Moss") in found
    assert (1, "Ann Lee") in found
    assert len(found) == 8


def test_sessions_may_be_called_anything_that_is_numbered() -> None:
    prompt = (
        "swipes -> rounds. A round ends when the skater does not swipe for over half an hour. I want skater_id, "
        "round_no, from_ts, to_ts and swipes for every round; round_no starts at 1 per skater."
    )
    found = {(row["skater_id"], row["round_no"]): row["swipes"] for row in run(prompt, "rink")}
    assert found == {(1, 1): 3, (1, 2): 1, (2, 1): 3}


def test_pairs_of_two_columns() -> None:
    prompt = "guest_log: give me every pair of guest_no and ticket once, leave out rows that have no ticket"
    assert sorted(values(run(prompt, "fair"))) == [(1, " day"), (1, "Week "), (2, "day")]


def test_what_is_not_in_another_table_is_counted() -> None:
    prompt = (
        "visit ids in returns that do not exist in visits: visit_id and returns (count), most returns first, then "
        "visit_id"
    )
    assert values(run(prompt, "market")) == [(9, 1)]


@pytest.mark.parametrize(
    ("prompt", "domain"),
    [
        (
            "trips: for every trip show trip_id, driver_id, hours = load_minutes / 60 and double_load = load_minutes * "
            "2, both with 1 decimal. Only scrapped ones.",
            "depot",
        ),
        ("hut_id, night_id and guests: show each distinct pair of hut_id and backup_hut_id from nights", "camp"),
    ],
)
def test_a_part_of_what_is_said_is_no_plan(prompt: str, domain: str) -> None:
    outcome = plan(prompt, domain)

    assert not isinstance(outcome, Proposal) or outcome.spec.to_yaml().count("round(") == 2


def test_parentheses_behind_a_column_tell_of_it_alone() -> None:
    prompt = (
        "e-mail addresses of guests: give guest_no and email_clean (no spaces around, all small), only guests that "
        "have an email"
    )
    found = {row["guest_no"]: row["email_clean"] for row in run(prompt, "fair")}
    assert found == {1: "ann@fair.test", 2: "bob@fair.test", 4: "dee@fair.test"}


def test_elements_show_fields_of_their_owner_under_other_names() -> None:
    prompt = (
        "Explode lines of baskets: one row per line with basket_id, line_no, city (town of buyer), item and total = "
        "pieces * price, where price is a text like '$4.50'"
    )
    assert sorted(values(run(prompt, "market"))) == [
        ("B1", 1, "Leeds", "soap", 9.0),
        ("B1", 2, "Leeds", "lamp", 1200.0),
        ("B2", 1, "York", "soap", 13.5),
    ]


def test_rows_are_numbered_by_moments_too() -> None:
    prompt = (
        "For every skater its swipes in time order: skater_id, swipe_id, swiped_at, swipe_seq (1, 2, 3, ...; equal "
        "times by swipe_id)"
    )
    found = {row["swipe_id"]: row["swipe_seq"] for row in run(prompt, "rink")}
    assert found == {1: 1, 2: 2, 3: 3, 4: 4, 5: 1, 6: 2, 7: 3}


def test_without_repetitions_each_row_counts_once() -> None:
    prompt = (
        "visits without exact repetitions: how many visits per year of booked (28.04.2024 or 2024-04-30)? Columns: "
        "booked_year, visits"
    )
    outcome = plan(prompt, "market")
    assert not isinstance(outcome, Proposal) or any(step.step.kind == "dedupe" for step in outcome.spec.steps)


def test_a_flag_that_does_not_matter_keeps_no_rows() -> None:
    prompt = "All trips with trip_id, hours = load_minutes / 60 and kind, regardless of whether they were scrapped."
    outcome = plan(prompt, "depot")
    assert not isinstance(outcome, Proposal) or all(step.step.kind != "filter" for step in outcome.spec.steps)


def test_where_numbers_begin_is_no_key() -> None:
    prompt = (
        "Put a running number swipe_nr on the swipes of each skater, oldest swipe is 1; two at the same time go by "
        "swipe_id. Result: swipe_id, skater_id, swiped_at, swipe_nr."
    )
    outcome = plan(prompt, "rink")
    assert not isinstance(outcome, Proposal) or len(run(prompt, "rink")) == 7


def test_a_place_in_a_list_is_no_amount() -> None:
    prompt = (
        "Write out the baskets line by line: basket_id, line_no (1 for the first entry of lines, and so on), item, "
        "pieces, and line_total which is pieces times price. Careful, price is a text along the lines of '$4.50'."
    )
    outcome = plan(prompt, "market")
    assert not isinstance(outcome, Proposal) or sorted(row["line_no"] for row in run(prompt, "market")) == [1, 1, 2]
