"""Rows of one table that nothing in another one refers to: *students without a single entry in registration*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.recipe import Recipe

_CUES = frozenset("without never no not don't doesn't didn't haven't hasn't nobody nothing none unused missing".split())
_MARKS = frozenset(".;:!?")


def _fits(brief: Brief) -> bool:
    return bool(brief.listed) and bool(brief.places(_CUES)) and not brief.numbers()


def _cook(brief: Brief) -> Flow | None:
    pair = _pair(brief)
    if pair is None:
        return None
    kept, other = pair
    shown = [brief.links(one.name, [kept]) for one in brief.listed]
    if not all(shown):
        return None
    relations = [r for r in brief.said.relations.between(other, kept) if len(r.columns) == 1]
    if len(relations) != 1:
        return None
    (relation,) = relations
    flow = Flow(brief.work)
    flow.start(kept)
    flow.add(
        "join",
        f"without_{other.name}",
        left=flow.frames.current,
        right=flow.frames.source(other),
        on=[{"left": relation.target_columns[0], "right": relation.columns[0]}]
        if relation.target_columns != relation.columns
        else [relation.columns[0]],
        how="anti",
    )
    brief.work.key = brief.said.relations.key(kept)
    flow.show(
        [
            links[0].column if links[0].column == one.name else {one.name: links[0].column}
            for one, links in zip(brief.listed, shown, strict=True)
        ]
    )
    place = brief.places(_CUES)[0]
    brief.explain(place, place + 1, f"{kept.name} that no row of {other.name} refers to")
    return flow


def _pair(brief: Brief) -> tuple[TableRef, TableRef] | None:
    """The table of which rows are kept, and the one that must not refer to them; None where it is not clear."""
    tables = brief.mentioned
    pairs = [(one, two) for one in tables for two in tables if one != two and brief.said.relations.between(two, one)]
    return pairs[0] if len(pairs) == 1 else None


ABSENT = Recipe(
    "rows without a partner",
    _fits,
    _cook,
    words=frozenset("stock dead show up entry use used appear occur placed place order ordered ever yet do".split()),
    turning=frozenset({"without", "no", "not", "never", "none"}),
)
