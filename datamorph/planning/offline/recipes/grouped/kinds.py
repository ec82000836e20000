"""What kind of thing each listed column is: a key, a part of the calendar, or a measure and which."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.comparing import flags
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.listed import Listed

CALENDAR = ("year", "quarter", "month", "week", "day", "date")
PLAIN = {
    "count": frozenset("count number many cnt counted n num".split()),
    "sum": frozenset("sum total add summed summing adding added altogether totalled totaled totals combined".split()),
    "avg": frozenset("average mean avg averaged".split()),
    "min": frozenset("earliest first minimum min lowest smallest cheapest oldest least".split()),
    "max": frozenset("latest last maximum max highest largest biggest newest recent greatest".split()),
}
_RUNNING = frozenset("cumulative cumulated cum accumulate accumulated accumulates accumulating cumulate".split())
_MOVING = frozenset("moving rolling smoothed smooth smoothing trailing preceding".split())
_GROWTH = frozenset("growth grew grown change changed up down difference diff delta yoy mom increase rise".split())
_PERCENT = frozenset("percent pct % percentage".split())
_SHARE = frozenset("share fraction proportion portion ratio part relative".split())
_BEFORE = frozenset("previous prior earlier before preceding last".split())
_DISTINCT = frozenset("distinct different unique".split())
_MONEY = frozenset("usd eur euro dollar gbp chf amount revenue value spend spent sale turnover".split())
MEASURES = frozenset(
    "count distinct sum avg min max median percentile running moving growth change share".split()
)  # all but keys


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


def kind_of(scene: Scene, one: Listed) -> Kind | None:
    """The kind of a listed column; None where nothing tells."""
    own = set(words_of(one.name)) | {one.name.casefold()}
    told = _told(scene, one)
    return _special(own, told, one.name) or _ordinary(scene, one, own, told)


def _ordinary(scene: Scene, one: Listed, own: Collection[str], told: frozenset[str]) -> Kind | None:
    """A key, or a measure of the rows themselves."""
    if _is_column(scene, one) and not _is_summed_column(scene, one, told):
        return Kind("key")
    if _is_calendar(one.name, own):
        return Kind("calendar")
    if _is_thing(scene, one) and not told & (PLAIN["count"] | PLAIN["sum"] | PLAIN["avg"]):
        return Kind("key")
    loose = frozenset(w for start, end in scene.loose_zones(one) for w in scene.said_in(start, end))
    if not told and loose & _DISTINCT and not {w for w in own if w in ("total", "sum", "average")}:
        return Kind("distinct")
    formula = Kind("sum") if _is_formula(scene, one) else None
    return formula or _plain(scene, one, own, told) or _flagged(scene, own) or _silent(scene, one)


def _is_formula(scene: Scene, one: Listed) -> bool:
    """``revenue = price times pieces``."""
    tokens = scene.brief.said.tokens
    return any(
        tokens[start].text == "=" and scene.spots_in(start, end, "number")
        and not scene.said_in(start, end) & (PLAIN["avg"] | PLAIN["min"] | PLAIN["max"] | PLAIN["count"])
        for start, end in scene.zones(one) if end > start
    )  # fmt: skip


def _flagged(scene: Scene, own: Collection[str]) -> Kind | None:
    """The number of rows that a comparison gives a name to: ``late``."""
    words = {w for w in own if scene.has_table(w) is None}
    return Kind("count") if any(words & flag.words for flag in flags(scene)) else None


def _told(scene: Scene, one: Listed) -> frozenset[str]:
    return frozenset(word for start, end in scene.zones(one) for word in scene.said_in(start, end))


def _special(own: Collection[str], told: Collection[str], name: str) -> Kind | None:
    """Kinds that are made of others: of a total, of the row before, of a distribution."""
    both = {*own, *told}
    if both & _RUNNING or "running" in own or {"to", "date"} <= set(own):
        return Kind("running")
    if "running" in told and both & {"total", "sum", "count", "balance"}:
        return Kind("running")
    rank = _rank(own, told, name)
    if rank is not None:
        return rank
    if both & _MOVING and (both & PLAIN["avg"] or both & {"smooth", "smoothed"}) and not set(own) & _GROWTH:
        return Kind("moving")
    return _compared(own, both, name)


def _compared(own: Collection[str], both: Collection[str], name: str) -> Kind | None:
    """Shares and changes."""
    is_percent = bool(set(both) & _PERCENT)
    grows = bool(set(own) & _GROWTH) or (bool(set(both) & _GROWTH) and bool(set(both) & _BEFORE))
    if grows:
        return Kind("growth" if is_percent or {"growth"} & set(own) else "change", is_percent=is_percent)
    if set(own) & _SHARE or (is_percent and set(own) & (_PERCENT | {"rate"})) or (set(both) & _SHARE and is_percent):
        return Kind("share", is_percent=is_percent)
    if set(both) & {"share", "fraction", "proportion"} or ("rate" in own and set(both) & _SHARE):
        return Kind("share", is_percent=is_percent)
    return None


def _rank(own: Collection[str], told: Collection[str], name: str) -> Kind | None:
    """Medians and percentiles."""
    lower = name.casefold()
    named = re.search(r"(?:^|_)[pq](\d\d)(?:_|$)", lower)
    number = int(named[1]) if named else None
    if "percentile" in own:
        number = next((int(w.removeprefix("p")) for w in own if w.removeprefix("p").isdigit()), number)
    if number is None and "percentile" in told:
        found = [int(w[:-2]) for w in told if w[-2:] in ("th", "st", "nd", "rd") and w[:-2].isdigit()]
        number = found[0] if len(found) == 1 else None
    if number == 50 or "median" in {*own, *told} or lower in ("med", "medn"):  # noqa: PLR2004
        return Kind("median") if number in (None, 50) else Kind("percentile", number / 100)
    return Kind("percentile", number / 100) if number is not None else None


def _is_column(scene: Scene, one: Listed) -> bool:
    """True where a table has a column that is called like that."""
    domains = {ref.domain for ref in scene.tables}
    near = [ref for ref in scene.brief.said.tables if ref.domain in domains]
    return any(one.name.casefold() == name.casefold() for ref in near for name in scene.columns(ref))


def _is_summed_column(scene: Scene, one: Listed, told: Collection[str]) -> bool:
    """A number that is told to be added up or averaged under its own name."""
    numbers = {name.casefold() for ref in scene.tables for name in scene.brief.said.numbers(ref)}
    if one.name.casefold() not in numbers:
        return False
    mentions = [i for i, word in enumerate(scene.brief.words) if word == one.name.casefold() and i != one.place]
    around = frozenset(w for i in mentions for w in scene.said_in(max(scene.chunk(i)[0], i - 3), i))
    return bool((set(told) | around) & (PLAIN["sum"] | PLAIN["avg"]))


def _is_calendar(name: str, own: Collection[str]) -> bool:
    words = words_of(name)
    measured = any(set(own) & cues for cues in PLAIN.values())
    return words[-1] in CALENDAR and not name.casefold().endswith("s") and not measured


def _is_thing(scene: Scene, one: Listed) -> bool:
    """True for a table's own name in the singular: which one a row is about."""
    words = words_of(one.name)
    stem = words[:-1] if words[-1] in LABELS and len(words) > 1 else words
    is_single = one.name.casefold().endswith("".join(words[-1:]))
    return is_single and len(stem) == 1 and scene.has_table(stem[0]) is not None


