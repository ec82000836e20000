"""The same month, quarter or year of the year before, beside each."""

from __future__ import annotations

from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Period

_TEXT = "date_format(add_months(cast(concat({}, '-01') as date), 12), 'yyyy-MM')"
_CALLS = {"year_change": "{0} - {1}", "year_change_pct": "({0} / nullif({1}, 0) - 1) * 100"}
_NAMES = {"year_before": "{}_year_before", "year_change": "{}_change", "year_change_pct": "{}_change_pct"}


def add_year_before(work: Work, item: Item, kind: str, measure: str) -> None:
    """A column with the measure of the row a year earlier, or the change since.

    Raises:
        Refused: the rows have no year.
    """
    item.name = item.name or _NAMES[kind].format(measure)
    left, keys = work.frames.current, list(work.key)
    before = item.name if kind == "year_before" else f"{measure}_year_before"
    work.frames.add("derive", "a_year_later", columns=_later(work))
    work.frames.add("select", "year_before", columns=[*keys, {before: measure}])
    right = work.frames.current
    work.frames.add("join", "with_year_before", left=left, right=right, on=keys, how="left")
    if kind in _CALLS:
        call = _CALLS[kind].format(quote(measure), quote(before))
        call = item.rounded.format(call) if item.rounded else call
        work.frames.add("derive", "with_change", columns={item.name: call})
        work.frames.add("drop", "without_year_before", columns=[before])
    work.made.append(Made(item.name, item.words | {"previous", "year", "before"}, is_measure=True))
    work.binder.define(item)


def _later(work: Work) -> dict[str, str]:
    """The time of each row as a year later."""
    for group in work.groups:
        name = work.frames.name_of(group.term.leaves[0]) if group.is_column else group.name
        column = work.frames.schema.get(name)
        found = group.item.expression
        part = found.part if isinstance(found, Period) else ""
        if column is None or part in ("week", "weekday", "hour"):
            continue
        if part == "year" and column.type == "int":
            return {name: f"{quote(name)} + 1"}
        if part in ("month", "quarter", "year", "day") and column.type == "date":
            return {name: f"add_months({quote(name)}, 12)"}
        if part == "month" and column.type == "string" and work.draft.date_format == "yyyy-MM":
            return {name: _TEXT.format(quote(name))}
    raise Refused(
        "impossible", "the rows have no year, so there is none before", hint="group by month, quarter or year"
    )
