"""Kinds of measures that are made of others: of a total, of the row before, of a distribution."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_HALF = 50
PLAIN = {
    "count": frozenset("count number many cnt counted n num".split()),
    "sum": frozenset("sum total add summed summing adding added altogether totalled totaled totals combined".split()),
    "avg": frozenset("average mean avg averaged".split()),
    "min": frozenset("earliest first minimum min lowest smallest cheapest oldest least".split()),
    "max": frozenset("latest last maximum max highest largest biggest newest recent greatest".split()),
}
_RUNNING = frozenset("cumulative cumulated cum accumulate accumulated accumulates accumulating cumulate".split())
MOVING = frozenset("moving rolling smoothed smooth smoothing trailing preceding".split())
_GROWTH = frozenset("growth grew grown change changed up down difference diff delta yoy mom increase rise".split())
_MINUS = frozenset("minus less compared versus vs".split())
_PERCENT = frozenset("percent pct % percentage".split())
SHARE = frozenset("share fraction proportion portion ratio part relative".split())
_BEFORE = frozenset("previous prior earlier before preceding last".split())


@dataclass(frozen=True, slots=True)
class Kind:
    """What a listed column is.

    Attributes:
        name: ``key``, ``calendar``, or one of the measures.
        rank: of a percentile, from 0 to 1.
        is_percent: of a share or change.
    """

    name: str
    rank: float = 0.0
    is_percent: bool = False


def special_kind(own: Collection[str], told: Collection[str], name: str) -> Kind | None:
    """Kinds that are made of others: of a total, of the row before, of a distribution."""
    both = {*own, *told}
    if both & _RUNNING or "running" in own or {"to", "date"} <= set(own):
        return Kind("running")
    if "running" in told and both & {"total", "sum", "count", "balance"}:
        return Kind("running")
    rank = _rank(own, told, name)
    if rank is not None:
        return rank
    is_mean = bool(
        both & PLAIN["avg"] or both & {"smooth", "smoothed"} or re.match(r"(?:m|av|avg)_?\d|ma$", name.lower())
    )
    over = both & MOVING or (both & {"row", "rows", "days"} and both & (_BEFORE | {"past"}))
    if over and is_mean and not set(own) & _GROWTH:
        return Kind("moving")
    return _compared(own, told, both)


def _compared(own: Collection[str], told: Collection[str], both: Collection[str]) -> Kind | None:
    """Shares and changes."""
    is_percent = bool(set(both) & _PERCENT)
    both = set(both)
    grows = bool(set(own) & _GROWTH) or (bool(both & (_GROWTH | _MINUS)) and bool(both & _BEFORE))
    if grows:
        return Kind("growth" if is_percent or {"growth"} & set(own) else "change", is_percent=is_percent)
    if set(own) & SHARE or (is_percent and set(own) & (_PERCENT | {"rate"})) or (set(both) & SHARE and is_percent):
        return Kind("share", is_percent=is_percent)
    if set(own) & {"rate", "ratio", "quota"} and set(told) & {"/", "divided", "per", "share"}:
        return Kind("share", is_percent=is_percent)
    if set(both) & {"share", "fraction", "proportion"} or ("rate" in own and set(both) & SHARE):
        return Kind("share", is_percent=is_percent)
    return None


def _rank(own: Collection[str], told: Collection[str], name: str) -> Kind | None:
    """Medians and percentiles."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    named = [int(match[1]) for part in parts if (match := re.fullmatch(r"(?:[pq]|pct|perc)(\d\d)", part))]
    number = named[0] if len(named) == 1 else None
    if "percentile" in own:
        number = next((int(w.removeprefix("p")) for w in own if w.removeprefix("p").isdigit()), number)
    if number is None and "percentile" in told:
        found = [int(w[:-2]) for w in told if w[-2:] in ("th", "st", "nd", "rd") and w[:-2].isdigit()]
        number = found[0] if len(found) == 1 else None
    if number == _HALF or "median" in {*own, *told} or {"med", "medn"} & set(parts):
        return Kind("median") if number in (None, _HALF) else Kind("percentile", number / 100)
    return Kind("percentile", number / 100) if number is not None else None
