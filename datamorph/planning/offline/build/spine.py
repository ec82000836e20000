"""Rows for the days, weeks or months in which nothing happened, or these alone."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.work import Group, Work, aggregates_in
from datamorph.planning.offline.days import next_month, shifted
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Calendar
from datamorph.planning.offline.model import Compare, Condition, Constant, Noun, OneOf, Period, Within

_DAYS = {"date": "day"}
_FIRST_DAY = "cast(concat({}, '-01') as date)"
_YEAR, _MONTH = 4, 7


def add_calendar(work: Work) -> None:
    """A row for every period in the time that the prompt is about.

    Raises:
        Refused: no group is such a part of a date.
    """
    calendar = work.draft.calendar
    if calendar is None:
        return
    group = _group(work, calendar)
    name = work.frames.name_of(group.term.leaves[0]) if group.is_column else group.name
    column = work.frames.schema.get(name)
    is_text = column is not None and column.type == "string" and work.draft.date_format == "yyyy-MM"
    if column is None or (column.type != "date" and not is_text):
        message = f"{name} is no date, so it is not known which {calendar.part}s there are"
        raise Refused("out_of_scope", message, hint="show the date itself")
    if is_text:
        work.frames.add("derive", "as_dates", columns={name: _FIRST_DAY.format(quote(name))})
    first, last = _bounds(work, group)
    others = [key for key in work.key if key != name]
    ends = {side: text for side, text in (("first", first), ("last", last)) if text}
    fill = {m.name: 0 for m in work.measures if _is_added_up(m.term.text)}
    work.frames.add("spine", f"every_{calendar.part}", column=name, every=calendar.part, per=others, fill=fill, **ends)
    _tell(work, calendar, is_bounded=bool(ends), zeros=", ".join(fill))
    if calendar.is_only:
        _keep_empty(work, fill)
    if is_text:
        work.frames.add("derive", "as_text", columns={name: f"date_format({quote(name)}, 'yyyy-MM')"})


def _tell(work: Work, calendar: Calendar, *, is_bounded: bool, zeros: str) -> None:
    """Say what was assumed; a time that is said must be that of the periods."""
    if not is_bounded and any("is_date=True" in repr(condition) for condition in work.draft.conditions):
        raise Refused("impossible", f"from when to when the {calendar.part}s go is not clear", hint="name the date")
    if not is_bounded:
        work.dialog.assume(f"from the first {calendar.part} that there is to the last")
    if zeros and not calendar.is_only:
        work.dialog.assume(f"a {calendar.part} without rows has {zeros} 0")


def _group(work: Work, calendar: Calendar) -> Group:
    found = [group for group in work.groups if _part(group) == calendar.part]
    if len(found) != 1:
        raise Refused("impossible", f"the rows are no {calendar.part}s", hint=f"say 'per {calendar.part}'")
    return found[0]


def _part(group: Group) -> str:
    found = group.item.expression
    if isinstance(found, Period):
        return _DAYS.get(found.part, found.part)
    return "day" if isinstance(found, Noun) and group.is_column else ""


def _is_added_up(text: str) -> bool:
    return text.startswith(("count", "sum(", "round(sum(", "round(count"))


def _keep_empty(work: Work, fill: dict[str, int]) -> None:
    """The periods without rows; what was counted is not shown."""
    counts = [m.name for m in work.measures if any(a.function == "count" for a in aggregates_in(m.item.expression))]
    if not counts or counts[0] not in fill:
        raise Refused("impossible", "nothing is counted", hint="say what there are none of")
    work.frames.add("filter", "without_rows", where=f"{quote(counts[0])} = 0")
    for made in work.made:
        if made.is_measure:
            work.made[work.made.index(made)] = type(made)(made.name, made.words, is_measure=True, is_hidden=True)


def _bounds(work: Work, group: Group) -> tuple[str, str]:
    """First and last day of the time that the conditions on the same date leave."""
    first, last = "", ""
    for condition in work.draft.conditions:
        low, high = _span(condition) if _is_of(work, condition, group) else ("", "")
        first, last = max(first, low), min(last or high, high or last)
    return first, last


def _is_of(work: Work, condition: Condition, group: Group) -> bool:
    left = getattr(condition, "left", None)
    if isinstance(left, Period) and left.part in ("date", "day", "year"):
        dates = work.binder.date(left.of)
    elif isinstance(left, Noun):
        dates = work.binder.date(left) if work.scope.is_table(left) else work.binder.noun(left)
    else:
        return False
    return dates.leaves == group.term.leaves[:1]


def _span(condition: Condition) -> tuple[str, str]:
    match condition:
        case Within(low=low, high=high) if low.is_date and high.is_date:
            return _ends(str(low.value))[0], _ends(str(high.value))[1]
        case OneOf(values=(Constant(is_date=True, value=value),)):
            return _ends(str(value))
        case Compare(left=Period(part="year"), operator="=", right=Constant(value=int(year))):
            return f"{year}-01-01", f"{year}-12-31"
        case Compare(operator=operator, right=Constant(is_date=True, value=value)):
            low, high = _ends(str(value))
            return {"=": (low, high), ">=": (low, ""), ">": (shifted(high, 1), ""), "<=": ("", high),
                    "<": ("", shifted(low, -1))}.get(operator, ("", ""))  # fmt: skip
        case _:
            return "", ""


def _ends(text: str) -> tuple[str, str]:
    if len(text) == _YEAR:
        return f"{text}-01-01", f"{text}-12-31"
    if len(text) == _MONTH:
        return f"{text}-01", shifted(next_month(text), -1)
    return text[:10], text[:10]
