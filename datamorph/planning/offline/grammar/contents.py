"""What a column of stacked tables holds for each of them: ``'sale' or 'refund'``, ``fare_cents or refund_cents``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Item, UnionRequest
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.union import named_order
from datamorph.planning.offline.model import Apply, Expression, Noun
from datamorph.planning.offline.names import OWN, Link

_IS = frozenset({"=", "is", "being", "from", "taken", "taking", "(", "holds", "holding", "either", "says", "saying",
                 "with", "that", "which", "the", "coming", "comes", ":", "value", "values", "set", "to", "of", "made",
                 "column", "as", "where", "reads", "filled", "are", "means", "a", "text"})  # fmt: skip
_OR = frozenset({",", "or", "and", "/", "|", "respectively", ";", "&", "resp", "resp."})
_TIES = frozenset({"in", "for", "from", "of", "on", "with", "when", "where", "if", "it", "is", "comes", "->", "at"})
_MINUS = frozenset({"minus", "negative", "-", "negated", "the"})
_ADDING = frozenset({"append", "appending", "add", "appended", "added"})
"""Of ``append a to b`` it is not clear which of the two is named first."""


def read_contents(reader: Reader, union: UnionRequest, noun: Noun) -> bool:
    """What stands in the column, for each of the tables."""
    start = reader.position
    is_open = reader.lower() == "(" or (reader.lower() in _IS and reader.lower(1) == "(")
    reader.skip(_IS)
    labels = _labels(reader, union)
    if labels:
        if union.label:
            return False
        union.label, union.values = noun.text, labels
        reader.defined.append(Item(Noun(noun.text, (noun.text,)), frozenset({noun.text}), noun.text, noun.text))
        return _closes(reader, is_open=is_open)
    if reader.position == start:
        return False
    sources = _sources(reader, union)
    if sources is None:
        return False
    name = Noun(noun.text, noun.words)
    union.special += [(table, name, value) for table, value in sources]
    return _closes(reader, is_open=is_open)


def _closes(reader: Reader, *, is_open: bool) -> bool:
    reader.skip(("respectively",))
    return not is_open or reader.word(")")


def _labels(reader: Reader, union: UnionRequest) -> list[str]:
    """``'sale' or 'refund'``, ``'b' for bookings, 'r' for refunds``: one for each table, in their order."""
    start = reader.position
    values: list[str] = []
    said: dict[int, str] = {}
    while reader.is_kind("text"):
        values.append(str(reader.next().value))
        mark = reader.position
        reader.skip(_TIES | ARTICLES | {"rows"})
        place = _member(reader, union) if reader.position > mark else None
        if place is None:
            reader.position = mark
        else:
            said[place] = values[-1]
            reader.skip(("rows", "entries"))
        mark = reader.position
        reader.skip(_OR)
        if not reader.is_kind("text"):
            reader.position = mark
            break
    if not values and (plain := _plain_labels(reader, union)):
        return plain
    if len(values) != len(union.tables) or (said and len(said) != len(values)):
        reader.position = start
        return []
    if said:
        return [said[n] for n in range(len(values))]
    found = named_order(values, union.tables)
    if not found and any(token.lower in _ADDING for token in reader.tokens[:start]):
        reader.position = start
        return []
    return found or values


def _plain_labels(reader: Reader, union: UnionRequest) -> list[str]:
    """``(booking/refund)``: words that name the tables."""
    mark = reader.position
    values: list[str] = []
    while reader.is_kind("word") and len(values) < len(union.tables):
        values.append(reader.next().text)
        if not reader.word("/", "or"):
            break
    found = named_order(values, union.tables) if len(values) == len(union.tables) else []
    if not found or reader.lower() != ")":
        reader.position = mark
        return []
    return found


def _member(reader: Reader, union: UnionRequest) -> int | None:
    mark = reader.position
    table = read_table(reader) or reader.noun()
    wanted = {link.table for link in table.links} if table is not None else set[TableRef]()
    places = [n for n, one in enumerate(union.tables) if one.links[0].table in wanted]
    if len(places) != 1:
        reader.position = mark
        return None
    return places[0]


def _sources(reader: Reader, union: UnionRequest) -> list[tuple[TableRef, Expression]] | None:
    """``fare_cents or refund_cents``, ``a in bookings and minus b in refunds``: one for each table."""
    found: dict[int, Expression] = {}
    for _ in union.tables:
        reader.skip(("the",))
        is_minus = reader.lower() in _MINUS - {"the"}
        reader.skip(_MINUS)
        links = read_column_of(reader, union)
        if not links:
            return None
        mark = reader.position
        reader.skip(_TIES | ARTICLES)
        place = _member(reader, union) if reader.position > mark else None
        if place is None:
            reader.position = mark
            owners = [n for n, one in enumerate(union.tables) if one.links[0].table in {link.table for link in links}]
            place = next((n for n in owners if n not in found), None) if len(owners) > 1 else next(iter(owners), None)
        table = union.tables[place].links[0].table if place is not None else None
        own = [link for link in links if link.table == table]
        if place is None or place in found or not own:
            return None
        noun = Noun(own[0].column, (), (own[0],), reader.position - 1)
        found[place] = Apply("-({})", (noun,)) if is_minus else noun
        mark = reader.position
        reader.skip(_OR)
        if len(found) == len(union.tables):
            reader.position = mark
    return [(union.tables[n].links[0].table, value) for n, value in found.items()]


def read_column_of(reader: Reader, union: UnionRequest) -> list[Link]:
    """The columns of the tables that the next words name best."""
    tables = {noun.links[0].table for noun in union.tables}
    for length in (3, 2, 1):
        links = [one for one in reader.links(reader.position, length) if one.table in tables and one.column]
        if links and links[0].score >= OWN:
            reader.position += length
            return [link for link in links if link.score > links[0].score - 0.05]
    return []
