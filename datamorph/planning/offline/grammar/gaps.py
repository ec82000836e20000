"""The time since the row before: ``minutes since the same ship's previous departure``, ``gap between two visits``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.expressions import ELAPSED, elapsed_unit
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Noun, Window

PREVIOUS = frozenset({"previous", "prior", "preceding", "last"})
"""Words for the row before."""
_GAPS = frozenset({"gap", "interval", "time", "distance", "pause", "difference", "wait", "break", "delay"})
_LEAD = frozenset({"number", "of", "the", "whole", "full", "elapsed", "calendar", "how", "many"})
_PASSED = frozenset({"that", "which", "passed", "elapsed", "gone", "by", "went", "have", "has", "lie", "lies", "in"})
_FROM = ("since", "between", "to", "from", "after", "until")
_TIES = ARTICLES | {"of", "to", "from", "same", "two", "and", "date", "dates", "time", "moment", "for", "on", "start",
                    "with", "very"}  # fmt: skip
_CONSECUTIVE = ("consecutive", "successive", "neighbouring", "adjacent", "subsequent")
_ONE = frozenset({"one", "a", "an", "each"})
_NEXT = frozenset({"next", "following"})
_PERIODS = frozenset({"day", "week", "month", "quarter", "year", "period"})


def read_gap(reader: Reader) -> Window | None:
    """The window phrase for the time between neighbouring rows, if one stands here."""
    start = reader.position
    found = _gap(reader)
    if found is None:
        reader.position = start
        found = _compared(reader)
    if found is None:
        reader.position = start
    return found


@dataclass(slots=True)
class _Neighbours:
    """What follows each other: rows of a table, by a date, within something."""

    date: Noun | None = None
    earlier: Noun | None = None
    things: Noun | None = None
    per: tuple[Noun, ...] = ()


def _compared(reader: Reader) -> Window | None:
    """``compare the admission date with the date of the previous discharge``."""
    if not reader.word("compare", "comparing"):
        return None
    reader.skip(ARTICLES)
    date, _ = _what(reader)
    found = _Neighbours(date)
    start = reader.position
    if date is None or not reader.word("with", "to", "against", "and"):
        return None
    reader.skip(_TIES)
    is_dated = any(token.lower == "date" for token in reader.tokens[start - 1 : reader.position])
    if not reader.word(*PREVIOUS):
        return None
    found = _behind(reader, found)
    per = read_same(reader)
    unit = elapsed_unit(reader) or ("day" if is_dated else "?")
    return Window("gap", found.date, per, earlier=found.earlier, unit=unit, things=found.things)


def _gap(reader: Reader) -> Window | None:
    reader.skip(_LEAD)
    unit = _unit(reader)
    is_named = not unit
    if is_named and not reader.word(*_GAPS):
        return None
    unit = unit or elapsed_unit(reader)
    reader.skip(_PASSED)
    mark = reader.position
    found = _neighbours(reader) if reader.word(*_FROM) else None
    if found is None or _is_until_today(reader, mark, found):
        return None
    unit = unit or elapsed_unit(reader)
    per = (*found.per, *read_same(reader))
    found.date = found.date or read_by_date(reader)
    unit = unit or elapsed_unit(reader) or ("?" if is_named else "day")
    return Window("gap", found.date, per, earlier=found.earlier, unit=unit, things=found.things)


def _is_until_today(reader: Reader, start: int, found: _Neighbours) -> bool:
    """``days since the last sale`` are counted from the day of the run, unless it is said for each sale."""
    said = [token.lemma for token in reader.tokens[: reader.position]]
    if said[start] != "since" or "last" not in said[start:] or found.things is None:
        return False
    each = {behind for word, behind in pairwise(said[:start]) if word in ("each", "every", "per")}
    return not each & set(found.things.words)


def _unit(reader: Reader) -> str:
    token = reader.peek()
    unit = ELAPSED.get(token.lemma, "") if token is not None else ""
    if not unit or reader.lower(1) not in (*_FROM, *_PASSED) or (reader.lower(1) == "of"):
        return ""
    reader.next()
    return unit


def _neighbours(reader: Reader) -> _Neighbours | None:
    """``consecutive calls``, ``a call and the one before``, ``the same patient's previous visit``."""
    if (found := _pair(reader)) is not None:
        return found
    found = _Neighbours()
    while reader.lower():
        if reader.word(*_CONSECUTIVE):
            found.date, found.things = _what(reader)
            return found
        if reader.lower() in PREVIOUS and reader.lower(1) in _PERIODS:
            return None
        if reader.lower() in PREVIOUS or (reader.lower() == "one" and reader.lower(1) == "before"):
            reader.position += 1 + (reader.lower() == "one")
            return _behind(reader, found)
        if reader.lower() in _TIES and not reader.links(reader.position, 2):
            reader.next()
            continue
        date, things = _what(reader)
        if date is None and things is None:
            return None
        found.date = date or found.date
        found.per = (*found.per, things) if things is not None else found.per
    return None


