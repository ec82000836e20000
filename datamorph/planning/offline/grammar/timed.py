"""Times that rows are of where no column is named: ``in Q1 2024``, ``in March``, ``since 2020``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.comparisons import LEAD
from datamorph.planning.offline.grammar.dates import read_month_of_year, read_span
from datamorph.planning.offline.grammar.operators import COMPARED, is_bare_from
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_date, read_year
from datamorph.planning.offline.grammar.weekends import read_weekend
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.model import Compare, Condition, Period
from datamorph.planning.offline.names import OWN


def read_spanned(reader: Reader) -> Condition | None:
    """``in Q1 2024``, ``between 2 April and 9 June 2023``, ``for 2021 and 2022``."""
    reader.skip(LEAD)
    is_placed = reader.word("in", "during", "for")
    return read_span(reader) if is_placed or reader.lower() in ("between", "from") else None


_MONTH_OR_YEAR = frozenset(MONTHS) | {"year", "years", "month", "months"}


def read_calendar(reader: Reader) -> Condition | None:
    """``in March and April 2025``, ``for the year 2025``: a time, where a column may be called March or year too."""
    reader.skip(LEAD)
    start = reader.position
    if reader.lower() in ("between", "from"):
        return read_span(reader) if reader.lower(1) in MONTHS else None
    if not reader.word("in", "during", "for", "of"):
        return None
    reader.skip(("the", "any", "a", "calendar"))
    if reader.lower() not in _MONTH_OR_YEAR or any(
        link.column and link.score >= OWN and reader.tokens[start].lower == "for"
        for link in reader.links(reader.position, 1)
        if reader.lower() not in MONTHS
    ):
        return None
    return read_span(reader) or (read_month_of_year(reader) if reader.tokens[start].lower != "of" else None)


def read_month(reader: Reader) -> Condition | None:
    """``placed in March``: of every year."""
    reader.skip(LEAD)
    return read_month_of_year(reader) if reader.word("in", "during") else None


def read_dated(reader: Reader) -> Condition | None:
    """``after 2018-03-15``, ``in March 2018``, ``since 2020``, ``placed in 2013``: the only date is meant."""
    reader.skip(LEAD)
    if (weekend := read_weekend(reader, Period("date"))) is not None:
        return weekend
    mark = reader.position
    operator = reader.take(COMPARED)
    if operator is None and not reader.word("in", "during", "on", "for"):
        return None
    date = read_date(reader)
    if date is not None:
        return Compare(Period("date"), operator or "=", date)
    year = read_year(reader)
    is_number = bool(reader.lower()) and reader.tokens[mark].lower in ("over", "under", "above", "below")
    if year is None or is_number or is_bare_from(reader, mark):
        return None
    if operator in (None, "=") or (reader.tokens[mark].lower in (
        "after", "before", "since", "until", "from", "through")):  # fmt: skip
        return Compare(Period("year"), operator or "=", year)
    return None
