"""The time since the row before, as a column of rows."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.elapsed import elapsed
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import NameLeaf, Term, combine, leaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Noun, Window

_UNITS = ("day", "hour", "minute")


def add_gap(work: Work, item: Item, window: Window, per: list[str]) -> None:
    """A step that counts the time from the row before to this one."""
    date = gap_date(work, window)
    earlier = resolve(work, window.earlier).name if window.earlier is not None else date
    unit = _unit(work, window.unit, date)
    item.name = item.name or (f"{unit}s_{'to_next' if window.is_ahead else 'since_previous'}")
    item.unit = unit
    call = _between(work, unit, date, earlier, is_ahead=window.is_ahead)
    text = work.frames.render(call)
    if item.rounded:
        text = item.rounded.format(text)
    order = said_order(work) or [date, *_numbered_ties(work)]
    work.frames.add("window", "with_gap", partition_by=per, order_by=order, columns={item.name: text})
    work.made.append(Made(item.name, item.words | {"gap", "difference", "interval", unit}, is_measure=True))
    work.binder.define(item)


def _between(work: Work, unit: str, date: str, earlier: str, *, is_ahead: bool = False) -> Term:
    here, before = leaf(NameLeaf(date)), combine("lag({})", leaf(NameLeaf(earlier)))
    if is_ahead:
        here, before = combine("lead({})", here), leaf(NameLeaf(earlier))
    if unit == "day":
        return combine("datediff({}, {})", here, before)
    types = tuple(column.type if (column := work.frames.schema.get(name)) else "" for name in (date, earlier))
    return elapsed(unit, here, before, (types[0], types[1]))


def _unit(work: Work, unit: str, date: str) -> str:
    column = work.frames.schema.get(date)
    if unit != "?":
        return unit
    if column is not None and column.type == "date":
        return "day"
    return work.dialog.choose("gap_unit", "In which unit is the time between?", [(u, f"in {u}s") for u in _UNITS])


def gap_date(work: Work, window: Window) -> str:
    """The date that gaps are measured on: the one that is said, what rows are ordered by, else the only date."""
    if window.operand is not None:
        return resolve(work, window.operand).name
    for item in work.draft.windows:
        order = item.expression.order if isinstance(item.expression, Window) else ()
        if order and order[0].noun is not None and item.expression is not window:
            return resolve(work, order[0].noun).name
    times = [column.name for column in work.frames.schema if is_time(column.type)]
    said = [name for name in said_order(work) if name in times]
    if not times:
        raise Refused("impossible", "there is no date to measure the time on", hint="name a date column")
    if said or len(times) == 1:
        return (said or times)[0]
    own = _of_things(work, window, times) or _of_root(work, times)
    return (
        own[0]
        if len(own) == 1
        else work.dialog.choose("gap_date", "Time between which dates?", [(t, t) for t in times])
    )


_STEM = 3


def _of_things(work: Work, window: Window, times: list[str]) -> list[str]:
    """``previous admission``: the one date that is called by the beginning of that word, such as ``adm_ts``."""
    words = window.things.words if window.things is not None else ()
    found = [
        name
        for spot, name in work.frames.where.items()
        if name in times and spot.table == work.root
        for part in work.scope.names.column_words[spot.table, spot.column]
        if len(part) >= _STEM and any(word.startswith(part) or part.startswith(word) for word in words)
    ]
    return found if len(found) == 1 else []


def _of_root(work: Work, times: list[str]) -> list[str]:
    """Dates of the table that the rows are of, where others are joined."""
    return [name for spot, name in work.frames.where.items() if spot.table == work.root and name in times]


def said_order(work: Work) -> list[str]:
    """``in order of taken_at``: rows that are sorted in time are also walked in that order."""
    keys = [key for key in work.draft.sorts if key.noun is not None and not key.is_tie]
    if not keys or any(key.is_descending for key in keys) or not all(map(_is_column, keys)):
        return []
    names = [resolve(work, key.noun).name for key in keys if key.noun is not None]
    columns = [work.frames.schema.get(name) for name in names]
    is_in_time = any(column is not None and is_time(column.type) for column in columns)
    return names if is_in_time else []


def is_walked(work: Work, shown: set[str]) -> bool:
    """True where the said order is that of neighbouring rows alone: the result shows nothing of what it goes by."""
    keys = work.draft.sorts
    if work.groups or not work.draft.windows or not keys or not all(map(_is_column, keys)):
        return False
    links = [(link.table, link.column) for key in keys if key.noun is not None for link in key.noun.links[:1]]
    return not any((spot.table, spot.column) in links and name in shown for spot, name in work.frames.where.items())


def _is_column(key: object) -> bool:
    noun = getattr(key, "noun", None)
    return isinstance(noun, Noun) and bool(noun.links) and bool(noun.links[0].column)


def numberings(work: Work) -> list[Window]:
    """Windows that number rows."""
    found = [item.expression for item in work.draft.windows if isinstance(item.expression, Window)]
    return [window for window in found if window.kind == "number"]


def _numbered_ties(work: Work) -> list[str]:
    """The further keys of a numbering, so that both look at rows in the same order."""
    orders = [window.order for window in numberings(work)]
    return [resolve(work, key.noun).name for key in (orders[0][1:] if orders else ()) if key.noun]
