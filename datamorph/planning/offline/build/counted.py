"""Rows chosen by how many rows of another table refer to them: ``customers with at least 2 orders``."""

from __future__ import annotations

from datamorph.planning.offline.build.beyond import is_beyond, keep_beyond
from datamorph.planning.offline.build.levels import is_group_level
from datamorph.planning.offline.build.numbered import numbered_by
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.unmeasured import require_measures
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Aggregate, Compare, Condition, Constant, Noun

COUNT = "matches"


def group_by_outputs(work: Work) -> None:
    """``countries with more than two members``: a count of a table's own rows groups them by what is shown."""
    draft = work.draft
    require_measures(work)
    if draft.groups or draft.measures:
        return
    counted = [a.counted for c in draft.conditions if (a := _counting(c)) is not None and a.counted is not None]
    for noun in counted:
        table = work.scope.entity(noun) if work.scope.is_table(noun) else None
        columns = [o for o in draft.outputs if o.noun.links and not work.scope.is_table(o.noun)]
        links = [link for o in columns if (link := work.scope.column(o.noun))]
        if (
            table is not None
            and links
            and all(link.table == table for link in links)
            and len(links) == len(draft.outputs)
        ):
            draft.groups = [Item(o.noun, frozenset(o.noun.words), o.noun.text) for o in columns]
        elif table is not None and not draft.outputs:
            subjects = [
                n
                for n in draft.subjects
                if not work.scope.is_table(n) and (l := work.scope.column(n)) and l.table == table
            ]
            draft.groups = [Item(noun, frozenset(noun.words), noun.text) for noun in subjects]


def _counting(condition: Condition) -> Aggregate | None:
    is_count = (
        isinstance(condition, Compare) and isinstance(condition.left, Aggregate) and condition.left.function == "count"
    )
    return (
        condition.left
        if is_count and isinstance(condition, Compare) and isinstance(condition.left, Aggregate)
        else None
    )


def keep_counted(work: Work) -> None:
    """Semi-joins for every condition on a count; what cannot be done is refused, never left out."""
    for condition in [c for c in work.draft.conditions if is_group_level(work, c) and not numbered_by(work, c)]:
        if is_beyond(condition):
            keep_beyond(work, condition)
            continue
        aggregate = _counting(condition)
        if aggregate is None or aggregate.counted is None or not isinstance(condition, Compare):
            raise Refused("impossible", "a condition on groups, but nothing is grouped", hint="say 'per' what")
        _keep(work, condition, aggregate.counted)


def _keep(work: Work, condition: Compare, counted: Noun) -> None:
    root, frames, scope = work.root, work.frames, work.scope
    other = scope.entity(counted) if scope.is_table(counted) else None
    aggregate, number = condition.left, condition.right
    is_plain = isinstance(aggregate, Aggregate) and aggregate.condition is None and not aggregate.is_distinct
    relations = scope.relations.between(other, root) if other is not None and root is not None else ()
    if root is None or other is None or not relations or not is_plain or not isinstance(number, Constant):
        raise Refused("impossible", f"{counted.text!r} cannot be counted per row here", hint="say 'per' what to count")
    if condition.operator in ("<", "<=") or number.value == 0:
        raise Refused(
            "out_of_scope", "at most so many, where none may exist at all", hint="group, and keep groups without rows"
        )
    relation = work.joins.pick(relations)
    left, home = frames.current, dict(frames.where)
    frames.start(other)
    frames.add("aggregate", f"{other.name}_per_{root.name}", by=list(relation.columns), measures={COUNT: "count(*)"})
    where = f"{COUNT} {condition.operator} {number.value}"
    right = frames.add("filter", f"enough_{other.name}", where=where)
    keys = zip(relation.target_columns, relation.columns, strict=True)
    on = [
        a if (a := home[ColumnLeaf(root, target)]) == column else {"left": a, "right": column}
        for target, column in keys
    ]
    frames.add("join", "with_enough", left=left, right=right, on=on, how="semi")
    frames.where = home
