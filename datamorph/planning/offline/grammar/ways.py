"""Whose row a row is: ``faculty of the student's department`` is not that of the course's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, SYNONYM
from datamorph.planning.offline.scope import Scope

_LONGEST = 4
_LEAST = OWN * SYNONYM
_OF = frozenset({"of", "from"})


def read_ways(reader: Reader, scope: Scope) -> None:
    """Tell the scope through which table another one is meant, and the reader which words only say that.

    Raises:
        Refused: one table is meant through two others.
    """
    for owner, thing, place in (*_possessives(reader), *_chains(reader)):
        if scope.through.get(thing, owner) != owner:
            both = f"the {thing.name} of {scope.through[thing].name} and those of {owner.name}"
            raise Refused("out_of_scope", f"{both} in one result", hint="ask for one of the two")
        scope.through[thing] = owner
        scope.mention(owner)
        reader.owners |= {place} if place >= 0 else set()


def _possessives(reader: Reader) -> Iterator[tuple[TableRef, TableRef, int]]:
    """``the student's department``, ``the student's faculty``: a table, or a column that only another one has."""
    for place, token in enumerate(reader.tokens):
        owner = _table(reader, place, 1) if token.text.endswith(("'s", "\u2019s", "s'", "s\u2019")) else None
        thing = _behind(reader, place + 1, owner) if owner is not None else None
        if owner is not None and thing is not None and (thing[1] or not _is_own(reader, owner, place)):
            yield owner, thing[0], place


def _chains(reader: Reader) -> Iterator[tuple[TableRef, TableRef, int]]:
    """``department of the student``."""
    for place in range(1, len(reader.tokens)):
        behind = place + 1
        while behind < len(reader.tokens) and reader.tokens[behind].lower in ARTICLES:
            behind += 1
        is_of = reader.tokens[place].lower in _OF and behind > place + 1
        owner = _table(reader, behind, 1) if is_of else None
        for length in (3, 2, 1) if owner is not None else ():
            thing = _reached(reader, place - length, length, owner) if place >= length else None
            if owner is not None and thing is not None:
                yield owner, thing[0], -1
                break


def _table(reader: Reader, place: int, length: int) -> TableRef | None:
    """The one table that the words name, which is no column besides."""
    links = reader.links(place, length)
    found = {link.table for link in links if not link.column and link.score >= _LEAST}
    is_column = bool(links) and bool(links[0].column)
    return found.pop() if len(found) == 1 and not is_column else None


def _is_own(reader: Reader, owner: TableRef, place: int) -> bool:
    """``the student's home town``: a column of the table itself."""
    return any(
        link.table == owner and link.column and link.score >= _LEAST
        for length in range(1, _LONGEST)
        for start, size in ((place, length + 1), (place + 1, length))
        for link in reader.links(start, size)
    )


def _behind(reader: Reader, place: int, owner: TableRef) -> tuple[TableRef, bool] | None:
    found = (_reached(reader, place, length, owner) for length in range(_LONGEST, 0, -1))
    return next((table for table in found if table is not None), None)


def _reached(reader: Reader, place: int, length: int, owner: TableRef | None) -> tuple[TableRef, bool] | None:
    """The one other table that the owner refers to and that the words name, or that alone has a column called so.

    Returns:
        The table, and whether it is named itself.
    """
    links = [link for link in reader.links(place, length) if link.score >= _LEAST]
    named = {link.table for link in links if not link.column}
    tables = named or {link.table for link in links}
    found = next(iter(tables)) if len(tables) == 1 else None
    relations = reader.relations
    if found is None or owner is None or relations is None or found == owner or found.domain != owner.domain:
        return None
    return (found, bool(named)) if relations.path(owner, found) else None


def read_owner_note(reader: Reader, noun: Noun) -> Noun:
    """``faculty (of the student's department)``: the column, of the table that stands in parentheses behind it."""
    start = reader.position
    if reader.word("(") and reader.word("of", "from", "in"):
        owner = reader.noun()
        links = owner.links if owner is not None else ()
        tables = {link.table for link in links if not link.column and link.score >= _LEAST}
        kept = tuple(link for link in noun.links if link.column and link.table in tables)
        if kept and reader.word(")"):
            return replace(noun, links=kept)
    reader.position = start
    return noun
