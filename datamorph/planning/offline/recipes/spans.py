"""Spans of time that rows must lie in: *in 2023*, *since May 2022*, *between 2024-01-01 and 2024-03-31*."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.planning.offline.days import shifted
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.recipes.brief import Brief

_IN = frozenset("in during of for within year throughout".split())
_FROM = frozenset({"since", "from", "starting"})
_ONWARDS = frozenset("on onward onwards upward upwards later forward".split())
_FILLER = frozenset("the calendar year start beginning of end month first day 1st january".split()) - {"january"}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_DAYS = 10


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year, by its first and last day."""

    first: str
    last: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days that count, both ends among them.

    Attributes:
        first: empty where it is open, as ``last`` is.
        start: of the words that say so, and ``end`` behind them.
    """

    first: str
    last: str
    start: int
    end: int

    def sql(self, *, is_date: bool) -> str:
        """With ``{}`` for the column, a date or a moment."""
        column = "{}" if is_date else "cast({} as date)"
        low = f"{column} >= date '{self.first}'" if self.first else ""
        high = f"{column} <= date '{self.last}'" if self.last else ""
        return " and ".join(part for part in (low, high) if part)


def spans(brief: Brief) -> list[Span]:
    """All that the prompt tells; a day without a word that makes a span of it is none."""
    found: list[Span] = []
    place = 0
    days = {one.start: one for one in _days(brief)}
    while place < len(brief):
        one = days.get(place)
        if one is None:
            place += 1
            continue
        span = _span(brief, one, days)
        found += [span] if span is not None else []
        place = max(span.end if span is not None else 0, one.end)
    return found


def _days(brief: Brief) -> Iterator[Day]:
    place = 0
    while place < len(brief):
        one = _day(brief, place) if not brief.ledger.covers(place) else None
        if one is not None:
            yield one
        place = one.end if one is not None else place + 1


def _day(brief: Brief, place: int) -> Day | None:
    token = brief.said.tokens[place]
    if token.kind == "date" and len(str(token.value)) == _DAYS:
        return Day(str(token.value), str(token.value), place, place + 1)
    month = MONTHS.get(brief.words[place], 0)
    year = _year(brief, place + 1) if month else 0
    if month and year and token.text[:1].isupper():
        last = monthrange(year, month)[1]
        return Day(f"{year}-{month:02}-01", f"{year}-{month:02}-{last}", place, place + 2)
    year = _year(brief, place)
    before = set(brief.words[max(0, place - 3) : place])
    if year and before & (_IN | _FROM | {"before", "after", "until", "till", "and", "to", "through", "between"}):
        return Day(f"{year}-01-01", f"{year}-12-31", place, place + 1)
    return None


def _year(brief: Brief, place: int) -> int:
    token = brief.said.tokens[place] if place < len(brief) else None
    is_year = token is not None and token.kind == "number" and token.text.isdigit() and not token.unit
    if not is_year or token is None or not isinstance(token.value, int):
        return 0
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else ""
    is_part = behind in ("-", "/", "minus") or (place > 0 and brief.said.tokens[place - 1].text in ("-", "=", "minus"))
    return token.value if _FIRST_YEAR <= token.value <= _LAST_YEAR and not is_part else 0


def _span(brief: Brief, one: Day, days: dict[int, Day]) -> Span | None:
    """By the words in front of a day and behind it."""
    start = one.start
    while start > 0 and brief.words[start - 1] in _FILLER:
        start -= 1
    before = brief.words[start - 1] if start else ""
    behind = brief.words[one.end : one.end + 2]
    second = next((day for day in days.values() if one.end < day.start <= one.end + 2), None)
    joined = brief.words[one.end] if second is not None else ""
    if second is not None and (joined in ("to", "until", "till", "through", "-") or before == "between"):
        return Span(one.first, second.last, start - 1, second.end)
    if behind[:1] in (("on",), ("onwards",), ("onward",)) or behind in (("and", "later"), ("or", "later")):
        return Span(one.first, "", start - (before in _FROM), one.end + (1 if behind[0] in _ONWARDS else 2))
    return _open(brief, one, before, start)


def _open(brief: Brief, one: Day, before: str, start: int) -> Span | None:
    if before in ("since", "from", "starting"):
        return Span(one.first, "", start - 1, one.end)
    if before == "before":
        return Span("", shifted(one.first, -1), start - 1, one.end)
    if before == "after":
        return Span(shifted(one.last, 1), "", start - 1, one.end)
    if before in ("until", "till", "through") or (before == "to" and brief.words[start - 2] == "up"):
        return Span("", one.last, start - 1 - (before == "to"), one.end)
    return Span(one.first, one.last, start - 1, one.end) if before in _IN or start < one.start else None
