"""Steps over neighbouring rows."""

from __future__ import annotations

from datamorph.core.datatype import is_integer, is_time
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.gaps import add_gap, numberings, said_order
from datamorph.planning.offline.build.kinds import check_kinds
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.sessions import add_sessions
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.work import Group, Work
from datamorph.planning.offline.build.years import add_year_before
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Expression, Noun, Period, Window
from datamorph.planning.offline.names import words_of

_SHARES = ("share", "share_pct")
_TIME_NAMES = frozenset({"year", "quarter", "month", "week", "day", "date", "hour", "weekday"})
_RANKS = ("rank", "dense_rank")
_MOVING = ("moving", "moving_sum")
_NAMES = {"running": "running_{}", "moving": "avg_{}", "moving_sum": "sum_{}", "share": "share_of_{}",
          "share_pct": "share_of_{}", "running_share": "running_share_of_{}", "change": "{}_change",
          "change_pct": "{}_change_pct", "rank": "rank", "dense_rank": "rank", "previous": "previous_{}",
          "next": "next_{}", "number": "row_number"}  # fmt: skip
_CALLS = {"running": "sum({})", "moving_sum": "sum({})", "moving": "avg({})", "share": "{} / sum({})",
          "share_pct": "{} * 100.0 / sum({})", "change": "{} - lag({})",
          "change_pct": "({} / nullif(lag({}), 0) - 1) * 100", "previous": "lag({})", "next": "lead({})",
          "rank": "rank()", "dense_rank": "dense_rank()", "number": "row_number()"}  # fmt: skip


def add_windows(work: Work) -> None:
    """One step per window column, in the prompt's order; then what is asked of these columns."""
    for item in work.draft.windows:
        assert isinstance(item.expression, Window)  # noqa: S101
        _add(work, item, item.expression)
    if work.after:
        conditions = [work.frames.render(work.binder.condition(one)) for one in work.after]
        parts = [f"({one})" if " OR " in one else one for one in conditions] if len(conditions) > 1 else conditions
        work.frames.add("filter", "kept", where=" AND ".join(parts))


def add_row_windows(work: Work) -> None:
    """Columns over neighbouring rows that groups are made of."""
    for item in work.row_windows:
        assert isinstance(item.expression, Window)  # noqa: S101
        _add(work, item, item.expression)


def _add(work: Work, item: Item, window: Window) -> None:
    if window.kind == "gap":
        add_gap(work, item, window, _partition(work, window, []))
    elif window.kind == "session":
        add_sessions(work, item, window, _partition(work, window, []))
    elif window.kind == "forward":
        _carry(work, item, window)
    elif window.value is not None:
        _add_signed(work, item, window, window.value)
    else:
        _add_over(work, item, window, _operand(work, window))


def _add_over(work: Work, item: Item, window: Window, operand: str) -> None:
    if window.kind.startswith("year_"):
        add_year_before(work, item, window.kind, operand)
        return
    item.name = item.name or _NAMES[window.kind].format(operand)
    if window.kind == "running_share":
        _add_running_share(work, item, window, operand)
        return
    call = _CALLS[window.kind].replace("{}", quote(operand)) if operand else _CALLS[window.kind]
    call = item.rounded.format(call) if item.rounded else call
    order = _order(work, window)
    partition = _partition(work, window, order)
    _require_steps(work, window, [*partition, *order])
    parts = [_part(work, order, window.unit)] if window.kind == "running" and window.unit else []
    fields: dict[str, object] = {"partition_by": [*partition, *parts], "columns": {item.name: call}}
    if window.kind not in _SHARES:
        fields["order_by"] = order
    if window.kind == "running" or window.kind in _MOVING:
        fields["rows"] = "running" if window.kind == "running" else window.rows - 1
    work.frames.add("window", "with_" + window.kind.split("_")[0], **fields)
    if parts:
        work.frames.add("drop", f"without_{window.unit}s", columns=parts)
    work.made.append(Made(item.name, item.words | {window.kind}, is_measure=True))
    work.binder.define(item)


