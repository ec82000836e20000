"""Columns whose names are of one kind: ``RoomA_RH`` and ``RoomB_RH``, months, years."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.names import words_of


def are_alike(columns: Sequence[str]) -> bool:
    """True for ``RoomA_RH, RoomB_RH``, for months, for years: names of one kind."""
    before, after = shared(columns)
    return bool(before or after) or all(month_of(c) for c in columns) or all(c.lstrip("_").isdigit() for c in columns)


def shared(columns: Sequence[str]) -> tuple[str, str]:
    """What all names begin with, and end with."""
    before = _prefix(columns)
    after = _prefix([column[len(before) :][::-1] for column in columns])[::-1]
    return before, after


def _prefix(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    shortest = min(texts, key=len)
    length = next((n for n, sign in enumerate(shortest) if any(text[n] != sign for text in texts)), len(shortest))
    return shortest[:length]


def month_of(column: str) -> int:
    """The number of the month that a column is called by; 0 for none."""
    return MONTHS.get(column.lower().strip("_"), 0)


def months_among(columns: Sequence[str]) -> list[str]:
    """The columns that are called by months."""
    return [column for column in columns if month_of(column)]


def longest_run(columns: Sequence[str]) -> list[str]:
    """The most columns whose names begin and end alike."""
    runs = [[other for other in columns if _begins_like(column, other)] for column in columns]
    return max(runs, key=len, default=list[str]())


def _begins_like(column: str, other: str) -> bool:
    first, last = words_of(column), words_of(other)
    return len(first) == len(last) and (first[0] == last[0] or first[-1] == last[-1]) and len(first) > 1
