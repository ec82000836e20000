"""Comparisons that a prompt spells out: of two columns (*late*), and of a measure with a number (*above 5*)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamorph.core.datatype import is_time
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.filters import is_condition, is_deed
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, only
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.slots import value_conditions

_ABOVE = frozenset("above over exceeds exceed exceeding later after past beyond > greater larger".split())
_BELOW = frozenset("below under earlier before < fewer less smaller".split())
_MORE, _LESS = frozenset({"more", "higher"}), frozenset({"less", "fewer"})
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Flag:
    """A comparison of columns that has a name: *overdue*.

    Attributes:
        words: that a listed column about it may have in its name.
    """

    left: Column
    operator: str
    right: Column | str
    words: frozenset[str]
    span: tuple[int, int]

    def sql(self, flow: Flow) -> str:
        """Over the current frame."""
        if isinstance(self.right, str):
            return self.right.replace("{}", flow.column(*self.left))
        right = flow.column(*self.right)
        return f"{flow.column(*self.left)} {self.operator} {right}"


def flags(scene: Scene) -> list[Flag]:
    """Comparisons of two columns, with the words in front of them."""
    found: list[Flag] = []
    for left, right in zip(scene.spots, scene.spots[1:], strict=False):
        between = scene.brief.words[left.end : right.start]
        operator = operator_in(between)
        columns = only(scene, left), only(scene, right)
        start, end = scene.sentence(left.start)
        if not operator or len(between) > _MOST_WORDS or right.start >= end or None in columns or "," in between:
            continue
        one, two = columns
        if one is None or two is None or is_time(scene.type_of(*one)) != is_time(scene.type_of(*two)):
            continue
        words = frozenset(scene.brief.lemmas[start:end]) - {w for n in (one, two) for w in words_of(n[1])}
        found.append(Flag(one, operator, two, words, (left.start, right.end)))
    return found


def valued(scene: Scene, one: Listed) -> Flag | None:
    """The values that only a listed column's own description names: ``open_share (those with status open)``."""
    found = [
        c for c in value_conditions(scene.brief, scene.tables)
        if any(start <= c.start < end for start, end in scene.zones(one))
        and scene.brief.said.tokens[c.start].text not in ("plus", "minus", "net", "total")
        and not is_deed(scene, c)
    ]  # fmt: skip
    if len(found) != 1 or not is_condition(scene, found[0]):
        return None
    (said,) = found
    return Flag((said.table, said.column), "=", said.sql("{}"), frozenset(), (said.start, said.end))


def operator_in(words: Sequence[str]) -> str:
    """``later than``, ``falls after``, ``at most``: as a sign; empty where there is none."""
    said = set(words) if "than" in words else set(words) - {"less", "fewer", "smaller", "greater", "larger"}
    negated = bool(said & {"not", "no", "never"})
    if said & {">=", "<="}:
        return ">=" if ">=" in said else "<="
    if {"at", "least"} <= said or ({"or"} <= said and bool(said & {"more", "later", "after", "above", "up"})):
        return "<" if negated else ">="
    if {"at", "most"} <= said or ({"or"} <= said and bool(said & {"less", "fewer", "before", "earlier", "below"})):
        return ">" if negated else "<="
    above = bool(said & (_ABOVE | _MORE))
    below = bool(said & _BELOW)
    if above == below:
        return ""
    return {(True, False): ">", (True, True): "<=", (False, False): "<", (False, True): ">="}[above, negated]


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on a measure of the result."""

    name: str
    operator: str
    value: float
    span: tuple[int, int]


def havings(scene: Scene, kinds: Mapping[str, str]) -> list[Having] | None:
    """Comparisons of measures with numbers; None where one is not clear."""
    found: list[Having] = []
    for place, token in enumerate(scene.brief.said.tokens):
        if not isinstance(token.value, int | float) or token.unit == "th" or place in scene.masked:
            continue
        bounds = _compared(scene, place)
        if bounds is None:
            continue
        operator, start = bounds
        name = _measure(scene, place, kinds)
        if name is None:
            return None
        found.append(Having(name, operator, float(token.value), (start, place + 1)))
    return found


def _compared(scene: Scene, place: int) -> tuple[str, int] | None:
    """The operator in front of a number, or behind it: ``15 or more``."""
    words = scene.brief.words
    behind = tuple(words[place + 1 : place + 5])
    if "or" in behind and {"more", "above", "higher", "up", "over"} & set(behind):
        return ">=", place
    if "or" in behind and {"less", "fewer", "below"} & set(behind):
        return "<=", place
    start = max(scene.chunk(place)[0], place - 4)
    operator = operator_in([w for w in words[start:place] if w not in ("first", "last")])
    if words[place - 1] in ("to", "of", "by", "past", "last") or not operator:
        return None
    return operator, start


def _measure(scene: Scene, place: int, kinds: Mapping[str, str]) -> str | None:
    """The measure that a number is compared with: the one that is named, the one of that unit, or the only one."""
    measures = {name: kind for name, kind in kinds.items() if kind not in ("key", "calendar")}
    start, end = scene.chunk(place)
    said = set(scene.brief.lemmas[start:end]) | set(scene.brief.words[start:end])
    named = [name for name in measures if name.casefold() in said]
    if len(named) == 1:
        return named[0]
    unit = set(scene.brief.lemmas[place + 1 : place + 4]) | {scene.brief.said.tokens[place].unit}
    money = {"usd", "eur", "dollar", "euro", "$", "€", "£", "pound"} & unit
    sums = [name for name, kind in measures.items() if kind == "sum"]
    counts = [name for name, kind in measures.items() if kind in ("count", "distinct")]
    if money or said & {"total", "sum", "altogether"}:
        return sums[0] if len(sums) == 1 else None
    if any(scene.has_table(word) for word in unit if word) and counts:
        return counts[0] if len(counts) == 1 else None
    base = [*sums, *counts, *(n for n, kind in measures.items() if kind == "avg")]
    return base[0] if len(base) == 1 else None
