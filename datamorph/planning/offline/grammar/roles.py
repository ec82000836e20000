"""A row of another table that a row refers to in one of several roles: ``from_name = port_name of orig_port``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, SelfLookup
from datamorph.planning.offline.grammar.places import SIDES
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.selves import NEAR, alike_of
from datamorph.planning.offline.grammar.states import named_tables
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import OWN, words_of

_LONGEST = 4
_ENDS = frozenset({"", ",", ".", ";", ")", "and", "as", "(", "&", "called", "-", "plus"})
_SKIPPED = ARTICLES | {"its", "their", "his", "her", "each", "respective", "own"}
_BEHIND = frozenset({"behind", "in", "under", "from", "named", "that", "which", "person", "one", "row", "colleague"})
_KEYS = frozenset({"id", "code", "number", "key", "no", "ref", "fk"})


@dataclass(frozen=True, slots=True)
class Role:
    """One way to go from a row to a row of the other table."""

    table: TableRef
    column: str
    other: TableRef
    key: str


def read_role_entry(reader: Reader, draft: Draft) -> SelfLookup | None:
    """The entry of a list that names a column of the row referred to, and the role that it is referred to in."""
    found = reader.first_of(_defined, _explained, _of, _beside, _glued) if _roles_of(reader) else None
    draft.selves += [found] if found is not None else []
    return found


def _defined(reader: Reader) -> SelfLookup | None:
    """``from_name = port_name of orig_port``."""
    token = reader.peek()
    if token is None or not token.is_word or reader.lower(1) not in ("=", ":"):
        return None
    reader.position += 2
    return _what_of_role(reader, token.text)


def _explained(reader: Reader) -> SelfLookup | None:
    """``from_name (the port_name of orig_port)``."""
    token = reader.peek()
    if token is None or not token.is_word or token.lower in GLUE or reader.lower(1) != "(":
        return None
    reader.position += 2
    found = _what_of_role(reader, token.text)
    return found if found is not None and reader.word(")") else None


def _of(reader: Reader) -> SelfLookup | None:
    """``the name of the departure port as from_name``."""
    return _what_of_role(reader, "")


def _what_of_role(reader: Reader, name: str) -> SelfLookup | None:
    reader.skip(_SKIPPED)
    what, start = _run(reader, frozenset({"of", "for", "behind"})), reader.position
    if not what or not reader.word("of", "for", "behind"):
        reader.position = start
        return None
    reader.skip(_SKIPPED | _BEHIND)
    role = _run(reader, _ENDS)
    found = _looked_up(reader, what, role) if role else None
    return _named(reader, found, name, role, what)


def _beside(reader: Reader) -> SelfLookup | None:
    """``origin port name as from_name``."""
    reader.skip(_SKIPPED)
    start = reader.position
    said = _run(reader, _ENDS)
    end = reader.position
    if end - start < 2 or any(link.score >= OWN for link in reader.links(start, end - start)):  # noqa: PLR2004 (a role, a column)
        return None
    for split in range(1, len(said)):
        found = _looked_up(reader, said[split:], said[:split])
        if found is not None:
            reader.position = end
            return _named(reader, found, "", said[:split], said[split:])
    return None


def _glued(reader: Reader) -> SelfLookup | None:
    """``orig_name``, ``from_port``: a name in snake case that no column has."""
    token = reader.peek()
    if token is None or token.kind != "name" or "." in token.text:
        return None
    if any(link.score >= OWN for link in reader.links(reader.position, 1)):
        return None
    said = words_of(token.text)
    for split in range(1, len(said)):
        found = _looked_up(reader, said[split:], said[:split])
        if found is not None:
            reader.next()
            return _made(found, token.text, said)
    return None


def _run(reader: Reader, ends: frozenset[str]) -> tuple[str, ...]:
    """The words up to the next end of an entry."""
    found: list[str] = []
    while len(found) <= _LONGEST and (token := reader.peek()) is not None:
        if token.lower in ends or not token.is_word:
            break
        found += words_of(token.text.removesuffix("'s").removesuffix("\u2019s"))
        reader.next()
    return tuple(found)


def _named(
    reader: Reader, found: tuple[Role, str] | None, name: str, role: tuple[str, ...], what: tuple[str, ...]
) -> SelfLookup | None:
    if found is None:
        return None
    if not name and reader.lower() in ("as", "called"):
        token = reader.peek(1)
        if token is not None and token.is_word:
            name = token.text
            reader.position += 2
    elif not name and reader.lower() == "(" and reader.is_kind("name", 1) and reader.lower(2) == ")":
        name = reader.tokens[reader.position + 1].text
        reader.position += 3
    return _made(found, name or "_".join((*role, *what)), (*role, *what))


def _made(found: tuple[Role, str], name: str, said: tuple[str, ...]) -> SelfLookup:
    role, shown = found
    words = frozenset({*said, *words_of(name)})
    return SelfLookup(role.table, role.column, role.key, name, words, other=role.other, shown=shown)


def _looked_up(reader: Reader, what: tuple[str, ...], role: tuple[str, ...]) -> tuple[Role, str] | None:
    """The one role and column that the words mean; None where there is none, or more than one."""
    found = [
        (one, shown)
        for one in _roles_of(reader)
        if _fits(reader, one, role) and (shown := _shown(reader, one.other, what))
    ]
    return found[0] if len(found) == 1 else None


def _roles_of(reader: Reader) -> tuple[Role, ...]:
    key = "roles", reader.names, reader.relations, len(reader.made)
    return reader.remembered(key, lambda: tuple(_roles(reader)))


def _roles(reader: Reader) -> Iterator[Role]:
    """References of the named tables to a table that they refer to twice, or to themselves."""
    relations = reader.relations
    if relations is None:
        return
    tables = sorted(named_tables(reader) | _tables_of_columns(reader))
    for table in tables:
        for column, key in relations.selves(table):
            own = set(reader.names.column_words[table, column])
            if own & set(reader.names.table_words[table]) or alike_of(tuple(own)) - NEAR:
                yield Role(table, column, table, key)
        for other in sorted(reader.names.table_words):
            options = relations.between(table, other) if other != table and other.domain == table.domain else ()
            if len(options) > 1 and all(len(option.columns) == 1 for option in options):
                for option in options:
                    yield Role(table, option.columns[0], other, option.target_columns[0])


def _tables_of_columns(reader: Reader) -> set[TableRef]:
    """Tables that alone have a column which is spelled out."""
    found: set[TableRef] = set()
    for place in range(len(reader.tokens)):
        owners = {link.table for link in reader.links(place, 1) if link.column and link.score >= 1}
        found |= owners if len(owners) == 1 else set()
    return found


def _fits(reader: Reader, one: Role, said: tuple[str, ...]) -> bool:
    """True where the words say this reference: ``departure port`` for ``orig_port``."""
    words = reader.names.column_words
    column, thing = set(words[one.table, one.column]), set(reader.names.table_words[one.other])
    own = column - thing - _KEYS - set(words[one.other, one.key])
    wanted = set(said) - thing - _KEYS if own else set(said)
    own = own or column
    if not wanted:
        return False
    sides = [side for side in SIDES.values() if own & side]
    alike = own | alike_of(tuple(own)) if one.other == one.table else own | {word for side in sides for word in side}
    return wanted <= alike or wanted <= column


def _shown(reader: Reader, other: TableRef, what: tuple[str, ...]) -> str:
    """The column of the other table; the table's own name, or ``name``, is what its rows are called."""
    words, thing = reader.names.column_words, set(reader.names.table_words[other])
    own = {column: set(said) for (table, column), said in words.items() if table == other}
    found = [column for column, said in own.items() if set(what) == said]
    found = found or [column for column, said in own.items() if set(what) == said - thing]
    if not found and (set(what) in ({"name"}, {"full", "name"}) or set(what) == thing):
        found = [column for column, said in own.items() if "name" in said and said - thing <= {"name", "full"}]
    return found[0] if len(found) == 1 else ""
