"""Missing values: rows that are dropped for a gap that is filled as well, and gaps that the prompt wants to be 0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions

_TESTED = re.compile(r"([\w`]+) is (?:not )?null", re.IGNORECASE)
_FILLED = re.compile(r"coalesce\(\s*([\w`]+)\s*,", re.IGNORECASE)
_FILLING = re.compile(r"coalesce\(|else 0\b|ifnull|greatest\(", re.IGNORECASE)
_JOINING = frozenset({"and", ",", "both", "the", "&"})
_LEADING = frozenset({"for", "in"})
_AWAY = 3
"""How many words in front of a zero its column is looked for."""
_TELLING = frozenset({"is", "are", "be", "gets", "get", "has", "also", "then", "=", "to", "becomes", "shows"})
_MISSING = frozenset("absent missing empty unknown none blank void unset".split())
_ZERO = frozenset({"0", "zero", "zeros", "zeroes"})


def dropped_and_filled(evidence: Evidence) -> Iterator[str]:
    """``where the rebate is blank nothing is written off``: such rows count, with 0, and so do the others."""
    tested = set[str]()
    for kind, fields in evidence.steps:
        where = str(fields.get("where") or "") if kind == "filter" else ""
        if " or " not in where.lower():
            tested |= {name.lower() for name in _TESTED.findall(where)}
        for _, formula in definitions(fields):
            for name in _FILLED.findall(formula):
                if name.lower() in tested:
                    yield f"rows are chosen by {name} being there or not, and it is filled"


_EMPTY = re.compile(r"^\(?([\w`]+) is null\)?$", re.IGNORECASE)


def empty_operands(evidence: Evidence) -> Iterator[str]:
    """Rows are kept only where a column is empty, and then something is computed from it."""
    empty = set[str]()
    for kind, fields in evidence.steps:
        found = _EMPTY.match(str(fields.get("where") or "").strip()) if kind == "filter" else None
        empty |= {found[1].strip("`").lower()} if found else set()
        for _, formula in definitions(fields):
            for name in sorted(empty & {word.lower() for word in re.findall(r"\w+", formula)}):
                if formula.lower().strip("`") != name:
                    yield f"{name} is empty in all rows that it keeps, and computed with"


def missing_zeros(evidence: Evidence) -> Iterator[str]:
    """``0 for both visits and paid``, ``paid is 0`` where the plan leaves it empty."""
    if not any(kind == "join" and fields.get("how") == "left" for kind, fields in evidence.steps):
        return
    shown = {name.casefold(): name for name in evidence.columns}
    filled = {
        name.casefold() for _, fields in evidence.steps for name, formula in definitions(fields)
        if _FILLING.search(formula)
    }  # fmt: skip
    for name in sorted({one for place in _zeros(evidence) for one in _named(evidence, place, frozenset(shown))}):
        if name not in filled:
            yield f"{shown[name]} stays empty where the prompt says 0"


def gaps_of_values(evidence: Evidence) -> Iterator[str]:
    """``skip state absent`` as a missing state, where *absent* is one of the states."""
    for place, word in enumerate(evidence.words):
        if word not in _MISSING:
            continue
        for link in evidence.said.value(place)[1]:
            column = link.column.lower()
            missing = re.search(rf"\b{re.escape(column)}`? is (?:not )?null", evidence.text)
            if link.value.casefold() == word and missing and f"'{word}'" not in evidence.text:
                yield f"{word!r} is a value of {link.column}"


_COUNTED = re.compile(r"^(?:count\(|count_if\(|sum\((\w+)\)$)", re.IGNORECASE)
_NEVER = frozenset("nothing none never no nobody without".split())


def idle_zeros(evidence: Evidence) -> Iterator[str]:
    """``0 where nothing was sold``, where every group has rows: those that have none are wanted as well."""
    kinds = {kind for kind, _ in evidence.steps}
    zeros = [place for place, token in enumerate(evidence.tokens) if token.text.lower() in _ZERO]
    is_said = any(_NEVER & set(evidence.words[place : place + 2 * _AWAY]) for place in zeros)
    is_open = False
    made: dict[str, str] = {}
    for kind, fields in evidence.steps:
        is_open = is_open and kind != "aggregate"
        made |= dict(definitions(fields)) if kind == "aggregate" else {}
        is_open = is_open or (kind == "join" and fields.get("how") in ("left", "full", "right"))
        filled = list(fields.get("values") or ()) if kind == "fill" and not (kinds & {"pivot", "spine"}) else []
        for name in filled if is_said and not is_open else ():
            found = _COUNTED.match(made.get(str(name), ""))
            if found is not None and not (found[1] and _has_gaps(evidence, found[1])):
                yield f"every group in it has rows, and {name} is never empty"


def _has_gaps(evidence: Evidence, column: str) -> bool:
    profiles = [evidence.said.tables[ref].profile.columns.get(column) for ref in evidence.spec.sources.values()]
    return any(profile is not None and profile.nulls for profile in profiles)


_SUMMED = re.compile(r"\b(?:sum|avg)\((\w+) ([-+]) (\w+)\)", re.IGNORECASE)


def lost_operands(evidence: Evidence) -> Iterator[str]:
    """``total of price minus rebate``: a row without a rebate would add nothing, and not its price."""
    tested = {name.lower() for name in _TESTED.findall(evidence.text)}
    for kind, fields in evidence.steps:
        tested |= {str(name).lower() for name in fields.get("values") or ()} if kind == "fill" else set()
        tested |= {name.lower() for name, _ in definitions(fields)} if kind == "derive" else set()
    for first, _, second in _SUMMED.findall(" ".join(evidence.formulas)):
        empty = [name for name in (first, second) if _has_gaps(evidence, name) and name.lower() not in tested]
        if len(empty) == 1:
            yield f"rows without {empty[0]} add nothing to it"


_PARTICLES = frozenset({"out", "off", "away", "aside"})
_STATING = frozenset("is are was were be = state status either or not to as flagged marked".split())


def particles_as_values(evidence: Evidence) -> Iterator[str]:
    """``leave out cancelled loans`` as loans in the states *out* and *cancelled*, ``hires that went out``."""
    for word in sorted(_PARTICLES & set(evidence.words)):
        spots = [i for i, one in enumerate(evidence.words) if one == word]
        before = {evidence.words[i - 1] for i in spots if i}
        is_stated = bool(before & _STATING or before & evidence.types.keys()) or not all(spots)
        if not is_stated and f"'{word}'" in evidence.text:
            yield f"{word!r} is a value in it, which may be part of {min(before)} {word!r}"


def _zeros(evidence: Evidence) -> list[int]:
    return [i for i, token in enumerate(evidence.tokens) if token.text.lower() in _ZERO]


def _named(evidence: Evidence, place: int, names: frozenset[str]) -> Iterator[str]:
    """The columns that a zero is said of: those listed behind it, or the one in front of it."""
    words = [token.text.casefold() for token in evidence.tokens]
    behind = words[place + 1 :]
    if behind and behind[0] in _LEADING:
        listed = takewhile(lambda word: word in _JOINING or word in names, behind[1:])
        yield from (word for word in listed if word in names)
    in_front = (word for word in reversed(words[max(place - _AWAY, 0) : place]) if word not in _TELLING)
    yield from (word for word in islice(in_front, 1) if word in names)


LOOKS: tuple[Look, ...] = (
    missing_zeros,
    dropped_and_filled,
    empty_operands,
    idle_zeros,
    lost_operands,
    particles_as_values,
    gaps_of_values,
)
