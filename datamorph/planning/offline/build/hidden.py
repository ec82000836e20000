"""Which columns of rows a list leaves out, and orders by columns that are left out."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.gaps import is_walked
from datamorph.planning.offline.build.order import sorted_by
from datamorph.planning.offline.build.result import find
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.model import SortKey

_SEVERAL = 2


def hidden_order(work: Work, shown: list[tuple[str, str]]) -> list[str]:
    """The order of rows by columns of theirs that the result does not show; empty where it shows them all."""
    keys = work.draft.sorts
    if work.is_grouped or not keys or work.draft.is_distinct or is_walked(work, {old for _, old in shown}):
        return []
    names: list[str] = []
    for key in keys:
        link = work.scope.column(key.noun) if key.noun is not None and key.noun.links else None
        spot = ColumnLeaf(link.table, link.column) if link is not None else None
        made = find(key.noun, work.made) if key.noun is not None else None
        name = work.frames.where.get(spot) if spot is not None else made.name if made is not None else None
        if key.noun is None and key.is_in_time:
            name = _time(work, key, [old for _, old in shown])
        if name is None:
            return []
        names.append(f"{name} desc" if key.is_descending else name)
    return names if any(name.removesuffix(" desc") not in {old for _, old in shown} for name in names) else []


def _time(work: Work, key: SortKey, shown: list[str]) -> str:
    """The date that ``newest first`` is about: the one that is shown, else the one that the rows have."""
    times = [column.name for column in work.frames.schema if column.name in shown and is_time(column.type)]
    return times[0] if len(times) == 1 else sorted_by(work, key)


def lists_own(work: Work, outputs: list[Output]) -> bool:
    """``the late parcels with id, weight and carrier``: columns that rows have anyway are all that is wanted."""
    own = (
        set(work.scope.tables[work.root].schema.names) if work.root is not None and not work.is_grouped else set[str]()
    )
    named = [link for o in outputs if o.noun.links and o.noun.links[0].column and (link := work.scope.column(o.noun))]
    return sum(link.table == work.root and link.column in own for link in named) >= _SEVERAL
