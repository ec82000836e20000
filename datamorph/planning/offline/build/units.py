"""Numbers in another unit than their column's: ``total duration in minutes`` of ``duration_s``."""

from __future__ import annotations

from collections.abc import Iterable

from datamorph.planning.offline.build.terms import Term, combine
from datamorph.planning.offline.lexicon.cues import UNITS

_WHOLE = 1e-9


def converted(term: Term, unit: str, units: Iterable[str]) -> Term | None:
    """The term in a unit; None where the names of its columns say no unit of that kind.

    Args:
        unit: such as ``minute`` or ``euro``.
        units: of the columns that the term reads, as their names say.
    """
    kind, size = UNITS[unit]
    held = {UNITS[held] for held in units if held and _kind(UNITS[held][0]) == _kind(kind)}
    if len(held) != 1:
        return None
    ratio = size / next(iter(held))[1]
    if abs(ratio - 1) < _WHOLE:
        return term
    if ratio > 1:
        return combine(f"{{}} / {_number(ratio)}", term, is_atom=False)
    return combine(f"{{}} * {_number(1 / ratio)}", term, is_atom=False)


def _kind(name: str) -> str:
    return name.partition(" ")[0]


def _number(ratio: float) -> str:
    return f"{round(ratio)}.0" if abs(ratio - round(ratio)) < _WHOLE else repr(ratio)
