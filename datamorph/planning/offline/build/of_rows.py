"""``average pay per shift per ward``: what is averaged is there once per shift, so shifts are no groups."""

from __future__ import annotations

from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Noun

_OF_ROWS = frozenset({"avg", "median", "percentile", "min", "max"})


def settle_rows(work: Work) -> None:
    """Drop groups by the rows themselves, where every measure is over single values of such rows."""
    draft = work.draft
    aggregates = [one for item in draft.measures for one in aggregates_in(item.expression)]
    arguments = [one.argument for one in aggregates]
    if not aggregates or draft.windows or any(one.function not in _OF_ROWS or one.per for one in aggregates):
        return
    links = [work.scope.column(one) for one in arguments if isinstance(one, Noun) and one.links]
    tables = {link.table for link in links if link is not None}
    if len(links) != len(arguments) or len(tables) != 1:
        return
    for group in [group for group in draft.groups if _is_row(work, group) in tables]:
        draft.groups.remove(group)
        work.dialog.assume(f"'per {group.text}' says what a single value is of, not a group")


def _is_row(work: Work, group: Item) -> object:
    noun = group.expression
    is_table = isinstance(noun, Noun) and work.binder.item(noun) is None and work.scope.is_table(noun)
    return work.scope.entity(noun) if isinstance(noun, Noun) and is_table and not group.is_subject else None


def forget_own_rows(work: Work) -> None:
    """``for each order compute the net amount; total net amount per month``: a row is no group of others."""
    draft = work.draft
    others = [group for group in draft.groups if not _is_own(work, group)]
    if others and draft.computed and len(others) < len(draft.groups):
        draft.groups = others


def _is_own(work: Work, group: Item) -> bool:
    noun = group.expression
    is_table = isinstance(noun, Noun) and work.binder.item(noun) is None and work.scope.is_table(noun)
    return isinstance(noun, Noun) and is_table and work.scope.entity(noun) == work.root
