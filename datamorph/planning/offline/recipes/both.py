"""Things that have two values in the rows that refer to them: *readers who borrowed both poetry and drama*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import explain_once, explain_only, keep
from datamorph.planning.offline.recipes.loose import listed
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of
from datamorph.planning.offline.recipes.slots import Condition, value_conditions

_PAIR = 2
_CUES = frozenset("both well also plus addition too likewise".split())


def _fits(brief: Brief) -> bool:
    return bool(brief.places(_CUES)) and len(listed(brief)) > 0


def _cook(brief: Brief) -> Flow | None:
    shown = listed(brief)
    owner = _owner(brief)
    if owner is None:
        return None
    columns = [column_of(brief, one.name, (owner,)) for one in shown]
    keys = brief.said.relations.key(owner)
    if not all(columns) or len(keys) != 1:
        return None
    plan = _rows(brief, owner)
    if plan is None:
        return None
    root, pair, others = plan
    if _is_choice(brief, pair):
        return None
    explain_once(brief)
    flow = Flow(brief.work)
    flow.start(root)
    value = flow.name(pair.table, pair.column, how="inner")
    keep(brief, flow, [pair, *others])
    names = [flow.name(link.table, link.column, how="inner") for link in columns if link]
    key = flow.name(owner, keys[0], how="inner")
    by = list(dict.fromkeys([key, *names]))
    flow.aggregate(by, {"different_values": f"count(distinct {quote(value)})"})
    brief.work.key = (key,)
    flow.filter(f"different_values = {len(pair.values)}")
    flow.show([n if n == one.name else {one.name: n} for one, n in zip(shown, names, strict=True)])
    for place in brief.places(_CUES):
        brief.explain(place, place + 1, f"both {pair.values[0]} and {pair.values[1]}")
    return flow


def _owner(brief: Brief) -> TableRef | None:
    """The one table that has all listed columns, among them its key."""
    shown = listed(brief)
    tables = [
        table for table in brief.said.tables
        if all(_has(brief, table, one.name) for one in shown) and _shows_key(brief, table)
    ]  # fmt: skip
    named = [table for table in tables if table in brief.mentioned]
    best = named if len(named) == 1 else tables
    return best[0] if len(best) == 1 else None


def _has(brief: Brief, table: TableRef, name: str) -> bool:
    return column_of(brief, name, (table,)) is not None


def _shows_key(brief: Brief, table: TableRef) -> bool:
    keys = brief.said.relations.key(table)
    found = [column_of(brief, one.name, (table,)) for one in listed(brief)]
    return any(link is not None and link.column in keys for link in found)


def _rows(brief: Brief, owner: TableRef) -> tuple[TableRef, Condition, list[Condition]] | None:
    """The table whose rows link the owner with the two values, those values, and what else the rows must hold."""
    found: list[tuple[int, TableRef, Condition, list[Condition]]] = []
    for root in sorted(brief.said.tables):
        near = {
            table: length for table in sorted(brief.said.tables) if (length := _way(brief, root, table)) is not None
        }
        if owner not in near or root == owner:
            continue
        named = [table for table in near if table in (*brief.mentioned, owner, root)]
        conditions = next(
            (c for tables in (named, list(near)) if _pairs(c := value_conditions(brief, tables))), list[Condition]()
        )
        pairs = _pairs(conditions)
        if len(pairs) != 1 or any(one.is_negative for one in conditions):
            continue
        others = [one for one in conditions if one is not pairs[0]]
        explain_only(brief, others)
        found.append((near[owner] + near[pairs[0].table], root, pairs[0], others))
    found.sort(key=lambda one: (one[0], str(one[1])))
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1], found[0][2], found[0][3]


def _pairs(conditions: list[Condition]) -> list[Condition]:
    """Columns of which two values are named."""
    return [one for one in conditions if len(one.values) == _PAIR and not one.is_negative]


def _is_choice(brief: Brief, pair: Condition) -> bool:
    """``EXPRESS or NORMAL``: one of them would do."""
    return "or" in brief.words[pair.start : pair.end] or brief.has("either", "neither", "any")


def _way(brief: Brief, root: TableRef, table: TableRef) -> int | None:
    """How many joins lead from one table to another; None where no one way does."""
    if root == table:
        return 0
    paths = brief.said.relations.paths(root, table)
    return len(paths[0]) if len(paths) == 1 and all(len(hop) == 1 for hop in paths[0]) else None


BOTH = Recipe(
    "things that have both of two values",
    _fits,
    _cook,
    words=_CUES
    | DEEDS
    | frozenset(
        """
        who which both something anything one least once each distinct as well take taken have has in from at
        line per ever who checked out find looking look come only duplicates
        """.split()
    ),
)
