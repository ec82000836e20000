"""What people compare: columns, the time between two of them, a part of a column, numbers with their units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.units import ratio_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.spots import Scene, Spot
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, column_term, loosely, only

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_TO = frozenset({"to", "until", "till", ">"})
_LESS = frozenset("minus - – less".split())  # noqa: RUF001
_PERCENT = frozenset({"%", "percent", "pct"})
_TAILS = {"s": "second", "minimum": "minute", "h": "hour", "g": "gram"}
_FAR, _REACH = 6, 9


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison.

    Attributes:
        kind: ``number``, ``time`` or ``constant``.
        unit: that a constant, or the name of a column, says.
    """

    start: int
    end: int
    term: Term
    kind: str
    unit: str = ""


def operands(scene: Scene, start: int, end: int) -> list[Operand]:
    """Everything between two places that can be compared, in order."""
    found = durations(scene, start, end)
    found += _shares(scene, start, end, found)
    taken = {i for one in found for i in range(one.start, one.end)}
    spots = [s for s in scene.spots_in(start, end) if s.start not in taken and s.start not in scene.masked]
    columns = [_column(scene, spot) for spot in spots]
    constants = [_constant(scene, place) for place in range(start, end) if place not in taken]
    found += [one for one in (*columns, *constants) if one is not None]
    return sorted(found, key=lambda one: one.start)


def durations(scene: Scene, start: int, end: int) -> list[Operand]:
    """``minutes from left_at to back_at``, ``back_at minus left_at``: the time between two columns."""
    found: list[Operand] = []
    spots = scene.spots_in(start, end, "time")
    for one, two in pairwise(spots):
        pair = later_and_earlier(scene, one, two)
        unit = _unit_near(scene, one.start, two.end)
        term = elapsed(scene, unit, *pair) if pair is not None else None
        if term is not None:
            found.append(Operand(one.start, two.end, term, "number", unit))
    return found


def later_and_earlier(scene: Scene, one: Spot, two: Spot) -> tuple[Column, Column] | None:
    """Two moments between which time is told: ``from left_at to back_at``; None where they are not."""
    left, right = only(scene, one), only(scene, two)
    between = scene.brief.words[one.end : two.start]
    if left is None or right is None or left == right or len(between) > _FAR or "," in between:
        return None
    before = set(scene.brief.words[max(0, one.start - 3) : one.start])
    if set(between) & _LESS and ">" not in between:
        return left, right
    if set(between) & _TO and not set(between) & {"compared", "equal"}:
        return right, left
    return (right, left) if set(between) & {"and", "&"} and "between" in before else None


def _unit_near(scene: Scene, start: int, end: int) -> str:
    """The unit of time that is said nearest before two columns, else behind them; of dates, days."""
    first, last = scene.sentence(start)
    before = [i for i in range(max(first, start - _REACH), start) if scene.brief.lemmas[i] in _SECONDS]
    behind = [i for i in range(end, min(last, end + _FAR)) if scene.brief.lemmas[i] in _SECONDS]
    for place in (*reversed(before), *behind):
        return scene.brief.lemmas[place]
    outputs = [w for one in scene.outputs for w in words_of(one.name) if w in _SECONDS]
    outputs = outputs or ["minute" for one in scene.outputs if words_of(one.name)[-1] == "minimum"]  # med_min
    return outputs[0] if len(set(outputs)) == 1 else ""


def elapsed(scene: Scene, unit: str, later: Column, earlier: Column) -> Term | None:
    """The later moment minus the earlier one; None for hours of dates, and where no unit is said."""
    types = {scene.type_of(*later), scene.type_of(*earlier)}
    if "date" in types:
        days: tuple[str | Column, ...] = ("datediff(", later, ", ", earlier, ")")
        return Term(days) if unit in ("", "day") else None
    if not unit or not all(is_time(one) for one in types):
        return None
    pieces: list[str | Column] = ["(datediff(", later, ", ", earlier, ") * 86400"]
    for (head, tail), factor in zip(
        (("hour(", ")"), ("cast(date_format(", ", 'mm') as int)"), ("cast(date_format(", ", 'ss') as int)")),
        (3600, 60, 1),
        strict=True,
    ):
        pieces += [" + (" + head, later, tail + " - " + head, earlier, tail + f") * {factor}"]
    return Term((*pieces, f") / {_SECONDS[unit]}.0"))


def _shares(scene: Scene, start: int, end: int, taken: Sequence[Operand]) -> list[Operand]:
    """``90 % of duration``: a part of a column."""
    found: list[Operand] = []
    for place in range(start, end):
        token = scene.brief.said.tokens[place]
        is_sign = scene.brief.words[place + 1 : place + 2] and scene.brief.words[place + 1] in _PERCENT
        if not isinstance(token.value, int | float) or not (token.unit == "%" or is_sign):
            continue
        behind = place + 1 + bool(is_sign)
        spots = [s for s in scene.spots_in(behind, min(end, behind + 3), "number") if s.start > behind]
        column = only(scene, spots[0]) if spots and scene.brief.words[behind] == "of" else None
        if column is not None and not any(one.start <= place < one.end for one in taken):
            found.append(Operand(place, spots[0].end, Term((column, f" * {token.value / 100:g}")), "share"))
    return found


def _column(scene: Scene, spot: Spot) -> Operand | None:
    column = only(scene, spot)
    if column is None:
        return None
    unit = unit_of(column[1])
    if scene.is_kind(spot, "time"):
        return Operand(spot.start, spot.end, column_term(column), "time")
    return Operand(spot.start, spot.end, column_term(column), "number", unit) if scene.is_kind(spot, "number") else None


def _constant(scene: Scene, place: int) -> Operand | None:
    token = scene.brief.said.tokens[place]
    if not isinstance(token.value, int | float) or token.unit in ("th", "%", ":") or place in scene.masked:
        return None
    behind = scene.brief.lemmas[place + 1] if place + 1 < len(scene.brief) else ""
    if behind in ("decimal", "place", "digit", "column", "row", "%", "percent") or behind.startswith("decimal"):
        return None
    return Operand(place, place + 1, Term((f"{token.value}",)), "constant", behind if behind in UNITS else "")


def unit_of(column: str) -> str:
    """The unit that a column's name ends with; empty without one."""
    tail = words_of(column)[-1]
    return _TAILS.get(tail) or (tail if tail in UNITS else "")


def scaled(constant: Operand, other: Operand) -> Term:
    """The number in the unit of what it is compared with: ``20 minutes`` of seconds are 1200."""
    ratio = ratio_of(constant.unit, [other.unit]) if constant.unit and other.unit else None
    if ratio is None or abs(ratio - 1) < 1e-9:  # noqa: PLR2004
        return constant.term
    value = float(str(constant.term.pieces[0])) * ratio
    return Term((f"{value:.10g}",))


def operand_behind(scene: Scene, place: int, end: int) -> Operand | None:
    """The number that is spoken of by a part of its name: *was heard* of ``seconds_heard``."""
    spot = loosely(scene, place, end)
    return _column(scene, spot) if spot is not None else None
