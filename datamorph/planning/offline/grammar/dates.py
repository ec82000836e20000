"""Spans of time as conditions on the date of the rows: ``April 2023 only``, ``Q1 2024``, ``2021 and 2022``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import read_date, read_year
from datamorph.planning.offline.lexicon.cues import POSTFIX
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Expression, Noun, Period, Within
from datamorph.planning.offline.phrases import Phrases, phrase_set

_POSTFIX = Phrases(POSTFIX)
_QUARTERS = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
_ENDS = frozenset({"", "?", "!", ".", ",", ";", ")", "and"})
DATE = Period("date")


def read_span(reader: Reader, date: Expression = DATE) -> Condition | None:
    """The span of time that stands here: a quarter, days or months with one year for both, years."""
    start = reader.position
    for construct in (_quarter, _days, _months, _decade, _years):
        reader.position = start
        found = construct(reader, date)
        if found is not None:
            skip_inclusive(reader)
            return found
    reader.position = start
    return None


_INCLUSIVE = phrase_set((
    "inclusive", "both inclusive", "both included", "both ends included", "both ends inclusive", "including both",
    "including both ends", "ends included", "inclusively", "both days included", "both years included", "incl",
    "both months included", "all inclusive", "both bounds included", "bounds included", "borders included",
))  # fmt: skip


def skip_inclusive(reader: Reader) -> None:
    """``inclusive``, ``(both included)`` behind two bounds: they belong to the range anyway."""
    mark = reader.position
    is_open = reader.word("(")
    reader.word(",")
    if reader.take(_INCLUSIVE) is None or (is_open and not reader.word(")")):
        reader.position = mark
        return
    reader.word(".") if reader.tokens[reader.position - 1].lower == "incl" else None


_BEHIND_MONTHS = frozenset({"", "?", "!", ".", ",", ";", ")", "and", "per", "by", "for", "with", "sorted", "ordered"})


def read_month_of_year(reader: Reader, date: Noun | None = None) -> Condition | None:
    """``in March``: that month of every year, where no year stands beside it."""
    start = reader.position
    reader.skip(_ANY)
    months = _month_list(reader)
    is_ended = reader.lower() in _BEHIND_MONTHS and not reader.is_kind("number") and not reader.is_kind("text")
    if not months or not is_ended or reader.is_kind("number", 1):
        reader.position = start
        return None
    skip_inclusive(reader)
    part = Period("month", date, style="number")
    found = tuple(Compare(part, "=", Constant(month)) for month in months)
    return found[0] if len(found) == 1 else Both("or", found)


_ANY = frozenset({"the", "any", "a", "every", "each", "month", "months", "of", "all"})


def _month_list(reader: Reader) -> list[int]:
    """``June``, ``June, July or August``, ``June to August``: their numbers."""
    found: list[int] = []
    mark = reader.position
    while (month := MONTHS.get(reader.lower())) is not None and reader.tokens[reader.position].text[0].isupper():
        reader.next()
        found.append(month)
        mark = reader.position
        if len(found) == 1 and reader.word("to", "through", "until", "till", "-", "–"):  # noqa: RUF001
            last = MONTHS.get(reader.lower())
            if last is None or last <= month:
                return []
            reader.next()
            return list(range(month, last + 1))
        is_tied = reader.word(",")
        is_tied = reader.word("and", "or", "&") or is_tied
        if not is_tied:
            break
    reader.position = mark
    return found


def _months(reader: Reader, date: Expression) -> Condition | None:
    """``March and April 2025``, ``March to May 2025``: the year stands once."""
    reader.skip(ARTICLES | {"month", "months", "of"})
    months = _month_list(reader)
    reader.word("of", "in", ",")
    year = read_year(reader) if len(months) > 1 else None
    if year is None:
        return None
    ends = [Constant(f"{year.value}-{month:02d}", is_date=True) for month in months]
    if months == list(range(months[0], months[-1] + 1)):
        return Within(date, ends[0], ends[-1])
    return Both("or", tuple(Compare(date, "=", end) for end in ends))


_DECADES = {"fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_IN_DECADE = 9


def _decade(reader: Reader, date: Expression) -> Condition | None:
    """``the 1990s``, ``the 90s``, ``the nineties``."""
    reader.skip(ARTICLES)
    token, tail = reader.peek(), reader.peek(1)
    first = _DECADES.get(reader.lower())
    if first is None and token is not None and isinstance(token.value, int) and reader.lower(1) == "s" and tail:
        is_joined = tail.start == token.end or reader.ledger.prompt[token.end : tail.start] in ("'", "’")  # noqa: RUF001
        is_short = 10 < token.value < 100  # noqa: PLR2004 (two digits)
        first = token.value + (1900 if is_short else 0) if is_joined and token.value % 10 == 0 else None
        reader.position += first is not None
    if first is None or not 1000 <= first <= 2999:  # noqa: PLR2004 (four digits)
        return None
    reader.next()
    of = date.of if isinstance(date, Period) else None
    return Within(Period("year", of), Constant(first), Constant(first + _IN_DECADE))


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
    reader.word("'s") if year is not None else None
    quarter, half = _number_of_quarter(reader), _number_of_half(reader)
    if (quarter is not None or half is not None) and year is None:
        reader.skip(("of", "in", "the", "year", "/", ","))
        year = read_year(reader)
    if (quarter is None and half is None) or year is None:
        return None
    months = (quarter * 3 - 2, quarter * 3) if quarter is not None else (half * 6 - 5, half * 6) if half else (1, 12)
    low, high = (Constant(f"{year.value}-{month:02d}", is_date=True) for month in months)
    return Within(date, low, high)


_HALVES = {"h1": 1, "h2": 2}


def _number_of_half(reader: Reader) -> int | None:
    """``H1``, ``the second half``."""
    if reader.lower() in _HALVES:
        return _HALVES[reader.next().lower]
    said = reader.lower()
    if said in ("first", "second", "last") and (reader.lower(1) == "half" or reader.lower(2) == "months"):
        is_half = reader.lower(1) == "half" or reader.lower(1) in ("6", "six")
        if is_half:
            reader.position += 2 if reader.lower(1) == "half" else 3
            return 1 if said == "first" else 2
    return None


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
    if (whole := _whole_days(reader, date)) is not None:
        return whole
    low = _open_day(reader)
    high = read_date(reader) if low is not None and reader.word("and", "to", "until", "through", "-") else None
    if low is None or high is None:
        return None
    day, month = low
    year = str(high.value)[:4]
    first = f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
    return Within(date, Constant(first, is_date=True), high) if first <= str(high.value) else None


_TO = ("and", "to", "until", "through", "till", "-")


def _whole_days(reader: Reader, date: Expression) -> Condition | None:
    """``between 2024-11-01 and 2025-08-31``, ``from 1 to 31 January 2025``: the month stands once, or nothing does."""
    start = reader.position
    low = read_date(reader)
    day = _day(reader) if low is None else 0
    high = read_date(reader) if (low is not None or day) and reader.word(*_TO) else None
    if high is not None and day and len(str(high.value)) == len("2025-01-31"):
        low = Constant(f"{str(high.value)[:7]}-{day:02d}", is_date=True)
    if low is None or high is None or str(low.value) > str(high.value):
        reader.position = start
        return None
    return Within(date, low, high)


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


_THE_YEARS = frozenset({"the", "year", "years", "calendar", "either"})


def _years(reader: Reader, date: Expression) -> Condition | None:
    """``2021 and 2022``, ``2022 or later``."""
    of = date.of if isinstance(date, Period) else None
    reader.skip(_THE_YEARS)
    first = read_year(reader)
    if first is None:
        return None
    year = Period("year", of)
    mark = reader.position
    last = read_year(reader) if reader.word("to", "-", "–", "through", "till") else None  # noqa: RUF001
    if last is not None and isinstance(first.value, int) and isinstance(last.value, int) and first.value < last.value:
        return Within(year, first, last)
    reader.position = mark
    if (operator := reader.take(_POSTFIX)) is not None:
        return Compare(year, operator, first)
    found: list[Condition] = [Compare(year, "=", first)]
    mark = reader.position
    while reader.word("and", "or", ",", "&") and (more := read_year(reader)) is not None:
        found.append(Compare(year, "=", more))
        mark = reader.position
    reader.position = mark
    return Both("or", tuple(found)) if len(found) > 1 else found[0]
