"""Rows of one table that nothing in another one refers to: *students without a single entry in registration*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.emptiness import never_done
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.spots import Scene, joined_words
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of
from datamorph.planning.offline.recipes.slots import Condition, value_conditions

_CUES = frozenset(
    """
    without never no not don't doesn't didn't haven't hasn't weren't wasn't nobody nothing none unused missing lack
    lacking lacks
    """.split()
)
_STEM = 4
_FAR = 5


def _fits(brief: Brief) -> bool:
    return bool(brief.listed) and bool(brief.places(_CUES)) and not brief.numbers()


def _cook(brief: Brief) -> Flow | None:
    pair = _pair(brief)
    if pair is None:
        return None
    kept, other = pair
    shown = [column_of(brief, one.name, (kept,)) for one in brief.listed]
    if not all(shown) or len(brief.said.relations.key(kept)) != 1:
        return None
    conditions = value_conditions(brief, (kept, other))
    own = [one for one in conditions if one.table == kept]
    if len(conditions) - len(own) > 1:
        return None  # rows with the one and without the other are another thing
    if any(one.is_negative for one in own) or any(
        "not" in brief.words[max(one.start - 2, 0) : one.start] for one in conditions
    ):
        return None
    flow = Flow(brief.work)
    flow.hint = Scene(brief, brief.listed).hinted
    frame, name = _partners(brief, flow, kept, other, [one for one in conditions if one.table == other])
    (key,) = brief.said.relations.key(kept)
    brief.work.root = kept
    flow.start(kept)
    for one in own:
        flow.filter(one.sql(quote(one.column)))
    on = key if key == name else {"left": key, "right": name}
    flow.add("join", f"without_{other.name}", left=flow.frames.current, right=frame, on=[on], how="anti")
    brief.work.key = (key,)
    links = [link for link in shown if link]
    flow.show([
        link.column if link.column == one.name else {one.name: link.column}
        for one, link in zip(brief.listed, links, strict=True)
    ])  # fmt: skip
    place = brief.places(_CUES)[0]
    brief.explain(place, place + 1, f"{kept.name} that no row of {other.name} refers to")
    for one in never_done(brief, range(len(brief)), _CUES):
        brief.explain(one, one + 1, other.name)
    return flow


def _partners(
    brief: Brief, flow: Flow, kept: TableRef, other: TableRef, conditions: list[Condition]
) -> tuple[str, str]:
    """The rows that must not be there: a frame, and the column that says whose they are."""
    brief.work.root = other
    flow.start(other)
    for one in conditions:
        values = Condition(one.table, one.column, one.values, is_negative=False, start=one.start, end=one.end)
        flow.filter(values.sql(quote(one.column)))
    direct = [r for r in flow.hint(brief.said.relations.between(other, kept)) if len(r.columns) == 1]
    (key,) = brief.said.relations.key(kept)
    if len(direct) == 1 and direct[0].target_columns == (key,):
        return flow.frames.current, direct[0].columns[0]
    name = flow.name(kept, key, how="inner")
    return flow.frames.current, name


def _pair(brief: Brief) -> tuple[TableRef, TableRef] | None:
    """The table of which rows are kept, and the one that must not refer to them; None where it is not clear."""
    owners = [table for table in brief.mentioned if _has_all(brief, table)]
    pairs = [(one, two) for one in owners for two in brief.mentioned if one != two and _leads(brief, two, one)]
    near = [pair for pair in pairs if brief.said.relations.between(pair[1], pair[0])]
    if len(near) == 1 or len(pairs) == 1:
        return (near or pairs)[0]
    if not pairs and len(owners) == 1 and (other := _done(brief, owners[0])) is not None:
        return owners[0], other
    return None


def _has_all(brief: Brief, table: TableRef) -> bool:
    links = [column_of(brief, one.name, (table,)) for one in brief.listed]
    keys = brief.said.relations.key(table)
    return all(links) and len(keys) == 1


def _leads(brief: Brief, table: TableRef, target: TableRef) -> bool:
    return bool(brief.said.relations.paths(table, target))


def _done(brief: Brief, kept: TableRef) -> TableRef | None:
    """The table of what is never done, where it is called like the verb: *nobody has played*, *never checked in*."""
    others = [t for t in sorted(brief.said.tables) if t != kept and brief.said.relations.between(t, kept)]
    words = [brief.words[i] for i in range(len(brief))]
    joined = joined_words(words)
    found: set[TableRef] = set()
    for cue in brief.places(_CUES):
        for place in range(cue + 1, min(cue + _FAR, len(brief))):
            for table in others:
                if _is_verb(words[place], table.name) or (place < len(joined) and _is_like(joined[place], table.name)):
                    found.add(table)
                    length = 2 if place < len(joined) and _is_like(joined[place], table.name) else 1
                    brief.explain(place, place + length, table.name)
    return found.pop() if len(found) == 1 else None


def _is_verb(word: str, name: str) -> bool:
    """``played`` of plays, ``dispensed`` of disp."""
    stem = name.casefold()[:_STEM]
    return word.endswith("ed") and len(stem) == _STEM and word.startswith(stem)


def _is_like(word: str, name: str) -> bool:
    return len(word) > _STEM and name.casefold().startswith(word)


ABSENT = Recipe(
    "rows without a partner",
    _fits,
    _cook,
    words=DEEDS
    | frozenset(
        """
        stock dead show up entry use used appear occur placed place order ordered ever yet do single row anywhere at all
        enough will + anything any far so point refer refers where made match matched matching matches compare compared
        """.split()
    ),
    turning=frozenset({"without", "no", "not", "never", "none"}),
)
