"""What a statement says of a column of stacked tables: ``role is 'agent' or 'subscriber'``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, UnionRequest
from datamorph.planning.offline.grammar.contents import read_column_of, read_contents
from datamorph.planning.offline.grammar.derived import read_derived
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Constant, Expression, Noun

_FEWEST = 2


def read_assignment(reader: Reader, draft: Draft, union: UnionRequest) -> bool:
    """``role is 'agent' or 'subscriber'``, ``cents is fare for bookings and refund for refunds``."""
    start = reader.position
    reader.skip((",", "and", "where", "with", "the", ";", "while", "set"))
    name = next((o.noun for o in draft.outputs if o.noun.text.lower() == reader.lower() and reader.lower()), None)
    if name is not None:
        reader.next()
        if reader.lower() in ("is", "=", "are", "comes", "being", "holds", "says", "taken", "to", ":", "from", "as"):
            if read_contents(reader, union, name):
                return True
    reader.position = start
    return _of_member(reader, draft, union)


def _of_member(reader: Reader, draft: Draft, union: UnionRequest) -> bool:
    """``subscriber names are first_name, space, last_name``, ``for agents the id is agent_no``."""
    start = reader.position
    reader.skip(frozenset({",", "and", "where", "with", "the", ";", "in", "for", "of", "while"}) | ARTICLES)
    place = _member_word(reader, union)
    reader.skip(ARTICLES | {","})
    names = {form: o.noun for o in draft.outputs for form in (o.noun.text.lower(), f"{o.noun.text.lower()}s")}
    noun = names.get(reader.lower()) if place is not None else None
    if noun is None or place is None:
        reader.position = start
        return False
    reader.next()
    if not reader.word("is", "are", "=", "comes", "come", "means", "being"):
        reader.position = start
        return False
    reader.skip(("from", "the", "made", "of", "up"))
    table = union.tables[place].links[0].table
    value: Expression | None = _beside(reader, table) or read_derived(reader)
    if value is None and (links := [link for link in read_column_of(reader, union) if link.table == table]):
        value = Noun(links[0].column, (), (links[0],), reader.position - 1)
    if value is None and reader.is_kind("text"):
        value = Constant(str(reader.next().value))
    if value is None:
        reader.position = start
        return False
    union.special.append((table, replace(noun, links=()), value))
    _also(reader, names, union, table)
    return True


def _also(reader: Reader, names: dict[str, Noun], union: UnionRequest, table: TableRef) -> None:
    """``and source is 'B'`` behind another column of the same table."""
    mark = reader.position
    while reader.word("and", ",") and reader.lower() in names and reader.lower(1) in ("is", "=", "are"):
        noun = names[reader.next().lower]
        reader.next()
        links = [link for link in read_column_of(reader, union) if link.table == table]
        if links:
            value: Expression = Noun(links[0].column, (), (links[0],), reader.position - 1)
        elif reader.is_kind("text"):
            value = Constant(str(reader.next().value))
        else:
            break
        union.special.append((table, replace(noun, links=()), value))
        mark = reader.position
    reader.position = mark


def _beside(reader: Reader, table: TableRef) -> Expression | None:
    """``first_name, space, last_name``: two columns with something between."""
    start = reader.position
    found: list[Noun] = []
    between = ""
    while len(found) < _FEWEST:
        links = reader.column_of(table)
        if links is None:
            break
        found.append(Noun(links.column, (), (links,), reader.position - 1))
        reader.skip((",", "+", "then", "and", "followed", "by", "a", "an", "plus", "with"))
        token = reader.peek()
        if len(found) == 1 and token is not None and token.kind == "text":
            between = str(reader.next().value)
        elif len(found) == 1 and reader.lower() in _SIGNS:
            between = _SIGNS[reader.next().lower]
        reader.skip(frozenset({",", "+", "then", "and"}) if len(found) == 1 else frozenset())
    if len(found) < _FEWEST or not between:
        reader.position = start
        return None
    if reader.tokens[reader.position - 1].text == ",":
        reader.position -= 1
    quoted = between.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return Apply(f"concat({{}}, '{quoted}', {{}})", tuple(found))


_SIGNS = {"space": " ", "blank": " ", "comma": ",", "dash": "-", "hyphen": "-", "slash": "/", "underscore": "_"}


def _member_word(reader: Reader, union: UnionRequest) -> int | None:
    """The table that one word names: ``subscriber`` of subscribers."""
    token = reader.peek()
    if token is None or not token.is_word:
        return None
    names = [one.links[0].table.name.lower() for one in union.tables]
    places = [n for n, name in enumerate(names) if {token.lemma, token.lower} & {*name.split("_"), name.rstrip("s")}]
    if len(places) != 1:
        return None
    reader.next()
    return places[0]
