"""Nouns of what is done, and the dates that say when: ``month of joining`` over ``joined_on``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link

_SHORTEST = 4
_ENDINGS = frozenset("e ed d ing ion tion al ure ment y ery s es n en ation".split()) | {""}


def read_deed(reader: Reader) -> Noun | None:
    """Take a word that is the noun of a date column's verb."""
    if not reader.is_kind("word"):
        return None
    word = reader.lower()
    columns = [
        Link(table, column, 1.0)
        for table, dates in sorted(reader.names.dates.items())
        for column in dates
        if any(_is_same(word, one) for one in reader.names.column_words[table, column])
    ]
    if not columns:
        return None
    bare = reader.unlinked()
    return Noun(bare.text, bare.words, tuple(columns), bare.position)


def _is_same(one: str, other: str) -> bool:
    length = 0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > _SHORTEST and longer.startswith(shorter):
        return True
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length >= _SHORTEST and one[length:] in _ENDINGS and other[length:] in _ENDINGS
