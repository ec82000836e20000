"""By what rows are sorted."""

from __future__ import annotations

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import SortKey


def sort_item(work: Work, key: SortKey) -> str:
    """A key of the order: a column of the current frame, with ``desc`` where the largest come first."""
    if key.is_by_group and work.groups:
        name = work.groups[0].name
    elif key.noun is not None:
        name = resolve(work, key.noun).name
    else:
        if key.is_by_group and not key.is_in_time and not work.is_grouped:
            return f"{_label(work)} desc" if key.is_descending else _label(work)
        times = [g.name for g in work.groups if not key.is_descending]
        measures = [made.name for made in work.made if made.is_measure]
        if work.is_grouped and times and not measures:
            name = times[0]
        else:
            name = measures[0] if measures and not key.is_in_time else _sorted_by(work, key)
    return f"{name} desc" if key.is_descending else name


def _sorted_by(work: Work, key: SortKey) -> str:
    """``newest first`` is by the only date; otherwise the person says by which column."""
    shown = [column for column in work.frames.schema if column.name not in work.key]
    times = [column.name for column in shown if is_time(column.type)]
    times = _said(work, times) if key.is_in_time else times
    names = times if key.is_in_time else [c.name for c in shown if is_number(c.type)] + times
    names = names or [made.name for made in work.made if made.is_measure]
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
