"""The end of a plan: the first rows, the columns that are shown, the order."""

from __future__ import annotations

from datamorph.core.table import unique_names
from datamorph.planning.offline.build.gaps import is_walked
from datamorph.planning.offline.build.headers import named
from datamorph.planning.offline.build.hidden import hidden_order
from datamorph.planning.offline.build.listed import listed_columns
from datamorph.planning.offline.build.order import bare, in_calendar_order, sort_item
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.top import add_top
from datamorph.planning.offline.build.work import Work


def add_result(work: Work) -> None:
    """Rank, select and sort."""
    order = add_top(work)
    shown = listed_columns(work)
    _fill(work, shown)
    is_hidden = bool(order) and bare(order[0]) not in {old for _, old in shown}
    by = order if is_hidden else []
    if by or (not order and (by := hidden_order(work, shown))):
        _sort_and_keep(work, shown, by)
        return
    _select(work, shown)
    if work.draft.is_distinct:
        work.frames.add("dedupe", "distinct_rows")
        work.key = tuple(work.frames.schema.names)
    _sort(work, order, shown)


def _fill(work: Work, shown: list[tuple[str, str]]) -> None:
    """Constants that the prompt puts in place of missing values of the result."""
    values: dict[str, object] = {}
    for output in work.draft.outputs:
        if output.fill is not None:
            name = output.name or named(output.noun)
            old = next((old for new, old in shown if name in (new, old)), None)
            if old is None and len(work.draft.outputs) == len(shown):
                old = shown[work.draft.outputs.index(output)][1]
            if old is not None:
                values[old] = output.fill.value
    if values:
        work.frames.add("fill", "filled", values=values)


def _select(work: Work, shown: list[tuple[str, str]]) -> None:
    names = [new for new, _ in shown]
    if len({name.casefold() for name in names}) != len(names):
        shown[:] = [(new, old) for new, (_, old) in zip(unique_names(names), shown, strict=True)]
    if [old for _, old in shown] == list(work.frames.schema.names) and all(new == old for new, old in shown):
        return
    columns = [new if new == old else {new: old} for new, old in shown]
    work.frames.add("select", "result", columns=columns)
    renamed = {old: new for new, old in shown}
    work.frames.where = {spot: renamed[name] for spot, name in work.frames.where.items() if name in renamed}
    work.made = [Made(renamed[m.name], m.words, m.is_measure) for m in work.made if m.name in renamed]
    work.key = tuple(renamed[k] for k in work.key) if all(k in renamed for k in work.key) else ()


def _sort(work: Work, order: list[str], shown: list[tuple[str, str]]) -> None:
    renamed = {old: new for new, old in shown}
    keys = [] if is_walked(work, set(work.frames.where.values())) else work.draft.sorts
    items = [] if order else in_calendar_order(work, [sort_item(work, key) for key in keys], keys)
    if order and (not items or work.draft.top is not None):
        items = [renamed[bare(item)] + item[len(bare(item)) :] for item in order if bare(item) in renamed]
    if not items:
        return
    ties = [name for name in work.key if name not in {bare(item) for item in items}]
    if ties and not order:
        work.dialog.assume(f"rows that sort equally are ordered by {', '.join(ties)}")
    work.frames.add("sort", "sorted", by=list(dict.fromkeys([*items, *ties])))


def _sort_and_keep(work: Work, shown: list[tuple[str, str]], by: list[str]) -> None:
    """Sort by columns that are left out afterwards."""
    new_names = {old: new for new, old in shown}
    hidden = [name for name in dict.fromkeys(map(bare, by)) if name not in new_names]
    _select(work, [*shown, *((name, name) for name in hidden)])
    items = [new_names.get(bare(item), bare(item)) + item[len(bare(item)) :] for item in by]
    work.frames.add("sort", "sorted", by=items, keep=[new for new, _ in shown])
    work.key = work.key if set(work.key) <= {new for new, _ in shown} else ()
