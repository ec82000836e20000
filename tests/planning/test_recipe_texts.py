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
