"""Parts of dates among the columns: ``start_hour (0-23, from started_at)``, ``weekend_trips (saturday and sunday)``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.weekends import weekend_of
from datamorph.planning.offline.model import Aggregate, Condition, Negation, Period
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import phrase_set

_RANGES = {"hour": (0, 23), "month": (1, 12), "weekday": (1, 7), "quarter": (1, 4), "day": (1, 31)}
_TO = frozenset({"-", "to", "–", "—", "until", "through", "."})  # noqa: RUF001
_FROM = frozenset({"from", "of", "by", "in", "on", "using", "based", "taken"})
_WEEKENDS = phrase_set(("saturday and sunday", "saturdays and sundays", "sat and sun", "saturday or sunday",
                        "saturday, sunday", "sat/sun", "saturday/sunday", "saturday + sunday"))  # fmt: skip
_WEEKDAYS = phrase_set(("monday to friday", "mondays to fridays", "mon to fri", "monday - friday", "mon - fri",
                        "monday through friday", "all other days", "the other days", "the rest"))  # fmt: skip
_COUNTS = frozenset({"count", "number", "n"})


def read_date_of_group(reader: Reader, draft: Draft, output: Output) -> bool:
    """``(0-23, from started_at)``: which date the part is of that the rows are grouped by, and how it is numbered."""
    groups = [g for g in draft.groups if isinstance(g.expression, Period) and _is_of(g.expression, output)]
    start = reader.position
    if len(groups) != 1 or not reader.word("("):
        return False
    period = groups[0].expression
    assert isinstance(period, Period)  # noqa: S101
    is_numbered = _numbered(reader, period.part)
    reader.word(",", ";")
    is_from = reader.word(*_FROM)
    reader.skip(ARTICLES | {"on"} if is_from else frozenset())
    noun = reader.noun() if is_from else None
    is_date = noun is not None and noun.links[0].column in reader.names.dates.get(noun.links[0].table, ())
    if (is_from and not is_date) or not (is_from or is_numbered) or not reader.word(")"):
        reader.position = start
        return False
    if noun is not None and period.of in (None, noun):
        groups[0].expression = replace(period, of=noun)
    name = output.name or output.noun.text.replace(" ", "_")
    groups[0].name, groups[0].words = groups[0].name or name, groups[0].words | frozenset(output.noun.words)
    return True


def _is_of(period: Period, output: Output) -> bool:
    return period.part in (*output.noun.words, *words_of(output.name or output.noun.text))


def _numbered(reader: Reader, part: str) -> bool:
    """``0-23``: as the part is numbered anyway."""
    mark = reader.position
    ends = _RANGES.get(part)
    first = reader.next().value if reader.is_kind("number") else None
    reader.skip(_TO)
    last = reader.next().value if first is not None and reader.is_kind("number") else None
    if ends is None or (first, last) != ends:
        reader.position = mark
        return False
    return True


def week_part_count(reader: Reader, draft: Draft, name: str) -> Aggregate | None:
    """``weekend_trips``: rows whose date is a Saturday or a Sunday; of the date that groups are parts of."""
    words = words_of(name)
    said = {"weekend", "weekday"} & set(words)
    rest = [word for word in words if word not in said]
    things = {own[-1] for own in reader.names.table_words.values()}
    is_split = any(group.name == "day_kind" for group in draft.groups)
    if (
        len(said) != 1
        or "_" not in name
        or not draft.groups
        or is_split
        or not all(word in things | _COUNTS for word in rest)
    ):
        return None
    dates = [g.expression.of for g in draft.groups if isinstance(g.expression, Period) and g.expression.of]
    weekend = weekend_of(Period("date", dates[0] if dates else None))
    condition: Condition = weekend if said == {"weekend"} else Negation(weekend)
    return Aggregate("count", condition=condition)


def read_days_note(reader: Reader, name: str) -> None:
    """``(saturday and sunday)``: what a weekend is anyway."""
    mark = reader.position
    days = _WEEKENDS if "weekend" in words_of(name) else _WEEKDAYS
    if reader.word("(") and reader.take(days) is not None and reader.word(")"):
        return
    reader.position = mark
