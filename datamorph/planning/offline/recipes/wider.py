"""A matrix: what belongs to a row is spread over columns, one per value or per year, with a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cells import Cell, Cells, find_cells
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.margin import RowColumn
from datamorph.planning.offline.recipes.mentions import take
from datamorph.planning.offline.recipes.order import DOWN, UP
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.shape_words import (
    SHAPING,
    explain_used,
    has_nulls,
    keep_rows,
    mentions,
    name_words,
    reachable,
    sql_text,
    time_of,
    times_of,
)
from datamorph.planning.offline.recipes.slots import digits_of, ordering, value_conditions
from datamorph.planning.offline.recipes.spread import Amount, find_amount
from datamorph.planning.offline.recipes.spread_gaps import ZERO
from datamorph.planning.offline.recipes.spread_rows import Rows, find_rows, find_total
from datamorph.planning.offline.relations import Relation

_ALL = frozenset("all whole everything every overall entire any complete each whatever regardless including".split())
_WORTH = frozenset(
    """
    cost costs value paid spent charged billed bill billing invoiced bought booked received collected earned taken
    """.split()
)
_COLUMNS = frozenset("column columns these those cells row two three four five six seven eight".split())


@dataclass(frozen=True, slots=True)
class _Matrix:
    """What is needed for the plan."""

    cells: Cells
    amount: Amount
    rows: Rows
    total: tuple[str, int] | None


def _fits(brief: Brief) -> bool:
    return find_cells(brief) is not None and brief.phrase("blank", "out") is None  # that is no cell without a number


def _cook(brief: Brief) -> Flow | None:
    cells = find_cells(brief)
    if cells is None:
        return None
    amount = find_amount(brief, cells)
    if amount is None or (amount.call != "count" and not brief.has(*ZERO)):
        return None
    total = find_total(brief, cells)
    rows = find_rows(brief, cells, amount, total[1] if total else None)
    if rows is None or (total and amount.call not in ("sum", "count")):
        return None
    matrix = _Matrix(cells, amount, rows, total)
    flow = Flow(brief.work)
    spelled = {token.text for token in brief.said.tokens}
    flow.hint = lambda ways: [one for one in ways if set(one.columns) & spelled] or ways
    if rows.entity is not None:
        return _per_entity(brief, flow, matrix, rows.entity)
    return _per_group(brief, flow, matrix)


def _per_group(brief: Brief, flow: Flow, matrix: _Matrix) -> Flow | None:
    measures = _begin(brief, flow, matrix)
    if measures is None:
        return None
    rows = matrix.rows
    by = {one.name: flow.name(one.table, one.column) for one in rows.columns}
    composed = {one.name: _composed(flow, one) for one in rows.columns if one.rest}
    for table, column in rows.gaps.filled:
        flow.filter(f"{flow.column(table, column)} is not null")
    label = rows.gaps.label
    derived = {
        name: f"coalesce({quote(old)}, {sql_text(label)})" if label else quote(old)
        for name, old in by.items()
        if label or name != old
    } | composed
    hidden = _hidden(brief, flow, rows)
    if derived:
        flow.derive(derived)
    flow.aggregate([*hidden, *by], measures)
    return _finish(brief, flow, matrix)


def _composed(flow: Flow, one: RowColumn) -> str:
    """The columns of a row's name with blanks between them."""
    parts = [flow.column(one.table, name) for name in (one.column, *one.rest)]
    between = ", ' ', "
    return f"concat({between.join(parts)})"


def _hidden(brief: Brief, flow: Flow, rows: Rows) -> list[str]:
    """The key of the table whose rows are meant, where names alone do not tell them apart."""
    if rows.owner is None:
        return []
    keys = brief.said.relations.key(rows.owner)
    hidden = [flow.name(rows.owner, key) for key in keys]
    for name in hidden:
        flow.filter(f"{quote(name)} is not null")
    return [name for name in hidden if name not in {one.name for one in rows.columns}]


def _per_entity(brief: Brief, flow: Flow, matrix: _Matrix, relation: Relation) -> Flow | None:
    entity, key, refers = relation.target, relation.target_columns[0], relation.columns[0]
    measures = _begin(brief, flow, matrix)
    is_composed = any(one.rest for one in matrix.rows.columns)
    if measures is None or is_composed or set(measures) & set(brief.said.tables[entity].schema.names):
        return None
    flow.aggregate([refers], measures)
    other = flow.frames.current
    flow.frames.start(entity)
    brief.work.root = entity
    keep_rows(brief, flow, entity, _deeds(brief, [entity]))
    for table, column in matrix.rows.gaps.filled:
        if table == entity:
            flow.filter(f"{quote(column)} is not null")
    on = [key] if key == refers else [{"left": key, "right": refers}]
    flow.add("join", "with_cells", left=flow.frames.current, right=other, on=on, how="left")
    renamed = {one.name: flow.name(one.table, one.column) for one in matrix.rows.columns}
    flow.derive({name: f"coalesce({quote(name)}, 0)" for name in measures})
    brief.work.key = (key,)
    return _finish(brief, flow, matrix, renamed)


