"""What classes are told of: a number, or the time from one moment of a row to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.units import ratio_of
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.bounds import Bound
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.grouped.operands import elapsed, later_and_earlier, unit_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, column_term
from datamorph.planning.offline.recipes.resolve import numeric

_ENDING = frozenset(
    "end ended exit out finish finished close closed left leave return returned to until stop off".split()
)
_LASTING = frozenset("last lasted lasts long stayed stay took take takes duration length time between elapsed".split())
_SMALLEST = "second minute hour day week".split()


@dataclass(frozen=True)
class Subject:
    """What is classed.

    Attributes:
        gaps: its columns that may be empty.
        unit: of the numbers that it holds; empty where none is known.
        places: of the words that tell it.
    """

    term: Term
    gaps: tuple[Column, ...]
    unit: str = ""
    places: frozenset[int] = frozenset()


def subject_of(scene: Scene, bounds: Sequence[Bound]) -> Subject | None:
    """The number that is named last before or in the classes, or behind them; else the time between two moments."""
    units = {unit for one in bounds for unit in units_in(scene.brief, one) if unit}
    lasting = _lasting(scene, bounds, units) if units and {kind_of(unit) for unit in units} == {"time"} else None
    if lasting is not None:
        return lasting
    column = _column(scene.brief, bounds, units)
    if column is None:
        return None
    return Subject(column_term(column), _with_gaps(scene, [column]), unit_of(column[1]))


def units_in(brief: Brief, bound: Bound) -> list[str]:
    """The unit behind each number of a class; empty for a number without one."""
    places = [i for i in range(bound.start, bound.end) if isinstance(brief.said.tokens[i].value, int | float)]
    behind = [brief.lemmas[i + 1] if i + 1 < len(brief) else "" for i in places]
    return [lemma if lemma in UNITS else "" for lemma in behind]


def sized(brief: Brief, bounds: Sequence[Bound], unit: str) -> list[Bound] | None:
    """The bounds in the unit of what is classed: ``20 minutes`` of seconds are 1200; None where one is not clear."""
    said = [units_in(brief, one) for one in bounds]
    known = {one for units in said for one in units if one}
    if not known or not unit:
        return list(bounds)
    shared = known.pop() if len(known) == 1 else ""
    return [_in_unit(one, units, shared, unit) for one, units in zip(bounds, said, strict=True)]


def _in_unit(bound: Bound, units: Sequence[str], shared: str, unit: str) -> Bound:
    own = next((one for one in units if one), shared)
    ratios = [ratio_of(one or own, [unit]) or 1.0 if one or own else 1.0 for one in units] or [1.0]
    low = bound.low * ratios[0] if bound.low is not None else None
    return replace(bound, low=low, high=bound.high * ratios[-1] if bound.high is not None else None)


def _with_gaps(scene: Scene, columns: Collection[Column]) -> tuple[Column, ...]:
    profiles = ((one, scene.brief.said.tables[one[0]].profile.columns.get(one[1])) for one in columns)
    return tuple(one for one, profile in profiles if profile is not None and profile.nulls)


def _lasting(scene: Scene, bounds: Sequence[Bound], units: Collection[str]) -> Subject | None:
    """``how long they lasted``, ``the time between ts_in and ts_out``: the two moments, if the prompt has no number."""
    first = bounds[0].start
    pairs = [
        pair for one, two in pairwise(scene.spots_in(0, len(scene.brief), "time"))
        if (pair := later_and_earlier(scene, one, two)) is not None
    ]  # fmt: skip
    start = scene.sentence(max(first - 1, 0))[0]
    named = numeric(scene.brief, scene.tables, start, bounds[-1].end)
    spoken = _LASTING & set(scene.brief.words[start:first])
    if named or not (pairs or spoken):
        return None
    found = set(pairs) or _moments(scene)
    unit = next((one for one in _SMALLEST if one in units), "")
    term = elapsed(scene, unit, *next(iter(found))) if len(found) == 1 and unit else None
    if term is None:
        return None
    said = {i for i in range(start, first) if scene.brief.words[i] in _LASTING}
    said |= {i for one, two in pairwise(scene.spots_in(0, len(scene.brief), "time")) for i in range(one.end, two.start)
             if pairs and later_and_earlier(scene, one, two) in found}  # fmt: skip
    return Subject(term, _with_gaps(scene, set(term.columns)), unit, frozenset(said))


def _moments(scene: Scene) -> set[tuple[Column, Column]]:
    """The one table whose rows have just two moments, of which one is called an end."""
    found: set[tuple[Column, Column]] = set()
    for ref in scene.tables:
        times = [name for name in scene.columns(ref) if scene.type_of(ref, name).startswith("timestamp")]
        ends = [name for name in times if _ENDING & set(words_of(name))]
        if len(times) == 2 and len(ends) == 1:  # noqa: PLR2004
            (start,) = set(times) - set(ends)
            found.add(((ref, ends[0]), (ref, start)))
    return found


def _column(brief: Brief, bounds: Sequence[Bound], units: Collection[str]) -> Column | None:
    tables = brief.mentioned or tuple(brief.said.tables)
    first, last = bounds[0].start, bounds[-1].end
    inside = _named(brief, tables, first, last)
    before = _named(brief, tables, 0, first)
    if before:
        found = [before[-1]] if set(inside) <= {before[-1]} else list[Column]()
    else:
        found = inside or _named(brief, tables, last, len(brief))
    kinds = {kind_of(unit) for unit in units}
    measured = {one for one in found if kinds and kind_of(unit_of(one[1])) in kinds}
    found = measured or set(found)
    return found.pop() if len(found) == 1 else None


def _named(brief: Brief, tables: Sequence[TableRef], start: int, end: int) -> list[Column]:
    return [(link.table, link.column) for _, _, link in numeric(brief, tables, start, end)]
