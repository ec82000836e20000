"""Comparisons that a prompt spells out: of two columns (*late*), and of a measure with a number (*above 5*)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.gaps import explain_leaving, says_gone, segment
from datamorph.planning.offline.recipes.grouped.comparisons import comparisons, operator_in
from datamorph.planning.offline.recipes.grouped.filters import is_condition, is_deed
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Term, pattern_term
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.slots import value_conditions

_LEAVING = frozenset(
    "skip skipping ignore ignoring exclude excluding drop dropping omit omitting leave leaving".split()
)


@dataclass(frozen=True, slots=True)
class Flag:
    """What rows must be to count.

    Attributes:
        term: a condition.
        words: that a listed column about it may have in its name.
        is_compared: by a comparison of its own, rather than by a value.
    """

    term: Term
    words: frozenset[str]
    span: tuple[int, int]
    is_compared: bool = True

    @property
    def tables(self) -> frozenset[TableRef]:
        """Whose columns it looks at."""
        return self.term.tables


def flags(scene: Scene) -> list[Flag]:
    """Comparisons of a row's columns, with the words around them."""
    return [Flag(one.term, one.words, one.span) for one in scene.remember("comparisons", comparisons)]


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
    if said.is_negative and set(scene.brief.words[slice(*scene.chunk(said.start))]) & _LEAVING:
        return None  # rows that are left out altogether
    term = pattern_term(said.sql("{}"), (said.table, said.column))
    return Flag(term, frozenset(), (said.start, said.end), is_compared=False)


_OPEN = tuple((word,) for word in "more less fewer above below higher lower up".split())
_STEPS = tuple((word,) for word in "row day week month quarter year period value".split())
_TURNED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


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
        if any(first <= place < last for flag in flags(scene) for first, last in [flag.span]):
            continue
        is_window = "moving" in kinds.values() and scene.brief.lemmas[place + 1 : place + 2] in _STEPS
        bounds = _compared(scene, place) if not is_window else None
        if bounds is None:
            continue
        operator, start = bounds
        first, last = segment(scene.brief, place)
        if says_gone(scene.brief.words[first:last]):
            operator = _TURNED[operator]
            explain_leaving(scene.brief, first, last)
        name = _measure(scene, place, kinds)
        if name is None:
            return None
        found.append(Having(name, operator, float(token.value), (start, _behind(scene, place))))
    return found


def _behind(scene: Scene, place: int) -> int:
    """Behind a number, and behind *or less* that belongs to it."""
    words = scene.brief.words
    is_open = words[place + 1 : place + 2] == ("or",) and words[place + 2 : place + 3] in _OPEN
    return place + 3 if is_open else place + 1


def _compared(scene: Scene, place: int) -> tuple[str, int] | None:
    """The operator in front of a number, or behind it: ``15 or more``."""
    words = scene.brief.words
    behind = tuple(words[place + 1 : place + 5])
    if "or" in behind and {"more", "above", "higher", "up", "over"} & set(behind):
        return ">=", place
    if "or" in behind and {"less", "fewer", "below"} & set(behind):
        return "<=", place
    if scene.brief.said.tokens[place - 1].text in ("*", "/", "x", "×"):  # noqa: RUF001 (a factor)
        return None
    start = max(scene.chunk(place)[0], place - 4)
    operator = operator_in([w for w in words[start:place] if w not in ("first", "last")])
    if words[place - 1] in ("to", "of", "by", "past", "last") or not operator:
        return None
    return operator, start


def _measure(scene: Scene, place: int, kinds: Mapping[str, str]) -> str | None:
    """The measure that a number is compared with: the one that is named, the one of that unit, or the only one."""
    measures = {name: kind for name, kind in kinds.items() if kind not in ("key", "calendar", "rank")}
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