def _begin(brief: Brief, flow: Flow, matrix: _Matrix) -> dict[str, str] | None:
    """Go to the rows that are counted or added up, and say how each column is computed."""
    cells, amount = matrix.cells, matrix.amount
    flow.start(amount.table)
    entity = matrix.rows.entity.target if matrix.rows.entity is not None else None
    others = [ref for ref in reachable(brief, amount.table)[1:] if ref != entity and ref in brief.mentioned]
    besides = [cells.column, *_deeds(brief, [amount.table, *others]), *_dated(brief, cells, amount.table)]
    keep_rows(brief, flow, amount.table, besides, others=others)
    _leave_out(brief, flow, cells)
    test = _test(brief, flow, cells, amount.table)
    if test is None:
        return None
    made = {one.name: _measure(flow, amount, test.format(_constant(one)), digits_of(brief)) for one in cells.cells}
    if matrix.total:
        how = _total(brief, matrix)
        if not how:
            return None
        parts = ", ".join(str(_constant(one)) for one in cells.cells)
        where = "" if how == "all" else test.replace("= {}", f"in ({parts})")
        made[matrix.total[0]] = _measure(flow, amount, where, digits_of(brief))
    return made


def _leave_out(brief: Brief, flow: Flow, cells: Cells) -> None:
    """Leave out values of the cells' column that are named to be no column: ``waitlisted ones are not needed``."""
    if cells.table is None:
        return
    held = {one.value for one in cells.cells}
    for one in value_conditions(brief, [cells.table]):
        if one.column == cells.column and one.is_negative and not held & set(one.values):
            flow.filter(one.sql(flow.column(cells.table, cells.column)))
            brief.explain(one.start, one.end, "filter")


def _deeds(brief: Brief, tables: Sequence[TableRef]) -> list[str]:
    """Columns with a value that here only says what is added up: ``dollars paid under each kind``."""
    conditions = [one for one in value_conditions(brief, tables) if brief.words[one.start] in _WORTH]
    free = [one for one in conditions if brief.said.table(one.end) is None and not one.is_negative]
    deeds = [one for one in free if one.column.casefold() not in brief.words[slice(*brief.clause(one.start))]]
    for one in deeds:
        brief.explain(one.start, one.end, "what is added up")
    return [one.column for one in deeds]


def _dated(brief: Brief, cells: Cells, table: TableRef) -> list[str]:
    """Columns with a value that here is what happened on the date: ``enrolled in each year`` in ``enrolled_2024``."""
    time = _time(brief, table) if cells.part else None
    if time is None:
        return []
    words = name_words(cells.cells[0].name) & {*words_of(time[1]), *name_words(time[1])}
    found = [one for one in value_conditions(brief, [table]) if brief.words[one.start] in words]
    free = [one for one in found if brief.said.table(one.end) is None and not one.is_negative]
    for one in free:
        brief.explain(one.start, one.end, time[1])
    return [one.column for one in free]


def _constant(cell: Cell) -> str:
    return sql_text(cell.value) if isinstance(cell.value, str) else str(cell.value)


def _measure(flow: Flow, amount: Amount, test: str, digits: int | None) -> str:
    if amount.call == "count":
        return f"count_if({test})" if test else "count(*)"
    value = amount.sql(flow)
    call = f"{amount.call}(case when {test} then {value} end)" if test else f"{amount.call}({value})"
    call = f"coalesce({call}, 0)" + (" / 100" if amount.is_cents else "")
    return f"round({call}, {digits})" if digits is not None else call


def _test(brief: Brief, flow: Flow, cells: Cells, table: TableRef) -> str | None:
    """The condition of a cell, with a gap for its value."""
    if cells.table is not None:
        return f"{flow.column(cells.table, cells.column)} = {{}}"
    time = _time(brief, table)
    if time is None:
        return None
    column = flow.column(*time)
    if cells.part != "year":
        years = [place for place in brief.numbers() if 1900 <= int(brief.said.tokens[place].value or 0) < 2100]  # noqa: PLR2004
        if len(years) != 1:
            return None
        flow.filter(f"year({column}) = {brief.said.tokens[years[0]].value}")
    return f"{cells.part}({column}) = {{}}"


