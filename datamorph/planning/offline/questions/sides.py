"""Conditions that no single row meets, but two rows do: ``in 2014 and in 2015``, ``in Leeds but not in York``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Negation, Noun, OneOf, Text, Within
from datamorph.planning.offline.questions.columns import Columns, Contradicted, Unclear
from datamorph.planning.offline.questions.query import Query, Sides


def leaves_of(condition: Condition) -> Iterator[ColumnLeaf]:
    """The columns that a condition tests."""
    if isinstance(condition, Negation):
        yield from leaves_of(condition.part)
    elif isinstance(condition, Both):
        for part in condition.parts:
            yield from leaves_of(part)
    elif isinstance(condition, OneOf | Compare | Text | Within) and isinstance(condition.left, Noun):
        yield ColumnLeaf(condition.left.links[0].table, condition.left.links[0].column)


def split_sides(query: Query, columns: Columns) -> None:
    """Part the conditions of two different rows.

    Raises:
        Contradicted: the rows that are asked for are single ones, and none meets both.
    """
    found = next(_conflicts(query.conditions), None)
    if found is not None:
        _part(query, columns, *found)
        return
    negated = [part for part in query.conditions if isinstance(part, Negation)]
    far = [part for part in negated if query.lacks or _is_far(part, query, columns)]
    if far:
        _except(query, columns, far)


def _conflicts(conditions: list[Condition]) -> Iterator[tuple[int, int]]:
    for later, two in enumerate(conditions):
        for early, one in enumerate(conditions[:later]):
            if _is_conflict(one, two):
                yield early, later


def _is_conflict(one: Condition, two: Condition) -> bool:
    if isinstance(two, Negation):
        return isinstance(one, OneOf) and isinstance(two.part, OneOf) and one.left.links == two.part.left.links
    if isinstance(one, OneOf) and isinstance(two, OneOf):
        return one.left.links == two.left.links
    if isinstance(one, Compare) and isinstance(two, Compare) and one.left == two.left:
        return one.operator[0] == two.operator[0] or _is_apart(one, two)
    return False


def _is_apart(one: Compare, two: Compare) -> bool:
    low, high = (one, two) if one.operator.startswith(">") else (two, one)
    if not isinstance(low.right, Constant) or not isinstance(high.right, Constant):
        return False
    return float(low.right.value or 0) >= float(high.right.value or 0)


def _part(query: Query, columns: Columns, early: int, later: int) -> None:
    if not _may_be_several(query, columns, query.conditions[later]):
        raise Contradicted("two values of one column")
    common, one, two = query.conditions[:early], query.conditions[early:later], query.conditions[later:]
    if len(one) != len(two):
        raise Unclear("two values and more")
    is_except = isinstance(two[0], Negation)
    if is_except and len(two) > 1:
        raise Unclear("but not two things")
    other = [two[0].part] if isinstance(two[0], Negation) else two
    _set(query, "except" if is_except else "intersect", [*common, *one], [*common, *other])


def _except(query: Query, columns: Columns, far: list[Negation]) -> None:
    """``singers who are in no band of Leeds``: all of them but those who are."""
    shown = [found.leaf for found in query.shown or query.implied if found.leaf]
    tested = set(leaves_of(far[0]))
    own = {leaf.table for leaf in shown} & {leaf.table for leaf in tested}
    is_told = len(shown) == 1 if own and query.lacks else not own and any(columns.is_unique(leaf) for leaf in shown)
    if len(far) != 1 or not is_told or query.absent or query.present:
        raise Unclear("a negation about other rows")
    common = [part for part in query.conditions if part is not far[0]]
    _set(query, "except", common, [*common, far[0].part])


def _set(query: Query, how: str, one: list[Condition], two: list[Condition]) -> None:
    is_plain = not (query.orders or query.limit or query.having or query.beyond or query.groups or query.best)
    if not is_plain or any(shown.function for shown in query.shown):
        raise Unclear("two rows and more")
    query.entities = []
    query.sides = Sides(how, tuple(one), tuple(two))


def _is_far(part: Negation, query: Query, columns: Columns) -> bool:
    shown = {found.leaf.table for found in query.shown or query.implied if found.leaf}
    tables = {leaf.table for leaf in leaves_of(part)}
    return any(far != table and not columns.refers(table, far) for far in tables for table in shown)


def _may_be_several(query: Query, columns: Columns, condition: Condition) -> bool:
    """True where what is shown may belong to several of the rows that are tested."""
    shown = [found.leaf for found in query.shown or query.implied if found.leaf]
    tested = {leaf.table for leaf in leaves_of(condition)}
    return bool(shown) and all(
        not columns.is_unique(leaf) if leaf.table in tested else not any(columns.refers(leaf.table, t) for t in tested)
        for leaf in shown
    )


def side_of(query: Query, conditions: tuple[Condition, ...], *, is_whole: bool) -> Query:
    """The query for one side."""
    leaves = [leaf for condition in conditions for leaf in leaves_of(condition)]
    mentioned = query.mentioned if is_whole else []
    return replace(
        query, conditions=list(conditions), condition_leaves=leaves, mentioned=mentioned, sides=None, is_distinct=False
    )
