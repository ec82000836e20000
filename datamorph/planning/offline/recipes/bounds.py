"""Classes by thresholds as people write them: *below 150 = local, 150 and up but below 600 = regional*."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.recipes.brief import Brief

_BELOW = (
    "below",
    "under",
    "less than",
    "fewer than",
    "lower than",
    "smaller than",
    "shorter than",
    "up to but not including",
    "up to but excluding",
    "but not",
    "not including",
    "<",
    "before",
    "until just under",
    "just under",
)
_UP_TO = ("up to and including", "up to", "at most", "no more than", "not more than", "no greater than", "maximum",
          "max", "< =", "<=", "until", "through")  # fmt: skip
_FROM = ("at least", "from", "starting at", "no less than", "not less than", "not below", "> =", ">=", "minimum", "min",
         "starts at", "no fewer than", "between")  # fmt: skip
_OVER = ("over", "above", "more than", "greater than", "longer than", "larger than", "beyond", "exceeding", "exceeds",
         "bigger than", "higher than", ">")  # fmt: skip
_OR_LESS = ("or less", "or fewer", "and below", "or below", "and under",
                                         "or under", "and less", "or shorter",
            "inclusive",
            "or lower", "at most", "maximum", "and fewer")  # fmt: skip
_OR_MORE = ("or more", "and more", "and up", "and above", "or above", "or over", "and over", "upwards", "and upwards",
            "or longer", "or higher", "and beyond", "or up", "and higher", "onwards", "and longer", "or greater",
            "at least", "+", "plus")  # fmt: skip
_REST = ("everything else", "anything else", "all others", "all other", "the others", "the rest", "otherwise",
         "remaining",
         "else", "rest", "others", "anything longer", "anything bigger", "anything above that", "anything higher",
         "from there on", "from there up",
         "anything more", "everything above that", "everything above", "anything above", "everything longer",
         "everything beyond that", "above that", "beyond that", "over that")  # fmt: skip
_GAPS = (
    "empty",
    "missing",
    "null",
    "blank",
    "not known",
    "not filled",
    "no value",
    "unfilled",
    "not given",
    "without",
    "unknown",
)
_LONGEST = 4


@dataclass(frozen=True)
class Bound:
    """One class: the numbers that it holds, with ``low`` and ``high`` None where it has no end on that side.

    Attributes:
        start: of the words that say so, and ``end`` behind them.
        kind: ``range``, ``rest`` or ``gap``.
    """

    start: int
    end: int
    kind: str = "range"
    low: float | None = None
    has_low: bool = True
    high: float | None = None
    has_high: bool = False

    def sql(self, column: str) -> str:
        """As a condition."""
        if self.kind == "gap":
            return f"{column} is null"
        low = f"{column} {'>=' if self.has_low else '>'} {_shown(self.low)}" if self.low is not None else ""
        high = f"{column} {'<=' if self.has_high else '<'} {_shown(self.high)}" if self.high is not None else ""
        return " and ".join(part for part in (low, high) if part)


def _shown(number: float | None) -> str:
    return str(int(number)) if number is not None and float(number).is_integer() else str(number)


def find_bounds(brief: Brief, apart: Collection[int] = ()) -> list[Bound]:
    """Every class in order; two ends of one class that stand beside each other are one."""
    found: list[Bound] = []
    place = 0
    while place < len(brief):
        one = _at(brief, place) if place not in apart else None
        if one is None:
            place += 1
            continue
        if found and _continues(brief, found[-1], one):
            one = _joined(found.pop(), one)
        found.append(one)
        place = one.end
    return found


def _at(brief: Brief, place: int) -> Bound | None:
    for words, kind in (*((w, "rest") for w in _REST), *((w, "gap") for w in _GAPS)):
        if (length := _match(brief, place, words)) and not _is_number(brief, place + length):
            return Bound(place, place + length, kind)
    if brief.words[place] == "no" and _names_gap(brief, place):
        return Bound(place, place + 1, "gap")
    for group, has_low, has_high in (
        (_UP_TO, None, True),
        (_FROM, True, None),
        (_BELOW, None, False),
        (_OVER, False, None),
    ):
        for words in sorted(group, key=len, reverse=True):
            length = _match(brief, place, words)
            if length and _is_number(brief, place + length):
                return _ended(brief, place, place + length, has_low, has_high)
    return _bare(brief, place) if _is_number(brief, place) else None


def _names_gap(brief: Brief, place: int) -> bool:
    """``no weight``."""
    behind = brief.lemmas[place + 1 : place + 2]
    return bool(behind) and behind[0] not in (
        "decimal",
        "more",
        "less",
        "few",
        "fewer",
        "longer",
        "matter",
        "digit",
        "duplicate",
    )


def _ended(brief: Brief, start: int, place: int, has_low: bool | None, has_high: bool | None) -> Bound:
    """A bound with a word in front of its number."""
    value, end = _number(brief, place), place + 1
    if has_low is not None:
        second = _second(brief, end) or (_second(brief, end + 1) if _is_unit(brief, end) else None)
        if second is not None:
            return Bound(start, second[1], low=value, has_low=has_low, high=second[0], has_high=second[2])
        more = next((n for w in _OR_MORE if (n := _match(brief, end, w))), 0)
        return Bound(start, end + more, low=value, has_low=has_low)
    return Bound(start, end, high=value, has_high=bool(has_high))


def _is_unit(brief: Brief, place: int) -> bool:
    return place < len(brief) and brief.lemmas[place] in UNITS


def _bare(brief: Brief, place: int) -> Bound | None:
    """``150 and up``, ``99 or less``, ``100 to 399``."""
    value, end = _number(brief, place), place + 1
    skipped = end + 1 if end < len(brief) and brief.said.tokens[end].is_word else end  # a unit
    for spot in (end, skipped):
        for words in sorted(_OR_MORE, key=len, reverse=True):
            if length := _match(brief, spot, words):
                return Bound(place, spot + length, low=value)
        for words in sorted(_OR_LESS, key=len, reverse=True):
            if length := _match(brief, spot, words):
                return Bound(place, spot + length, high=value, has_high=True)
        second = _second(brief, spot)
        if second is not None:
            return Bound(place, second[1], low=value, high=second[0], has_high=second[2])
    is_exact = place > 1 and brief.said.tokens[place - 1].text == "=" and brief.said.tokens[place - 2].is_word
    return Bound(place, end, low=value, high=value, has_high=True) if is_exact and value == 0 else None


def _second(brief: Brief, place: int) -> tuple[float, int, bool] | None:
    """The upper end behind a lower one: ``to 399``, ``up to but not including 600``, ``- 599``."""
    ways = [(words, False) for words in ("up to but not including", "up to but excluding", "to but excluding",
                                         "up to just under", "up to just below", "up to under",
                                         "up to less than", "but under", "but below",
                                         "but under", "but below",
                                         "but less than", "up to but less than", "but just under",
                                         "up to below", "and below", "and less than", "and under",
                                         "to below", "to under", "to less than",
                                         "to just under",
                                         "to but not including", "to just below")]  # fmt: skip
    held = ("up to and including", "up to", "to", "through", "-", "–", "and", "till")  # noqa: RUF001
    ways += [(words, True) for words in held]
    for words, is_held in ways:
        length = _match(brief, place, words)
        if length and _is_number(brief, place + length) and (words != "and" or _is_between(brief, place)):
            return _number(brief, place + length), place + length + 1, is_held
    return None


def _is_between(brief: Brief, place: int) -> bool:
    return "between" in brief.words[max(place - 3, 0) : place]


def _continues(brief: Brief, before: Bound, one: Bound) -> bool:
    """``150 and up but below 600``: the other end of the same class."""
    between = [brief.words[i] for i in range(before.end, one.start)]
    fits = before.kind == one.kind == "range" and before.high is None and one.low is None
    return fits and set(between) <= {"but", "and", "to", "km", "kg", "pages", ","} and "," not in between


def _joined(low: Bound, high: Bound) -> Bound:
    return Bound(low.start, high.end, low=low.low, has_low=low.has_low, high=high.high, has_high=high.has_high)


def _match(brief: Brief, place: int, phrase: str) -> int:
    words = phrase.split()
    run = [token.lower for token in brief.said.tokens[place : place + len(words)] if token.kind != "text"]
    return len(words) if run == words else 0


def _is_number(brief: Brief, place: int) -> bool:
    token = brief.said.tokens[place] if place < len(brief) else None
    return token is not None and isinstance(token.value, int | float) and token.unit in ("", "$")


def _number(brief: Brief, place: int) -> float:
    value = brief.said.tokens[place].value
    return float(value) if isinstance(value, int | float) else 0.0


def is_whole(ranges: Sequence[Bound], *, integer: bool) -> bool:
    """True where the classes meet without a gap and without sharing a number."""
    ordered = sorted(ranges, key=lambda b: b.low if b.low is not None else float("-inf"))
    return all(_meets(one, two, integer=integer) for one, two in pairwise(ordered))


def _meets(one: Bound, two: Bound, *, integer: bool) -> bool:
    if one.high is None or two.low is None:
        return False
    if one.high == two.low:
        return one.has_high != two.has_low
    return integer and one.has_high and two.has_low and two.low == one.high + 1


def settle(ranges: Sequence[Bound]) -> list[Bound]:
    """``100 to 400``, then ``400 and more``: the number itself belongs to the class that begins with it."""
    begun = {b.low for b in ranges if b.low is not None and b.has_low}
    return [replace(b, has_high=False) if b.high in begun and b.low not in (None, b.high) else b for b in ranges]


def gaps_between(bounds: Sequence[Bound], last: int) -> Iterator[tuple[int, int]]:
    """The tokens before, between and behind the bounds."""
    start = 0
    for one in bounds:
        yield start, one.start
        start = one.end
    yield start, last
