"""Measures of several tables in one row per group: each is taken from its own table, so that no row counts twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.names import measure_name
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.rows import row_conditions
from datamorph.planning.offline.build.terms import ColumnLeaf, leaf
from datamorph.planning.offline.build.work import Measured, Work, aggregates_in, has_exists, periods_of
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Aggregate, Arithmetic, Condition, Expression, Noun

Facts = Callable[[Work, Expression], list[TableRef]]


@dataclass(frozen=True, slots=True)
class Part:
    """Measures over the rows of one table."""

    root: TableRef
    items: list[Item]
    conditions: list[Condition]


def find_parts(work: Work, facts: Facts, keys: list[TableRef]) -> list[Part]:
    """The measures by the tables that they are of; none where one table has them all.

    Args:
        facts: tables whose rows a measure counts or whose numbers it reads.
        keys: tables of the groups.
    """
    draft = work.draft
    if any(join.is_explicit and join.how == "inner" for join in draft.joins) or draft.union or draft.unpivot:
        return []
    found = [(a, _natural(work, a, facts, keys)) for item in draft.measures for a in aggregates_in(item.expression)]
    roots = list(dict.fromkeys(root for _, root in found if root is not None))
    if len(roots) < 2 or any(root is None for _, root in found):  # noqa: PLR2004 (one table has them all)
        return []
    together = _together(work, roots, keys)
    if together is not None and (_has_all_of(work, together, roots) or row_conditions(work)):
        return []
    if together is not None and _counts_again(work, together, found):
        return []
    _split_formulas(work, facts, keys)
    _require_clear_time(work)
    parts: list[Part] = []
    for root in roots:
        items = [i for i in draft.measures if _natural(work, aggregates_in(i.expression)[0], facts, keys) == root]
        parts.append(Part(root, items, [c for c in row_conditions(work) if _applies(work, c, root)]))
    lost = [c for c in row_conditions(work) if not any(c in part.conditions for part in parts)]
    if lost or any(has_exists(c) for c in draft.conditions):
        raise Refused("out_of_scope", "a condition on measures of several tables", hint="plan one table at a time")
    return parts


def _natural(work: Work, aggregate: Aggregate, facts: Facts, keys: list[TableRef]) -> TableRef | None:
    """The table that an aggregate alone would be taken from."""
    own = facts(work, aggregate)
    is_things = aggregate.is_distinct and aggregate.counted is not None and work.scope.is_table(aggregate.counted)
    if not own or is_things or aggregate.per:
        return None
    try:
        return work.joins.choose_root(own, [*own, *keys], may_bridge=False)
    except Refused:
        return None


def _together(work: Work, roots: list[TableRef], keys: list[TableRef]) -> TableRef | None:
    try:
        return work.joins.choose_root(roots, [*roots, *keys], may_bridge=False)
    except Refused:
        return None


def _counts_again(work: Work, together: TableRef, found: list[tuple[Aggregate, TableRef | None]]) -> bool:
    """``total fee and number of members per plan``: a number of the plan counts once for each member.

    Of groups that are no single rows of its table, it is asked whether it does.
    """
    for aggregate, root in found:
        if aggregate.function == "count" or root is None or root == together:
            continue
        if any(
            group.links and not group.links[0].column and work.scope.entity(group) == root for group in _nouns(work)
        ):
            return True
        column = work.binder.argument(aggregate)
        name = ", ".join(one.column for one in column.leaves if isinstance(one, ColumnLeaf))
        choices = [("once", f"once for each of {root.name}"), ("each", f"once for each of {together.name}")]
        text = f"Of which rows is the {aggregate.function} of {name}?"
        if work.dialog.choose(f"rows_of_{name}", text, choices) == "each":
            return True
    return False


def _nouns(work: Work) -> list[Noun]:
    return [group.expression for group in work.draft.groups if isinstance(group.expression, Noun)]


def _has_all_of(work: Work, root: TableRef, others: list[TableRef]) -> bool:
    """True where things are only counted, and each of them has a row of the root."""
    for other in others:
        relations = work.scope.relations.between(root, other)
        rows = work.scope.tables[other].profile.rows
        held = [work.scope.tables[root].profile.columns.get(r.columns[0]) for r in relations]
        if other != root and not any(one is not None and one.distinct >= rows > 0 for one in held):
            return False
    counted = [a for item in work.draft.measures for a in aggregates_in(item.expression)]
    return all(a.function == "count" or a.argument is None or _is_of(work, a, root) for a in counted)


def _is_of(work: Work, aggregate: Aggregate, root: TableRef) -> bool:
    return work.binder.argument(aggregate).tables <= {root}


def _require_clear_time(work: Work) -> None:
    """A time without a column may be meant for one table or for all of them.

    Raises:
        Refused: such a time is said.
    """
    loose = [p for p in periods_of(replace(work.draft, groups=[], computed=[])) if p.of is None]
    if loose:
        raise Refused("impossible", "it is not said of which table the time is", hint="name the date column")


def _applies(work: Work, condition: Condition, root: TableRef) -> bool:
    """True where the rows of a table, or those that they refer to, have what the condition reads."""
    known, work.binder.root = work.binder.root, root
    tables = work.tables_of(work.binder.condition(condition))
    work.binder.root = known
    return all(table == root or work.scope.relations.path(root, table) for table in tables)


def _split_formulas(work: Work, facts: Facts, keys: list[TableRef]) -> None:
    """A formula over measures of several tables is computed when they stand in one row."""
    draft = work.draft
    for item in list(draft.measures):
        aggregates = aggregates_in(item.expression)
        if len({_natural(work, a, facts, keys) for a in aggregates}) < 2:  # noqa: PLR2004 (one table)
            continue
        old, parts = item.expression, list[Item]()
        item.name = item.name or measure_name(item, work.scope, [])
        item.expression = _named(old, item.name, parts)
        draft.measures[draft.measures.index(item) : draft.measures.index(item) + 1] = parts
        draft.computed.append(item)
        for output in draft.outputs:
            output.definition = item.expression if output.definition is old else output.definition


def _named(expression: Expression, name: str, parts: list[Item]) -> Expression:
    """The formula with a name in place of every aggregate; these become measures that are not shown."""
    if isinstance(expression, Arithmetic):
        return replace(
            expression, left=_named(expression.left, name, parts), right=_named(expression.right, name, parts)
        )
    if not isinstance(expression, Aggregate):
        return expression
    made = f"{name}_part_{len(parts) + 1}"
    parts.append(Item(expression, frozenset(), made, made, is_hidden=True))
    return Noun(made, ())


def bring_together(work: Work, totals: list[tuple[str, tuple[str, ...]]], measures: list[Measured]) -> None:
    """One row per group with the measures of all parts.

    Args:
        totals: the frame of each part with its keys.
    """
    entities = [group.entity for group in work.groups if group.entity is not None]
    if not work.groups:
        _cross(work, totals)
    elif len(work.groups) == 1 and entities:
        _per_row(work, entities[0], totals)
    elif work.draft.keeps_all:
        raise Refused("out_of_scope", "groups without rows are kept for one table at a time", hint="group by one table")
    else:
        _full(work, totals)
    counts = [m.name for m in measures if _functions(m) == {"count"}]
    sums = [m.name for m in measures if _functions(m) == {"sum"} and _is_zero(work, m)]
    if (counts or sums) and work.groups and not work.draft.keeps_empty:
        work.frames.add("fill", "with_zeros", values=dict.fromkeys([*counts, *sums], 0))
        work.dialog.assume("what has no rows counts 0")
    work.measures = measures
    keys = [made for made in work.made if not made.is_measure]
    work.made = keys + [Made(m.name, m.item.words, is_measure=True, is_hidden=m.item.is_hidden) for m in measures]


def _functions(measure: Measured) -> set[str]:
    return {aggregate.function for aggregate in aggregates_in(measure.item.expression)}


def _is_zero(work: Work, measure: Measured) -> bool:
    """Sums of nothing are 0 where the prompt says so; parts of a difference count as 0."""
    return work.draft.unmatched_zero or measure.item.is_hidden


def _cross(work: Work, totals: list[tuple[str, tuple[str, ...]]]) -> None:
    left = totals[0][0]
    for right, _ in totals[1:]:
        left = work.frames.add("join", "together", left=left, right=right, how="cross")


def _per_row(work: Work, entity: TableRef, totals: list[tuple[str, tuple[str, ...]]]) -> None:
    """Every row of the table that is grouped by; the parts stand beside it."""
    key = work.scope.relations.key(entity)[0]
    is_all = work.draft.keeps_all or any(g.item.is_subject for g in work.groups) or _is_said_all(work)
    if not is_all:
        choices = [("all", f"every one of {entity.name}"), ("some", f"only those of {entity.name} that have any")]
        is_all = work.dialog.choose(f"rows_of_{entity.name}", f"Which {entity.name} are shown?", choices) == "all"
    frames = work.frames
    if is_all:
        frames.start(entity)
        for right, keys in totals:
            on = [key if key == keys[0] else {"left": key, "right": keys[0]}]
            frames.add("join", "together", left=frames.current, right=right, on=on, how="left")
        work.key = (key,)
        for group in work.groups:
            group.term = leaf(ColumnLeaf(entity, key))
        words = frozenset(work.scope.names.column_words[entity, key]) | work.groups[0].item.words
        work.made = [Made(key, words)]
        return
    _full(work, totals)


def _is_said_all(work: Work) -> bool:
    return work.draft.one_row_per is not None


def _full(work: Work, totals: list[tuple[str, tuple[str, ...]]]) -> None:
    """Groups of either part; keys without a value would not meet, so they are left out."""
    frames = work.frames
    left, keys = totals[0]
    for right, others in totals[1:]:
        on = [one if one == other else {"left": one, "right": other} for one, other in zip(keys, others, strict=True)]
        left = frames.add("join", "together", left=left, right=right, on=on, how="full")
    if _may_lack(work):
        where = " AND ".join(f"{name} IS NOT NULL" for name in keys)
        frames.add("filter", "with_keys", where=where)
        work.dialog.assume(f"rows without {' or '.join(keys)} are left out")
    work.key = keys


def _may_lack(work: Work) -> bool:
    """True where a group's key can be missing, in its own table or for want of a match."""
    relations = work.scope.relations
    for group in work.groups:
        for one in group.term.leaves:
            if not isinstance(one, ColumnLeaf):
                return True
            profile = work.scope.tables[one.table].profile.columns.get(one.column)
            paths = [relations.path(root, one.table) for root in work.frames.sources.values() if root != one.table]
            if profile is None or profile.nulls or any(r.coverage < 1 for path in paths for hop in path for r in hop):
                return True
    return False
