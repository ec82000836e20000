"""A matrix: what belongs to a row is spread over columns, one per value or per year, with a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cells import Cell, Cells, find_cells
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.shape_words import (
    SHAPING,
    has_nulls,
    keep_rows,
    mentions,
    reachable,
    sort_as_said,
    sql_text,
    time_of,
    times_of,
)
from datamorph.planning.offline.recipes.slots import digits_of
from datamorph.planning.offline.recipes.spread import Amount, find_amount
from datamorph.planning.offline.recipes.spread_rows import Rows, find_rows, find_total
from datamorph.planning.offline.relations import Relation

_ZERO = ("zero", "zeros", "zeroes", "0")
_ALL = frozenset("all whole everything every overall entire any complete each whatever regardless including".split())
_COLUMNS = frozenset("column columns these those cells row".split())


@dataclass(frozen=True, slots=True)
class _Matrix:
    """What is needed for the plan."""

    cells: Cells
    amount: Amount
    rows: Rows
    total: tuple[str, int] | None


def _fits(brief: Brief) -> bool:
    return find_cells(brief) is not None


def _cook(brief: Brief) -> Flow | None:
    cells = find_cells(brief)
    if cells is None:
        return None
    amount = find_amount(brief, cells)
    if amount is None or (amount.call != "count" and not brief.has(*_ZERO)):
        return None
    total = find_total(brief, cells)
    rows = find_rows(brief, cells, amount, total[1] if total else None)
    if rows is None or (total and amount.call not in ("sum", "count")):
        return None
    matrix = _Matrix(cells, amount, rows, total)
    flow = Flow(brief.work)
    if rows.entity is not None:
        return _per_entity(brief, flow, matrix, rows.entity)
    return _per_group(brief, flow, matrix)


def _per_group(brief: Brief, flow: Flow, matrix: _Matrix) -> Flow | None:
    measures = _begin(brief, flow, matrix)
    if measures is None:
        return None
    by = {one.name: flow.name(one.table, one.column) for one in matrix.rows.columns}
    label = matrix.rows.label
    derived = {
        name: f"coalesce({quote(old)}, {sql_text(label)})" if label else quote(old)
        for name, old in by.items()
        if label or name != old
    }
    if derived:
        flow.derive(derived)
    flow.aggregate(list(by), measures)
    return _finish(brief, flow, matrix)


def _per_entity(brief: Brief, flow: Flow, matrix: _Matrix, relation: Relation) -> Flow | None:
    entity, key, refers = relation.target, relation.target_columns[0], relation.columns[0]
    measures = _begin(brief, flow, matrix)
    if measures is None or set(measures) & set(brief.said.tables[entity].schema.names):
        return None
    flow.aggregate([refers], measures)
    other = flow.frames.current
    flow.frames.start(entity)
    brief.work.root = entity
    keep_rows(brief, flow, entity)
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
    keep_rows(brief, flow, amount.table, [cells.column] if cells.table == amount.table else [])
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
    shown: Sequence[str | dict[str, str]] = [
        {name: new[name]} if new.get(name, name) != name else name for _, name in sorted(names)
    ]
    flow.show(shown)
    sort_as_said(brief, flow, [one.name for one in matrix.cells.cells])
    for place in brief.places(("total", "totals", "overall", "everything")) if matrix.total else ():
        brief.explain(place, place + 1, "the total")
    for place in brief.places(_ZERO):
        brief.explain(place, place + 1, "0 where there is nothing")
    return flow


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
        sort sorted order ordered money turn turned into without meant piece breakdown round rounded decimal
        """.split()
    ),
    turning=frozenset({"no", "not", "without", "none"}),
)
