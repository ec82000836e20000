"""Amounts of money as they are written in texts: ``€1,150.00``, ``EUR 31.00``, ``12,50 kr``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.rephrasing.said import Said

MONEY = "decimal(12,2)"
"""The type that they are read as."""
_CURRENCY = r"(?:[$€£¥]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|JPY|CNY|INR|CAD|AUD|NZD|BRL|MXN|ZAR|kr)\b)"
SHOWN = re.compile(rf"{_CURRENCY}\s?\d[\d.,' ]*\d|\d[\d.,']*\d\s?{_CURRENCY}")
"""One in the middle of a prompt."""
AMOUNT = re.compile(r"^[-+(]?\s*(?:[^\w\s]|[A-Z]{3}\s)?\s*\d[\d.,' ]*(?:\s?[^\w\s]|\s\w{1,5})?\)?$")
"""A text that is one."""
_WITH_DECIMALS = re.compile(r"\d[.,]\d")
_CUES = frozenset(
    "like e.g eg i.e such example instance text texts string strings written stored looks look as".split()
)
_NEAR = 5


def decimal_of(example: str) -> str:
    """Which mark stands in front of the decimals; empty where the example does not tell."""
    found = re.search(r"([.,])(\d+)\D*$", example)
    if found is None or len(found[2]) == 2:  # noqa: PLR2004 (cents)
        return "comma" if found is not None and found[1] == "," else "point"
    return ("point" if found[1] == "," else "comma") if len(found[2]) == 3 else ""  # noqa: PLR2004 (thousands)


def amounts_in(said: Said, start: int, end: int) -> Iterator[int]:
    """Places of amounts in a run of tokens that only show what texts look like: ``like €1,150.00``."""
    first, last = said.tokens[start].start, said.tokens[end - 1].end
    spans = [match.span() for match in SHOWN.finditer(said.prompt) if first <= match.start() and match.end() <= last]
    for place in range(start, end):
        token = said.tokens[place]
        is_text = token.kind == "text" and AMOUNT.search(token.lower) and _WITH_DECIMALS.search(token.lower)
        is_shown = any(token.start < b and token.end > a for a, b in spans)
        if (is_text or is_shown) and _CUES & set(said.words[max(place - _NEAR, start) : place]):
            yield place
