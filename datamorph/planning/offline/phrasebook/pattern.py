"""Patterns over the tokens of a prompt: words, choices, what may be left out, and slots for what the catalog knows.

The notation is that of sentence templates for voice assistants (JSGF, W3C 2000; hassil of Home Assistant):
``(a | b)``, ``[left out]``, ``<class>``, ``{slot}`` or ``{slot:name}``. ``^`` stands for the start of a sentence,
``$`` for its end, ``~`` for the end of a clause; ``\\(`` is a parenthesis of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TypeAlias

from datamorph.planning.offline.phrasebook.slots import SLOTS
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import tokenize

Span: TypeAlias = tuple[int, int]
Slots: TypeAlias = Mapping[str, Span]
Found: TypeAlias = Iterable[tuple[int, Slots]]
Matcher: TypeAlias = Callable[[Said, int, Slots], Found]

_PARTS = re.compile(r"\\.|<\w+>|\{\w+(?::\w+)?\}|[()\[\]|^$~]|(?:[^\s()\[\]|{}<>^$~\\]|<(?!\w)|(?<!\w)>)+")
_SENTENCE, _CLAUSE = frozenset(".;!?"), frozenset(".;!?,:)")
_JOINED = frozenset({"and", "then", "but"})
_NEVER = frozenset[str]()


class PatternError(Exception):
    """A pattern that cannot be read."""


@dataclass(frozen=True, slots=True)
class Begins:
    """With what a part may begin: one of these words, or what one of these kinds of slots may hold."""

    words: frozenset[str] = _NEVER
    kinds: frozenset[str] = _NEVER


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a pattern. Equal parts are one object: the book says the same in many patterns.

    Attributes:
        match: the places where the part may end that begins somewhere, with what its slots hold.
        needs: sets of words; of each at least one stands where the part matches, that of a set before those of the
            sets behind it.
        slots: names of the slots in it.
        begins: what stands where the part begins, unless it is empty.
        is_optional: the part may be empty.
        is_word: the part is one word, of those that it begins with.
    """

    match: Matcher
    needs: tuple[frozenset[str], ...] = ()
    slots: frozenset[str] = frozenset()
    begins: Begins = Begins()
    is_optional: bool = False
    is_word: bool = False


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
    return (_either(tuple(branches)), place) if len(branches) > 1 else (node, place)


def _sequence(parts: list[str], place: int, classes: Mapping[str, Node]) -> tuple[Node, int]:
    nodes: list[Node] = []
    while place < len(parts) and parts[place] not in (")", "]", "|"):
        node, place = _item(parts, place, classes)
        nodes.append(node)
    return _after(tuple(nodes)), place


def _item(parts: list[str], place: int, classes: Mapping[str, Node]) -> tuple[Node, int]:
    part = parts[place]
    if part in ("(", "["):
        node, end = _choice(parts, place + 1, classes)
        if end >= len(parts) or parts[end] != {"(": ")", "[": "]"}[part]:
            raise PatternError(f"{part!r} is not closed in {' '.join(parts)!r}")
        return (_either((node, _NOTHING)) if part == "[" else node), end + 1
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
        return Node(_ANCHORS[part], is_optional=True)
    if part.startswith("{"):
        kind, _, name = part[1:-1].partition(":")
        return _slot(kind, name or kind)
    return _literal(part[1:] if part.startswith("\\") else part)


def _literal(text: str) -> Node:
    return _after(tuple(_word(frozenset({token.lower})) for token in tokenize(text)))


@cache
def _word(texts: frozenset[str]) -> Node:
    """One word of several."""

    def match(said: Said, place: int, slots: Slots) -> Found:
        return ((place + 1, slots),) if place < len(said.words) and said.words[place] in texts else ()

    return Node(match, (texts,), begins=Begins(texts), is_word=True)


