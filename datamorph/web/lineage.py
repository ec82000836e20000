"""Where tables come from and where they go, as a drawing with links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from datamorph.core.catalog import CatalogTable
from datamorph.core.layout import Edge, layers
from datamorph.core.lineage import trace
from datamorph.core.table import TableRef
from datamorph.platform import Platform

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 210, 40, 70, 18, 8
MOST_NODES = 60
LONGEST = 26


@dataclass(frozen=True, slots=True)
class TableLineage:
    """Tables around one table.

    Attributes:
        nodes: with the table itself.
        edges: from what is read to what is made of it.
        columns: column of the table to the columns that it is computed from; empty where no pipeline makes it.
        is_cut: there are more tables than are drawn.
    """

    nodes: Sequence[str]
    edges: Sequence[Edge]
    columns: Mapping[str, Sequence[str]]
    is_cut: bool = False


def lineage_of(platform: Platform, tables: Sequence[CatalogTable], table: TableRef) -> TableLineage:
    """All that a table is computed from, and all that is computed from it."""
    scan = platform.scan({found.ref: found.schema for found in tables})
    up, down = scan.reads, _reversed(scan.reads)
    nodes = {table, *_reach(table, up), *_reach(table, down)}
    is_cut = len(nodes) > MOST_NODES
    if is_cut:
        nodes = {table, *up.get(table, ()), *down.get(table, ())}
    edges = [(str(source), str(made)) for made, sources in up.items() for source in sources if {source, made} <= nodes]
    columns: dict[str, Sequence[str]] = {}
    for found in scan.pipelines:
        if found.checked and found.pipeline.spec.target.table == table:
            traced = trace(found.checked)
            columns = {name: sorted(f"{r}.{c}" for r, c in sources) for name, sources in traced.columns.items()}
    return TableLineage(sorted(map(str, nodes)), sorted(edges), columns, is_cut)


def draw(lineage: TableLineage, current: str) -> Markup:
    """The graph as SVG; every table is a link."""
    arranged = layers(lineage.nodes, lineage.edges)
    tallest = max((len(layer) for layer in arranged), default=1)
    height = 2 * MARGIN + tallest * HEIGHT + (tallest - 1) * GAP_Y
    width = 2 * MARGIN + len(arranged) * WIDTH + (len(arranged) - 1) * GAP_X
    at = {
        name: (
            MARGIN + x * (WIDTH + GAP_X),
            (height - len(layer) * (HEIGHT + GAP_Y) + GAP_Y) // 2 + y * (HEIGHT + GAP_Y),
        )
        for x, layer in enumerate(arranged)
        for y, name in enumerate(layer)
    }
    edges = Markup("").join(_edge(at[start], at[end]) for start, end in lineage.edges)
    nodes = Markup("").join(_node(name, at[name], is_current=name == current) for name in at)
    head = Markup(
        '<svg class="lineage" role="group" aria-label="Lineage of {}" viewBox="0 0 {} {}" width="{}" height="{}">'
    )
    return head.format(current, width, height, width, height) + edges + nodes + Markup("</svg>")


def _edge(start: tuple[int, int], end: tuple[int, int]) -> Markup:
    x1, y1, x2, y2 = start[0] + WIDTH, start[1] + HEIGHT // 2, end[0], end[1] + HEIGHT // 2
    middle = (x1 + x2) // 2
    return Markup('<path d="M{},{} C{},{} {},{} {},{}"/>').format(x1, y1, middle, y1, middle, y2, x2, y2)


def _node(name: str, place: tuple[int, int], *, is_current: bool) -> Markup:
    tier, domain, table = name.split(".")
    x, y = place
    shown = table if len(table) <= LONGEST else table[: LONGEST - 1] + "…"
    return Markup(
        '<a href="/tables/{name}"><g class="{tier}{current}"><title>{name}</title>'
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>'
        '<text x="{tx}" y="{t1}" class="where">{tier}.{domain}</text><text x="{tx}" y="{t2}">{shown}</text></g></a>'
    ).format(name=name, tier=tier, domain=domain, shown=shown, current=" current" if is_current else "", x=x, y=y,
             w=WIDTH, h=HEIGHT, tx=x + 12, t1=y + 15, t2=y + 31)  # fmt: skip


def _reversed(reads: Mapping[TableRef, frozenset[TableRef]]) -> dict[TableRef, set[TableRef]]:
    found: dict[TableRef, set[TableRef]] = {}
    for made, sources in reads.items():
        for source in sources:
            found.setdefault(source, set()).add(made)
    return found


def _reach(start: TableRef, near: Mapping[TableRef, frozenset[TableRef] | set[TableRef]]) -> set[TableRef]:
    found: set[TableRef] = set()
    ahead = [start]
    while ahead:
        for table in near.get(ahead.pop(), ()):
            if table not in found:
                found.add(table)
                ahead.append(table)
    return found
