"""Whose items a prompt gathers, and which: the columns of a group, and the one whose texts belong to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import sentence
from datamorph.planning.offline.recipes.resolve import (
    column_of,
    label_of,
    mentions,
    reachable,
    table_called,
    type_of,
)
from datamorph.planning.offline.relations import Relation

JOINED = frozenset(
    """
    separated separator separate delimited delimiter joined join joining concatenated concatenate concatenation glued
    strung string between comma commas semicolon semicolons pipe pipes slash split combined collapsed listed list
    """.split()
)
_ASKING = frozenset(
    "show give return output list report display deliver need want columns fields select provide get present".split()
)
_FIRST, _LAST = frozenset({"first", "given", "forename"}), frozenset({"last", "family", "surname"})


@dataclass(frozen=True)
class Gathered:
    """What is gathered.

    Attributes:
        root: the table whose rows are gathered.
        keys: for each listed column of a group the column that it is; None for a person's whole name.
        item: the column of the items.
    """

    root: TableRef
    near: tuple[TableRef, ...]
    keys: tuple[Link | None, ...]
    item: Link


@dataclass(frozen=True)
class Roles:
    """What the columns of a group are called, which tells in which of several roles a table is meant."""

    groups: Sequence[Listed]

    def meant(self, hop: Sequence[Relation]) -> Sequence[Relation]:
        """Of several equally good ways to a table those over a column that is called like a column of a group."""
        names = [set(words_of(one.name)) - {"name"} for one in self.groups]
        found = [one for one in hop if any(name and name <= set(words_of(one.columns[0])) for name in names)]
        return found or hop

    def near(self, brief: Brief, root: TableRef) -> tuple[TableRef, ...]:
        """The table and those to which one way leads from it, in the role that is meant."""
        found = list(reachable(brief, root))
        for other in brief.said.tables:
            paths = brief.said.relations.paths(root, other) if other not in found else ()
            if len(paths) == 1 and all(len(self.meant(hop)) == 1 for hop in paths[0]):
                found.append(other)
        return tuple(found)


def outputs(brief: Brief) -> Iterator[tuple[list[Listed], Listed]]:
    """Readings of the columns that are listed: those of a group, and the one that holds the items."""
    shown = brief.listed
    if len(shown) > 2 and words_of(shown[-1].name) == words_of(shown[-2].name):  # noqa: PLR2004
        shown = shown[:-1]  # ``varieties, the variety names``: told of, not listed once more
    if len(shown) > 1:
        yield [*shown[:-1]], shown[-1]
        return
    items = [*shown, *_called(brief)]
    if not items or len({one.name for one in items}) != 1:
        return
    item = items[0]
    yield from (([one], item) for one in _first_named(brief, item))


def _first_named(brief: Brief, item: Listed) -> Iterator[Listed]:
    """``Authors with 9 titles, and in a column title_list``: whose items they are."""
    begun = [i + 1 for i in range(item.place) if brief.words[i] in _ASKING]
    for start, end, link in mentions(brief, brief.mentioned, begun[-1] if begun else 0, item.place):
        is_key = link.column in brief.said.relations.key(link.table) and brief.said.tokens[start].text != link.column
        if end == start + 1 and not is_key:
            yield Listed(link.column, start, start + 1, start + 1)
        return


def _called(brief: Brief) -> list[Listed]:
    """The column that holds the items, where it alone gets a name: *... in a column title_list*."""
    places = [i + 1 for i in brief.places(("column", "field", "called", "as")) if i + 1 < len(brief)]
    places += [i - 1 for i in range(1, len(brief)) if brief.words[i] == "=" and brief.said.tokens[i - 1].is_word]
    spots = [i for i in places if is_identifier(brief.said, i) or "_" in brief.words[i]]
    return [Listed(brief.said.tokens[i].text, i, i + 1, i + 1) for i in spots]


def gathered(brief: Brief, groups: Sequence[Listed], items: Listed) -> Gathered | None:
    """The table whose rows are gathered, with the columns that make a group and the column of the items."""
    for root in _roots(brief):
        near = Roles(groups).near(brief, root)
        keys = tuple(
            None if _is_person(brief, one) else column_of(brief, one.name, near, _spelled(brief, one)) for one in groups
        )
        if any(key is None and not _is_person(brief, one) for one, key in zip(groups, keys, strict=True)):
            continue
        item = _item(brief, items, near, [key for key in keys if key], {one.name for one in groups})
        if item is not None and not _is_too_fine(brief, root, item, keys):
            return Gathered(root, near, keys, item)
    return None


def _spelled(brief: Brief, one: Listed) -> list[int]:
    """Where a name of several words is spelled out in what is told of a column."""
    return [i for i in range(one.start, one.end) if len(words_of(brief.said.tokens[i].text)) > 1]


def _is_too_fine(brief: Brief, root: TableRef, item: Link, keys: Sequence[Link | None]) -> bool:
    """True where the items belong to their groups without the table, whose rows would only repeat them."""
    if root != item.table and {key.table for key in keys if key} <= set(reachable(brief, item.table)):
        return True
    return any(_tells_item(brief, root, key, item) for key in keys if key)


def _tells_item(brief: Brief, root: TableRef, key: Link, item: Link) -> bool:
    """True where all rows of a group have the same item: the name of what the group is itself."""
    if key.table != root:
        return item.table in reachable(brief, key.table)
    hops = brief.said.relations.between(root, item.table) if item.table != root else ()
    return any(key.column in hop.columns for hop in hops)


def _is_person(brief: Brief, one: Listed) -> bool:
    """True where a column is told to be a first and a last name put together."""
    words = {*brief.words[one.start : one.end], *brief.lemmas[one.start : one.end]}
    spelled = {part for word in words for part in words_of(word)} if words else set[str]()
    return bool(spelled & _FIRST) and bool(spelled & _LAST)


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


def _item(
    brief: Brief, items: Listed, near: Sequence[TableRef], keys: Sequence[Link], taken: Collection[str]
) -> Link | None:
    """The column of the items: spelled out, or the one all of whose words are said where the items are told."""
    keyed = {(key.table, key.column) for key in keys}
    columns = [
        Link(table, column.name, 1.0) for table in near for column in brief.said.tables[table].schema
        if (table, column.name) not in keyed and column.name not in taken
    ]  # fmt: skip
    for run in _told(brief, items):
        written = {brief.said.tokens[i].text for i in run}
        spelled = [link for link in columns if link.column in written and len(words_of(link.column)) > 1]
        if len(spelled) == 1:
            return spelled[0]
        said = {lemma for i in run for lemma in (brief.lemmas[i], brief.words[i])} | set(words_of(items.name))
        named = {
            (table, link.column)
            for table in near for i in run for _, _, link in mentions(brief, (table,), i, max(run) + 1)
        }  # fmt: skip
        ranked = [
            (rank, link) for link in columns
            if (rank := _rank(brief, link, said, is_named=(link.table, link.column) in named))
        ]  # fmt: skip
        best = [link for rank, link in ranked if rank == max(rank for rank, _ in ranked)]
        if len(best) == 1 and not spelled:
            return best[0]
    called = table_called(brief, items.name, near[:1])
    label = label_of(brief, called) if called else ""
    return Link(near[0], label, 1.0) if label and (near[0], label) not in keyed else None


def _rank(brief: Brief, link: Link, said: set[str], *, is_named: bool) -> tuple[int, int] | None:
    """How well words name a text column: whether its table is said, too, and how many words of it; None for not."""
    words, own = (set(brief.said.names.column_words[link.table, link.column]),
                  set(brief.said.names.table_words[link.table]))  # fmt: skip
    rest = words - own or words
    is_key = link.column in brief.said.relations.key(link.table)
    is_text = type_of(brief, link) == "string" and (not is_key or words <= said)
    return (int(bool(own & said)), len(words & said)) if is_text and (is_named or rest <= said) else None


def _told(brief: Brief, items: Listed) -> Iterator[list[int]]:
    """Where the items are told: beside their name in the list, then in their clause, then in their sentence."""
    places = range(items.start, items.end)
    if len(places) > 1:
        yield list(places)
    spots = {items.place, *brief.places(JOINED)}
    near = {i for spot in spots for i in range(*brief.clause(spot))} | set(places)
    yield sorted(near)
    start, end = sentence(brief, items.place)
    yield [i for i in range(start, end) if i not in near]