def _part(work: Work, order: list[str], part: str) -> str:
    """A column with the year or the month of what rows are walked by, for what starts anew with each.

    Raises:
        Refused: it has none.
    """
    column = work.frames.schema.get(order[0])
    name = work.frames.fresh(f"{part}_of_{order[0]}")
    text = quote(order[0])
    is_year = part == "year"
    if is_year and column is not None and column.type == "int" and order[0].lower() in ("year", "yr"):
        call = text
    elif column is not None and is_time(column.type):
        call = f"year({text})" if is_year else f"date_trunc('{part}', {text})"
    elif is_year and column is not None and column.type == "string" and work.draft.date_format.startswith("yyyy"):
        call = f"left({text}, 4)"
    else:
        raise Refused("impossible", f"{order[0]} has no {part}", hint="group by a date")
    work.frames.add("derive", f"with_{part}s", columns={name: call})
    return name


def _add_running_share(work: Work, item: Item, window: Window, operand: str) -> None:
    """What there is up to each row, as a part of what there is in all."""
    order = _order(work, window)
    per = _partition(work, window, order)
    so_far, whole = work.frames.fresh(f"{operand}_so_far"), work.frames.fresh(f"{operand}_in_all")
    call = f"sum({quote(operand)})"
    work.frames.add("window", "with_running", partition_by=per, order_by=order, columns={so_far: call}, rows="running")
    work.frames.add("window", "with_whole", partition_by=per, columns={whole: call})
    share = f"{quote(so_far)} * 100.0 / {quote(whole)}" if window.unit else f"{quote(so_far)} / {quote(whole)}"
    share = item.rounded.format(share) if item.rounded else share
    work.frames.add("derive", "with_share", columns={item.name: share})
    work.frames.add("drop", "without_sums", columns=[so_far, whole])
    work.made.append(Made(item.name, item.words | {"running_share"}, is_measure=True))
    work.binder.define(item)


def _add_signed(work: Work, item: Item, window: Window, value: Expression) -> None:
    """A running sum of amounts with the sign of their kind; a kind without one is not guessed."""
    check_kinds(work, value)
    order = said_order(work) or _order(work, window)
    order += [name for name in work.key if name not in order]
    item.name = item.name or "balance"
    call = f"sum({work.frames.render(work.binder.expression(value))})"
    work.frames.add("window", "with_balance", partition_by=_partition(work, window, order), order_by=order,
                    columns={item.name: call}, rows="running")  # fmt: skip
    work.made.append(Made(item.name, item.words | {"balance", "running"}, is_measure=True))
    work.binder.define(item)


def _carry(work: Work, item: Item, window: Window) -> None:
    """Missing values take the last one before: every value begins a run, and a run has one value."""
    assert window.operand is not None  # noqa: S101
    name = resolve(work, window.operand).name
    run = work.frames.fresh(f"{name}_run")
    order, per = _order(work, window), _partition(work, window, [])
    work.frames.add("window", "with_runs", partition_by=per, order_by=order, columns={run: f"count({quote(name)})"},
                    rows="running")  # fmt: skip
    work.frames.add("window", "carried_forward", partition_by=[*per, run], columns={name: f"max({quote(name)})"})
    work.frames.add("drop", "without_runs", columns=[run])
    item.name = name


def _require_steps(work: Work, window: Window, keys: list[str]) -> None:
    """A moving average over 7 days sees 7 rows: there has to be one for each day.

    Raises:
        Refused: rows are something else.
    """
    if window.kind not in _MOVING or not window.unit:
        return
    periods = {group.item.expression.part for group in work.groups if isinstance(group.item.expression, Period)}
    said = periods | {name for group in work.groups for name in words_of(group.name)}
    is_stepped = window.unit in said or (window.unit == "day" and "date" in said)
    if not is_stepped and window.unit != "day" and not work.is_grouped and _has_days(work, keys):
        is_stepped = any(window.unit in words_of(name) for name in keys)
    if not is_stepped and window.unit == "day" and _has_days(work, keys):
        choices = [("yes", f"yes, always: the average is over {window.rows} rows"), ("no", "no")]
        is_stepped = work.dialog.choose("row_per_day", "Is there one row for each day?", choices) == "yes"
    if is_stepped:
        work.dialog.assume(f"a {window.unit} without rows is passed over: the average is over {window.rows} rows")
        return
    message = f"an average over {window.rows} {window.unit}s needs one row for each {window.unit}"
    raise Refused("impossible", message, hint=f"say what is computed per {window.unit} first")


