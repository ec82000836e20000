"""What is added to a prompt is in the plan, or it is asked about: nothing that changes the rows is passed over."""

from __future__ import annotations

from functools import cache

import pytest
from lake import plan
from spoken import DOCUMENTED

from datamorph.core.plan import Proposal

ORDERS = [
    "Only count the ones that were refunded.",
    "Leave out everything from Sundays.",
    "Ignore the ones made by employees.",
    "Mask the names.",
    "Convert everything to Swiss francs.",
    "Only consider those older than 30 days.",
    "Weight it by size.",
    "Keep only the upper half.",
    "Split it by gender too.",
    "Do not count returns.",
    "Only women.",
    "Just the German ones.",
    "Per capita.",
    "Net of commission.",
    "With a forecast for next month.",
    "Compared to budget.",
    "One row per household.",
    "Blank out the phone numbers.",
]
"""Sentences that no table of the lake can do, each for another reason."""
MODIFIERS = ["cancelled", "refunded", "oversized", "anonymised", "overdue", "unpaid"]
RESTRICTIONS = [
    "that were refunded",
    "made by employees",
    "over the phone",
    "from abroad",
    "with a voucher",
    "under warranty",
    "on a Sunday",
    "in arrears",
]
NOUNS = {"sales", "sale", "shops", "shop", "products", "product", "members", "member"}


@cache
def steps(prompt: str) -> tuple[str, ...] | None:
    outcome = plan(prompt)
    return tuple(repr(step) for step in outcome.spec.steps) if isinstance(outcome, Proposal) else None


def planned(first: int, step: int) -> list[str]:
    """Each so many-th of the documented prompts that are planned."""
    found = [prompt for prompt in DOCUMENTED[first::step] if steps(prompt) is not None]
    assert len(found) > 3
    return found


def parted(prompt: str) -> tuple[str, str, str]:
    """What stands before the first table, its noun, and what stands behind; no noun where there is none."""
    words = prompt.split()
    place = next((i for i, word in enumerate(words) if word in NOUNS), None)
    if place is None:
        return prompt, "", ""
    return " ".join(words[:place]), words[place], " ".join(words[place + 1 :])


@pytest.mark.parametrize("number", range(len(ORDERS)))
def test_an_order_behind_a_prompt_is_not_passed_over(number: int) -> None:
    texts = {f"{prompt.rstrip('.')}. {ORDERS[number]}": prompt for prompt in planned(number, len(ORDERS))}

    assert [text for text, prompt in texts.items() if steps(text) == steps(prompt)] == []


@pytest.mark.parametrize("number", range(len(MODIFIERS)))
def test_a_word_that_picks_rows_is_not_passed_over(number: int) -> None:
    texts: dict[str, str] = {}
    for prompt in planned(number, 3 * len(MODIFIERS)):
        before, noun, behind = parted(prompt)
        texts |= {f"{before} {MODIFIERS[number]} {noun} {behind}": prompt} if noun else {}

    assert [text for text, prompt in texts.items() if steps(text) == steps(prompt)] == []
    assert texts


@pytest.mark.parametrize("number", range(len(RESTRICTIONS)))
def test_what_restricts_a_noun_is_not_passed_over(number: int) -> None:
    texts: dict[str, str] = {}
    for prompt in planned(number, 2 * len(RESTRICTIONS)):
        before, noun, behind = parted(prompt)
        texts |= {f"{before} {noun} {RESTRICTIONS[number]} {behind}": prompt} if noun else {}

    assert [text for text, prompt in texts.items() if steps(text) == steps(prompt)] == []
    assert texts