def _time(brief: Brief, table: TableRef) -> tuple[TableRef, str] | None:
    """The date that tells the year: one that is spelled out, else of the rows themselves."""
    tables = reachable(brief, table)
    spelled = {
        (t, m.column) for t in tables for m in mentions(brief, t, spelled=True) if m.column in times_of(brief, t)
    }
    if spelled:
        return spelled.pop() if len(spelled) == 1 else None
    own = time_of(brief, table)
    return (table, own) if own else None


def _total(brief: Brief, matrix: _Matrix) -> str:
    """``all`` where the total is of all rows, ``cells`` where it is of the columns, empty where it is not clear."""
    name, place = matrix.total or ("", 0)
    cells = matrix.cells
    if (
        cells.table is not None
        and cells.table == matrix.amount.table
        and not has_nulls(brief, cells.table, cells.column)
    ):
        held = set(brief.work.values.of(cells.table, cells.column))
        if held == {str(one.value) for one in cells.cells}:
            return "all"
    about: set[str] = set()
    for i in (i for i, word in enumerate(brief.words) if word == name.casefold() or i == place):
        end = next((j for j in range(i + 1, len(brief)) if brief.said.tokens[j].text in ".;"), len(brief))
        about |= set(brief.words[i + 1 : min(end, i + 9)])
    if about & _COLUMNS and not about & (_ALL - {"all"}):
        return "cells"
    return "all" if about & _ALL else ""


def _finish(brief: Brief, flow: Flow, matrix: _Matrix, renamed: Mapping[str, str] | None = None) -> Flow:
    new = renamed or {}
    names: list[tuple[int, str]] = [(one.place, one.name) for one in matrix.rows.columns]
    names += [(one.place, one.name) for one in matrix.cells.cells]
    names += [(matrix.total[1], matrix.total[0])] if matrix.total else []
    _explain_slashes(brief, matrix.cells)
    shown: Sequence[str | dict[str, str]] = [
        {name: new[name]} if new.get(name, name) != name else name for _, name in sorted(names)
    ]
    flow.show(shown)
    order = ordering(brief, [Listed(name, at, at, at) for at, name in sorted(names)], _numeric(matrix))
    if order:
        flow.sort(order)
        take(brief, DOWN | UP, "the order")
    explain_used(brief, [*(one.column for one in matrix.rows.columns), *matrix.amount.columns, *_times(brief)], "used")
    if matrix.amount.call != "count" and brief.has(*_WORTH):
        for place in brief.places(_WORTH):
            if not brief.said.value(place)[0]:
                brief.explain(place, place + 1, "what is added up")
    for place in brief.places(("total", "totals", "overall", "everything")) if matrix.total else ():
        brief.explain(place, place + 1, "the total")
    for place in brief.places(ZERO):
        brief.explain(place, place + 1, "0 where there is nothing")
    return flow


def _explain_slashes(brief: Brief, cells: Cells) -> None:
    """``low / middle / high``: what stands between the columns."""
    for before, behind in pairwise(sorted(cells.places)):
        if behind == before + 2 and brief.said.tokens[before + 1].text == "/":
            brief.explain(before + 1, behind, "columns of the matrix")


def _times(brief: Brief) -> list[str]:
    """Dates that the prompt spells out."""
    return [
        m.column for t in brief.mentioned for m in mentions(brief, t, spelled=True) if m.column in times_of(brief, t)
    ]


def _numeric(matrix: _Matrix) -> list[str]:
    return [one.name for one in matrix.cells.cells] + ([matrix.total[0]] if matrix.total else [])


WIDER = Recipe(
    "matrix",
    _fits,
    _cook,
    words=SHAPING
    | frozenset(
        """
        plus over cover covers unknown came come gap gaps used use placed made after kept with keep stay stays
        pivot pivoted pivoting matrix crosstab crosstabulation cross tabulation tab wide spread split side beside across
        cell empty nothing zero 0 sum summed summing add added value amount year quarter month by missing
        combination lack lacking lacks show shows instead null blank fill filled otherwise where there here
        euro euros dollar dollars eur usd cent cents convert converted divide divided unit type kind class category
        count number many hold holds holding header heading meeting state status any whatever line have has no
        all everything entire include included including too also even still appear appears stay in one against
        vs versus down top left long column columns rows row first last it its their of for after = belongs figure
        money turn turned into meant piece breakdown round rounded decimal become becomes currency widen widened read
        reads whole found exist exists table per categories given rather showing under record recorded records
        report please shipments outcome such figures added together gaps billing broken matrix filled
        """.split()
    ),
)
