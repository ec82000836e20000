"""Columns that the prompt lists and the result does not have."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import ASKING, parts_of_lists

_FEWEST = 2
_LONGEST = 3
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
    listed = [one.place for one in evidence.listed]
    columns = {name.casefold() for name in evidence.columns}
    held = {p for p in (*told, *listed) if _name(evidence, p) in columns or _ends_a_name(evidence, p, columns)}
    for place in sorted({*told, *listed} - held):
        token = evidence.tokens[place]
        is_new = place in told or is_identifier(evidence.said, place)
        is_sure = len(held) >= _FEWEST or (place in told and (held or token.kind == "text"))
        is_number = isinstance(token.value, int | float)
        if is_new and is_sure and not is_number and _name(evidence, place) not in evidence.types:
            yield f"{token.text} is no column of it"


def _ends_a_name(evidence: Evidence, place: int, columns: set[str]) -> bool:
    """``full name`` where the result has *full_name*: ``name`` is no column of its own."""
    tokens = evidence.tokens[max(place - _LONGEST + 1, 0) : place + 1]
    spelled = {name.replace("_", "") for name in columns}
    runs = (tokens[start:] for start in range(len(tokens) - 1))
    return any("".join(token.text for token in run).casefold() in spelled for run in runs)


def missing_items(evidence: Evidence) -> Iterator[str]:
    """``machine no, maker and lanes``, ``loans, late (how many)``: what a list names in plain words beside columns."""
    for parts in parts_of_lists(evidence.said):
        spans = [_name_of_item(evidence, first, last) for first, last in parts]
        states = [_is_shown(evidence, *span) for span in spans]
        for number, (first, end) in enumerate(spans):
            beside = states[max(number - 1, 0) : number] + states[number + 1 : number + 2]
            is_listed = all(beside) and (number > 0 or first > parts[0][0])
            if states[number] is False and any(beside) and _names_something(evidence, first, end, is_listed):
                yield f"{' '.join(token.text for token in evidence.tokens[first:end])!r} is no column of it"


def _name_of_item(evidence: Evidence, first: int, last: int) -> tuple[int, int]:
    """Its words before what tells about it, and behind what asks for it: ``per hub I'd like parcels``."""
    end = next((place for place in range(first, last) if not evidence.tokens[place].is_word), last)
    asked = [place for place in range(first, end - 1) if evidence.words[place] in ASKING]
    return (asked[-1] + 1 if asked else first), end


def _is_shown(evidence: Evidence, first: int, end: int) -> bool | None:
    """True for an item that is a column of the result; None for words that are no name."""
    tokens = evidence.tokens[first:end]
    if not 0 < len(tokens) <= _LONGEST or any(token.value is not None for token in tokens):
        return None
    columns = {name.casefold() for name in evidence.columns}
    spelled = "".join(token.text for token in tokens).casefold()
    words = tuple(token.lower for token in tokens)
    is_new = spelled in {name.replace("_", "") for name in columns} or tokens[-1].text.casefold() in columns
    is_new = is_new or any(words_of(name) == words_of(" ".join(words)) for name in columns)
    return is_new or any((link.column or "").lower() in evidence.shown for link in evidence.links(first, end - first))


def _names_something(evidence: Evidence, first: int, end: int, is_listed: bool) -> bool:
    """True for words that are a column as it is called, and for a table between columns: its number of rows."""
    spelled = "".join(token.text for token in evidence.tokens[first:end]).casefold()
    if end - first > 1:
        return spelled in {name.replace("_", "") for name in evidence.types}
    made = {
        str(value).casefold() for _, fields in evidence.steps for key, value in fields.items() if key.endswith("_as")
    }
    made |= {name.casefold() for _, fields in evidence.steps for name, _ in definitions(fields)}
    exact = [link for link in evidence.links(first, end - first) if link.score >= 1]
    return is_listed and bool(exact) and not any(link.column for link in exact) and spelled not in made


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


LOOKS: tuple[Look, ...] = (missing_columns, missing_items)
