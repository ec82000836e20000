"""Spans of time that rows must lie in, as people write them: *in 2023*, *since 1 Oct 2024*, *2024-01-05 or later*."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from datamorph.planning.offline.days import shifted
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.recipes.brief import Brief

_FIRST_YEAR, _LAST_YEAR, _LAST_MONTH, _LAST_DAY = 1900, 2100, 12, 31
_BEFORE = Phrases({
    **dict.fromkeys(("since", "from", "starting", "starting from", "starting with", "starting on", "beginning", "as of",
                     "on or after", "not before", "no earlier than", ">=", "at or after", "on and after",
                     "not earlier than", "since the start", "since the beginning", "from the start",
                     "from the beginning"), ">="),
    **dict.fromkeys(("after", "later than", "newer than", "past", "after the end", ">"), ">"),
    **dict.fromkeys(("before", "earlier than", "prior to", "older than", "before the start",
                     "before the beginning", "<"), "<"),
    **dict.fromkeys(("until", "till", "up to", "through", "on or before", "not after", "no later than",
                     "up to and including", "<=", "by the end", "until the end", "up to the end"), "<="),
    **dict.fromkeys(("in", "during", "on", "of", "for", "within", "dated", "throughout", "=", "from within",
                     "at"), "="),
})  # fmt: skip
_BEHIND = Phrases({
    **dict.fromkeys(("or later", "onwards", "onward", "and later", "and after", "or after", "on", "and onwards",
                     "and newer", "or newer", "and on"), ">="),
    **dict.fromkeys(("or earlier", "or before", "and earlier", "and before", "or older"), "<="),
})  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEADS = frozenset({"the", "calendar", "year", "month", "of", "day"})
_BETWEEN = frozenset({"between", "from"})
_FEWEST = 3
"""So many words stand at least in front of the last day of a range."""
_MINUS = {("-",), ("/",), ("minus",)}
_JOINTS = frozenset({"and", "to", "until", "till", "through", "-", "\u2013", "up"})


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
        is_beyond: it is told by the days that just do not count: *before 2015-01-01*.
        is_said: True where a word makes a span of it: *in*, *since*, *or later*; not for a day alone.
    """

    first: str
    last: str
    start: int
    end: int
    is_said: bool = True
    is_beyond: bool = False

    def sql(self, *, is_date: bool) -> str:
        """With ``{}`` for the column, a date or a moment."""
        column = "{}" if is_date else "cast({} as date)"
        if self.is_beyond:
            edge, sign = (shifted(self.first, -1), ">") if self.first else (shifted(self.last, 1), "<")
            return f"{column} {sign} date '{edge}'"
        low = f"{column} >= date '{self.first}'" if self.first else ""
        high = f"{column} <= date '{self.last}'" if self.last else ""
        return " and ".join(part for part in (low, high) if part)


@dataclass(frozen=True, slots=True)
class _Bound:
    operator: str
    start: int


def find_spans(brief: Brief) -> list[Span]:
    """All that the prompt tells, in their order."""
    found: list[Span] = []
    place = 0
    while place < len(brief):
        day = _day(brief, place) if not brief.ledger.covers(place) else None
        if day is None:
            place += 1
            continue
        span = _span(brief, day)
        if span is not None:
            found.append(span)
        place = max(day.end, span.end if span is not None else 0)
    return found


def _span(brief: Brief, day: Day) -> Span | None:
    start = day.start
    while start > 0 and brief.words[start - 1] in _LEADS:
        start -= 1
    lent = _lent(brief, day, start)
    if lent is not None:
        return Span(lent.first, day.last, lent.start, day.end)
    second = _second(brief, day)
    if second is not None:
        lead = start - 1 if start and brief.words[start - 1] in _BETWEEN else start
        return Span(day.first, second.last, lead, second.end)
    bound = _bound(brief, start) or _bound_of_year(brief, day)
    operator, first = (bound.operator, bound.start) if bound is not None else ("", day.start)
    end = day.end
    if operator in ("", "=", ">=") and (behind := _BEHIND.match(brief.said.tokens, day.end)) is not None:
        if brief.words[day.end] != "on" or operator == ">=":
            operator, end = behind[1], day.end + behind[0]
    is_bare = not operator and brief.said.tokens[day.start].kind == "number" and day.end - day.start == 1
    if is_bare and first != start and not _is_of_rows(brief, day):
        return None
    low = {">=": day.first, ">": shifted(day.last, 1)}.get(operator, "")
    high = {"<=": day.last, "<": shifted(day.first, -1)}.get(operator, "")
    if operator in ("", "="):
        low, high = day.first, day.last
    return Span(low, high, first, end, bool(operator), operator in ("<", ">"))


def _second(brief: Brief, day: Day) -> Day | None:
    """The other end of ``between 3 May 2024 and 9 June 2024``, ``2021 to 2023``."""
    place = day.end
    if place >= len(brief) or brief.said.tokens[place].text.lower() not in _JOINTS:
        return None
    is_range = brief.words[place] != "and" or (day.start and brief.words[day.start - 1] in ("between", "from"))
    return _day(brief, place + 1) if is_range and place + 1 < len(brief) else None


