"""Spans of time as conditions on the date of the rows: ``April 2023 only``, ``Q1 2024``, ``2021 and 2022``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import read_date, read_year
from datamorph.planning.offline.lexicon.cues import POSTFIX
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Expression, Noun, Period, Within
from datamorph.planning.offline.phrases import Phrases

_POSTFIX = Phrases(POSTFIX)
_QUARTERS = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
_ENDS = frozenset({"", "?", "!", ".", ",", ";", ")", "and"})
DATE = Period("date")


def read_span(reader: Reader, date: Expression = DATE) -> Condition | None:
    """The span of time that stands here: a quarter, days or months with one year for both, years."""
    start = reader.position
    for construct in (_quarter, _days, _years):
        reader.position = start
        found = construct(reader, date)
        if found is not None:
            return found
    reader.position = start
    return None


_BEHIND_MONTHS = frozenset({"", "?", "!", ".", ",", ";", ")", "and", "per", "by", "for", "with", "sorted", "ordered"})


def read_month_of_year(reader: Reader, date: Noun | None = None) -> Condition | None:
    """``in March``: that month of every year, where no year stands beside it."""
    start = reader.position
    month = MONTHS.get(reader.lower())
    if month is None or not reader.peek() or not reader.tokens[start].text[0].isupper():
        return None
    reader.next()
    if reader.lower() not in _BEHIND_MONTHS or reader.is_kind("number") or reader.is_kind("number", 1):
        reader.position = start
        return None
    return Compare(Period("month", date, style="number"), "=", Constant(month))


def read_lone_date(reader: Reader) -> Condition | None:
    """``May 2022 only``, ``2021 and 2022 only``, ``April 2023 orders``: a time without a preposition."""
    start = reader.position
    said = reader.tokens[start - 1].lower if start else ""
    found = read_span(reader)
    if found is None and (date := read_date(reader)) is not None:
        found = Compare(DATE, "=", date)
    is_whole = found is not None and (
        _is_only(reader) or (said not in ("since", "after", "before") and _is_of_rows(reader))
    )
    if not is_whole:
        reader.position = start
        return None
    return found


def is_tied(reader: Reader, place: int) -> bool:
    """``February 2024 sales and March 2024 sales``: a table and a tie stand before, so both times are meant."""
    mark = reader.position
    is_and = place > 1 and reader.tokens[place - 1].lower in ("and", "or", "plus", "&")
    reader.position = place - 2
    is_table = is_and and _is_of_rows(reader)
    reader.position = mark
    return is_table


def _is_only(reader: Reader) -> bool:
    return reader.word("only") and reader.lower() in _ENDS


def _is_of_rows(reader: Reader) -> bool:
    """True where a table stands behind: the rows of that time."""
    mark = reader.position
    noun = reader.noun()
    reader.position = mark
    return noun is not None and not noun.links[0].column


def _quarter(reader: Reader, date: Expression) -> Condition | None:
    """``2024 Q1``, ``Q1 2024``, ``Q1 of 2024``, ``the first quarter of 2024``."""
    reader.skip(ARTICLES)
    year = read_year(reader)
    quarter = _number_of_quarter(reader)
    if quarter is not None and year is None:
        reader.skip(frozenset({"of", "in"}))
        year = read_year(reader)
    if quarter is None or year is None:
        return None
    low, high = (Constant(f"{year.value}-{month:02d}", is_date=True) for month in (quarter * 3 - 2, quarter * 3))
    return Within(date, low, high)


def _number_of_quarter(reader: Reader) -> int | None:
    if reader.lower() in _QUARTERS:
        return _QUARTERS[reader.next().lower]
    if reader.lower() in _ORDINALS and reader.lower(1) == "quarter":
        reader.position += 2
        return _ORDINALS[reader.tokens[reader.position - 2].lower]
    return None


def _days(reader: Reader, date: Expression) -> Condition | None:
    """``between 2 April and 9 June 2023``, ``from March to May 2024``: the year stands once."""
    if not reader.word("between", "from"):
        return None
    low = _open_day(reader)
    high = read_date(reader) if low is not None and reader.word("and", "to", "until", "through", "-") else None
    if low is None or high is None:
        return None
    day, month = low
    year = str(high.value)[:4]
    first = f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
    return Within(date, Constant(first, is_date=True), high) if first <= str(high.value) else None


def _open_day(reader: Reader) -> tuple[int, int] | None:
    """Day (0 without one) and month of a date that has no year."""
    day = _day(reader)
    month = MONTHS.get(reader.lower())
    if month is None:
        return None
    reader.next()
    day = day or _day(reader)
    return (day, month)


def _day(reader: Reader) -> int:
    token = reader.peek()
    if token and isinstance(token.value, int) and 1 <= token.value <= 31 and token.unit in ("", "th"):  # noqa: PLR2004
        reader.next()
        return token.value
    return 0


def _years(reader: Reader, date: Expression) -> Condition | None:
    """``2021 and 2022``, ``2022 or later``."""
    of = date.of if isinstance(date, Period) else None
    first = read_year(reader)
    if first is None:
        return None
    year = Period("year", of)
    if (operator := reader.take(_POSTFIX)) is not None:
        return Compare(year, operator, first)
    found: list[Condition] = [Compare(year, "=", first)]
    mark = reader.position
    while reader.word("and", "or", ",", "&") and (more := read_year(reader)) is not None:
        found.append(Compare(year, "=", more))
        mark = reader.position
    reader.position = mark
    return Both("or", tuple(found)) if len(found) > 1 else found[0]
