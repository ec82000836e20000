"""Numbers in another unit than their column's: ``total duration in minutes`` of ``duration_s``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from datamorph.planning.offline.build.terms import Term, combine
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.model import Constant

_WHOLE = 1e-9


def converted(term: Term, unit: str, units: Iterable[str]) -> Term | None:
    """The term in a unit; None where the names of its columns say no unit of that kind.

    Args:
        unit: such as ``minute`` or ``euro``.
        units: of the columns that the term reads, as their names say.
    """
    ratio = ratio_of(unit, units)
    if ratio is None:
        return None
    if abs(ratio - 1) < _WHOLE:
        return term
    if ratio > 1:
        return combine(f"{{}} / {_number(ratio)}", term, is_atom=False)
    return combine(f"{{}} * {_number(1 / ratio)}", term, is_atom=False)


def ratio_of(unit: str, units: Iterable[str]) -> float | None:
    """How many of the unit that columns hold make one of this unit; None where they hold none of its kind, or two."""
    sizes = {UNITS[held][1] for held in units if kind_of(held) and kind_of(held) == kind_of(unit)}
    return UNITS[unit][1] / next(iter(sizes)) if len(sizes) == 1 else None


def with_unit(value: Constant, unit: str) -> Constant:
    """The number with the unit that stands once, behind the last: ``between 3 and 6 minutes``."""
    is_bare = not value.unit and isinstance(value.value, int | float)
    return replace(value, unit=unit) if is_bare else value


def _number(ratio: float) -> str:
    return f"{round(ratio)}.0" if abs(ratio - round(ratio)) < _WHOLE else repr(ratio)
