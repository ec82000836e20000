"""What a clause is about: the table that was named last before it."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.names import OWN, SYNONYM

_LONGEST = 3
_STOPS = frozenset({".", ";", "?", ":"})


def table_before(reader: Reader, start: int) -> TableRef | None:
    """The table that was named last before the place, in the same sentence."""
    for place in range(start - 1, -1, -1):
        if reader.tokens[place].text in _STOPS:
            return None
        for length in range(1, _LONGEST + 1):
            links = reader.links(place - length + 1, length) if place - length + 1 >= 0 else ()
            if links and not links[0].column and links[0].score >= SYNONYM * OWN:
                return links[0].table
    return None
