"""Units in the names of columns: ``walk_s`` is in seconds."""

from __future__ import annotations

from collections.abc import Iterable

from datamorph.planning.offline.lexicon.cues import UNITS

_TAILS = {
    "s": "second",
    "sec": "second",
    "secs": "second",
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hrs": "hour",
    "g": "gram",
}


def kind_of(unit: str) -> str:
    """``money`` for a cent and for a euro; empty for what is no known unit."""
    return UNITS[unit][0].partition(" ")[0] if unit in UNITS else ""


def unit_of(column: str, words: Iterable[str]) -> str:
    """The unit that a column's name says; empty without one."""
    tail = column.lower().rpartition("_")[2]
    return _TAILS.get(tail, "") or next((word for word in words if word in UNITS), "")