def _behind(reader: Reader, found: _Neighbours) -> _Neighbours:
    """``previous discharge`` behind ``admission date``: two dates, one of this row and one of the row before."""
    earlier, found.things = _what(reader)
    if found.date is None:
        found.date = earlier
    elif earlier is not None and earlier.links[:1] != found.date.links[:1]:
        found.earlier = earlier
    _to_this(reader, found)
    return found


_THIS = frozenset({"this", "the", "its", "current", "one's", "row's"})


def _to_this(reader: Reader, found: _Neighbours) -> None:
    """``from the previous stay's check_out to this check_in``: the date of this row is said last."""
    mark = reader.position
    is_open = found.earlier is None and found.date is not None and reader.word("to", "until", "till", "and")
    date = None
    if is_open and reader.lower() in _THIS:
        reader.skip(_THIS)
        date, things = _what(reader)
        if things is not None:
            date, _ = _what(reader)
    if date is None or found.date is None:
        reader.position = mark
        return
    found.earlier = found.date if date.links[:1] != found.date.links[:1] else None
    found.date = date


def _pair(reader: Reader) -> _Neighbours | None:
    """``one call and the next``, ``an order and the one before it``."""
    mark = reader.position
    if reader.lower() in _ONE and reader.next():
        date, things = _what(reader)
        reader.word("and", "to", "until")
        reader.skip(ARTICLES)
        is_before = reader.word("one", *PREVIOUS) and (reader.word("before", "earlier") or reader.word("one"))
        if is_before or reader.word(*_NEXT):
            reader.skip(("one", "it"))
            return _Neighbours(date, None, things)
    reader.position = mark
    return None


def _what(reader: Reader) -> tuple[Noun | None, Noun | None]:
    """What follows each other: a date column, or the rows of a table."""
    mark = reader.position
    reader.skip(("two", "of", "the"))
    noun = reader.noun() or read_deed(reader)
    if noun is not None and _is_date(reader, noun):
        reader.word("date", "time", "timestamp", "moment")
    if noun is None:
        reader.position = mark
        return None, None
    return (noun, None) if _is_date(reader, noun) else (None, noun)


def _is_date(reader: Reader, noun: Noun) -> bool:
    first = noun.links[0] if noun.links else None
    return first is not None and first.column in reader.names.dates.get(first.table, ())


def read_by_date(reader: Reader) -> Noun | None:
    """``by arrived_at``, ``in order of taken_at``: the date that rows are told apart by."""
    mark = reader.position
    reader.word(",", "(")
    if reader.word("by") or (reader.word("in") and reader.word("order") and reader.word("of", "by")):
        noun = reader.noun()
        if noun is not None and _is_date(reader, noun):
            if reader.tokens[mark].text == "(":
                reader.word(")")
            return noun
    reader.position = mark
    return None


def read_same(reader: Reader) -> tuple[Noun, ...]:
    """``of the same patient``, ``for that customer``."""
    mark = reader.position
    if reader.word("of", "for", "by", "on", "in", "within", "from") and reader.word("the", "that", "this"):
        reader.word("same")
        noun = reader.noun()
        if noun is not None:
            return (noun,)
    reader.position = mark
    return ()
