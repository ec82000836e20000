"""Sentences that only add a column to a table: the column has it then, so they ask for its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADD = r"(?:add|append|compute|calculate|derive|create|make|include|insert|introduce|attach|work out|build|determine)"
_WHOLE = re.compile(
    r"\ball (?:of )?(?:the |its |their )?(?:other |existing |original )?(?:columns|fields)\b"
    r"|\b(?:every|each) (?:other )?(?:column|field)\b|\beverything else\b"
    r"|\bleav\w+ (?:everything|all|the) (?:else|other columns|rest)\b",
    re.IGNORECASE,
)


def without_adding(text: str, made: Sequence[str], table: str) -> str:
    """The prompt without what only says that columns are added; all columns of the table where nothing else is said."""
    one = rf"(?:{'|'.join(made)})"
    items = rf"{one}(?:\s*(?:,|and|, and|plus)\s*{one})*"
    found = re.findall(one, text)
    is_shown = len(found) > len(set(found))
    if _WHOLE.search(text) and not is_shown:
        return f"Show {table} with all columns"
    opening = "Take" if is_shown else "Show all columns of"
    if added := re.match(rf"^\s*(?:please )?{_ADD} {items} (?:to|for|of|in|from) ", text, re.IGNORECASE):
        return f"{opening} {text[added.end() :]}"
    if added := re.match(rf"^\s*(?:please )?extend (.*?) (?:with|by) {items}", text, re.IGNORECASE):
        return f"{opening} {added[1]}{text[added.end() :]}"
    return re.sub(rf",? (?:and )?(?:then )?{_ADD} {items}", "", text, count=1, flags=re.IGNORECASE)
