"""Comparisons that mix kinds: hours with 830 for half past eight, percent with amounts, dates that are texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.core.catalog import ColumnProfile
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import words_of

_BOUND = re.compile(r"[`\"]?(\w+)[`\"]?\s*(?:[<>]=?|=|between)\s*(\d+(?:\.\d+)?)(?:\s+and\s+(\d+))?", re.IGNORECASE)
_BESIDE = re.compile(r"(`[^`]+`|\w+)\s*[<>]=?\s*(`[^`]+`|[^\W\d]\w*)")
_SPLIT = re.compile(r"split_part\((?:trim\()?`?(\w+)`?\)?, '([^']*)'", re.IGNORECASE)
_OF_CLOCKS = frozenset("time times clock hhmm tm at".split())
_OF_PERCENT = frozenset("percent percentage pct perc prct share rate ratio fraction quota".split())
_ISO = re.compile(r"\d{4}-\d{2}")
_HOURS, _HUNDRED, _SIXTY, _DAY = 24, 100, 60, 2400


def hours_as_numbers(evidence: Evidence) -> Iterator[str]:
    """``open after 9``, where the column holds 830 for half past eight."""
    for name, low, high in _BOUND.findall(_conditions(evidence)):
        bounds = [float(one) for one in (low, high) if one]
        if max(bounds) <= _HOURS and _OF_CLOCKS & set(words_of(name)) and _is_clock(_profile(evidence, name)):
            yield f"{name} holds numbers such as {_numbers(_profile(evidence, name))[-1]}, and {low} may be an hour"


def _is_clock(profile: ColumnProfile) -> bool:
    """True for numbers of which the last two digits are minutes, and what stands before them are hours."""
    numbers = _numbers(profile)
    is_clock = all(value % _HUNDRED < _SIXTY and value <= _DAY for value in numbers)
    return is_clock and max(numbers, default=0) >= _HUNDRED


def _numbers(profile: ColumnProfile) -> list[float]:
    """All that a column holds, or the smallest and the largest."""
    held = profile.values or (profile.minimum, profile.maximum)
    return [value for value in held if isinstance(value, int | float) and not isinstance(value, bool)]


def percent_as_numbers(evidence: Evidence) -> Iterator[str]:
    """``discount over 10%`` as a discount over 10, where none or all may be above it."""
    pairs = zip(evidence.tokens, [*(token.text for token in evidence.tokens[1:]), ""], strict=True)
    said = [token.value for token, behind in pairs if token.unit == "%" or behind.lower() in _OF_PERCENT | {"%"}]
    shown = {float(value) for value in said if isinstance(value, int | float)}
    for name, low, _ in _BOUND.findall(_conditions(evidence)) if shown else ():
        if float(low) in shown and float(low) > 1 and name.lower() in evidence.types:
            if not _OF_PERCENT & set(words_of(name)) or max(_numbers(_profile(evidence, name)), default=2) <= 1:
                yield f"{name} is compared with {low}, which the prompt says in percent"


def dates_as_texts(evidence: Evidence) -> Iterator[str]:
    """``retired before it was built``, where both are texts such as *May 1871*."""
    for pair in _BESIDE.findall(_conditions(evidence)):
        first, second = (one.strip("`") for one in pair)
        if {evidence.types.get(first.lower()), evidence.types.get(second.lower())} == {"string"}:
            held = [value for name in (first, second) for value in _profile(evidence, name).values]
            if not all(_ISO.match(str(value)) for value in held) or not held:
                yield f"{first} and {second} are texts, which are compared letter by letter"


def names_with_commas(evidence: Evidence) -> Iterator[str]:
    """The first word of ``Lee, Ann``, which has a comma at its end."""
    for name, sign in _SPLIT.findall(" ".join(evidence.formulas)):
        if sign == " " and any(", " in str(value) for value in _profile(evidence, name).values):
            yield f"the words of {name} are parted by commas"


def _conditions(evidence: Evidence) -> str:
    """What rows are chosen by."""
    return " ; ".join(str(fields.get("where", "")) for kind, fields in evidence.steps if kind == "filter")


def _profile(evidence: Evidence, name: str) -> ColumnProfile:
    """What is known of the values of a column; nothing where no table has it."""
    for ref in evidence.spec.sources.values():
        for column, profile in evidence.said.tables[ref].profile.columns.items():
            if column.lower() == name.lower():
                return profile
    return ColumnProfile()


LOOKS: tuple[Look, ...] = (hours_as_numbers, percent_as_numbers, dates_as_texts, names_with_commas)
