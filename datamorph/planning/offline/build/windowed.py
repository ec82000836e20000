"""What windows need before any step is planned: the measures they are over, and where they start anew."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Aggregate, Noun, Period, SortKey, Window
from datamorph.planning.offline.names import Link, words_of

_MEASURED = (
    "moving_sum",
    "running_share",
    "year_before",
    "year_change",
    "year_change_pct",
    "running",
    "moving",
    "share",
    "share_pct",
    "previous",
    "change",
    "change_pct",
)


def prepare_windows(work: Work) -> None:
    """Give windows over groups their measures, and windows over rows the groups that they start anew for."""
    draft = work.draft
    _name_things(work)
    _change_in_percent(work)
    _imply_outputs(work)
    take_row_windows(work)
    windows = [item for item in draft.windows if isinstance(item.expression, Window)]
    if not windows or draft.union is not None:
        return
    _refuse_shares_of_values(work)
    if not draft.measures and any(_is_kind(item, "forward") for item in windows):
        _order_rows(work)
    if draft.groups and not draft.measures and any(_is_share(item) for item in windows):
        draft.measures.append(Item(Aggregate("count"), frozenset({"row"}), "number of rows", is_hidden=True))
    is_grouped = bool(draft.measures) or any(_is_time(work, group) for group in draft.groups)
    is_grouped = is_grouped or any(item.expression.said for item in windows if isinstance(item.expression, Window))
    is_grouped = is_grouped or (_is_of_groups(work) and all(_is_share_behind(work, item) for item in windows))
    if is_grouped:
        for item in windows:
            _measure(work, item)
    elif draft.groups:
        _start_anew(work, windows)


_PERCENTS = frozenset({"pct", "percent", "percentage", "pc"})


def _change_in_percent(work: Work) -> None:
    """``change_pct`` in the list of columns says how the one change is meant that the prompt speaks of."""
    changes = [item for item in work.draft.windows if _is_kind(item, "change") and not item.name]
    others = [item for item in work.draft.windows if _is_kind(item, "change_pct")]
    named = [o for o in work.draft.outputs if o.definition is None and _PERCENTS & set(words_of(o.noun.text))]
    if len(changes) == 1 and len(named) == 1 and not others and isinstance(changes[0].expression, Window):
        changes[0].expression = replace(changes[0].expression, kind="change_pct")
        work.dialog.assume(f"{named[0].noun.text!r} is the change in percent")


_IMPLIED: dict[str, str] = {"previous": "previous", "prior": "previous", "running": "running", "cumulative": "running"}


def _imply_outputs(work: Work) -> None:
    """``prev_left_at`` beside a gap, ``running_total`` beside months: windows by the name of a column."""
    draft = work.draft
    known = [Made(item.name or item.text, item.words) for item in draft.windows]
    for output in draft.outputs:
        words = words_of(output.noun.text)
        kind = _IMPLIED.get(words[0], "")
        if not kind or output.definition is not None or output.noun.links or len(words) < 2:  # noqa: PLR2004
            continue
        links = tuple(link for link in work.scope.names.links(words[1:]) if link.column)
        noun = Noun(" ".join(words[1:]), words[1:], links)
        item = None
        if kind == "previous" and links and (beside := _beside(draft.windows)) is not None:
            item = replace(beside, kind="previous", operand=noun, earlier=None, unit="")
        elif (
            kind == "running"
            and find(output.noun, known) is None
            and not any(_is_running(one) for one in draft.windows)
        ):
            item = Window("running", noun) if any(_is_time(work, group) for group in draft.groups) else None
        if item is not None:
            name = output.name or output.noun.text
            draft.windows.append(Item(item, frozenset(words), name, name))
            output.definition = item


def _is_share(item: Item) -> bool:
    """``tickets per status and the share of the total``: the rows are counted."""
    found = item.expression
    return isinstance(found, Window) and found.kind in ("share", "share_pct") and found.operand is None


def _is_share_behind(work: Work, item: Item) -> bool:
    """``each region, its share of the total price``; ``sales with their share per region`` are rows."""
    found = item.expression
    if not isinstance(found, Window) or found.kind not in ("share", "share_pct") or found.per or not found.operand:
        return False
    keys = [group.expression.position for group in work.draft.groups if isinstance(group.expression, Noun)]
    return all(0 <= place < found.operand.position for place in keys)


def _refuse_shares_of_values(work: Work) -> None:
    """``region and its share of the total``: of all rows of the region, if rows are not listed with what tells them.

    Raises:
        Refused: nothing says that they are grouped.
    """
    draft = work.draft
    shares = [item for item in draft.windows if _is_share_behind(work, item)]
    listed = [output.noun for output in draft.outputs if not isinstance(output.definition, Window)]
    if draft.groups or draft.measures or len(shares) != len(draft.windows) or len(listed) != 1:
        return
    link = work.scope.column(listed[0]) if listed[0].links and not work.scope.is_table(listed[0]) else None
    if link is not None and not work.scope.relations.is_unique(link.table, (link.column,)):
        raise Refused("impossible", f"many rows share a {link.column}", hint=f"say 'per {link.column}'")


def _is_of_groups(work: Work) -> bool:
    """``each region's share``: many rows have the same region, while each row has a share of its own."""
    keys = [group.expression for group in work.draft.groups]
    links = [work.scope.column(key) for key in keys if isinstance(key, Noun) and not work.scope.is_table(key)]
    found = [link for link in links if link is not None]
    if not found or len(found) < len(keys):
        return False
    table = found[0].table
    return not work.scope.relations.is_unique(table, tuple(link.column for link in found))


