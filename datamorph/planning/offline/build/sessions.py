"""Blocks of rows with no long pause between them, numbered from 1."""

from __future__ import annotations

from datamorph.planning.offline.build.elapsed import elapsed
from datamorph.planning.offline.build.gaps import gap_date
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import NameLeaf, combine, leaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Window


def add_sessions(work: Work, item: Item, window: Window, per: list[str]) -> None:
    """Number the sessions of each key: a new one after a pause that is longer than the one said, or as long.

    Raises:
        Refused: the date has no time of day, and the pause is in hours.
    """
    date = gap_date(work, window)
    item.name = item.name or "session"
    column = work.frames.schema.get(date)
    is_date = column is not None and column.type == "date"
    if is_date and window.unit not in ("day", "week"):
        raise Refused("impossible", f"{date} has no {window.unit}s", hint="say days, or name a moment")
    if window.is_ahead:
        _from_pause(work, item, window, per, date)
    else:
        amount, unit = (window.rows * 7, "day") if window.unit == "week" else (window.rows, window.unit)
        fields = {"by": per, "time": date, "gap": f"{amount} {unit}{'s' if amount > 1 else ''}", "as": item.name}
        work.frames.add("sessions", "with_sessions", **fields)
    work.made.append(Made(item.name, item.words | {"session"}, is_measure=True))
    work.binder.define(item)


def _from_pause(work: Work, item: Item, window: Window, per: list[str], date: str) -> None:
    """A pause of just the length that is said starts a new session too."""
    column = work.frames.schema.get(date)
    type_ = column.type if column else ""
    here, before = leaf(NameLeaf(date)), combine("lag({})", leaf(NameLeaf(date)))
    pause = work.frames.render(elapsed(window.unit, here, before, (type_, type_)))
    opens, order = work.frames.fresh("opens_session"), [date]
    call = f"CASE WHEN {pause} < {window.rows} THEN 0 ELSE 1 END"
    work.frames.add("window", "with_starts", partition_by=per, order_by=order, columns={opens: call})
    work.frames.add("window", "with_sessions", partition_by=per, order_by=order, columns={item.name: f"sum({opens})"},
                    rows="running")  # fmt: skip
    work.frames.add("drop", "without_starts", columns=[opens])
