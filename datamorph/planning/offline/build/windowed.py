"""What windows need before any step is planned: the measures they are over, and where they start anew."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Aggregate, Item, Noun, Period, Window
from datamorph.planning.offline.names import Link

_MEASURED = ("running", "moving", "share", "share_pct", "previous", "change", "change_pct")


def prepare_windows(work: Work) -> None:
    """Give windows over groups their measures, and windows over rows the groups that they start anew for."""
    draft = work.draft
    _name_things(work)
    take_row_windows(work)
    windows = [item for item in draft.windows if isinstance(item.expression, Window)]
    if not windows or draft.union is not None:
        return
    is_grouped = bool(draft.measures) or any(_is_time(work, group) for group in draft.groups)
    is_grouped = is_grouped or any(item.expression.said for item in windows if isinstance(item.expression, Window))
    if is_grouped:
        for item in windows:
            _measure(work, item)
    elif draft.groups:
        _start_anew(work, windows)


def _name_things(work: Work) -> None:
    """``days between two consecutive calls``: the rows are calls."""
    draft = work.draft
    inside = [item.expression.argument for item in draft.measures if isinstance(item.expression, Aggregate)]
    for found in [*(item.expression for item in draft.windows), *inside]:
        things = found.things if isinstance(found, Window) else None
        if things is not None and things.links and not things.links[0].column:
            draft.tables.insert(0, things)


def _is_time(work: Work, group: Item) -> bool:
    if isinstance(group.expression, Period):
        return True
    noun = group.expression
    link = work.scope.column(noun) if isinstance(noun, Noun) and noun.links and not work.scope.is_table(noun) else None
    return link is not None and link.column in work.scope.names.dates[link.table]


def _measure(work: Work, item: Item) -> None:
    """``running total of quantity`` per day: the quantity is added up per day first."""
    window, draft = item.expression, work.draft
    if not isinstance(window, Window) or window.kind not in _MEASURED:
        return
    if window.operand is None:
        if not draft.measures:
            draft.measures += _count(work)
        return
    made = [Made(one.name or one.text, one.words) for one in (*draft.measures, *draft.windows) if one is not item]
    if find(window.operand, made) is not None:
        return
    found = window.said or _summed(work, window.operand)
    if found is not None:
        words = frozenset(window.operand.words) | ({"total"} if found.function == "sum" else set())
        draft.measures.append(Item(found, words, window.operand.text))
        item.expression = replace(window, operand=Noun(window.operand.text, tuple(sorted(words))))
        item.words |= words


def _count(work: Work) -> list[Item]:
    """``calls per day with a running total``: the rows of the one table are counted."""
    tables = {work.scope.entity(noun): noun for noun in work.draft.tables}
    if len(tables) != 1:
        return []
    noun = next(iter(tables.values()))
    words = frozenset({"number", "count", *noun.words})
    return [Item(Aggregate("count", counted=noun), words, f"number of {noun.text}")]


def _summed(work: Work, noun: Noun) -> Aggregate | None:
    if not noun.links:
        return None
    if work.scope.is_table(noun):
        return Aggregate("count", counted=noun)
    return Aggregate("sum", noun)


def _start_anew(work: Work, windows: list[Item]) -> None:
    """``for each shop the days since its previous sale``: rows stay rows, and the groups say where to start anew."""
    draft = work.draft
    keys = tuple(group.expression for group in draft.groups if isinstance(group.expression, Noun))
    if len(keys) != len(draft.groups) or any(isinstance(i.expression, Window) and i.expression.kind in ("rank", "number", "dense_rank") for i in windows):
        return
    for item in windows:
        window = item.expression
        if isinstance(window, Window) and not window.per:
            item.expression = replace(window, per=tuple(key for key in keys if not _is_row(work, key)))
    draft.groups = []
    draft.tables = [*_owners(work, windows), *draft.tables] or [key for key in keys if work.scope.is_table(key)]


def _is_row(work: Work, noun: Noun) -> bool:
    """``for each sale, the days since the same shop's previous sale``: the rows themselves start nothing anew."""
    table = work.scope.entity(noun) if work.scope.is_table(noun) else None
    return table is not None and any(table == work.scope.entity(said) for said in work.draft.tables)


def _owners(work: Work, windows: list[Item]) -> list[Noun]:
    """The tables of the columns that windows are over, where the prompt names no rows."""
    if work.draft.tables:
        return []
    found: list[Noun] = []
    for item in windows:
        window = item.expression
        if not isinstance(window, Window):
            continue
        nouns = [window.operand, window.earlier, *(key.noun for key in (*window.order, *work.draft.sorts))]
        for noun in nouns:
            link = work.scope.column(noun) if noun is not None and noun.links else None
            if link is not None:
                words = work.scope.names.table_words[link.table]
                found.append(Noun(link.table.name, words, (Link(link.table, "", 1.0),)))
    return found[:1]


def take_row_windows(work: Work) -> None:
    """``longest gap between two visits per patient``: a value over neighbouring rows that groups are made of."""
    draft = work.draft
    for item in draft.measures:
        aggregate = item.expression
        if not isinstance(aggregate, Aggregate) or not isinstance(aggregate.argument, Window):
            continue
        window = aggregate.argument
        keys = tuple(g.expression for g in draft.groups if isinstance(g.expression, Noun))
        name = f"gap_{window.unit}s" if window.unit != "?" else "gap"
        row = Item(replace(window, per=window.per or keys), item.words, name, name)
        work.row_windows.append(row)
        item.expression = replace(aggregate, argument=Noun(name, (name,)))
        item.words |= {"gap", window.unit}
        work.binder.define(row)
