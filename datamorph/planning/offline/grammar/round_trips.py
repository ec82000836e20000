"""Rows that end where they began: ``trips that end at the station where they started``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.ahead import words_ahead
from datamorph.planning.offline.grammar.places import SIDES, SOURCE, TARGET
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import named_tables
from datamorph.planning.offline.model import Compare, Condition, Noun
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.tokens import singular

_END = r"(?:ends?|ended|finish|finishes|finished|returns?|returned|arrives?|arrived|stops?|stopped|terminates?)"
_BEGAN = r"(?:starts?|started|begins?|began|begun|leaves?|left|departs?|departed|originates?|originated|set off)"
_THEY = r"(?:it|they|he|she)"
_FORMS = tuple(
    re.compile(rf"(?:that |which |who )?{form}(?= |$)")
    for form in (
        rf"{_END} (?:up )?(?:at|in|to) the (?:very )?(?:same )?(?P<place>\w+) "
        rf"(?:where|at which|in which|from which|that) {_THEY} {_BEGAN}(?: from| at| in)?",
        rf"{_END} (?:up )?(?:at|in|to) the (?:very )?same (?P<place>\w+) (?:as )?{_THEY} {_BEGAN}(?: from| at| in)?",
        rf"(?:both )?{_BEGAN} and {_END} (?:at|in|from) the (?:very )?same (?P<place>\w+)",
        rf"{_END} (?:right )?where {_THEY} {_BEGAN}",
        rf"{_BEGAN} and {_END} in the same place",
    )
)
_KEYS = frozenset({"id", "code", "key", "number", "no", "name"})


def read_round_trip(reader: Reader) -> Condition | None:
    """The column for where a row begins is equal to that for where it ends."""
    said = words_ahead(reader)
    found = next((match for form in _FORMS if (match := form.match(said))), None)
    if found is None:
        return None
    place = singular(found.groupdict().get("place") or "")
    pairs = list(_pairs(reader, place))
    if len(pairs) != 1:
        return None
    position = reader.position
    reader.position += len(found[0].split())
    table, *columns = pairs[0]
    left, right = (
        Noun(column, reader.names.column_words[table, column], (Link(table, column, 1.1),), position)
        for column in columns
    )
    return Compare(left, "=", right)


def _pairs(reader: Reader, place: str) -> Iterator[tuple[TableRef, str, str]]:
    """Columns of the named tables that differ only in saying where something begins, and where it ends."""
    for table in sorted(named_tables(reader)):
        columns = {c: words for (owner, c), words in reader.names.column_words.items() if owner == table}
        for one, own in sorted(columns.items()):
            for other, rest in sorted(columns.items()):
                same = tuple(word for word in own if word not in SIDES[SOURCE])
                is_pair = len(same) < len(own) and same == tuple(w for w in rest if w not in SIDES[TARGET]) != rest
                if is_pair and (place in same if place else set(same) & _KEYS):
                    yield table, one, other