def _silent(scene: Scene, one: Listed) -> Kind | None:
    """A total, where nothing in the prompt speaks of another measure."""
    others = {w for name in ("avg", "min", "max") for w in PLAIN[name]} | {"median", "percentile"}
    taken = {
        i for other in scene.outputs if other != one for start, end in scene.zones(other) for i in range(start, end)
    }
    free = [i for i in range(len(scene.brief)) if i not in taken and i not in scene.masked]
    if any(scene.said_in(i, i + 1) & (others - {"first", "last"}) for i in free):
        return None
    own = set(words_of(one.name)) - {"total"}
    numbers = [c for ref in scene.tables for c in scene.brief.said.numbers(ref)]
    is_alike = any(own & set(words_of(c)) for c in numbers)
    is_summed = any(scene.said_in(i, i + 1) & (PLAIN["sum"] | {"plus", "minus", "times"}) for i in free)
    return Kind("sum") if is_alike or is_summed else None


def _plain(scene: Scene, one: Listed, own: Collection[str], told: Collection[str]) -> Kind | None:
    """Counts, totals, means, first and last."""
    if set(told) & _DISTINCT:
        return Kind("distinct")
    for words in (told, own):
        found = [name for name, cues in PLAIN.items() if set(words) & cues]
        if len(found) > 1:
            found = [n for n in found if set(own) & PLAIN[n]] or _nearest(scene, one, found)
        if len(found) == 1:
            return Kind(found[0])
    if scene.has_table(words_of(one.name)[-1]) is not None or scene.has_table(one.name.casefold()) is not None:
        return Kind("count")
    return Kind("sum") if set(own) & _MONEY else None


def _nearest(scene: Scene, one: Listed, kinds: Collection[str]) -> list[str]:
    """The one of which a word stands nearest to the name."""
    spots = [
        (min(abs(i - start), abs(i - end)), name)
        for start, end in scene.zones(one)
        for i in range(start, end)
        for name in kinds
        if scene.said_in(i, i + 1) & PLAIN[name]
    ]
    return [min(spots)[1]] if spots else []
