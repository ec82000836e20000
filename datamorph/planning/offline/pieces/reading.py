"""Plans a request whose pieces are each read whole, wherever they stand in its sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.beside import Beside, read_beside
from datamorph.planning.offline.pieces.best import Best, read_best
from datamorph.planning.offline.pieces.frames import Shown
from datamorph.planning.offline.pieces.line import Line
from datamorph.planning.offline.pieces.stacked import Stacked, read_stacked
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.recipe import Recipe

_MOST_TOKENS = 70
_PAIR = 2


def _fits(brief: Brief) -> bool:
    return len(brief) <= _MOST_TOKENS


def _cook(brief: Brief) -> Flow | None:
    found = [(line, one, cook) for table in brief.mentioned for read, cook in _KINDS
             if (one := read(line := Line(brief, table))) is not None]  # fmt: skip
    if len(brief.mentioned) == _PAIR and (one := read_stacked(line := Line(brief, *brief.mentioned))) is not None:
        found.append((line, one, _cook_stacked))
    if len(found) != 1:
        return None
    flow = Flow(brief.work)
    line, one, cook = found[0]
    flow.start(line.fact)
    cook(flow, line, one)
    brief.explain(0, len(brief), PIECES.name)
    return flow


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


_KINDS: tuple[tuple[Callable[[Line], Any], Callable[[Flow, Line, Any], None]], ...] = (
    (read_beside, _cook_beside),
    (read_best, _cook_best),
)
PIECES = Recipe("the pieces of a request", _fits, _cook)
