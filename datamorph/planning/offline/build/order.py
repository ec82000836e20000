"""By what rows are sorted."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.qualities import column_of_quality
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Noun, Period, SortKey
from datamorph.planning.offline.names import OWN, words_of

_PARTS = ("year", "quarter", "month", "day")


def sort_item(work: Work, key: SortKey) -> str:
    """A key of the order: a column of the current frame, with ``desc`` where the largest come first."""
    if key.is_in_time and key.noun is None and (timed := _time_of_groups(work)):
        name = timed
    elif key.is_by_group and work.groups:
        name = work.groups[0].name if key.is_in_time else _first_text(work)
    elif key.noun is not None and not _is_rows(work, key.noun):
        name = resolve(work, key.noun).name
    else:
        if key.is_by_group and not key.is_in_time and not work.is_grouped:
            return f"{_label(work)} desc" if key.is_descending else _label(work)
        times = [g.name for g in work.groups if not key.is_descending]
        measures = [made.name for made in work.made if made.is_measure]
        if work.is_grouped and times and not measures:
            name = times[0]
        else:
            name = measures[0] if measures and not key.is_in_time else sorted_by(work, key)
    return f"{name} desc" if key.is_descending else name


def _first_text(work: Work) -> str:
    """``alphabetically``: by the first of the groups that is a text; the first one where the frame has none of them.

    Raises:
        Refused: they are numbers, such as those that things are told apart by.
    """
    types = {column.name: column.type for column in work.frames.schema}
    names = [group.name for group in work.groups]
    texts = [name for name in names if types.get(name, "string") == "string"]
    if not texts:
        raise Refused("impossible", f"{names[0]} is no text", hint="say by which column the rows are sorted")
    return texts[0]


def _time_of_groups(work: Work) -> str:
    """``oldest first`` of rows that are months: by the month; empty where no one group is a time."""
    groups = [group for group in work.groups if isinstance(group.item.expression, Period)]
    names = [
        made.name for made in work.made for group in groups if group.item.words <= made.words and not made.is_measure
    ]
    if not groups:
        names = [c.name for c in work.frames.schema if is_time(c.type) and c.name in work.key and work.is_grouped]
    parts = _calendar(work)
    return next(iter(parts)) if parts and set(names) == set(parts) else names[0] if len(set(names)) == 1 else ""


def in_calendar_order(work: Work, items: Sequence[str], keys: Sequence[SortKey]) -> list[str]:
    """``earliest quarter first`` where rows are quarters of years: the year goes first."""
    parts = _calendar(work)
    found: list[str] = []
    for item, key in zip(items, keys, strict=True):
        name, is_all = bare(item), key.is_in_time and key.noun is None
        run = [part for part, rank in parts.items() if is_all or rank < parts.get(name, 0)] if name in parts else []
        if run and not is_all:
            work.dialog.assume(f"{', '.join(run)} and {name} are sorted as one date")
        found += [part + item[len(name) :] for part in dict.fromkeys([*run, name])]
    return list(dict.fromkeys(found))


def _calendar(work: Work) -> dict[str, int]:
    """Columns that are numbers of years, quarters, months or days by which rows are grouped, the longest first."""
    numbers = {column.name for column in work.frames.schema if is_number(column.type)}
    found = {
        made.name: _PARTS.index(group.item.expression.part) for group in work.groups for made in work.made
        if isinstance(group.item.expression, Period) and group.item.expression.part in _PARTS
        and group.item.words <= made.words and not made.is_measure and made.name in numbers
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _is_rows(work: Work, noun: Noun) -> bool:
    """``biggest refund first`` over refunds as they are names no column of them."""
    is_table = any(not link.column and link.table == work.root and link.score >= OWN for link in noun.links)
    is_column = any(link.column and link.score >= 1 for link in noun.links)
    return is_table and not is_column and not work.is_grouped and not any(made.is_measure for made in work.made)


def sorted_by(work: Work, key: SortKey) -> str:
    """``newest first`` is by the only date; otherwise the person says by which column."""
    if key.quality and not work.is_grouped and not key.is_in_time:
        return column_of_quality(work, key.quality)
    shown = [column for column in work.frames.schema if column.name not in work.key]
    times = [column.name for column in shown if is_time(column.type)]
    if key.is_in_time and not times:
        times = [column.name for column in shown if is_number(column.type) and "year" in words_of(column.name)]
    times = _said(work, times) if key.is_in_time else times
    names = times if key.is_in_time else [c.name for c in shown if is_number(c.type)] + times
    names = names or [made.name for made in work.made if made.is_measure]
    if not names and work.draft.is_distinct and len(work.frames.schema) == 1 and not key.is_in_time:
        return work.frames.schema.names[0]
    if not names:
        raise Refused("impossible", "it is not said by what the rows are sorted", hint="add 'sort by' and a column")
    return work.dialog.choose("sort_by", "By what are the rows sorted?", [(name, name) for name in names])


def _said(work: Work, times: list[str]) -> list[str]:
    """The one of several dates that the prompt compares or groups by, else all of them."""
    links = {(link.table, link.column) for noun in work.binder.said_dates for link in noun.links[:1]}
    said = [name for spot, name in work.frames.where.items() if (spot.table, spot.column) in links and name in times]
    return said if len(said) == 1 else times


def bare(item: str) -> str:
    """The column of a key."""
    return item.removesuffix(" desc")


def _label(work: Work) -> str:
    """``in alphabetical order``: by the name of what the rows are, else a person says by which text."""
    label = label_of(work.root, work.scope) if work.root is not None else None
    spot = ColumnLeaf(work.root, label) if work.root is not None and label is not None else None
    if spot is not None and spot in work.frames.where:
        return work.frames.where[spot]
    texts = [column.name for column in work.frames.schema if column.type == "string"]
    if not texts:
        raise Refused("impossible", "there is no text to sort by", hint="add 'sort by' and a column")
    return work.dialog.choose("sort_by", "By what are the rows sorted?", [(name, name) for name in texts])
