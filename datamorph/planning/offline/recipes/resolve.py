"""What the columns of a result are: columns of the tables, amounts to add up, or things that are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.names import HEAD, OWN, TAILLESS, Link, words_of
from datamorph.planning.offline.recipes.brief import Brief

UNITS = {
    "kilo": "kg", "kilogram": "kg", "kilogramme": "kg", "kilometre": "km", "kilometer": "km", "metre": "m",
    "meter": "m", "minute": "minute", "dollar": "usd", "euro": "eur", "page": "page", "year": "year",
}  # fmt: skip
"""Units as people say them, and as columns have them in their names."""
_LONGEST = 3


def type_of(brief: Brief, link: Link) -> str:
    """The type of a column."""
    column = brief.said.tables[link.table].schema.get(link.column)
    return column.type if column is not None else ""


def reachable(brief: Brief, root: TableRef) -> tuple[TableRef, ...]:
    """The table itself and those to which exactly one way leads from it, the nearer ones first."""
    relations, found = brief.said.relations, [(0, root)]
    for other in sorted(brief.said.tables):
        paths = relations.paths(root, other) if other != root else ()
        if len(paths) == 1 and all(len(hop) == 1 for hop in paths[0]):
            found.append((len(paths[0]), other))
    return tuple(table for _, table in sorted(found, key=lambda one: one[0]))


def label_of(brief: Brief, table: TableRef) -> str:
    """The one column that names a row for people; empty where none or several do."""
    names = brief.said.tables[table].schema.names
    own = brief.said.names.table_words[table]
    words = {name: brief.said.names.column_words[table, name] for name in names}
    for label in LABELS:
        best = [n for n in names if words[n] in ((label,), (*own, label), (own[-1], label), (own[0], label))]
        found = best or [n for n in names if words[n][-1] == label]
        found = [n for n in found if not set(words[n]) & {"first", "last", "given", "family"}]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def persons_name(brief: Brief, table: TableRef) -> tuple[str, str] | None:
    """First and last name of the people in a table."""
    names = brief.said.tables[table].schema.names
    words = {name: set(brief.said.names.column_words[table, name]) for name in names}
    first = [n for n in names if words[n] & {"first", "given", "fore"} and "name" in words[n]]
    last = [n for n in names if words[n] & {"last", "family", "sur"} and "name" in words[n]]
    return (first[0], last[0]) if len(first) == len(last) == 1 else None


def column_of(brief: Brief, name: str, tables: Sequence[TableRef], near: Iterable[int] = ()) -> Link | None:
    """The column that an output is: spelled alike, spelled out near it, or named so; of the first table that has it.

    Args:
        near: places where the prompt tells what the output is.
    """
    return (
        _spelled(brief, name, tables)
        or next((found for i in near if (found := _spelled(brief, brief.said.tokens[i].text, tables))), None)
        or _called(brief, name, tables, OWN)
        or _label(brief, name, tables)
        or _called(brief, name, tables, TAILLESS)
    )


def _spelled(brief: Brief, name: str, tables: Sequence[TableRef]) -> Link | None:
    for table in tables:
        for column in brief.said.tables[table].schema:
            if column.name.casefold() == name.casefold():
                return Link(table, column.name, 1.0)
    return None


def _called(brief: Brief, name: str, tables: Sequence[TableRef], least: float) -> Link | None:
    links = [link for link in brief.said.names.links(words_of(name)) if link.column and link.score >= least]
    for table in tables:
        here = [link for link in links if link.table == table]
        best = [link for link in here if link.score == here[0].score]
        if best:
            return best[0] if len(best) == 1 else None
    return None


def _label(brief: Brief, name: str, tables: Sequence[TableRef]) -> Link | None:
    """``genre`` is what names a genre; ``genres`` are many."""
    words = words_of(name)
    for table in tables:
        own = brief.said.names.table_words[table]
        if words in (own, own[-1:]) and name.lower() == words[-1] and (label := label_of(brief, table)):
            return Link(table, label, OWN)
    return None


def table_called(brief: Brief, name: str, tables: Iterable[TableRef]) -> TableRef | None:
    """The one of some tables whose rows a name means: ``orders``, ``order_cnt`` and ``n_orders``."""
    words = [w for w in words_of(name) if w not in ("count", "number", "n", "total", "num", "distinct", "unique")]
    allowed = set(tables)
    links = (
        [ln for ln in brief.said.names.links(tuple(words)) if not ln.column and ln.table in allowed] if words else []
    )
    links = [link for link in links if link.score >= HEAD and link.score == links[0].score]
    begun = [t for t in sorted(allowed) if words and brief.said.names.table_words[t][: len(words)] == tuple(words)]
    found = {link.table for link in links} or set(begun)
    return found.pop() if len(found) == 1 else None


def mentions(
    brief: Brief, tables: Sequence[TableRef], start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int, Link]]:
    """Columns that a run of tokens names, each with its start and end; of the first table that has it."""
    place, last = start, len(brief) if end is None else end
    while place < last:
        found = _mention(brief, tables, place, last)
        if found is not None:
            yield place, found[0], found[1]
        place = found[0] if found is not None else place + 1


def _mention(brief: Brief, tables: Sequence[TableRef], place: int, last: int) -> tuple[int, Link] | None:
    token = brief.said.tokens[place]
    if not token.is_word:
        return None
    if (exact := _spelled(brief, token.text, tables)) is not None and (
        token.kind == "name" or token.text == exact.column
    ):
        return place + 1, exact
    for length in range(min(_LONGEST, last - place), 0, -1):
        links = brief.said.links(place, length) + brief.said.begun(place, length)
        if length == 1 and (unit := UNITS.get(token.lemma)):
            links += brief.said.names.links((unit,))
        for table in tables:
            here = [link for link in links if link.column and link.table == table and link.score >= HEAD]
            best = [link for link in here if link.score == here[0].score]
            if len(best) == 1:
                return place + length, best[0]
    return None


def numeric(
    brief: Brief, tables: Sequence[TableRef], start: int = 0, end: int | None = None
) -> list[tuple[int, int, Link]]:
    """Numbers that a run of tokens names, keys left out."""
    found = mentions(brief, tables, start, end)
    return [one for one in found if is_number(type_of(brief, one[2])) and is_amount(brief, one[2])]


def is_amount(brief: Brief, link: Link) -> bool:
    """True for a number that is no key."""
    return link.column in brief.said.numbers(link.table)


def nulls(brief: Brief, link: Link) -> int:
    """Rows without a value."""
    profile = brief.said.tables[link.table].profile.columns.get(link.column)
    return profile.nulls if profile is not None else 0
