"""Items of each group in one text: *authors with more than 8 titles, and their titles A to Z separated by ' | '*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, keep, least
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.order import ALPHABET, says_a_to_z
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of, label_of, mentions, nulls, reachable, table_called

_JOINED = frozenset(
    """
    separated separator separate delimited delimiter joined join joining concatenated concatenate concatenation glued
    strung string between comma commas semicolon semicolons pipe pipes slash split combined collapsed listed list
    """.split()
)
_MARKS = {"comma": ",", "semicolon": ";", "pipe": "|", "slash": "/", "dash": "-", "hyphen": "-", "colon": ":"}
_BLANKS = frozenset({"space", "blank", "spaces", "blanks"})
_NEAR = 4
_DIFFERENT = frozenset("distinct different unique once duplicates deduplicated".split())


def _fits(brief: Brief) -> bool:
    return bool(brief.places(_JOINED)) and _separator(brief) is not None


def _cook(brief: Brief) -> Flow | None:
    shown, separator = brief.listed or _named(brief), _separator(brief)
    if len(shown) < 2 or separator is None:  # noqa: PLR2004 (whose they are, and the items)
        return None
    *groups, items = shown
    found = _item(brief, items, groups)
    if found is None or not _is_ordered(brief):
        return None
    keys, item, root = found
    flow = Flow(brief.work)
    flow.start(root)
    kept = conditions(brief, reachable(brief, root), [one.place for one in shown])
    keep(brief, flow, kept)
    for link in (*keys, item):
        drops_gaps(brief, link)
    names = [flow.name(link.table, link.column, how="inner") for link in keys]
    value = flow.name(item.table, item.column, how="inner")
    flow.filter(" and ".join(f"{quote(name)} is not null" for name in (*names, value)))
    if brief.places(_DIFFERENT):
        if _counts_rows(brief, root):
            flow.aggregate([*names, value], {"item_rows": "count(*)"})
            return _grouped(brief, flow, shown, names, value, "sum(item_rows)")
        flow.add("select", "pairs", columns=[*names, value])
        flow.add("dedupe", "distinct_pairs")
    elif _repeats(brief, keys, item):
        return None
    return _grouped(brief, flow, shown, names, value)


def _counts_rows(brief: Brief, root: TableRef) -> bool:
    """True for *more than 15 books*, where the authors of the books are listed: the rows are many, not the items."""
    spots = [i for i in brief.numbers() if not brief.ledger.covers(i)]
    for place in spots:
        behind = range(place + 1, min(place + _NEAR, len(brief)))
        if any(brief.words[i] in _DIFFERENT for i in behind):
            return False
        if any((found := brief.said.table(i)) is not None and found[1] == root for i in behind):
            return True
    return False


def _named(brief: Brief) -> tuple[Listed, ...]:
    """Whose items they are, and the column that holds them: *authors ... in a column title_list*."""
    places = [i + 1 for i in brief.places(("column", "field", "called", "as")) if i + 1 < len(brief)]
    places += [i - 1 for i in range(1, len(brief)) if brief.words[i] == "=" and brief.said.tokens[i - 1].is_word]
    items = [i for i in places if is_identifier(brief.said, i) or "_" in brief.words[i]]
    groups = [one for one in mentions(brief, brief.mentioned) if one[1] == one[0] + 1]
    if len({brief.words[i] for i in items}) != 1 or not groups:
        return ()
    place, _, link = groups[0]
    item = items[0]
    return (
        Listed(link.column, place, place + 1, place + 1),
        Listed(brief.said.tokens[item].text, item, item + 1, item + 1),
    )


def _grouped(
    brief: Brief, flow: Flow, shown: tuple[Listed, ...], names: list[str], value: str, count: str = "count(*)"
) -> Flow | None:
    """One row per group with its items, those with enough of them."""
    items, separator = shown[-1], _separator(brief)
    flow.aggregate(names, {"items_joined": f"text_list({quote(value)}, '{separator}')", "item_count": count})
    fewest = least(brief)
    if fewest is None and brief.numbers():
        return None
    if fewest is not None:
        flow.filter(f"item_count {fewest[0]} {fewest[1]}")
    columns: list[str | dict[str, str]] = [
        name if name == one.name else {one.name: name} for one, name in zip(shown, names, strict=False)
    ]
    flow.show([*columns, {items.name: "items_joined"}])
    return flow


def _item(brief: Brief, items: Listed, groups: list[Listed]) -> tuple[list[Link], Link, TableRef] | None:
    """The columns that make a group, the column of the items, and the table whose rows are gathered."""
    for root in _roots(brief):
        near = reachable(brief, root)
        keys = [column_of(brief, one.name, near) for one in groups]
        item = _item_in(brief, items, root, [key for key in keys if key])
        if item is not None and all(keys) and all(key != item for key in keys):
            return [key for key in keys if key], item, root
    return None


def _roots(brief: Brief) -> list[TableRef]:
    """Tables that the prompt names: those that refer to others first."""
    tables = list(brief.mentioned)
    more = [
        t
        for t in sorted(brief.said.tables)
        if t not in tables and any(brief.said.relations.between(t, o) for o in tables)
    ]
    return _finest_first(brief, tables) + more


def _finest_first(brief: Brief, tables: list[TableRef]) -> list[TableRef]:
    """Tables that refer to others before those."""
    return sorted(tables, key=lambda t: -sum(bool(brief.said.relations.between(t, o)) for o in tables if o != t))


def _item_in(brief: Brief, items: Listed, root: TableRef, keys: list[Link]) -> Link | None:
    """The column of a table that is told beside the items, or that they are called."""
    taken = {key.column for key in keys}
    said = {
        link.column
        for start, end in [(items.start, items.end), *(brief.clause(place) for place in _told(brief, items))]
        for _, _, link in mentions(brief, (root,), start, end)
        if link.table == root and link.column not in taken
    }
    if len(said) == 1:
        return Link(root, said.pop(), 1.0)
    words = words_of(items.name)
    named = [c for c in brief.said.tables[root].schema.names if words_of(c) == words or words_of(c) == words[:1]]
    if len(named) == 1:
        return Link(root, named[0], 1.0)
    if table_called(brief, items.name, (root,)) == root and (label := label_of(brief, root)):
        return Link(root, label, 1.0)
    return None


def _told(brief: Brief, items: Listed) -> list[int]:
    """Places behind a colon, or the words *joined* and *separated*: there the items are told."""
    behind = [i + 1 for i in (items.end, items.place + 1) if i + 1 < len(brief) and brief.said.tokens[i].text in ":=("]
    return [*behind, *brief.places(_JOINED), *brief.places(_DIFFERENT)]


def _is_ordered(brief: Brief) -> bool:
    """True where the items come in ascending order."""
    return says_a_to_z(brief, 0, len(brief)) or brief.has(*ALPHABET, "ascending", "sorted") or _lowest_first(brief)


def _lowest_first(brief: Brief) -> bool:
    return any(brief.phrase(one, "first") is not None for one in ("lowest", "smallest", "earliest", "oldest"))


def _repeats(brief: Brief, keys: list[Link], item: Link) -> bool:
    """True where an item may stand several times in a group, and nothing says whether it counts once."""
    profile = brief.said.tables[item.table].profile.columns.get(item.column)
    rows = brief.said.tables[item.table].profile.rows
    return profile is None or profile.distinct + nulls(brief, item) < rows


def _separator(brief: Brief) -> str | None:
    """What stands between the items: quoted text, or marks in words; None where that is unclear."""
    quoted = [t for t in brief.said.tokens if t.kind == "text" and t.lower and not any(c.isalnum() for c in t.lower)]
    if len({t.lower for t in quoted}) == 1:
        return quoted[0].lower.replace("'", "''")
    places = [i for i, lemma in enumerate(brief.lemmas) if lemma in _MARKS]
    if quoted or len(places) != 1:
        return None
    (place,) = places
    behind = brief.words[place + 1 : place + 4]
    before = brief.words[max(place - 3, 0) : place]
    if _BLANKS & set(behind):
        return _MARKS[brief.lemmas[place]] + " "
    return " " + _MARKS[brief.lemmas[place]] + " " if _BLANKS & set(before) else None


COLLECTED = Recipe(
    "items in one text",
    _fits,
    _cook,
    words=_JOINED
    | _DIFFERENT
    | _BLANKS
    | frozenset(_MARKS)
    | ALPHABET
    | frozenset(
        """
        plus offer offers offering full cell at least
        more than fewer have has their assigned teach teaches taught holding name text alphabetical order a to z
        from sorted in all together least over with who latter being string one cell collect gather
        ignore records skip
        without drop missing empty separated ascending there those keep minimum many or group = every
        """.split()
    ),
)
