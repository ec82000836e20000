"""The order in which tables can be computed, and which of them people mean by a selector."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from datamorph.core.problem import nearest
from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError

Reads = Mapping[TableRef, Collection[TableRef]]
"""Table that is computed to the tables that it is computed from."""


def in_order(reads: Reads) -> tuple[list[TableRef], list[tuple[TableRef, ...]]]:
    """Computed tables in the order in which data moves, and the circles, whose tables are in no order."""
    left, circles = dict(reads), list[tuple[TableRef, ...]]()
    while True:
        graph = {table: sorted(set(left[table]) & set(left)) for table in sorted(left)}
        try:
            return list(TopologicalSorter(graph).static_order()), circles
        except CycleError as error:
            circle = tuple(dict.fromkeys(reversed(error.args[1])))
            circles.append(circle)
            left = {table: found for table, found in left.items() if table not in circle}


def select(selectors: Sequence[str], reads: Reads, tags: Mapping[TableRef, Collection[str]]) -> list[TableRef]:
    """Tables that the selectors name, in the order in which data moves.

    Args:
        selectors: ``curated.sales.totals``, ``totals``, ``curated.*``, ``tag:daily``; with ``+`` before it also
            what it is computed from, with ``+`` behind it what is computed from it. None at all means everything.

    Raises:
        NotFoundError: a selector names nothing.
    """
    ordered, _ = in_order(reads)
    if not selectors:
        return ordered
    wanted = {table for selector in selectors for table in _selected(selector, ordered, reads, tags)}
    return [table for table in ordered if table in wanted]


def _selected(
    selector: str, tables: Sequence[TableRef], reads: Reads, tags: Mapping[TableRef, Collection[str]]
) -> set[TableRef]:
    name = selector.strip().removeprefix("+").removesuffix("+")
    if name.startswith("tag:"):
        found = {table for table in tables if name.removeprefix("tag:") in tags.get(table, ())}
    else:
        found = {table for table in tables if _is_meant(table, name)}
    if not found:
        fix = nearest(
            name, [*map(str, tables), *(f"tag:{tag}" for tag in sorted({t for ts in tags.values() for t in ts}))]
        )
        raise NotFoundError(f"no model is {name!r}", fix=fix)
    after: dict[TableRef, set[TableRef]] = {table: set() for table in tables}
    for table in tables:
        for source in set(reads[table]) & set(after):
            after[source].add(table)
    above = _closure(found, reads) if selector.strip().startswith("+") else found
    below = _closure(found, after) if selector.strip().endswith("+") else found
    return (above | below) & set(tables)


def _is_meant(table: TableRef, name: str) -> bool:
    full = str(table)
    return fnmatchcase(full, name) or f".{full}".endswith(f".{name}") or full.startswith(f"{name}.")


def _closure(start: Iterable[TableRef], step: Reads) -> set[TableRef]:
    found, waiting = set[TableRef](), list(start)
    while waiting:
        table = waiting.pop()
        if table not in found:
            found.add(table)
            waiting += step.get(table, ())
    return found