def _has_days(work: Work, keys: list[str]) -> bool:
    """True for rows as they are read, of which no two have a day in common."""
    spots = {name: spot for spot, name in work.frames.where.items()}
    columns = tuple(spots[name].column for name in keys if name in spots)
    days = [column for column in work.frames.schema if column.name in keys and column.type == "date"]
    is_whole = not work.is_grouped and work.root is not None and len(columns) == len(keys)
    return bool(days) and is_whole and work.root is not None and work.scope.relations.is_unique(work.root, columns)


def _operand(work: Work, window: Window) -> str:
    if window.kind in (*_RANKS, "number"):
        return ""
    if window.operand is not None:
        if window.kind in _SHARES and not work.is_grouped and work.scope.is_table(window.operand):
            message = f"a share of {window.operand.text} needs groups that the rows are counted for"
            raise Refused("impossible", message, hint="say 'per' what")
        return resolve(work, window.operand).name
    measures = [m.name for m in work.made if m.is_measure and not m.is_hidden and "previous" not in m.words]
    if not measures and window.kind in _SHARES:
        measures = [m.name for m in work.made if m.is_measure]
    if len(measures) != 1:
        choices = [(name, name) for name in measures] or [(n, n) for n in work.frames.schema.names]
        if len(choices) < 2:  # noqa: PLR2004
            raise Refused("impossible", f"{window.kind} of what is not said", hint="name a measure")
        return work.dialog.choose("window_of", f"The {window.kind} of which column?", choices)
    return measures[0]


def _order(work: Work, window: Window) -> list[str]:
    if window.kind in _SHARES:
        return []
    said = [f"{resolve(work, key.noun).name}{' desc' if key.is_descending else ''}" for key in window.order if key.noun]
    if window.kind in _RANKS and said[:1] and said[0].endswith(" desc"):
        work.dialog.assume(f"rank 1 has the largest {said[0].removesuffix(' desc')}")
    if said:
        return said
    dated = [g for g in work.groups if isinstance(g.item.expression, Period) or _is_time(work, g)]
    times = [work.frames.name_of(g.term.leaves[0]) if g.is_column else g.name for g in dated]
    if not times and not work.groups and (sorted_by := said_order(work)):
        return sorted_by
    times = times or [c.name for c in work.frames.schema if is_time(c.type)]
    if not times:
        raise Refused(
            "impossible", "rows have no order in time here", hint="group by a date, or say 'over' which column"
        )
    if len(times) > 1 and not work.groups:
        return [work.dialog.choose("window_order", "In which order?", [(t, f"by {t}") for t in times])]
    return _coarse_first(times)


def _is_time(work: Work, group: Group) -> bool:
    """``month``, ``academic_year``: numbers or dates that go on with the time, or what is called like these."""
    if group.name.lower() in _TIME_NAMES:
        return True
    column = work.frames.schema.get(group.name)
    is_walked = column is not None and (is_time(column.type) or is_integer(column.type))
    return group.is_column and is_walked and words_of(group.name)[-1] in _TIME_NAMES - {"hour", "weekday"}


def _coarse_first(names: list[str]) -> list[str]:
    order = ("year", "quarter", "month", "week", "date", "day", "hour")
    parts = {name: words_of(name)[-1] for name in names}
    return sorted(names, key=lambda n: order.index(parts[n]) if parts[n] in order else len(order))


def _partition_column(work: Work, noun: Noun) -> str:
    """A table stands for the column that refers to it."""
    if work.scope.is_table(noun) and (table := work.scope.entity(noun)) and find(noun, work.made) is None:
        return work.frames.render(work.binder.key_of(table))
    return resolve(work, noun).name


def _partition(work: Work, window: Window, order: list[str]) -> list[str]:
    if window.per:
        return [_partition_column(work, noun) for noun in window.per]
    if window.kind == "gap":
        numbered = numberings(work)
        return _partition(work, numbered[0], order) if numbered else []
    if window.kind in _SHARES or not work.groups:
        return []
    bare = {item.removesuffix(" desc") for item in order}
    others = [name for name in work.key if name not in bare]
    if others and window.kind not in _RANKS:
        work.dialog.assume(f"it starts anew for each {', '.join(others)}")
        return others
    return []
