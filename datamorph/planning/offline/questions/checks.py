"""The end of reading: groups are shown, and what contradicts itself or is about other rows is unclear."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.model import Compare, Negation, Noun, OneOf, Text, Within
from datamorph.planning.offline.questions.columns import Columns, Unclear
from datamorph.planning.offline.questions.query import Best, Query, Shown
from datamorph.planning.offline.questions.sides import split_sides


def complete(query: Query, columns: Columns) -> None:
    """Add what the question implies.

    Raises:
        Unclear: the query does not hold together.
        Contradicted: no row meets its conditions.
    """
    _drop_repeated(query)
    query.shown = list(dict.fromkeys(query.shown))
    split_sides(query, columns)
    if query.sides is None:
        _check_far(query, columns)
    _check_quantities(query, columns)
    _show_groups(query, columns)
    _list_once(query, columns)
    is_free = not (
        query.conditions or query.beyond or query.best or query.orders or query.having or query.present or query.absent
    )
    if not query.shown and is_free:
        raise Unclear("which columns")
    if query.is_distinct and query.shown and all(shown.function and not shown.is_distinct for shown in query.shown):
        raise Unclear("different of what")
    if query.absent and (query.is_distinct or query.lists_values):
        raise Unclear("values without a row")


def _drop_repeated(query: Query) -> None:
    """What is said twice counts once."""
    known = [(p.left.links, [c.value for c in p.values]) if isinstance(p, OneOf) else p for p in query.conditions]
    query.conditions = [part for place, part in enumerate(query.conditions) if known[place] not in known[:place]]


def _check_far(query: Query, columns: Columns) -> None:
    """A negation or a ranking over another table's rows is not one over the rows that are shown."""
    shown = {s.leaf.table for s in [*query.shown, *query.implied] if s.leaf} | {s.table for s in query.shown if s.table}
    negated = [part.part for part in query.conditions if isinstance(part, Negation)]
    lefts = [part.left for part in negated if isinstance(part, OneOf | Compare | Text | Within)]
    for left in lefts:
        far = left.links[0].table if isinstance(left, Noun) else None
        if far is None or any(far != table and not columns.refers(table, far) for table in shown):
            raise Unclear("a negation about other rows")
    _rank_referred(query, columns, shown)
    ranked = [by.leaf.table for by, _ in query.orders if by.leaf and not by.function] if query.limit else []
    if any(table not in shown and not all(columns.refers(table, other) for other in shown) for table in ranked):
        raise Unclear("a condition on other rows")


def _rank_referred(query: Query, columns: Columns, shown: set[TableRef]) -> None:
    """``shows in the largest theatre``: the theatre is chosen, and all of its shows are meant."""
    if len(query.orders) != 1 or not query.limit or not shown:
        return
    by, is_descending = query.orders[0]
    if by.leaf is None or by.function or by.leaf.table in shown:
        return
    if all(columns.refers(table, by.leaf.table) and not columns.refers(by.leaf.table, table) for table in shown):
        query.best = Best(by.leaf, is_descending, query.limit)
        query.condition_leaves.append(by.leaf)
        query.orders, query.limit = [], 0


def _check_quantities(query: Query, columns: Columns) -> None:
    """A number that rows hold is no answer where several rows belong to what stands beside it."""
    others = [shown.leaf for shown in query.shown if shown.leaf and shown.leaf not in query.quantities]
    is_measured = any(shown.function for shown in query.shown)
    if query.quantities and (is_measured or any(columns.is_key(x) and not columns.is_unique(x) for x in others)):
        raise Unclear("a number of several rows")
    if query.quantities and any(leaf.table not in {q.table for q in query.quantities} for leaf in others):
        raise Unclear("a number of other rows")


def _show_groups(query: Query, columns: Columns) -> None:
    """``average price per category`` shows the category, too."""
    if not any(shown.function for shown in query.shown):
        query.entities = [] if not query.having and not query.orders else query.entities
        return
    shown = {known.leaf for known in query.shown if not known.function}
    query.shown += [Shown("", leaf) for leaf in query.groups if leaf not in shown]
    query.shown += [
        Shown("", _identity(table, query.shown, columns))
        for table in query.entities
        if all(leaf is None or leaf.table != table for leaf in shown)
    ]


def _identity(table: TableRef, shown: list[Shown], columns: Columns) -> ColumnLeaf:
    """The column of the measured rows that says which row of the table they belong to, else its label."""
    facts = {s.table or (s.leaf.table if s.leaf else table) for s in shown if s.function}
    found = columns.reference(facts.pop(), table) if len(facts) == 1 else None
    found = found or columns.label(table)
    if found is None:
        raise Unclear(f"no label of {table.name}")
    return found


def _list_once(query: Query, columns: Columns) -> None:
    """``what are all the sizes``: values that repeat are listed once."""
    is_plain = not (query.mentioned or query.conditions or query.beyond or query.best or query.orders or query.groups)
    if is_plain and len(query.shown) == 1 and not query.shown[0].function:
        query.lists_values = any(s.leaf is not None and columns.repeats(s.leaf) for s in query.shown)
