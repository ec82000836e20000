"""Tables of phrases, matched at a place of the prompt: the longest one wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from datamorph.planning.offline.tokens import Token

T = TypeVar("T")


class Phrases(Generic[T]):
    """Phrases with a value each.

    Attributes:
        firsts: the words that a phrase begins with.
    """

    def __init__(self, values: Mapping[str, T]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in values.items():
            words = tuple(phrase.split())
            self._by_first.setdefault(words[0], []).append((words, value))
        for found in self._by_first.values():
            found.sort(key=lambda item: -len(item[0]))
        self.firsts = self._by_first.keys()

    def match(self, tokens: Sequence[Token], position: int) -> tuple[int, T] | None:
        """Length and value of the longest phrase that starts there, or None."""
        if position >= len(tokens) or tokens[position].kind == "text":
            return None
        for words, value in self._by_first.get(tokens[position].lower, ()):
            length = len(words)
            if length == 1 or tuple([t.lower for t in tokens[position : position + length]]) == words:
                return length, value
        return None


def phrase_set(phrases: Iterable[str]) -> Phrases[str]:
    """Phrases that stand for themselves."""
    return Phrases({phrase: phrase for phrase in phrases})
