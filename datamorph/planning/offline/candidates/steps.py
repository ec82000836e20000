"""From a reading to a query, and from that to the steps of a spec."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.candidates.conditions import alternatives
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.reading import Reading, Show
from datamorph.planning.offline.candidates.schema import QuestionTable
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Noun, Text, Within
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.questions.build import Answer
from datamorph.planning.offline.questions.query import Query, Shown
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.values import ValueIndex


def build_work(search: Search, reading: Reading, scope: Scope, values: ValueIndex) -> Work:
    """The steps of a reading.

    Raises:
        Unclear: its parts do not hold together.
        Stop: as the builder of steps does.
    """
    frames = Frames({ref: table.schema for ref, table in scope.tables.items()})
    work = Work(Draft(), scope, frames, values)
    Answer(work, query_of(search, reading)).build()
    return work


def query_of(search: Search, reading: Reading) -> Query:
    """The query that a reading stands for."""
    table, shape = search.tables[reading.table], reading.shape
    leaves = [table.columns[hit.column].leaf for hit in reading.hits]
    groups = alternatives(search.question, reading.hits)
    return Query(
        shown=[_shown(table, show) for show in shape.shown],
        conditions=[_either([_condition(table, hit) for hit in group]) for group in groups],
        condition_leaves=leaves,
        having=[(_shown(table, show), operator, Constant(_whole(number))) for show, operator, number in shape.having],
        groups=[table.columns[place].leaf for place in shape.groups],
        orders=[(_shown(table, show), is_descending) for show, is_descending in shape.orders],
        limit=shape.limit,
        is_distinct=shape.is_distinct,
    )


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _shown(table: QuestionTable, show: Show) -> Shown:
    if show.column == ROWS:
        return Shown("count", table=_ref(table))
    return Shown(show.function, table.columns[show.column].leaf, is_distinct=show.is_distinct)


def _ref(table: QuestionTable) -> TableRef:
    return table.table.ref


def _either(conditions: Sequence[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else Both("or", tuple(conditions))


def _condition(table: QuestionTable, hit: Hit) -> Condition:
    noun = _noun(table.columns[hit.column].leaf)
    constants = [Constant(value) for value in hit.values]
    if hit.operator == "between":
        return Within(noun, constants[0], Constant(hit.high))
    if hit.operator == "like":
        return Text(noun, hit.kind, str(hit.values[0]))
    if len(constants) == 1:
        return Compare(noun, hit.operator, constants[0])
    tests = tuple[Condition, ...](Compare(noun, hit.operator, value) for value in constants)
    return Both("or" if hit.operator == "=" else "and", tests)


def _noun(leaf: ColumnLeaf) -> Noun:
    return Noun(leaf.column, words_of(leaf.column), (Link(leaf.table, leaf.column, 1.0),))
