"""Plans a request whose pieces are each read whole, wherever they stand in its sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.beside import Beside, read_beside
from datamorph.planning.offline.pieces.best import Best, read_best
from datamorph.planning.offline.pieces.families import WithAll, WithSome, read_all, read_some
from datamorph.planning.offline.pieces.figures import Figures, read_figures
from datamorph.planning.offline.pieces.frames import Shown
from datamorph.planning.offline.pieces.line import Line
from datamorph.planning.offline.pieces.lookups import Lookup, read_lookup
from datamorph.planning.offline.pieces.stacked import Stacked, read_stacked
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.relations import Relation
from datamorph.planning.offline.tokens import singular

_Cook: TypeAlias = Callable[[Flow, Line, Any], None]
_Read: TypeAlias = tuple[Line, Any, _Cook]
_MOST_TOKENS = 70
_PAIR = 2


def _fits(brief: Brief) -> bool:
    return len(brief) <= _MOST_TOKENS


def _cook(brief: Brief) -> Flow | None:
    found = [(line, one, cook) for table in brief.mentioned for read, cook in _KINDS
             if (one := read(line := Line(brief, table))) is not None]  # fmt: skip
    named = tuple(dict.fromkeys(table for _, table in brief.tables_at()))
    if len(named) == _PAIR:
        found += _of_pairs(brief, *named)
    if len(found) != 1:
        return None
    flow = Flow(brief.work)
    line, one, cook = found[0]
    flow.start(line.fact)
    cook(flow, line, one)
    brief.explain(0, len(brief), PIECES.name)
    return flow


def _of_pairs(brief: Brief, first: TableRef, second: TableRef) -> list[_Read]:
    """What is asked of two tables, seen from either."""
    ways = [(first, second, read_stacked, _cook_stacked)]
    ways += [(*pair, read, cook) for pair in ((first, second), (second, first)) for read, cook in _OF_PAIRS]
    return [(line, one, cook) for fact, other, read, cook in ways
            if (one := read(line := Line(brief, fact, other))) is not None]  # fmt: skip


def _cook_beside(flow: Flow, line: Line, one: Beside) -> None:
    column = flow.column(line.fact, one.work.of.column) if one.work.of is not None else ""
    name = _fresh(flow, one.work.name)
    order = _in_order(flow, line, one.order)
    flow.add(
        "window", "with_neighbours", partition_by=[flow.name(key.table, key.column) for key in one.keys],
        order_by=order, columns={name: one.work.sql.format(column)},
        **({} if one.work.rows == "partition" else {"rows": one.work.rows}),
    )  # fmt: skip
    show(flow, one.shown, {one.work: name})


def _cook_best(flow: Flow, line: Line, one: Best) -> None:
    keys = [flow.name(key.table, key.column) for key in one.keys]
    order = [f"{name} desc" if one.is_falling else name for name in _in_order(flow, line, one.by)]
    made: dict[object, str] = {}
    if one.rank:
        made[one.rank] = _fresh(flow, one.rank)
        flow.add(
            "window", "with_rank", partition_by=keys, order_by=order[:1], columns={made[one.rank]: "rank()"},
        )  # fmt: skip
    if one.count > 1:
        flow.add("top", "best", n=one.count, order_by=order, per=keys)
    else:
        flow.add("dedupe", "best", by=keys, order_by=order)
    show(flow, one.shown, made)


def _cook_stacked(flow: Flow, line: Line, one: Stacked) -> None:
    frames: list[str] = []
    for number, table in enumerate((line.fact, line.other)):
        if table is None:
            continue
        flow.start(table)
        columns = [entry.column for entry in one.shown.entries if isinstance(entry, Link)] or list(flow.names)
        if one.tag is not None:
            flow.derive({one.tag.name: f"'{one.tag.texts[number]}'"})
            place = next((at for at, entry in enumerate(one.shown.entries) if entry == one.tag), len(columns))
            columns.insert(place if not one.shown.is_whole else len(columns), one.tag.name)
        frames.append(flow.add("select", f"{table.name}_rows", columns=columns))
    flow.add("union", "all_rows", of=frames)


def _cook_some(flow: Flow, line: Line, one: WithSome) -> None:
    hop, other = _hop(flow, line)
    here, flow.frames.current = flow.frames.current, other
    if one.conditions:
        flow.filter(" and ".join(condition.sql for condition in one.conditions))
    if one.count:
        flow.add("aggregate", "counted", by=list(hop.columns), measures={"rows_of_it": "count(*)"})
        flow.filter(f"rows_of_it {one.count}")
    flow.add("join", "with_some", left=here, right=flow.frames.current, on=_on(hop), how="semi")
    show(flow, one.shown, {})


def _cook_all(flow: Flow, line: Line, one: WithAll) -> None:
    hop, other = _hop(flow, line)
    pairs = list(zip(hop.target_columns, hop.columns, strict=True))
    flow.frames.lookup(other, hop.table, pairs, "left")
    show(flow, one.shown, {})


def _cook_figures(flow: Flow, line: Line, one: Figures) -> None:
    hop, other = _hop(flow, line)
    here, flow.frames.current = flow.frames.current, other
    of = one.figure.of
    name = f"{singular(hop.table.name.lower())}_count" if of is None else f"total_{of.column}"
    measure = "count(*)" if of is None else f"sum({quote(of.column)})"
    counted = flow.add("aggregate", "counted", by=list(hop.columns), measures={name: measure})
    flow.add("join", "with_figures", left=here, right=counted, on=_on(hop), how="left")
    flow.add("fill", "with_zeros", values={name: 0})
    show(flow, one.shown, {one.figure: name})


def _cook_lookup(flow: Flow, line: Line, one: Lookup) -> None:
    show(flow, one.shown, {})


def _hop(flow: Flow, line: Line) -> tuple[Relation, str]:
    """How the rows of the other table belong to these, and its frame."""
    (hop,) = flow.work.scope.relations.between(line.other or line.fact, line.fact)
    return hop, flow.frames.source(hop.table)


def _on(hop: Relation) -> list[str | dict[str, str]]:
    return [target if target == column else {"left": target, "right": column}
            for column, target in zip(hop.columns, hop.target_columns, strict=True)]  # fmt: skip


def _in_order(flow: Flow, line: Line, by: Link) -> list[str]:
    """Rows that are equal in it stand in the order of their key, which is told."""
    name = flow.name(by.table, by.column)
    key = [one for one in flow.work.scope.relations.key(line.fact) if one != by.column]
    if key:
        flow.work.dialog.assume(f"rows of equal {name} stand in the order of {', '.join(key)}")
    return [name, *(flow.name(line.fact, one) for one in key)]


def _fresh(flow: Flow, base: str) -> str:
    name, count = base, 1
    while name in flow.names:
        count += 1
        name = f"{base}_{count}"
    return name


def show(flow: Flow, shown: Shown, made: dict[object, str]) -> None:
    """Keep the columns of the result."""
    names: Sequence[str] = [
        flow.name(one.table, one.column) if isinstance(one, Link) else made[one] for one in shown.entries
    ]
    if not shown.is_whole and list(flow.names) != list(names):
        flow.show(names)


_KINDS: tuple[tuple[Callable[[Line], Any], _Cook], ...] = (
    (read_beside, _cook_beside),
    (read_best, _cook_best),
    (read_lookup, _cook_lookup),
)
_OF_PAIRS: tuple[tuple[Callable[[Line], Any], _Cook], ...] = (
    (read_some, _cook_some),
    (read_all, _cook_all),
    (read_figures, _cook_figures),
)
PIECES = Recipe("the pieces of a request", _fits, _cook)
