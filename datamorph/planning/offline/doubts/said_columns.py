"""Columns that the prompt lists and the result does not have."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import find_lists

_FEWEST = 2
_LEADING = frozenset(", : and plus with give show return as columns fields".split())
_NAMING = frozenset({"as", "called", "named"})
_MEASURING = frozenset(
    """
    sum total count number how average avg mean median minimum maximum min max earliest latest first last share
    difference product distinct newest oldest smallest largest highest lowest
    """.split()
)


def missing_columns(evidence: Evidence) -> Iterator[str]:
    """``pieces (sum of qty) and value (sum of qty times price)`` where the result has only one of the two."""
    told = [place for place in range(len(evidence.tokens)) if _is_told(evidence, place)]
    listed = [one.place for one in next(iter(find_lists(evidence.said)), ())]
    columns = {name.casefold() for name in evidence.columns}
    held = {place for place in (*told, *listed) if _name(evidence, place) in columns}
    for place in sorted({*told, *listed} - held):
        token = evidence.tokens[place]
        is_new = place in told or is_identifier(evidence.said, place)
        is_sure = len(held) >= _FEWEST or (place in told and (held or token.kind == "text"))
        is_number = isinstance(token.value, int | float)
        if is_new and is_sure and not is_number and _name(evidence, place) not in evidence.types:
            yield f"{token.text} is no column of it"


def _is_told(evidence: Evidence, place: int) -> bool:
    """True for a word of a list that says in parentheses how it is computed, and for *as `paid`*."""
    before = evidence.tokens[place - 1].lower if place else ""
    if evidence.tokens[place].kind == "text":
        name = _name(evidence, place)
        is_value = name in evidence.identifiers  # ``shown as 'nobody'``
        return before in _NAMING and name.isidentifier() and not is_value
    inside = evidence.words[place + 2] if place + 2 < len(evidence.words) else ""
    is_led = before in _LEADING and evidence.tokens[place].is_word
    return is_led and _behind(evidence, place) == "(" and inside in _MEASURING


def _name(evidence: Evidence, place: int) -> str:
    token = evidence.tokens[place]
    return (token.lower if token.kind == "text" else token.text).casefold()


def _behind(evidence: Evidence, place: int) -> str:
    return evidence.tokens[place + 1].text if place + 1 < len(evidence.tokens) else ""
