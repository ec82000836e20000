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


_BEHIND = frozenset({",", ":", ".", "per", "by", "in", "on", "each", "every", "during", "for", "over", "within", "a",
                     "?", "between", "from", "since", "across", "daily", "monthly", "weekly", "were",
                     "was"})  # fmt: skip
_BEING = frozenset({"were", "was", "are", "is", "got", "been", "being", "have", "has"})


def deeds_behind_tables(reader: Reader) -> list[str]:
    """``opened`` in ``tickets opened per month``, ``how many tickets were opened in each month``."""
    found: list[str] = []
    for place in range(len(reader.tokens) - 1):
        links = reader.links(place, 1)
        if not links or not any(not link.column for link in links[:2]):
            continue
        after = place + 1
        while after < len(reader.tokens) and reader.tokens[after].lower in _BEING:
            after += 1
        follows = reader.tokens[after + 1].lower if after + 1 < len(reader.tokens) else ""
        if after < len(reader.tokens) and follows in _BEHIND and reader.tokens[after].kind == "word":
            word = reader.tokens[after].lower
            tables = {link.table for link in links if not link.column}
            dates = [(table, date) for table in tables for date in reader.names.dates.get(table, ())]
            fits = sum(is_deed_of(word, reader.names.column_words[spot]) for spot in dates)
            if fits == 1:
                reader.ledger.explain(after, after + 1, "which date")
            if fits or word.endswith("ed"):
                found.append(word)
    return found


def is_deed_of(word: str, parts: tuple[str, ...], least: int = _SHORTEST) -> bool:
    """``opened`` of ``opened_at``, ``scheduled`` of ``sched_dep``."""
    return any(_is_same(word, part) or (len(part) >= least and word.startswith(part)) for part in parts)


def _is_same(one: str, other: str) -> bool:
    length = 0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > _SHORTEST and longer.startswith(shorter):
        return True
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length >= _SHORTEST and one[length:] in _ENDINGS and other[length:] in _ENDINGS
