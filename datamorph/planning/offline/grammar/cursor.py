"""A position in the tokens of a prompt, and the plain words and marks that stand there."""

from __future__ import annotations

from collections.abc import Iterable

from datamorph.planning.offline.phrases import Phrases, T
from datamorph.planning.offline.tokens import Token


class Cursor:
    """Tokens, a position in them, and the places that nothing reads again.

    Attributes:
        closed: places of tokens that are explained for good; ``shut`` adds to them.
    """

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.position = 0
        self.closed = set[int]()
        self._size = len(tokens)
        self._lowers = [token.lower if token.kind != "text" else "" for token in tokens]
        self._open = [*self._lowers, ""]  # the same without what is closed: read at every step

    def peek(self, ahead: int = 0) -> Token | None:
        """The token that many places ahead, or None at the end or where a token is explained already."""
        place = self.position + ahead
        return self.tokens[place] if place < self._size and place not in self.closed else None

    def lower(self, ahead: int = 0) -> str:
        """The lower-case text there, empty at the end."""
        place = self.position + ahead
        return self._open[place] if place < self._size else ""

    def shut(self, places: Iterable[int]) -> None:
        """Tokens that no construct reads again."""
        self.closed.update(places)
        self._mark(places)

    def reopen(self, places: Iterable[int]) -> None:
        """Tokens that were shut for a while."""
        self.closed.difference_update(places)
        self._mark(places)

    def _mark(self, places: Iterable[int]) -> None:
        for place in places:
            if 0 <= place < self._size:
                self._open[place] = "" if place in self.closed else self._lowers[place]

    def is_kind(self, kind: str, ahead: int = 0) -> bool:
        """True when the token there is of that kind."""
        token = self.peek(ahead)
        return token is not None and token.kind == kind

    def next(self) -> Token:
        """Take one token."""
        self.position += 1
        return self.tokens[self.position - 1]

    def word(self, *texts: str) -> bool:
        """Take the token if it is one of these words or marks."""
        place = self.position
        said = self._open[place] if place < self._size else ""
        if said and said in texts:
            self.position = place + 1
            return True
        return False

    def skip(self, words: frozenset[str] | tuple[str, ...]) -> None:
        """Take all of these words that come next."""
        place = self.position
        if place < self._size:
            while (said := self._open[place]) and said in words:
                place += 1
            self.position = place

    def is_ahead(self, words: frozenset[str]) -> bool:
        """True where one of the words or marks stands here or anywhere behind."""
        return not words.isdisjoint(self._lowers[self.position :])

    def take(self, phrases: Phrases[T]) -> T | None:
        """Take the longest of the phrases that stands here and return its value."""
        found = self.match(phrases)
        if found is None:
            return None
        self.position += found[0]
        return found[1]

    def match(self, phrases: Phrases[T]) -> tuple[int, T] | None:
        """Length and value of the longest phrase that stands here, without taking it."""
        place = self.position
        if place >= self._size or self._lowers[place] not in phrases.firsts:
            return None
        found = phrases.match(self.tokens, place)
        if found is None or not self.closed.isdisjoint(range(place, place + found[0])):
            return None
        return found

    def match_at(self, phrases: Phrases[T], place: int) -> bool:
        """True when one of the phrases stands at that place."""
        return phrases.match(self.tokens, place) is not None