def _is_kind(item: Item, kind: str) -> bool:
    return isinstance(item.expression, Window) and item.expression.kind == kind


def _order_rows(work: Work) -> None:
    """``for all weeks, by week`` beside values carried forward: rows stay rows, in order of their date."""
    draft = work.draft
    periods = [group for group in draft.groups if isinstance(group.expression, Period)]
    if periods and len(periods) == len(draft.groups):
        draft.groups = []
        draft.sorts = draft.sorts or _by_only_date(work)


def _by_only_date(work: Work) -> list[SortKey]:
    nouns = [item.expression.operand for item in work.draft.windows if isinstance(item.expression, Window)]
    tables = {link.table for noun in nouns if noun is not None and (link := work.scope.column(noun))}
    dates = [(table, date) for table in tables for date in work.scope.names.dates[table]]
    if len(dates) != 1:
        return [SortKey(None, is_in_time=True)]
    (table, date) = dates[0]
    return [SortKey(Noun(date, work.scope.names.column_words[table, date], (Link(table, date, 1.0),)))]


def _is_running(item: Item) -> bool:
    return _is_kind(item, "running") or _is_kind(item, "running_share")


def _beside(windows: list[Item]) -> Window | None:
    """The gap that a value of the row before stands beside."""
    found = [
        item.expression for item in windows if isinstance(item.expression, Window) and item.expression.kind == "gap"
    ]
    return found[0] if len(found) == 1 else None


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
        words = frozenset(window.operand.words) | ({"total"} if found.function == "sum" else set[str]())
        is_inside = window.kind in ("share", "share_pct")
        draft.measures.append(Item(found, words, window.operand.text, is_hidden=is_inside))
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
    if len(keys) != len(draft.groups) or any(
        isinstance(i.expression, Window) and i.expression.kind in ("rank", "number", "dense_rank") for i in windows
    ):
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
        name = "session" if window.kind == "session" else name
        row = Item(replace(window, per=window.per or keys), item.words, name, name)
        work.row_windows.append(row)
        item.expression = replace(aggregate, argument=Noun(name, (name,)))
        item.words |= {"session", "count", "number"} if window.kind == "session" else {"gap", window.unit}
        work.binder.define(row)