@cache
def _after(nodes: tuple[Node, ...]) -> Node:
    """One part after the other."""
    if len(nodes) < 2:  # noqa: PLR2004 (the one, or nothing)
        return nodes[0] if nodes else _NOTHING
    first, *behind = [node.match for node in nodes]
    last = len(behind)

    def match(said: Said, place: int, slots: Slots) -> Found:
        open_ways = [iter(first(said, place, slots))]
        while open_ways:
            way = next(open_ways[-1], None)
            if way is None:
                open_ways.pop()
            elif len(open_ways) > last:
                yield way
            else:
                open_ways.append(iter(behind[len(open_ways) - 1](said, *way)))

    needs = tuple(need for node in nodes for need in node.needs)
    required = next((number for number, node in enumerate(nodes) if not node.is_optional), None)
    leading = nodes[: None if required is None else required + 1]
    return Node(match, needs, _slots_of(nodes), _begins_of(leading), required is None)


@cache
def _either(branches: tuple[Node, ...]) -> Node:
    """One part of several."""
    if all(branch.is_word for branch in branches):
        return _word(_NEVER.union(*(branch.begins.words for branch in branches)))
    by_word: Mapping[str, Sequence[Matcher]] | None = None  # built at the first match: few rules come so far

    def match(said: Said, place: int, slots: Slots) -> Found:
        nonlocal by_word
        if by_word is None:
            by_word = _by_word(branches)
        word = said.words[place] if place < len(said.words) else ""
        matchers = by_word.get(word) or by_word[""]
        if len(matchers) == 1:
            return matchers[0](said, place, slots)
        return chain.from_iterable(matcher(said, place, slots) for matcher in matchers)

    needs = [branch.needs[0] if branch.needs else _NEVER for branch in branches]
    is_optional = any(branch.is_optional for branch in branches)
    needed = (_NEVER.union(*needs),) if all(needs) else ()
    return Node(match, needed, _slots_of(branches), _begins_of(branches), is_optional)


def _by_word(branches: Sequence[Node]) -> Mapping[str, Sequence[Matcher]]:
    """The branches that may begin with a word; behind the empty one those that may begin with any."""
    free = [branch.is_optional or bool(branch.begins.kinds) for branch in branches]
    words = _NEVER.union(*(branch.begins.words for branch in branches), {""})
    pairs = list(zip(branches, free, strict=True))
    return {word: tuple(one.match for one, any_ in pairs if any_ or word in one.begins.words) for word in words}


def _nothing(said: Said, place: int, slots: Slots) -> Found:
    return ((place, slots),)


def _begins_of(nodes: Iterable[Node]) -> Begins:
    found = [node.begins for node in nodes]
    return Begins(_NEVER.union(*(one.words for one in found)), _NEVER.union(*(one.kinds for one in found)))


def _slots_of(nodes: Iterable[Node]) -> frozenset[str]:
    return _NEVER.union(*(node.slots for node in nodes))


@cache
def _slot(kind: str, name: str) -> Node:
    """What the catalog or the notation knows; a slot that is named twice holds the same words."""
    if kind not in SLOTS:
        raise PatternError(f"no slot {{{kind}}}: there are {', '.join(sorted(SLOTS))}")

    def match(said: Said, place: int, slots: Slots) -> Found:
        found = ends_of(said, kind, place)
        held = slots.get(name) if found else None
        if held is None:
            return [(end, {**slots, name: (place, end)}) for end in found]
        words = said.words[held[0] : held[1]]
        return [(end, {**slots, name: (place, end)}) for end in found if said.words[place:end] == words]

    return Node(match, slots=frozenset({name}), begins=Begins(kinds=frozenset({kind})))


def ends_of(said: Said, kind: str, place: int) -> tuple[int, ...]:
    """Where a slot of that kind may end that begins there."""
    found = said.memory.get((kind, place))
    if found is None:
        found = said.memory[kind, place] = tuple(SLOTS[kind](said, place))
    return found


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
_NOTHING = Node(_nothing, is_optional=True)
