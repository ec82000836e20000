"""Which end of a journey a place is meant at: ``the station where most trips start``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.places import SOURCE, TARGET, of_role
from datamorph.planning.offline.grammar.reader import Reader

_SAID = {
    **dict.fromkeys("""start starts starting begin begins beginning began depart departs departing departed leave
                       leaves leaving origin originate originates originating departure pickup""".split(), SOURCE),
    **dict.fromkeys("""end ends ending finish finishes finishing arrive arrives arriving arrived destination arrival
                       dropoff terminate terminates""".split(), TARGET),
}  # fmt: skip
_SAID_WITH = frozenset({"the first rows", "which date", "table"})
"""Readings that a verb behind their words belongs to: ``most trips start``."""


def read_side(reader: Reader) -> str:
    """The one side that the prompt speaks of, where a table refers to places twice; its words are explained."""
    places = _places(reader)
    if not places:
        return ""
    found = [(place, role) for place in range(len(reader.tokens)) if (role := _role(reader, place, places))]
    roles = {role for _, role in found}
    if len(roles) != 1:
        return ""
    for place, _ in found:
        if not reader.ledger.covers(place):
            reader.ledger.explain(place, place + 1, "which side")
    return roles.pop()


def _places(reader: Reader) -> set[TableRef]:
    """Tables that another one refers to twice, as where something begins and where it ends."""
    relations, tables = reader.relations, sorted(reader.names.table_words)
    if relations is None:
        return set()
    named = {link.table for place in range(len(reader.tokens)) for link in reader.links(place, 1)}
    return {
        other
        for table in tables
        for other in tables
        if table != other and table in named and table.domain == other.domain
        if len(options := relations.between(table, other)) > 1
        and all(len(of_role(options, role)) == 1 for role in (SOURCE, TARGET))
    }


def _role(reader: Reader, place: int, places: set[TableRef]) -> str:
    token = reader.tokens[place]
    role = _SAID.get(token.lower, "") if token.kind == "word" and place not in reader.closed else ""
    meaning = next((e.meaning for e in reader.ledger.entries if e.start <= place < e.end), "") if role else ""
    if not role or not meaning or meaning in _SAID_WITH:
        return role
    behind = reader.links(place + 1, 1) if place + 1 < len(reader.tokens) else ()
    return role if any(link.table in places for link in behind[:1]) else ""
