"""Slots that hold a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.planning.offline.phrasebook.kinds.ends import Ends
from datamorph.planning.offline.rephrasing.said import Said


def table_ends(said: Said, place: int) -> Iterator[int]:
    """A table's name, also behind that of its subject area: ``the shop orders``."""
    found = said.table(place)
    if found is not None:
        yield place + found[0]
    elif place < len(said) and said.words[place] in {ref.domain for ref in said.tables}:  # the ferry bookings
        found = said.table(place + 1)
        if found is not None:
            yield place + 1 + found[0]


def _rows(said: Said, place: int) -> Iterator[int]:
    """A table as it is called, or in the plural: no ``name of the patron``, which is one row."""
    found = said.table(place)
    last = said.tokens[place + found[0] - 1] if found is not None else None
    if found is not None and last is not None and (last.lower != last.lemma or last.lower == found[1].name.lower()):
        yield place + found[0]


TABLES: Mapping[str, Ends] = {
    "table": table_ends,
    "rows": _rows,
}
