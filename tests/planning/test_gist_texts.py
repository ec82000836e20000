"""Rows by a part of a text, by what they lack, and by names in more words than the tables have."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Refusal


def keys(said, *domains):
    """The first column of each row of a result, sorted."""
    return sorted(next(iter(row.values())) for row in run(said, *domains))


@pytest.mark.parametrize("said", [
    "first_name and email of guests whose email ends with @fair.test",
    "first_name of guests with an address ending in @fair.test",
    "which guests have an email that finishes with @fair.test? Return first_name plus the email.",
    'filter the guests sheet, email column ends with "@fair.test", show columns first_name and email',
    "first_name and email of guests whose email domain is exactly fair.test",
    "return first_name from guests where the part after the @ is fair.test",
])  # fmt: skip
def test_addresses_by_their_end(said):
    assert keys(said, "fair") == ["Bob", "Dee"]


@pytest.mark.parametrize("said", [
    "first_name and email of guests whose email ends with @gmail.com",
    "give me the first_name of guests whose email contains @hotmail.com",
])  # fmt: skip
def test_a_domain_that_addresses_are_compared_with_is_no_destination(said):
    assert not isinstance(plan(said, "fair"), Refusal)


@pytest.mark.parametrize("said", [
    "email the guests whose address ends with @gmail.com",
    "send first_name to everyone whose email ends with @gmail.com",
    "email first_name of guests to those ending with @gmail.com",
    "guests whose email ends with @gmail.com, mail them the list",
    "guests whose email ends with @gmail.com, sent to bob@gmail.com",
])  # fmt: skip
def test_sending_is_refused_beside_such_a_domain(said):
    outcome = plan(said, "fair")

    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unsafe"


@pytest.mark.parametrize("said", [
    "guest_no of guests whose remark contains the word TENT, however it is capitalised",
    "remark ilike '%Tent%' on guests, return guest_no",
    "guests where the remark contains 'Tent' (ignore upper/lower case): guest_no",
    "please search the guest remarks for the word Tent, case-insensitive, and return the guest_no",
])  # fmt: skip
def test_a_word_in_any_case(said):
    assert keys(said, "fair") == [1, 3]


@pytest.mark.parametrize("said", [
    "guests w/o email -> guest_no, first_name",
    "we have no email address for some guests, give me guest_no and first_name",
    "in the guest list, filter email to blanks and show just guest_no and first_name",
    "from guests where email is null pick guest_no, first_name",
    "who among our guests never gave us an email? Return guest_no, first_name",
    "Marketing wants guest_no and first_name of the guests who lack an email",
])  # fmt: skip
def test_what_rows_lack(said):
    assert run(said, "fair") == [{"guest_no": 3, "first_name": "Cy"}]


@pytest.mark.parametrize("said", [
    "loans with a lent date in March 2022: loan_id, lent date",
    "filter loans so lent_on runs from 2022-03-01 to 2022-03-31 and show loan_id, lent_on only",
])  # fmt: skip
def test_dates_in_more_words(said):
    assert keys(said, "lib") == [101]


@pytest.mark.parametrize("said", [
    "first_name of guests whose email domain is not fair.test",
    "first_name of guests whose remark is like a tent",
])  # fmt: skip
def test_what_stays_open_is_asked(said):
    assert not isinstance(plan(said, "fair"), Proposal)


def test_a_text_that_is_missing_does_not_hold_a_word():
    said = "first_name of guests whose remark does not contain tent"
    assert run(said, "fair") == [{"first_name": "Bob"}, {"first_name": "Dee"}]
