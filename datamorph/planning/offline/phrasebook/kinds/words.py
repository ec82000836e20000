"""Slots that hold whatever words stand there, up to some mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.planning.offline.phrasebook.kinds.ends import Ends
from datamorph.planning.offline.rephrasing.said import Said

_MOST_WORDS, _MOST_OF_CLAUSE = 5, 15
_MARKS = frozenset(".;:()!?")


def _word(said: Said, place: int) -> Iterator[int]:
    if place < len(said) and said.tokens[place].is_word:
        yield place + 1


def _proper(said: Said, place: int) -> Iterator[int]:
    """A word with a capital letter inside of a sentence: ``Unknown``."""
    is_inside = 0 < place < len(said) and said.tokens[place - 1].text not in _MARKS
    if is_inside and said.tokens[place].kind == "word" and said.tokens[place].text[:1].isupper():
        yield place + 1


def _words(said: Said, place: int) -> Iterator[int]:
    for end in range(place, min(place + _MOST_WORDS, len(said))):
        if said.tokens[end].kind == "mark":
            return
        yield end + 1


def _clause(said: Said, place: int) -> Iterator[int]:
    for end in range(place, min(place + _MOST_OF_CLAUSE, len(said))):
        if said.words[end] in _MARKS:
            return
        yield end + 1


def _items(said: Said, place: int) -> Iterator[int]:
    """Up to a colon, a semicolon or the end of the sentence, whatever stands in parentheses."""
    depth = 0
    for end in range(place, len(said)):
        word = said.words[end]
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0 or (not depth and word in (".", "?", "!", ":", ";")):
            break
        if not depth:
            yield end + 1


def _inner(said: Said, place: int) -> Iterator[int]:
    """Up to the parenthesis that closes, or the end of the sentence."""
    depth = 0
    for end in range(place, len(said)):
        word = said.words[end]
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0 or word in (".", "?", "!"):
            break
        if not depth:
            yield end + 1


WORDS: Mapping[str, Ends] = {
    "word": _word,
    "proper": _proper,
    "words": _words,
    "clause": _clause,
    "items": _items,
    "inner": _inner,
}
