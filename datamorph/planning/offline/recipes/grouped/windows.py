"""Measures that are made of other rows of a grouped result: running totals, shares, changes, moving averages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.derived import Kind
from datamorph.planning.offline.recipes.grouped.formulas import quotient_of
from datamorph.planning.offline.recipes.grouped.keys import Key
from datamorph.planning.offline.recipes.grouped.plan import Measure
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.listed import Listed

_ALL = frozenset("everything all total whole overall".split())
_REACH = 7
_AMOUNTS = frozenset("money revenue income takings amount value worth spend weight turnover".split())
_OF_ROW = frozenset({"before", "preceding", "ahead", "above"})
_BEFORE = frozenset("preceding before previous prior earlier ahead above".split())
_WITHIN = frozenset("within inside in of each per every".split())


@dataclass(frozen=True, slots=True)
class Windowed:
    """One column over other rows.

    Attributes:
        base: the measure that it is made of.
        within: keys that keep it apart.
        along: keys in whose order rows follow each other.
        rows: how many rows before count, for a moving average.
    """

    name: str
    kind: Kind
    base: str
    within: tuple[str, ...]
    along: tuple[str, ...]
    rows: int = 0


def windowed_of(
    scene: Scene, one: Listed, kind: Kind, keys: Sequence[Key], measures: Sequence[Measure]
) -> Windowed | None:
    """The column resolved; None where its base or its window is not clear."""
    made = quotient_of(scene, one) if kind.name == "quotient" else None
    if made is not None:
        known = {m.name for m in measures}
        scene.brief.explain(made.start, made.end, "made of two columns")
        is_known = {made.left, made.right} <= known
        return Windowed(one.name, kind, made.left, (made.right,), (made.operator,)) if is_known else None
    base = _base(scene, one, measures)
    if base is None:
        return None
    along = tuple(key.name for key in keys if key.unit) or tuple(k.name for k in keys if _is_period(k.name))
    within = tuple(key.name for key in keys if key.name not in along)
    if kind.name == "share":
        return Windowed(one.name, kind, base, _share_within(scene, one, keys), ())
    if not along:
        return None
    rows = _rows(scene, one) if kind.name == "moving" else 0
    return Windowed(one.name, kind, base, within, along, rows) if rows or kind.name != "moving" else None


def _is_period(name: str) -> bool:
    return bool({"year", "month", "quarter", "week", "date", "day"} & set(words_of(name)))


def _base(scene: Scene, one: Listed, measures: Sequence[Measure]) -> str | None:
    """The measure that is named in what is said about the column, else the only one, else the one of like name."""
    plain = [m for m in measures if m.flag is None]
    runs = scene.zones(one) + scene.loose_zones(one)
    said = frozenset(word for start, end in runs for word in scene.said_in(start, end))
    named = [m.name for m in plain if m.name.casefold() in said]
    if len(named) == 1:
        return named[0]
    if len(plain) == 1:
        return plain[0].name
    sums = [m.name for m in plain if m.kind.name == "sum"]
    if len(sums) == 1 and said & _AMOUNTS:
        return sums[0]
    alike = [m.name for m in plain if set(words_of(m.name)) & set(words_of(one.name)) - {"total"}]
    kinds = [m.name for m in plain if m.kind.name == "count" and _names(scene, said, m.fact)]
    found = alike if len(alike) == 1 else kinds
    return found[0] if len(found) == 1 else None


def _names(scene: Scene, said: Collection[str], table: TableRef) -> bool:
    """True where what is counted is named."""
    return bool({"count"} & set(said)) or any(scene.has_table(word) == table for word in said if word.isalpha())


def _share_within(scene: Scene, one: Listed, keys: Sequence[Key]) -> tuple[str, ...]:
    """The keys within which shares add up to all: ``share within its region``."""
    for start, end in scene.zones(one):
        for place in range(start, end):
            if scene.brief.words[place] in ("within", "inside"):
                said = scene.said_in(place, min(end, place + 5))
                return tuple(k.name for k in keys if k.name.casefold() in said or set(words_of(k.name)) & said)
    return _within_named(scene, one, keys)


def _within_named(scene: Scene, one: Listed, keys: Sequence[Key]) -> tuple[str, ...]:
    """``share_in_edition``, ``divided by everything paid for the edition``: one key of several that all is told of."""
    if len(keys) < 2:  # noqa: PLR2004
        return ()
    own = {words_of(one.name)[-1]} if {"in", "within", "of"} & set(one.name.lower().split("_")) else set[str]()
    found = [key.name for key in keys if words_of(key.name)[-1] in own]
    for start, end in scene.zones(one):
        for place in range(start, end):
            if scene.brief.words[place] in _ALL and not found:
                behind = scene.said_in(place + 1, min(end, place + _REACH))
                found = [k.name for k in keys if {k.name.casefold(), words_of(k.name)[-1]} & behind]
    return tuple(found) if len(found) < len(keys) else ()


def _rows(scene: Scene, one: Listed) -> int:
    """How many rows before the row a moving average takes; 0 where it is not said."""
    for start, end in [*scene.zones(one), (0, len(scene.brief))]:
        for place in scene.brief.numbers(start, end):
            value = scene.brief.said.tokens[place].value
            near = set(scene.brief.words[place + 1 : place + 5]) | set(scene.brief.words[max(0, place - 2) : place])
            units = {"row", "day", "period", "value", "month", "week"} & set(scene.brief.lemmas[place + 1 : place + 4])
            if (
                not isinstance(value, int)
                or not (units or near & _BEFORE)
                or "decimal" in scene.brief.lemmas[place + 1]
            ):
                continue
            joined = set(scene.brief.words[max(start, place - 6) : place]) & {"and", "plus"}
            is_before = bool(near & _BEFORE) and (bool(joined) or bool(near & _OF_ROW))
            rows = value if is_before else value - 1
            scene.brief.explain(place, place + 1, f"{rows} rows before and the row itself")
            return rows
    return 0


def add_windows(flow: Flow, windowed: Sequence[Windowed]) -> None:
    """The steps that make these columns."""
    for one in windowed:
        fields: dict[str, Any] = {"partition_by": list(one.within), "order_by": list(one.along)}
        if one.kind.name == "running":
            flow.add("window", "running", **fields, columns={one.name: f"sum({one.base})"}, rows="running")
        elif one.kind.name == "moving":
            flow.add("window", "moving", **fields, columns={one.name: f"avg({one.base})"}, rows=one.rows)
        elif one.kind.name == "share":
            _share(flow, one)
        elif one.kind.name == "quotient":
            _quotient(flow, one)
        else:
            _change(flow, one, fields)


def _share(flow: Flow, one: Windowed) -> None:
    total = f"{one.name}_of"
    flow.add("window", "totals", partition_by=list(one.within), columns={total: f"sum({one.base})"})
    times = "100.0 * " if one.kind.is_percent else ""
    flow.derive({one.name: f"{times}{one.base} / {total}"})


def _quotient(flow: Flow, one: Windowed) -> None:
    """Of two columns of the same row."""
    (right,), (operator,) = one.within, one.along
    divides = operator == " / "
    times = "100.0 * " if divides and one.kind.is_percent else "1.0 * " if divides else ""
    flow.derive({one.name: f"{times}{one.base}{operator}{right}"})


def _change(flow: Flow, one: Windowed, fields: dict[str, Any]) -> None:
    before = f"{one.name}_before"
    flow.add("window", "compared", **fields, columns={before: f"lag({one.base})"})
    if one.kind.name == "change":
        flow.derive({one.name: f"{one.base} - {before}"})
        return
    times = "100.0 * " if one.kind.is_percent else ""
    flow.derive({one.name: f"{times}({one.base} - {before}) / {before}"})
