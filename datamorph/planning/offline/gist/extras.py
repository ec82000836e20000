"""What a request adds to its measures: shares of the whole, running totals, changes over time, groups without rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datamorph.planning.offline.gist.shape import Extra, Measure
from datamorph.planning.offline.gist.zeros import read_zeros

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups

_RUNNING = frozenset("running cumulative cumulatively cumulated accumulated accumulating accumulate so-far".split())
_FAR = (("so", "far"), ("to", "date"))
_CHANGES = frozenset("change changes difference differences delta diff increase growth".split())
_BEFORE = frozenset("previous prior preceding last before earlier one".split())
_OF_CHANGE = frozenset("""
    from to over versus vs against compared with relative than the a its in and on of previous prior preceding last
    before earlier minus less change difference delta diff increase growth one
    """.split())  # fmt: skip


def read_extras(made: Groups) -> None:
    """Find them, and the words that ask for them."""
    _changes(made)
    _running(made)
    read_shares(made)
    read_zeros(made)


def _one_measure(made: Groups) -> Measure | None:
    shown = made.gist.measures
    return shown[0] if len(shown) == 1 else None


def _is_said_apart(made: Groups, spots: set[int]) -> bool:
    """True where the measure itself is asked for, and not only what is made of it."""
    return any(mark.use == "measure" and place not in spots for place, mark in enumerate(made.marks))


def _running(made: Groups) -> None:
    """``running total``, ``cumulative revenue``, ``so far``: up to each period, in its order."""
    found = [
        place for place, mark in enumerate(made.marks)
        if not mark.use and (mark.text.lower() in _RUNNING or _is_far(made, place))
    ]  # fmt: skip
    if not found:
        return
    measure, times = _one_measure(made), [key for key in made.gist.keys if key.part and key.form != "name"]
    if measure is None or measure.function not in ("sum", "count") or measure.distinct or len(times) != 1:
        return
    nouns: set[int] = set()
    for place in found:
        for at in range(place, min(place + 5, len(made.marks))):
            mark = made.marks[at]
            if mark.kind == "break" or (at > place and mark.kind == "and"):
                break
            nouns.add(at)
        if _is_far(made, place):
            made.marks[place + 1].use = "running"
            nouns |= set(range(max(place - 3, 0), place + 2))
        made.marks[place].use = "running"
    measure.is_shown = _is_said_apart(made, nouns)
    made.gist.extras.append(Extra("running", measure))


def _is_far(made: Groups, place: int) -> bool:
    words = made.marks[place].text.lower(), made.at(place + 1).text.lower()
    return words in _FAR


def _changes(made: Groups) -> None:
    """``change from the previous month``, ``difference to the month before, in percent``."""
    marks = made.marks
    found = [place for place, mark in enumerate(marks) if not mark.use and mark.text.lower() in _CHANGES]
    measure, times = _one_measure(made), [key for key in made.gist.keys if key.part and key.form != "name"]
    if len(found) != 1 or measure is None or len(times) != 1:
        return
    spots = list(_around(made, found[0]))
    words = {marks[i].text.lower() for i in spots}
    if not words & _BEFORE:
        return
    percent = any("share" in marks[i].cues for i in (*spots, found[0] - 1) if i >= 0)
    for i in (found[0] - 1, *spots):
        mark = made.at(i)
        is_part = mark.cues.get("part") == times[0].part
        if mark.text.lower() in _OF_CHANGE or "share" in mark.cues or is_part:
            mark.use = mark.use or "change"
    made.gist.extras.append(Extra("change", measure, percent=100 if percent else 1))


def _around(made: Groups, place: int) -> Iterator[int]:
    for at in range(place, min(place + 9, len(made.marks))):
        if made.marks[at].text in (";", ".", ":"):
            return
        yield at


def read_shares(made: Groups) -> None:
    """``percentage of all visits``, ``share of total revenue``: of the whole."""
    marks = made.marks
    found = [place for place, mark in enumerate(marks) if "share" in mark.cues and not mark.use]
    if _are_counted(made, found):
        made.gist.measures.append(Measure("count", is_shown=False))
    measure = _one_measure(made)
    if not found or measure is None or len(made.gist.keys) != 1 or measure.function not in ("count", "sum"):
        return
    spots: set[int] = set()
    for place in found:
        is_of_hundred = marks[place].text.endswith("100")
        for at in range(place + 1, min(place + 8, len(marks))):
            if marks[at].kind == "break" and not (is_of_hundred and marks[at].text == ","):
                break
            spots.add(at)
        before = marks[place - 1].text.lower() if place else ""
        ends = [i for i in range(place) if marks[i].text in (".", "?", ":", ";")]
        spots |= set(range(ends[-1])) if ends else set()
        is_listed = any(m.kind == "and" for m in marks[max(place - 4, 0) : place])
        if (
            not is_listed
            and before in ("as", "in", "the", "a", "shown")
            and any(m.text.lower() == "as" for m in marks[max(place - 3, 0) : place])
        ):
            spots |= set(range(place))
        marks[place].use = "share"
    measure.is_shown = _is_said_apart(made, spots) and not made.gist.is_ratio
    percent = max(marks[place].cues["share"] for place in found)
    called = [marks[p].text.lower() for p in found if marks[p].text.isidentifier() and made.is_listed(p)]
    made.gist.extras.append(Extra("share", measure, percent=percent, name=called[0] if called else ""))


def _are_counted(made: Groups, found: list[int]) -> bool:
    """True where all rows are counted for the share that each group is: of some rows it may be a share of these."""
    gist = made.gist
    is_limited = bool(gist.picked or gist.tests or made.rows.conditions) or any(
        m.values and m.is_open for m in made.marks
    )
    return len(gist.keys) == 1 and not gist.measures and not is_limited and any(_is_of_all(made, p) for p in found)


def _is_of_all(made: Groups, place: int) -> bool:
    """``percentage of our members``: rows are counted."""
    mark = made.at(made.next(place + 1))
    return made.fact in mark.tables and mark.kind == "name" and made.is_plural(mark)
