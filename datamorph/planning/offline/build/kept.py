"""Groups without rows: every row of the table that is grouped by, counts filled with 0."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import ColumnLeaf, leaf
from datamorph.planning.offline.build.work import Measured, Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Aggregate


def keep_all(work: Work) -> None:
    """Bring back the groups without rows: every row of the entity, counts filled with 0."""
    entities = [g for g in work.groups if g.entity is not None]
    if not _keeps_all(work) or work.root is None:
        _zeros(work)
        return
    if not entities:
        raise Refused("out_of_scope", "groups without rows are kept for tables only", hint="group by a table")
    entity = entities[0].entity
    assert entity is not None  # noqa: S101
    if len(work.key) != 1 or entity == work.root:
        raise Refused(
            "out_of_scope", "groups without rows are kept for one table at a time", hint="group by that table alone"
        )
    key = work.scope.relations.key(entity)
    totals, column = work.frames.current, work.key[0]
    work.frames.start(entity)
    on = [key[0] if key[0] == column else {"left": key[0], "right": column}]
    work.frames.add("join", "all_of_them", left=work.frames.current, right=totals, on=on, how="left")
    zeros = {m.name: 0 for m in work.measures if _is_zero(work, m) and not work.draft.keeps_empty}
    if zeros:
        work.frames.add("fill", "with_zeros", values=zeros)
        work.dialog.assume(f"{entity.name} without a match are kept, with 0")
    work.key = (key[0],)
    words = frozenset(work.scope.names.column_words[entity, key[0]]) | entities[0].item.words
    work.made = [Made(key[0], words), *(made for made in work.made if made.is_measure)]
    for group in work.groups:
        if group.is_column:
            group.term = leaf(ColumnLeaf(entity, key[0]))


def _zeros(work: Work) -> None:
    """Sums of nothing are shown as 0 where the prompt says so."""
    sums = [m.name for m in work.measures if {a.function for a in aggregates_in(m.item.expression)} == {"sum"}]
    if work.draft.unmatched_zero and sums:
        work.frames.add("fill", "with_zeros", values=dict.fromkeys(sums, 0))


def _keeps_all(work: Work) -> bool:
    """Said outright, or by a left join that starts from the table that is grouped by."""
    if work.draft.keeps_all or _are_sizes(work):
        return True
    entities = {g.entity for g in work.groups if g.entity is not None}
    return any(
        j.how == "left" and j.is_explicit and work.scope.entity(j.tables[0]) in entities for j in work.draft.joins
    )


def _are_sizes(work: Work) -> bool:
    """``how many lines has each cart``: an empty array has none, and its cart is there."""
    owner = work.frames.owner_of(work.root)
    plain = Aggregate("count")
    found = [measure.item.expression for measure in work.measures]
    are_counts = bool(found) and all(
        isinstance(one, Aggregate) and replace(one, counted=None) == plain for one in found
    )
    is_all = not work.draft.conditions and not work.draft.top and len(work.groups) == 1
    return owner is not None and is_all and are_counts and work.groups[0].entity == owner


def _is_zero(work: Work, measure: Measured) -> bool:
    functions = {aggregate.function for aggregate in aggregates_in(measure.item.expression)}
    return functions == {"count"} or (functions <= {"count", "sum"} and work.draft.unmatched_zero)
