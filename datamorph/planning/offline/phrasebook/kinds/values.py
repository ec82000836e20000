"""Slots that hold a value of a column, a text, or a word that stands for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.planning.offline.phrasebook.kinds.ends import Ends, listed, of_kind
from datamorph.planning.offline.rephrasing.said import Said

_SHORTEST_STEM = 3
_PARTICIPLES = frozenset("sent sold paid unpaid built born held lost broken unsold withdrawn open".split())


def _value(said: Said, place: int) -> Iterator[int]:
    """A value that a column holds, a text, a number or a date."""
    length, _ = said.value(place)
    if length:
        yield place + length
    if place < len(said) and said.tokens[place].kind in ("text", "number", "date") and length != 1:
        yield place + 1


def _held(said: Said, place: int) -> Iterator[int]:
    length, _ = said.value(place)
    if length and said.tokens[place].kind not in ("number", "date"):
        yield place + length


def _kinds(said: Said, place: int) -> Iterator[int]:
    """``inbound and outbound``: two values or more, all of one column and no other."""
    for end in listed(_value)(said, place):
        if said.holder(place, end) and any(word in (",", "and", "or", "/") for word in said.words[place:end]):
            yield end


def _gloss(said: Said, place: int) -> Iterator[int]:
    """``Emergency`` in ``Emergency admissions (EMERG)``: the value in the parenthesis is short for it."""
    opening = next((i for i in range(place + 1, min(place + 5, len(said))) if said.words[i] == "("), 0)
    value = said.words[opening + 1] if opening and opening + 1 < len(said) else ""
    if value and said.words[place].startswith(value[:_SHORTEST_STEM]) and said.tokens[place].kind == "word":
        yield place + 1


def _state(said: Said, place: int) -> Iterator[int]:
    """``closed``, ``unpaid``: a participle that says what became of a row."""
    word = said.words[place] if place < len(said) else ""
    is_known = place < len(said) and bool(said.value(place)[0] or said.table(place))
    if word and not is_known and said.tokens[place].kind == "word" and (word.endswith("ed") or word in _PARTICIPLES):
        yield place + 1


VALUES: Mapping[str, Ends] = {
    "value": _value,
    "values": listed(_value),
    "kinds": _kinds,
    "held": _held,
    "helds": listed(_held),
    "gloss": _gloss,
    "state": _state,
    "text": of_kind("text"),
    "texts": listed(of_kind("text")),
}
