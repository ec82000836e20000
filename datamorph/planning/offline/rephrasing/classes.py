"""Classes of a number that is not named: ``flag orders over 500 as large``, ``bucket orders into small under 100``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datamorph.core.catalog import ColumnProfile
from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.cues import COMPARISONS
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_FLAG = frozenset({"flag", "mark", "label", "tag"})
_BUCKET = frozenset({"bucket", "group", "classify", "split", "bin", "class", "categorize", "categorise", "sort"})
_COMPARED = Phrases(COMPARISONS)
_INTO = frozenset({"into", "as", "in", "buckets", "classes", "groups", "by", "size"})
_CLASS = re.compile(
    r"^[a-z]+\s+(?:is\s+)?(?:under|below|less than|up to|from|over|above|at least)?"
    r"\s*[\d.]*(?:\s*(?:to|-|and)\s*[\d.]+)?$",
    re.IGNORECASE,
)
_OPEN = frozenset({"above", "over", "beyond", "more", "higher", "larger"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TAIL = re.compile(r"\s+and\s+count\s+(?:them|the \w+|\w+)(?:\s+per\s+\w+)?$", re.IGNORECASE)


def flagged(said: Said, place: int) -> Rephrasing | None:
    """``flag orders over 500 as large``: which number is over 500?"""
    if place or said.words[0] not in _FLAG or "as" not in said.words:
        return None
    table = said.table(1)
    at = 1 + table[0] if table else 0
    named = said.words.index("as")
    compared = said.match(_COMPARED, at) if table else None
    if table is None or compared is None or at + compared[0] + 1 != named or len(said) != named + 2:
        return None
    value = said.tokens[named - 1].value
    if not isinstance(value, int | float):
        return None
    ways = [
        Way(f"{table[1].name}.{column}", f"{column} {said.text(at, named)}",
            f"flag {said.text(1, at)} as {said.text(named + 1, len(said))} when {said.name(table[1], column)} "
            f"{said.text(at, named)}")
        for column in likely_numbers(said, table[1], [value])
    ]  # fmt: skip
    return Rephrasing("number_compared", f"What is {said.text(at, named)!r}?", tuple(ways))


def bucketed(said: Said, place: int) -> Rephrasing | None:
    """``bucket orders into small under 100, medium 100 to 500, large above and count them``."""
    if place or said.words[0] not in _BUCKET:
        return None
    table = said.table(1)
    at = 1 + table[0] if table else 0
    if table is None or at >= len(said) or said.words[at] not in _INTO:
        return None
    while at < len(said) and said.words[at] in _INTO:
        at += 1
    rest = said.text(at, len(said))
    tail = _TAIL.search(rest)
    classes = _classes(rest[: tail.start()] if tail else rest)
    if not classes:
        return None
    limits = [float(number) for _, text in classes for number in _NUMBER.findall(text)]
    counted = f". count the {said.text(1, 1 + table[0])} per bucket" if tail else ""
    listed = ", ".join(f"{name} ({text})" for name, text in classes)
    ways = [
        Way(f"{table[1].name}.{column}", f"by {column}",
            f"Bucket {said.text(1, 1 + table[0])} by {said.name(table[1], column)}: {listed}{counted}")
        for column in likely_numbers(said, table[1], limits)
    ]  # fmt: skip
    return Rephrasing("number_classed", "Which number is put into classes?", tuple(ways))


def _classes(text: str) -> list[tuple[str, str]]:
    """Names with their limits; the last may be open: ``large above``."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+(?=[a-z]+\s+(?:above|over|beyond)\b)", text.strip()):
        name, _, limits = part.strip().partition(" ")
        if limits.lower() in _OPEN and found:
            last = _NUMBER.findall(found[-1][1])
            limits = f"above {last[-1]}" if last else ""
        elif _CLASS.match(part.strip()) is None:
            return []
        limits = re.sub(r"^(?:under|below)\b", "less than", limits)
        if not _NUMBER.search(limits):
            return []
        found.append((name, limits))
    return found if len(found) > 1 else []


def likely_numbers(said: Said, table: TableRef, limits: Sequence[float]) -> list[str]:
    """Numbers of a table among which the limits lie, amounts first."""
    amounts = said.amounts(table)
    names = [*amounts, *(name for name in said.numbers(table) if name not in amounts)]
    return [name for name in names if _holds(said.tables[table].profile.columns.get(name), limits)]


def _holds(profile: ColumnProfile | None, limits: Sequence[float]) -> bool:
    low, high = (profile.minimum, profile.maximum) if profile else (None, None)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return True
    return low <= min(limits) and max(limits) <= high
