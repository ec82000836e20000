"""Slots that hold a time, or a unit of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.phrasebook.kinds.ends import Ends, one_of
from datamorph.planning.offline.rephrasing.said import Said

_MOST_OF_DATE = 3
_FIRST_YEAR, _LAST_YEAR, _LONGEST_SPAN = 1900, 2100, 9
_MONTHS = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])|yyyy-mm")
_SPAN_WORDS = frozenset("q1 q2 q3 q4 h1 h2 quarter half".split())
_SPAN_TIES = frozenset("the first second third fourth last of and or to until through , - –".split())  # noqa: RUF001


def _date(said: Said, place: int) -> Iterator[int]:
    if place < len(said) and said.tokens[place].kind == "date":
        yield place + 1
        return
    run = said.tokens[place : place + _MOST_OF_DATE]
    length = 0
    while length < len(run) and (run[length].lower in MONTHS or isinstance(run[length].value, int)):
        length += 1
    if any(token.lower in MONTHS for token in run[:length]):
        yield place + length


def _clock(said: Said, place: int) -> Iterator[int]:
    if place < len(said) and said.tokens[place].unit == ":":
        yield place + 1


def _span(said: Said, place: int) -> Iterator[int]:
    """``March 2025``, ``2021 or 2022``, ``the first quarter of 2025``, ``1 April 2025``: what says a time."""
    found: list[int] = []
    is_time = False
    for end in range(place, min(place + _LONGEST_SPAN, len(said))):
        word, token = said.words[end], said.tokens[end]
        is_year = isinstance(token.value, int) and not token.unit and _FIRST_YEAR <= token.value <= _LAST_YEAR
        is_day = isinstance(token.value, int) and 1 <= token.value <= 31  # noqa: PLR2004 (days)
        is_month = word in MONTHS and token.text[0].isupper()
        if not (is_year or is_day or is_month or token.kind == "date" or word in _SPAN_WORDS | _SPAN_TIES):
            break
        is_time = is_time or is_year or is_month or token.kind == "date"
        if is_time and word not in _SPAN_TIES and (not is_day or (end > place and said.words[end - 1] in MONTHS)):
            found.append(end + 1)
    yield from reversed(found)


def _year_month(said: Said, place: int) -> Iterator[int]:
    """``2025-03``, ``yyyy-mm``: how months are written."""
    for length in (3, 2):
        if place + length <= len(said) and _MONTHS.fullmatch(said.text(place, place + length).lower()):
            yield place + length


TIMES: Mapping[str, Ends] = {
    "date": _date,
    "clock": _clock,
    "span": _span,
    "year_month": _year_month,
    "period": one_of("day", "week", "month", "quarter", "year"),
    "unit": one_of("second", "minute", "hour", "day", "week", "month", "year"),
}
