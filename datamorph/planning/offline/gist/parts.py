"""Counts of a part of the rows beside those of all: ``number of loans and number of late ones``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Condition, Measure
from datamorph.planning.offline.names import Link

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups

_ENDS = frozenset({",", ";", ".", ":", "?"})
_OF_PARTS = frozenset("with where whose that which of them these those ones if having who under = filter".split())
_TELLING = frozenset({"name", "compared", "denied", "empty", "count", "number", "per"})
_THOSE = frozenset({"those", "ones", "the ones"})
_TOTALS = frozenset({"total", "totals", "total of", "overall"})
_FEWEST = 2
_NEAR, _CLOSE = 8, 2


def read_parts(made: Groups) -> None:
    """Find them; a condition behind the only number, or behind the last of several, is one of all rows.

    Raises:
        Unfit: a part of the rows is counted in a way that is not read.
    """
    _name_totals(made)
    ones = [*_ones(made), *_of_value(made)]
    told = [one for one in made.rows.conditions if not any(-1 <= one.place - at < _NEAR for at in ones)]
    if any(_is_of_others(made, one) for one in told):
        raise Unfit("it may be of other rows")
    cues = [place for place, mark in enumerate(made.marks) if "count" in mark.cues and not mark.use]
    others = [place for place, mark in enumerate(made.marks) if "function" in mark.cues and not mark.use]
    others = [place for place in others if place not in cues]
    if len(cues) + len(others) < _FEWEST:
        return
    of_rows = [(start, end, where) for start, end in _regions(made, others) if (where := _conditions(made, start, end))]
    parts = [(start, end, where) for start, end in _regions(made, cues) if (where := _conditions(made, start, end))]
    last = max([*cues, *others])
    if any(end <= last or parts or _is_of_noun(made, where) for _, end, where in of_rows):
        raise Unfit("it is open of which rows a number is")
    if len(parts) == len(cues) and not others:
        raise Unfit("every number is of other rows")
    if len(cues) == 1:
        parts = [one for one in parts if one[1] <= last or _is_of_noun(made, one[2])]
    if not all(any(start <= one < end for start, end, _ in parts) for one in ones):
        raise Unfit("it may be of other rows")
    for place, end, where in parts:
        _count(made, place, end, where)


def _ones(made: Groups) -> list[int]:
    """``the number of sales and, next to it, those without a discount``: rows that are counted beside all."""
    found: list[int] = []
    for place, mark in enumerate(made.marks):
        counts = [at for at in range(place) if "count" in made.marks[at].cues and not made.marks[at].use]
        if mark.kind != "talk" or mark.text.lower() not in _THOSE or not counts or made.gist.measures:
            continue
        before = max(_ahead(made, place - 1), counts[-1])
        is_of = made.at(place - 1).text.lower() == "of"
        if made.marks[before].kind == "and" and not is_of and made.at(place + 1).kind in ("talk", "denied"):
            mark.kind, mark.cues = "count", {"count": True}
            found.append(place)
    return found


def _name_totals(made: Groups) -> None:
    """``total visits``: rows that have no amounts are counted."""
    for place, mark in enumerate(made.marks):
        noun = made.at(place + 1)
        is_total = mark.text.lower() in _TOTALS and not mark.use
        if is_total and made.fact in noun.tables and made.is_plural(noun) and not made.brief.said.amounts(made.fact):
            mark.kind, mark.cues = "count", {"count": True}


def _of_value(made: Groups) -> list[int]:
    """``count all visits and the late visits``, ``and also the late ones``: what has a value is counted beside all."""
    found: list[int] = []
    for place, mark in enumerate(made.marks):
        is_rows = made.fact in mark.tables and made.is_plural(mark) and mark.kind == "name"
        is_told = _has_value(made, place - 1) and (is_rows or mark.text.lower() in _THOSE)
        if _is_of_which(made, place) and not made.gist.measures:
            mark.cues = {"count": True}
            found.append(place)
        if not is_told or mark.use or made.marks[_ahead(made, place - 2)].kind != "and":
            continue
        counts = [at for at in range(place) if "count" in made.marks[at].cues and not made.marks[at].use]
        if len(counts) == 1 and made.fact in made.at(made.next(counts[0] + 1)).tables and not made.gist.measures:
            mark.kind, mark.cues = "count", {"count": True}
            found.append(place)
    return found


def _is_of_which(made: Groups, place: int) -> bool:
    """``number of visits, of which late``: the value alone, at the end of what is said."""
    words = [mark.text.lower() for mark in made.marks[max(place - 2, 0) : place]]
    is_end = made.at(place + 1).kind == "break" or place + 1 == len(made.marks)
    counts = sum("count" in mark.cues and not mark.use for mark in made.marks[:place])
    return words == ["of", "which"] and is_end and counts == 1 and _has_value(made, place)


def _ahead(made: Groups, place: int) -> int:
    """The last mark up to there that says something."""
    while place > 0 and (made.marks[place].kind == "talk" or made.marks[place].text == ","):
        place -= 1
    return max(place, 0)


def _has_value(made: Groups, place: int) -> bool:
    """``late`` in front of what is counted."""
    mark = made.at(place)
    return mark.use in ("", "filter") and any(value.table in made.near for value in mark.values)


def _count(made: Groups, place: int, end: int, where: list[Condition]) -> None:
    """Count the rows that are so; the others are not asked for any more."""
    for mark in made.marks[place:end]:
        if mark.use in ("", "filter") and (_belongs(made, mark) or _is_tested(made, mark, where)):
            mark.use = "measure"
    made.rows.conditions = [one for one in made.rows.conditions if one not in where]
    made.gist.measures.append(Measure("count", where=where))


def _is_of_others(made: Groups, one: Condition) -> bool:
    """``sales per shop and the ones without a discount``, ``with and without``: beside the rows that were told."""
    words = [mark.text.lower() for mark in made.marks[max(one.place - _NEAR, 0) : one.place]]
    is_ones = bool({"ones", "those"} & set(words[-_CLOSE:]))
    return words[-1:] in (["and"], ["or"]) or ("and" in words and is_ones)


def _is_of_noun(made: Groups, where: list[Condition]) -> bool:
    """``number of cancelled visits``: what stands right before the rows tells which of them are counted."""
    return all(made.fact in made.at(made.next(one.place + 1)).tables for one in where)


def _belongs(made: Groups, mark: Mark) -> bool:
    """True for what the count of a part is told by: not for words that nothing explains."""
    if mark.kind in ("other", "deed"):
        return mark.text.lower() in _OF_PARTS
    return mark.kind in _TELLING and (mark.kind != "name" or bool(mark.values) or made.fact in mark.tables)


def _is_tested(made: Groups, mark: Mark, where: list[Condition]) -> bool:
    """``whose status is cancelled``: the column of the condition itself."""
    link = made.column(mark) if mark.kind == "name" else None
    tested = {(one.table, one.column) for each in where for one in each.links}
    return link is not None and (link.table, link.column) in tested


def _regions(made: Groups, cues: list[int]) -> Iterator[tuple[int, int]]:
    """From each count, or what tells right before it what is counted, to the end of its part of the sentence."""
    for place in cues:
        start, end = place, place + 1
        while start and (_has_value(made, start - 1) or any(one.place == start - 1 for one in made.rows.conditions)):
            start -= 1
        while end < len(made.marks) and made.marks[end].text not in _ENDS and not _opens(made, end):
            end += 1
        while "count" in made.at(end).cues and end > place + 1 and _has_value(made, end - 1):
            end -= 1
        yield start, end


def _opens(made: Groups, place: int) -> bool:
    """True where another number begins, or the groups are told."""
    mark = made.marks[place]
    return "count" in mark.cues or "function" in mark.cues or mark.use in ("per", "key")


def _conditions(made: Groups, start: int, end: int) -> list[Condition]:
    """What is asked there of the rows."""
    return [*_asked(made, start, end), *_valued(made, start, end), *_numbered(made, start, end)]


def _numbered(made: Groups, start: int, end: int) -> Iterator[Condition]:
    """``number of loans and number whose fee is over 5``: beside another count, of a column that is named there."""
    for place in range(start + 1, end):
        mark, sign = made.marks[place], made.marks[place - 1]
        if mark.use or mark.kind != "number" or "compared" not in sign.cues or sign.use:
            continue
        at = place - 2
        while at > start and made.marks[at].kind in ("talk", "done"):
            at -= 1
        link = made.column(made.marks[at], kinds="number") if made.marks[at].kind == "name" else None
        if link is None or sum("count" in one.cues for one in made.marks) < _FEWEST:
            continue
        if made.denied(place) is not None or made.brief.said.tokens[mark.start].unit:
            raise Unfit("it is open which rows are counted")
        yield Condition([link], f"{{0}} {sign.cues['compared']} {mark.number}", place)


def _asked(made: Groups, start: int, end: int) -> Iterator[Condition]:
    yield from (one for one in made.rows.conditions if start <= one.place < end)


def _valued(made: Groups, start: int, end: int) -> Iterator[Condition]:
    """``cancelled bookings``."""
    for place in range(start, end):
        mark = made.marks[place]
        spots: set[tuple[TableRef, str, str]] = (
            set() if mark.use else {(v.table, v.column, v.value) for v in mark.values if v.table in made.near}
        )
        if len(spots) > 1 or (spots and made.denied(place) is not None):
            raise Unfit("it is open which rows are counted")
        for table, column, value in spots:
            text = value.replace("'", "''").replace("{", "{{").replace("}", "}}")
            yield Condition([Link(table, column, 1.0)], f"{{0}} = '{text}'", place)
