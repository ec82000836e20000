"""Patterns over the tokens of a prompt: words, choices, what may be left out, and slots for what the catalog knows.

The notation is that of sentence templates for voice assistants (JSGF, W3C 2000; hassil of Home Assistant):
``(a | b)``, ``[left out]``, ``<class>``, ``{slot}`` or ``{slot:name}``. ``^`` stands for the start of a sentence,
``$`` for its end, ``~`` for the end of a clause; ``\\(`` is a parenthesis of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from datamorph.planning.offline.phrasebook.slots import SLOTS
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import tokenize

Span: TypeAlias = tuple[int, int]
Slots: TypeAlias = Mapping[str, Span]
Found: TypeAlias = Iterator[tuple[int, Slots]]
Matcher: TypeAlias = Callable[[Said, int, Slots], Found]

_PARTS = re.compile(r"\\.|<\w+>|\{\w+(?::\w+)?\}|[()\[\]|^$~]|(?:[^\s()\[\]|{}<>^$~\\]|<(?!\w)|(?<!\w)>)+")
_SENTENCE, _CLAUSE = frozenset(".;!?"), frozenset(".;!?,:)")
_JOINED = frozenset({"and", "then", "but"})
_NEVER = frozenset[str]()


class PatternError(Exception):
    """A pattern that cannot be read."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a pattern.

    Attributes:
        match: the places where the part may end that begins somewhere, with what its slots hold.
        needs: sets of words; of each at least one stands in every prompt that the part matches.
        slots: names of the slots in it.
        firsts: words of which one stands where the part begins; None where it may begin with anything, or be empty.
    """

    match: Matcher
    needs: tuple[frozenset[str], ...] = ()
    slots: frozenset[str] = frozenset()
    firsts: frozenset[str] | None = None


def parse_pattern(text: str, classes: Mapping[str, Node]) -> Node:
    """Read a pattern.

    Raises:
        PatternError: unbalanced brackets, an unknown slot or class.
    """
    parts = _PARTS.findall(text)
    node, end = _choice(parts, 0, classes)
    if end != len(parts):
        raise PatternError(f"{parts[end]!r} closes nothing in {text!r}")
    return node


def _choice(parts: list[str], place: int, classes: Mapping[str, Node]) -> tuple[Node, int]:
    node, place = _sequence(parts, place, classes)
    branches = [node]
    while place < len(parts) and parts[place] == "|":
        node, place = _sequence(parts, place + 1, classes)
        branches.append(node)
    return (_either(branches), place) if len(branches) > 1 else (node, place)


def _sequence(parts: list[str], place: int, classes: Mapping[str, Node]) -> tuple[Node, int]:
    nodes: list[Node] = []
    while place < len(parts) and parts[place] not in (")", "]", "|"):
        node, place = _item(parts, place, classes)
        nodes.append(node)
    return (nodes[0] if len(nodes) == 1 else _after(nodes)), place


def _item(parts: list[str], place: int, classes: Mapping[str, Node]) -> tuple[Node, int]:
    part = parts[place]
    if part in ("(", "["):
        node, end = _choice(parts, place + 1, classes)
        if end >= len(parts) or parts[end] != {"(": ")", "[": "]"}[part]:
            raise PatternError(f"{part!r} is not closed in {' '.join(parts)!r}")
        return (_either([node, _NOTHING]) if part == "[" else node), end + 1
    return _single(part, classes), place + 1


def _single(part: str, classes: Mapping[str, Node]) -> Node:
    if not part.startswith("<") or len(part) <= 2:  # noqa: PLR2004 (a comparison)
        return _unnamed(part)
    if part[1:-1] not in classes:
        raise PatternError(f"no class {part}: define it above, as {part} = a | b")
    return classes[part[1:-1]]


@cache
def _unnamed(part: str) -> Node:
    """A part that is the same in every pattern."""
    if part in _ANCHORS:
        return Node(_ANCHORS[part])
    if part.startswith("{"):
        kind, _, name = part[1:-1].partition(":")
        return _slot(kind, name or kind)
    return _literal(part[1:] if part.startswith("\\") else part)


def _literal(text: str) -> Node:
    return _after([_word(token.lower) for token in tokenize(text)])


@cache
def _word(text: str) -> Node:
    def match(said: Said, place: int, slots: Slots) -> Found:
        if place < len(said.words) and said.words[place] == text:
            yield place + 1, slots

    return Node(match, (frozenset({text}),), firsts=frozenset({text}))


def _after(nodes: list[Node]) -> Node:
    """One part after the other."""

    if len(nodes) == 1:
        return nodes[0]
    matchers = tuple(node.match for node in nodes)
    last = len(matchers)

    def match(said: Said, place: int, slots: Slots) -> Found:
        return walk(said, place, slots, 0)

    def walk(said: Said, place: int, slots: Slots, number: int) -> Found:
        if number == last:
            yield place, slots
            return
        for end, held in matchers[number](said, place, slots):
            yield from walk(said, end, held, number + 1)

    needs = tuple(need for node in nodes for need in node.needs)
    begins = [node for node in nodes if node.match not in _STANDING]
    return Node(match, needs, _slots_of(nodes), begins[0].firsts if begins else None)


def _either(branches: list[Node]) -> Node:
    """One part of several."""
    by_word: Mapping[str, tuple[Matcher, ...]] | None = None  # built at the first match: few rules come so far

    def match(said: Said, place: int, slots: Slots) -> Found:
        nonlocal by_word
        if by_word is None:
            by_word = _by_word(branches)
        word = said.words[place] if place < len(said.words) else ""
        for matcher in by_word.get(word) or by_word[""]:
            yield from matcher(said, place, slots)

    needs = [branch.needs[0] if branch.needs else _NEVER for branch in branches]
    firsts = [branch.firsts for branch in branches if branch.firsts is not None]
    begins = _NEVER.union(*firsts) if len(firsts) == len(branches) else None
    return Node(match, (_NEVER.union(*needs),) if all(needs) else (), _slots_of(branches), begins)


def _by_word(branches: list[Node]) -> Mapping[str, tuple[Matcher, ...]]:
    """The branches that may begin with a word; behind the empty one those that may begin with any."""
    begins = _NEVER.union(*(branch.firsts or _NEVER for branch in branches), {""})
    return {word: tuple(one.match for one in branches if one.firsts is None or word in one.firsts) for word in begins}


def _slots_of(nodes: Iterable[Node]) -> frozenset[str]:
    return _NEVER.union(*(node.slots for node in nodes))


@cache
def _slot(kind: str, name: str) -> Node:
    """What the catalog or the notation knows; a slot that is named twice holds the same words."""
    if kind not in SLOTS:
        raise PatternError(f"no slot {{{kind}}}: there are {', '.join(sorted(SLOTS))}")
    ends = SLOTS[kind]

    def match(said: Said, place: int, slots: Slots) -> Found:
        held = slots.get(name)
        found = said.memory.get((kind, place))
        if found is None:
            found = said.memory[kind, place] = tuple(ends(said, place))
        for end in found:
            if held is None or said.words[held[0] : held[1]] == said.words[place:end]:
                yield end, {**slots, name: (place, end)}

    return Node(match, slots=frozenset({name}))


def _is_start(said: Said, place: int, slots: Slots) -> Found:
    if said.words[max(place - 2, 0) : place] == ("columns", ":"):  # the plain list of columns is no sentence
        return
    if place == 0 or said.words[place - 1] in _SENTENCE or said.words[place - 1] == ":":
        yield place, slots


def _is_end(said: Said, place: int, slots: Slots) -> Found:
    if place == len(said) or said.words[place] in _SENTENCE:
        yield place, slots


def _is_boundary(said: Said, place: int, slots: Slots) -> Found:
    if place == len(said) or said.words[place] in _CLAUSE or said.words[place] in _JOINED:
        yield place, slots


_ANCHORS: dict[str, Matcher] = {"^": _is_start, "$": _is_end, "~": _is_boundary}
_STANDING = frozenset(_ANCHORS.values())
_NOTHING = _after([])
