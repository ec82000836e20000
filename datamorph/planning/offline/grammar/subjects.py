"""What a clause is about: the table that was named last before it."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, SYNONYM, Link

_LONGEST = 3
_MEASURED = {
    "priced": ("price",), "costing": ("price", "cost"), "rated": ("rating", "score", "stars"), "aged": ("age",),
    "weighing": ("weight",), "lasting": ("duration", "length"), "seating": ("seat", "capacity"),
    "paid": ("salary", "pay", "wage"), "scoring": ("score", "points"), "sized": ("size",),
}  # fmt: skip
_STOPS = frozenset({".", ";", "?", ":"})


def implied_noun(reader: Reader) -> Noun | None:
    """``books priced above 20``: the one column of the table before that is measured so."""
    words = _MEASURED.get(reader.lower(), ())
    table = table_before(reader, reader.position) if words else None
    if table is None:
        return None
    numbers = reader.names.numbers[table]
    found = [
        column
        for (owner, column), said in sorted(reader.names.column_words.items())
        if owner == table and column in numbers and said[-1] in words
    ]
    if len(found) != 1:
        return None
    token = reader.next()
    return Noun(token.text, (token.lower,), (Link(table, found[0], 1.0),), reader.position - 1)


def table_before(reader: Reader, start: int) -> TableRef | None:
    """The table that was named last before the place, in the same sentence."""
    key = "table before", start, len(reader.made)
    return reader.remembered(key, lambda: _table_before(reader, start))


def _table_before(reader: Reader, start: int) -> TableRef | None:
    for place in range(start - 1, -1, -1):
        if reader.tokens[place].text in _STOPS:
            return None
        for length in range(1, _LONGEST + 1):
            links = reader.links(place - length + 1, length) if place - length + 1 >= 0 else ()
            if links and not links[0].column and links[0].score >= SYNONYM * OWN:
                return links[0].table
    return None


def is_shown_of(reader: Reader, subject: Noun) -> bool:
    """``the status for orders with no discount``: a column of these rows, which the condition is not about."""
    said = {token.lower for token in reader.tokens[subject.position : reader.position]}
    return bool(subject.links) and bool(subject.links[0].column) and bool(said & {"for", "of", "from"})
