"""Where the rules of the phrase book may apply: an index by the words that a rule needs and those it begins with."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from datamorph.planning.offline.phrasebook.pattern import Begins, ends_of
from datamorph.planning.offline.phrasebook.rules import Rule, load_rules
from datamorph.planning.offline.rephrasing.said import Said

PLAIN = "plain"
"""The part of the phrase book with usual phrases in the forms that are always read."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A rule with its place among all of them.

    Attributes:
        needs: numbers of the sets of words that it needs.
        is_local: it says nothing where it covers no word that was not understood.
    """

    order: int
    rule: Rule
    needs: frozenset[int]
    is_local: bool


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """Rules by the words that they need.

    Attributes:
        with_word: numbers of the sets that a word is in.
    """

    rules: tuple[Indexed, ...]
    with_word: dict[str, frozenset[int]]

    def needing(self, words: Iterable[str]) -> list[Indexed]:
        """The rules of which every set has one of the words."""
        held = frozenset[int]().union(*(self.with_word.get(word, ()) for word in words))
        return [one for one in self.rules if one.needs <= held]


@lru_cache(maxsize=2)
def load_index(part: str = "") -> RuleIndex:
    """The index of all rules of the phrase book, or of a part of it that is tried by itself."""
    with _uncollected():
        return build_index(load_rules(part))


@contextmanager
def _uncollected() -> Generator[None]:
    """Hold the garbage collector: all that the rules are made of stays, and looking it over takes half of the load."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def build_index(rules: Sequence[Rule]) -> RuleIndex:
    """The index of some rules, in their order."""
    numbers: dict[frozenset[str], int] = {}
    wide = {said for rule in rules if rule.is_free or rule.is_certain for said in _plain(rule)}
    found = [
        Indexed(
            order,
            rule,
            frozenset(numbers.setdefault(need, len(numbers)) for need in rule.pattern.needs),
            not (rule.is_free or rule.is_certain) and wide.isdisjoint(_plain(rule)),
        )
        for order, rule in enumerate(rules)
    ]
    with_word: dict[str, set[int]] = {}
    for need, number in numbers.items():
        for word in need:
            with_word.setdefault(word, set()).add(number)
    return RuleIndex(tuple(found), {word: frozenset(held) for word, held in with_word.items()})


def _plain(rule: Rule) -> set[str]:
    """What may stand where the rule applied: one that says what stands there already rules out others with that."""
    return {rule.instead, rule.behind, rule.behind.removeprefix("Only ")} if rule.behind else {rule.instead}


class Candidates:
    """The places of one prompt where rules may apply.

    Args:
        last_open: the last token that was not understood; a local rule behind it is of no use.
    """

    def __init__(self, said: Said, last_open: int) -> None:
        self._said, self._last_open = said, last_open
        self._at: dict[str, list[int]] = {}
        for place, word in enumerate(said.words):
            self._at.setdefault(word, []).append(place)
        self._of_kind: dict[str, frozenset[int]] = {}
        self._beginning: dict[Begins, tuple[int, ...]] = {}

    def starts(self, one: Indexed) -> Iterator[int]:
        """The places where a match of the rule may begin, in order."""
        last = self._latest(one.rule.pattern.needs)
        last = min(last, self._last_open) if one.is_local else last
        if last < 0:
            return
        pattern = one.rule.pattern
        places = range(len(self._said)) if pattern.is_optional else self._where(pattern.begins)
        for place in places:
            if place > last:
                break
            yield place

    def _latest(self, needs: Sequence[frozenset[str]]) -> int:
        """The last place where a match may begin: every word that is needed follows, in its order."""
        place = len(self._said)
        for need in reversed(needs):
            place -= 1
            while place >= 0 and self._said.words[place] not in need:
                place -= 1
        return place if needs else place - 1

    def _where(self, begins: Begins) -> tuple[int, ...]:
        found = self._beginning.get(begins)
        if found is None:
            places = {place for word in begins.words.intersection(self._at) for place in self._at[word]}
            places = places.union(*(self._holding(kind) for kind in begins.kinds))
            found = self._beginning[begins] = tuple(sorted(places))
        return found

    def _holding(self, kind: str) -> frozenset[int]:
        """The places where a slot of that kind may begin."""
        if kind not in self._of_kind:
            said = self._said
            self._of_kind[kind] = frozenset(place for place in range(len(said)) if ends_of(said, kind, place))
        return self._of_kind[kind]
