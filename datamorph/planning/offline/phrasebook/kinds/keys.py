"""Slots that hold what rows are sorted by, or a place in that order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.lexicon.cues import SUPERLATIVES
from datamorph.planning.offline.lexicon.qualities import QUALITIES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import TAILLESS
from datamorph.planning.offline.phrasebook.columns import CAMEL, is_defined
from datamorph.planning.offline.phrasebook.kinds.columns import COLUMNS
from datamorph.planning.offline.phrasebook.kinds.ends import Ends
from datamorph.planning.offline.phrasebook.kinds.tables import table_ends
from datamorph.planning.offline.rephrasing.said import Said

_AGGREGATES = frozenset("total sum average mean median number count share avg max min".split())
_RANKS = frozenset("place rank position pos placement rk rnk ranking nr no".split())
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
             "tenth": 10}  # fmt: skip


def _key(said: Said, place: int) -> Iterator[int]:
    """What rows can be sorted by: a column, a name of the prompt's own, ``total price``, ``number of sales``."""
    yield from COLUMNS["column"](said, place)
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word or "." in token.text:
        return
    is_own = token.kind == "name" or bool(CAMEL.fullmatch(token.text))
    if is_own or is_defined(said, token.lower) or _is_listed(said, place):
        yield place + 1
    if token.lower in _AGGREGATES:
        after = place + 1 + (said.words[place + 1 : place + 2] == ("of",))
        yield from COLUMNS["column"](said, after)
        yield from table_ends(said, after)


def _rank(said: Said, place: int) -> Iterator[int]:
    if place < len(said) and (said.words[place] in _RANKS or said.words[place].endswith(("_rank", "_no", "_pos"))):
        yield place + 1


def _is_listed(said: Said, place: int) -> bool:
    """True for a word that stands once more in the prompt, between commas."""
    word, words = said.words[place], said.words
    if word in GLUE or said.tokens[place].kind != "word":
        return False
    return any(
        words[n] == word
        and n != place
        and (words[n - 1 : n] in ((",",), ("|",)) or words[n + 1 : n + 2] in ((",",), ("|",)))
        for n in range(len(words))
    )


def _graded(said: Said, place: int) -> Iterator[int]:
    """A key with values that are larger or later than others."""
    table = said.table(place)
    for end in _key(said, place):
        if table is not None and place + table[0] >= end:
            continue
        links = [link for link in said.links(place, end - place) if link.column and link.score >= TAILLESS]
        types = {said.type_of(link) for link in links}
        if not types or any(is_number(type_) or is_time(type_) for type_ in types):
            yield end


def _superlative(*, is_largest: bool) -> Ends:
    phrases = {phrase for phrase, way in SUPERLATIVES.items() if (way == "desc") == is_largest} - {"first", "last"}
    phrases |= {phrase for phrase, (way, _) in QUALITIES.items() if way == is_largest}

    def ends(said: Said, place: int) -> Iterator[int]:
        is_bound = place > 0 and said.words[place - 1] == "at"  # ``at least 3`` is no superlative
        for length in (2, 1) if not is_bound else ():
            if " ".join(said.words[place : place + length]) in phrases and place + length <= len(said):
                yield place + length

    return ends


def _ordinal(said: Said, place: int) -> Iterator[int]:
    """``third``, ``3rd``: the second and all after it."""
    token = said.tokens[place] if place < len(said) else None
    if token is not None and (token.lower in _ORDINALS or (token.unit == "th" and token.value != 1)):
        yield place + 1


def as_number(said: Said, start: int, end: int) -> str:
    """The number of an ordinal."""
    token = said.tokens[start]
    return str(_ORDINALS.get(token.lower, token.value))


KEYS: Mapping[str, Ends] = {
    "sort_key": _key,
    "rank": _rank,
    "graded": _graded,
    "most": _superlative(is_largest=True),
    "least": _superlative(is_largest=False),
    "ordinal": _ordinal,
}
