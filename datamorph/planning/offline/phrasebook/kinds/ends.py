"""Where what a slot holds may end, likeliest first: kinds that are put together from others, or from a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Said

Ends: TypeAlias = Callable[[Said, int], Iterator[int]]


def phrase(phrases: Phrases[str]) -> Ends:
    """One of the phrases, the longest."""

    def ends(said: Said, place: int) -> Iterator[int]:
        found = phrases.match(said.tokens, place)
        if found is not None:
            yield place + found[0]

    return ends


def of_kind(kind: str) -> Ends:
    """A token of that kind."""

    def ends(said: Said, place: int) -> Iterator[int]:
        if place < len(said) and said.tokens[place].kind == kind:
            yield place + 1

    return ends


def either(*kinds: Ends) -> Ends:
    """What one of the kinds finds, the first of them first."""

    def ends(said: Said, place: int) -> Iterator[int]:
        for kind in kinds:
            yield from kind(said, place)

    return ends


def one_of(*lemmas: str) -> Ends:
    """One of these words, in any number."""

    def ends(said: Said, place: int) -> Iterator[int]:
        if place < len(said) and said.tokens[place].is_word and said.tokens[place].lemma in lemmas:
            yield place + 1

    return ends


def listed(ends: Ends) -> Ends:
    """``a, b and c``: longest first, at least one."""

    def of_list(said: Said, place: int) -> Iterator[int]:
        found: list[int] = []
        while (end := next(ends(said, place), None)) is not None:
            found.append(end)
            place = end
            if place < len(said) and said.words[place] == ",":
                place += 1
            if place < len(said) and said.words[place] in ("and", "or"):
                place += 1
            if place == end:
                break
        yield from reversed(found)

    return of_list
