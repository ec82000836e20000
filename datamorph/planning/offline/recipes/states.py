"""Rows in some states, counted per code: *how many shipments are still booked or in transit per depot*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, keep
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.loose import listed
from datamorph.planning.offline.recipes.measured import COUNTS
from datamorph.planning.offline.recipes.order import ALPHABET, DOWN, UP, order_of
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of, nulls

_SPREADING = frozenset(
    "average mean avg median share percent total sum distinct different unique maximum minimum".split()
)


def _fits(brief: Brief) -> bool:
    asks = brief.has("many", "count", "number", "counts", "counted")
    return asks and len(listed(brief)) > 1 and not brief.places(_SPREADING)


def _cook(brief: Brief) -> Flow | None:
    shown = listed(brief)
    for root in _roots(brief):
        keys = {one: link for one in shown if (link := column_of(brief, one.name, (root,))) is not None}
        counts = [one for one in shown if one not in keys]
        if len(counts) == 1 and len(keys) == len(shown) - 1 and all(_is_spelled(k, ln) for k, ln in keys.items()):
            return _counted(brief, root, shown, counts[0], keys)
    return None


def _is_spelled(one: Listed, link: Link) -> bool:
    return one.name.casefold() == link.column.casefold()


def _roots(brief: Brief) -> list[TableRef]:
    """The one table whose rows are said to be counted, else the only one that is named."""
    found: list[TableRef] = []
    for place in brief.places({"many", "number", "count", "counts"}):
        spots = (brief.said.table(i) for i in range(place + 1, min(place + 5, len(brief))))
        found += [spot[1] for spot in spots if spot is not None][:1]
    found = list(dict.fromkeys(found)) or list(brief.mentioned)
    return found if len(found) == 1 else []


def _counted(
    brief: Brief, root: TableRef, shown: tuple[Listed, ...], count: Listed, keys: dict[Listed, Link]
) -> Flow | None:
    """One row per combination of the codes."""
    kept = conditions(brief, (root,), [one.place for one in shown])
    gaps = [link for link in keys.values() if not drops_gaps(brief, link) and nulls(brief, link)]
    if (
        not kept
        or gaps
        or brief.numbers() != [i for i in brief.numbers() if brief.ledger.covers(i) or _is_one(brief, i)]
    ):
        return None
    flow = Flow(brief.work)
    flow.start(root)
    keep(brief, flow, kept)
    names = [link.column for link in keys.values()]
    flow.filter(" and ".join(f"{flow.column(root, name)} is not null" for name in names))
    flow.aggregate(names, {count.name: "count(*)"})
    order = order_of(brief, [one.name for one in keys], count.name)
    if order is None:
        return None
    flow.show(
        [one.name if one is count or keys[one].column == one.name else {one.name: keys[one].column} for one in shown]
    )
    if order:
        flow.sort(order)
    return flow


def _is_one(brief: Brief, place: int) -> bool:
    """``one row per depot``, ``two columns``."""
    behind = brief.lemmas[place + 1 : place + 3]
    return bool({"row", "line", "column", "field", "record"} & set(behind))


STATES = Recipe(
    "rows in some states, counted",
    _fits,
    _cook,
    words=COUNTS
    | DEEDS
    | ALPHABET
    | DOWN
    | UP
    | frozenset(
        """
        status state states code codes currently still yet way under pending open waiting refresh refreshed rebuild
        rebuilt update updated keep schedule scheduled run daily recompute regenerate renew fill per each every with
        are is in that whose where two three column columns only first order sort sorted tie ties either or and says
        """.split()
    ),
    turning=frozenset({"only"}),
)
