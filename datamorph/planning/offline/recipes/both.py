"""Things that have two values in the rows that refer to them: *readers who borrowed both poetry and drama*."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import explain_once, explain_only, explain_turning, keep
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of
from datamorph.planning.offline.recipes.slots import Condition, flag_conditions, value_conditions

_PAIR = 2
_CUES = frozenset("both well also plus addition too likewise".split())
_EACH = frozenset("a an one something least some another".split())


def _fits(brief: Brief) -> bool:
    return brief.has("and", "plus", *_CUES) and len(_shown(brief)) > 0


def _shown(brief: Brief) -> tuple[Listed, ...]:
    """The listed columns, or the one name of a column that the prompt asks for."""
    if found := brief.listed:
        return found
    places = {brief.words[i]: i for i in range(len(brief)) if is_identifier(brief.said, i) and _is_column(brief, i)}
    found = tuple(Listed(brief.said.tokens[i].text, i, i + 1, i + 1) for i in places.values())
    return found if len(found) == 1 else ()


def _is_column(brief: Brief, place: int) -> bool:
    return brief.said.tokens[place].text in brief.said.column_names


def _cook(brief: Brief) -> Flow | None:
    shown = _shown(brief)
    plan = _rows(brief, _owner(brief, shown), shown)
    if plan is None:
        return None
    root, owner, pair, others = plan
    columns = [column_of(brief, one.name, (owner,)) for one in shown]
    if _is_choice(brief, pair) or not _wants_both(brief, pair) or not all(columns):
        return None
    explain_once(brief)
    _explain_left_out(brief, others)
    flow = Flow(brief.work)
    flow.start(root)
    value = flow.name(pair.table, pair.column, how="inner")
    keep(brief, flow, [pair, *others])
    names = [flow.name(link.table, link.column, how="inner") for link in columns if link]
    keys = [flow.name(owner, key, how="inner") for key in brief.said.relations.key(owner)] if owner != root else []
    by = list(dict.fromkeys([*keys, *names]))
    flow.filter(" and ".join(f"{quote(name)} is not null" for name in names)) if not keys else None
    flow.aggregate(by, {"different_values": f"count(distinct {quote(value)})"})
    brief.work.key = tuple(keys or names)
    flow.filter(f"different_values = {len(pair.values)}")
    flow.show([n if n == one.name else {one.name: n} for one, n in zip(shown, names, strict=True)])
    for place in brief.places(_CUES):
        brief.explain(place, place + 1, f"both {pair.values[0]} and {pair.values[1]}")
    return flow


def _owner(brief: Brief, shown: Sequence[Listed]) -> TableRef | None:
    """The one table that has all listed columns, among them its key; None where only the rows themselves have them."""
    tables = [
        table for table in brief.said.tables
        if all(column_of(brief, one.name, (table,)) for one in shown) and _shows_key(brief, table, shown)
    ]  # fmt: skip
    named = [table for table in tables if table in brief.mentioned]
    best = named if len(named) == 1 else tables
    return best[0] if len(best) == 1 else None


def _shows_key(brief: Brief, table: TableRef, shown: Sequence[Listed]) -> bool:
    keys = brief.said.relations.key(table)
    found = [column_of(brief, one.name, (table,)) for one in shown]
    return len(keys) == 1 and any(link is not None and link.column in keys for link in found)


def _rows(
    brief: Brief, owner: TableRef | None, shown: Sequence[Listed]
) -> tuple[TableRef, TableRef, Condition, list[Condition]] | None:
    """The table whose rows link the owner with the two values, the owner, those values, and what else must hold."""
    found: list[tuple[tuple[int, ...], TableRef, TableRef, Condition, list[Condition]]] = []
    for root in sorted(brief.said.tables):
        near = {
            table: length for table in sorted(brief.said.tables) if (length := _way(brief, root, table)) is not None
        }
        whose = owner or (root if _has_all(brief, root, shown) else None)
        if whose not in near or root == owner:
            continue
        named = [table for table in near if table in (*brief.mentioned, owner, root)]
        conditions = value_conditions(brief, named)
        for pair in [one for table in near for one in _pairs(value_conditions(brief, (table,)))]:
            flags = flag_conditions(brief, [table for table in near if table == root])
            others = [one for one in (*conditions, *flags) if not pair.start <= one.start < pair.end]
            rank = (_strangeness(brief, pair), near[whose] + near[pair.table])
            found.append((rank, root, whose, pair, others))
    found.sort(key=lambda one: (one[0], str(one[1])))
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    explain_only(brief, found[0][4])
    return found[0][1:]


def _has_all(brief: Brief, table: TableRef, shown: Sequence[Listed]) -> bool:
    """True for rows that have the listed columns themselves: codes of people that no table is about."""
    names = brief.said.tables[table].schema.names
    key = brief.said.relations.key(table)
    return all(one.name in names and (one.name,) != key for one in shown)


def _strangeness(brief: Brief, pair: Condition) -> int:
    """0 where the column is named or holds the values exactly as they are said."""
    said = brief.said.text(pair.start, pair.end)
    is_named = pair.column.casefold() in brief.words or set(words_of(pair.column)) <= set(brief.lemmas)
    return int(not is_named) + int(not all(value in said or value in brief.said.prompt for value in pair.values))


def _explain_left_out(brief: Brief, others: Sequence[Condition]) -> None:
    for one in others:
        if one.is_negative:
            start, end = brief.clause(one.start)
            explain_turning(brief, start, end, "what is left out")


def _wants_both(brief: Brief, pair: Condition) -> bool:
    """True where one of each is wanted, unlike in *crime and travel books*."""
    if brief.places(_CUES):
        return True
    places = [i for i in range(len(brief)) if any(link.value in pair.values for link in brief.said.value(i)[1])]
    for one, two in pairwise(places):
        between = brief.words[one + 1 : two]
        if "and" in between and (set(between[between.index("and") :]) & _EACH or "AND" in _texts(brief, one, two)):
            return True
    return False


def _texts(brief: Brief, start: int, end: int) -> list[str]:
    return [brief.said.tokens[i].text for i in range(start, end)]


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
        who who've which both something anything one least point some
        same need took place and keep keeps heard hear once each distinct as well take taken have has in from at
        line per ever who checked out find looking look come only duplicates
        """.split()
    ),
)
