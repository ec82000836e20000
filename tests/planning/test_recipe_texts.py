"""Texts of listed columns: gaps that are filled, texts that are put in front, rows at their own grain."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal
from datamorph.planning.offline.tokens import tokenize


@pytest.mark.parametrize(
    "prompt",
    [
        "From the products table I need product_id, product_name and price, and where the price is missing put 0.",
        "One row per product: columns product_id, product_name, price. An empty price becomes 0.",
    ],
)
def test_number_fills_a_gap(prompt: str) -> None:
    found = {row["product_id"]: row["price"] for row in run(prompt, "bakery")}

    assert found == {10: 4.0, 11: 2.5, 12: 3.0, 13: 0.0}


def test_rows_are_not_shown_at_another_grain() -> None:
    outcome = plan("One row per category of the products table: columns category, product_name, price.", "bakery")

    assert not isinstance(outcome, Proposal)


def test_plural_possessive_opens_no_quote() -> None:
    assert [token.kind for token in tokenize("the owners' phones and 'tel:' in front")].count("text") == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "Zones in stalls are typed in many forms. Clean them: upper case, and remove all spaces. Give stall_id and "
        "zone_std.",
        "stalls: stall_id and zone_std, which is zone in capitals with spaces and hyphens taken out. Nothing else.",
    ],
)
def test_characters_are_taken_out_wherever_they_stand(prompt: str) -> None:
    found = {row["stall_id"]: row["zone_std"] for row in run(prompt, "market")}
    assert found == {1: "HA124", 2: "OX1", 3: "HA3", 4: "OX9"}


def test_only_those_who_have_a_number() -> None:
    prompt = (
        "Phone numbers in hosts are a mess. Throw out every character that is no digit, then remove a leading 00 if "
        "there is one. Give host_id and phone_digits, only for people who have a number."
    )
    found = {row["host_id"]: row["phone_digits"] for row in run(prompt, "fair")}
    assert found == {1: "441134960001", 2: "441904960002", 3: "01134960003"}