def _lent(brief: Brief, day: Day, start: int) -> Day | None:
    """``between 3 and 9 May 2024``, ``from 1 March to 30 April 2024``: the first day has its year from the last."""
    if day.first != day.last or start < _FEWEST or brief.words[start - 1] not in _JOINTS:
        return None
    month = _month(brief, start - 2)
    at = start - 2 - bool(month)
    number = _number(brief, at) if at > 0 and brief.words[at - 1] in _BETWEEN else 0
    if not number:
        return None
    year, last = int(day.first[:4]), int(day.first[5:7])
    first = _date(year, month or last, number, at - 1, day.end)
    return first if first is not None and first.first <= day.last else None


def _bound(brief: Brief, place: int) -> _Bound | None:
    """The longest phrase that ends where the day begins."""
    for length in range(5, 0, -1):
        found = _BEFORE.match(brief.said.tokens, place - length) if place >= length else None
        if found is not None and found[0] == length:
            return _Bound(found[1], place - length)
    return None


def _bound_of_year(brief: Brief, day: Day) -> _Bound | None:
    """``every month of 2024``, ``year 2024``: days of that year."""
    lead = brief.words[day.start - 1] if day.start else ""
    return _Bound("=", day.start - 1) if lead in ("of", "year") else None


def _is_of_rows(brief: Brief, day: Day) -> bool:
    """``the 2024 sales``."""
    is_known = day.end < len(brief) and brief.said.table(day.end) is not None
    return is_known and brief.words[day.start - 1] == "the"


def _day(brief: Brief, place: int) -> Day | None:
    """A day, a month of a year, or a year."""
    return (
        _stamp(brief, place)
        or _day_and_month(brief, place)
        or _month_first(brief, place)
        or _numbered_month(brief, place)
        or _whole_year(brief, place)
    )


def _stamp(brief: Brief, place: int) -> Day | None:
    """``2024-01-05``, ``date '2024-01-05'``."""
    token = brief.said.tokens[place]
    if token.kind == "text" and _ISO.fullmatch(token.lower):
        lead = place - (place > 0 and brief.words[place - 1] in ("date", "timestamp"))
        return Day(token.lower, token.lower, lead, place + 1)
    if token.kind == "date":
        return Day(str(token.value)[:10], str(token.value)[:10], place, place + 1)
    return None


def _day_and_month(brief: Brief, place: int) -> Day | None:
    """``1 Oct 2024``, ``the 1st of October 2024``."""
    day = _number(brief, place)
    at = place + 1 + (brief.words[place + 1 : place + 2] == ("of",))
    month, year = _month(brief, at), _year(brief, at + 1)
    return _date(year, month, day, place, at + 2) if day and month and year else None


def _month_first(brief: Brief, place: int) -> Day | None:
    """``October 1, 2024``, ``Oct 2024``, ``October of 2024``."""
    month, day = _month(brief, place), _number(brief, place + 1)
    at = place + 2 + (brief.words[place + 2 : place + 3] == (",",)) if day else place + 1
    at += brief.words[at : at + 1] == ("of",)
    year = _year(brief, at)
    if not (month and year):
        return None
    return _date(year, month, day, place, at + 1) if day else _whole_month(year, month, place, at + 1)


def _numbered_month(brief: Brief, place: int) -> Day | None:
    """``2024-10``."""
    year, month = _year(brief, place), _number(brief, place + 2)
    is_month = brief.words[place + 1 : place + 2] == ("-",) and 0 < month <= _LAST_MONTH
    return _whole_month(year, month, place, place + 3) if year and is_month else None


def _whole_year(brief: Brief, place: int) -> Day | None:
    """``2024``, ``2024's``."""
    year = _year(brief, place)
    behind = brief.words[place + 1 : place + 2]
    is_minuend = behind in _MINUS and not _year(brief, place + 2)
    is_subtrahend = brief.words[max(place - 1, 0) : place] in _MINUS and not (place > 1 and _year(brief, place - 2))
    if not year or is_minuend or is_subtrahend:
        return None
    return Day(f"{year}-01-01", f"{year}-12-31", place, place + 1 + (behind == ("'s",)))


def _whole_month(year: int, month: int, start: int, end: int) -> Day:
    return Day(f"{year}-{month:02}-01", f"{year}-{month:02}-{monthrange(year, month)[1]}", start, end)


def _date(year: int, month: int, day: int, start: int, end: int) -> Day | None:
    try:
        found = date(year, month, day).isoformat()
    except ValueError:
        return None
    return Day(found, found, start, end)


def _number(brief: Brief, place: int) -> int:
    token = brief.said.tokens[place] if place < len(brief) else None
    is_day = (
        token is not None and isinstance(token.value, int) and token.unit in ("", "th") and 0 < token.value <= _LAST_DAY
    )
    return int(token.value) if is_day and token is not None and isinstance(token.value, int) else 0


def _month(brief: Brief, place: int) -> int:
    token = brief.said.tokens[place] if place < len(brief) else None
    return MONTHS.get(token.lower, 0) if token is not None and token.kind == "word" and token.text[:1].isupper() else 0


def _year(brief: Brief, place: int) -> int:
    token = brief.said.tokens[place] if place < len(brief) else None
    is_digits = token is not None and token.kind == "number" and token.text.isascii() and token.text.isdigit()
    value = int(token.text) if is_digits and token is not None and token.text[0] != "0" else 0
    return value if _FIRST_YEAR <= value <= _LAST_YEAR else 0
