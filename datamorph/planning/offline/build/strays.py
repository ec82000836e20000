"""Rows without a match in the table that a group is named after: a group of their own, or no part of the result."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.rows import row_conditions
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Both, Condition, Exists, Negation
from datamorph.planning.offline.relations import Relation

KEPT, LEFT_OUT = "group_of_their_own", "left_out"


def settle_strays(work: Work) -> None:
    """Ask what becomes of ``tickets`` without an agent in ``tickets by team``, where nothing that is said tells."""
    said = {table for one in row_conditions(work) for table in work.tables_of(work.binder.condition(one))}
    said |= set(work.joins.explicit_tables())
    if work.joins.keeps or work.joins.drops:
        return
    tested = [found for condition in work.draft.conditions for found in _tested(condition)]
    said |= {table for found in tested if (table := work.scope.entity(found.other))}
    for group in work.groups:
        place = group.term.leaves[0] if group.is_column and group.entity is None else None
        if not isinstance(place, ColumnLeaf) or place.table in said or _is_filled(work, place):
            continue
        for relation in _hops(work, place.table):
            if relation.target in said or not _has_strays(work, relation):
                continue
            if relation.target == _ranked(work):
                work.joins.matched.add(relation.target)
                continue
            rows, column = relation.table.name, place.column
            question = f"What becomes of {rows} without a match in {relation.target.name}?"
            choices = [
                (LEFT_OUT, "they are left out"),
                (KEPT, f"they are a group of their own, with an empty {column}"),
            ]
            if work.dialog.choose(f"unmatched_{relation.target.name}", question, choices) == LEFT_OUT:
                work.joins.matched.add(relation.target)


def _ranked(work: Work) -> TableRef | None:
    """The things that are ranked: rows that refer to none of them are no such thing."""
    top = work.draft.top
    return work.scope.entity(top.what) if top is not None and top.what and work.scope.is_table(top.what) else None


def _tested(condition: Condition) -> Iterator[Exists]:
    """``without an end station or without a rider``: the tables that rows are said to have a match in, or none."""
    match condition:
        case Exists():
            yield condition
        case Negation(part=Both(operator="or", parts=parts)) | Both(operator="and", parts=parts):
            for part in parts:
                yield from _tested(part)
        case Negation(part=Negation(part=part)) | Negation(part=part) if isinstance(part, Exists):
            yield part
        case _:
            return


def has_strays(work: Work, table: TableRef) -> bool:
    """True where rows that are read have no match in a table that they refer to."""
    return any(_has_strays(work, relation) for relation in _hops(work, table))


def _hops(work: Work, table: TableRef) -> list[Relation]:
    if work.root is None or table == work.root:
        return []
    return [work.joins.pick(options) for options in work.joins.way(work.root, table)]


def _has_strays(work: Work, relation: Relation) -> bool:
    columns = work.scope.tables[relation.table].profile.columns
    return relation.coverage < 1 or any(name in columns and columns[name].nulls > 0 for name in relation.columns)


def _is_filled(work: Work, place: ColumnLeaf) -> bool:
    """True where something is said to stand for an empty value."""
    nouns = [noun for noun, _ in work.draft.fills if noun is not None]
    nouns += [output.noun for output in work.draft.outputs if output.fill is not None]
    return any((link.table, link.column) == (place.table, place.column) for noun in nouns for link in noun.links)
