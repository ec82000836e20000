"""Columns told by less than their names: ``price`` of *purchase_price*, ``kilometres`` of *distance_km*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamorph.planning.offline.name_keys import TAILLESS
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import UNITS

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.attempt import Attempt
    from datamorph.planning.offline.gist.marks import Mark

_UNITS = {**UNITS, **{unit: unit for unit in ("kg", "km", "mile", "gram", "litre", "liter", "kwh", "mm", "cm")}}
_TIMES = frozenset({"minute", "year"})
"""Units that are parts of the calendar or of the clock as well."""
_NO_HEADS = frozenset(
    "id key code number count total sum average share rate percent day date time year month hour name".split()
)
"""Last words of names that say too little by themselves."""
_KINDS = frozenset({"kind", "type", "sort"})
_OTHERS = frozenset(
    """
    min max minimum maximum avg average total sum old new previous last first next target planned expected estimated
    budget discount shipping delivery tax lowest highest
    """.split()
)
"""First words of names that make another thing of their last one."""


def name_shortly(made: Attempt) -> None:
    """Name the numbers of the rows that a unit or the last word of a name tells, where that can be no other column."""
    for place, mark in enumerate(made.marks):
        if mark.kind in ("name", "other") and not mark.tables and _is_kind(made, place):
            mark.kind, mark.columns = "talk", []
        if mark.kind != "other" or mark.end - mark.start != 1 or mark.columns or mark.values:
            continue
        word = made.brief.lemmas[mark.start]
        unit = _UNITS.get(word, "")
        column = _measured_in(made, unit) if unit and unit not in _TIMES else _ending_in(made, word)
        if not column or made.at(place - 1).kind == "number" or made.at(place + 1).kind == "number":
            continue
        if unit and _is_apposed(made, place, column):
            mark.kind, mark.use = "talk", "its unit"
            continue
        mark.kind, mark.shortly = "name", "unit" if unit else "head"
        mark.columns = [Link(made.fact, column, TAILLESS)]


def _is_kind(made: Attempt, place: int) -> bool:
    """``each kind of defect``, ``the defect type``: the word adds nothing to the column that stands beside it."""
    mark, before, behind = made.marks[place], made.at(place - 1), made.at(place + 1)
    if mark.text.lower().removesuffix("s") not in _KINDS or made.column(mark) is not None or mark.values:
        return False
    of = made.at(made.next(place + 2))
    is_of = behind.text.lower() == "of" and of.kind == "name" and _is_own_text(made, of)
    return is_of or (before.end == mark.start and before.kind == "name" and _is_own_text(made, before))


def _is_own_text(made: Attempt, mark: Mark) -> bool:
    link = made.column(mark, kinds="key")
    return link is not None and link.table == made.fact and not mark.tables


def _measured_in(made: Attempt, unit: str) -> str:
    """The one number of the rows that has a unit in its name; empty where there is none or are several."""
    words = made.brief.said.names.column_words
    found = [name for name in made.brief.said.numbers(made.fact) if unit in words[made.fact, name][1:]]
    return found[0] if len(found) == 1 else ""


def _ending_in(made: Attempt, word: str) -> str:
    """The one number of the rows whose name ends in a word that no other column within reach has in its name."""
    said = made.brief.said
    words = said.names.column_words
    near = {(ref, name) for ref in made.near for name in said.tables[ref].schema.names if word in words[ref, name]}
    if word in _NO_HEADS or len(near) != 1:
        return ""
    ((ref, name),) = near
    first, *_, last = words[ref, name]
    is_head = ref == made.fact and last == word != first and first not in _OTHERS
    return name if is_head and name in said.numbers(ref) else ""


def _is_apposed(made: Attempt, place: int, column: str) -> bool:
    """``distance in km``: the unit of what is named right before."""
    tie, named = made.at(place - 1), made.at(place - 2)
    return tie.text.lower() in ("in", "(") and any(_is(one, made, column) for one in (named, made.at(place - 3)))


def _is(mark: Mark, made: Attempt, column: str) -> bool:
    return any((link.table, link.column) == (made.fact, column) for link in mark.columns)
