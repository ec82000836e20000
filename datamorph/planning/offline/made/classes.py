"""Classes of a number: ``low under 500, mid 500 to under 1000, high from 1000``, in any notation and order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from datamorph.planning.offline.made.about import About, Form, Read
from datamorph.planning.offline.made.labels import label_ends

_TIES = frozenset({",", ";", "and", "/", "|"})
_LINKS = (("=",), (":",), ("-", ">"), ("→",), ("=", ">"), ("is",), ("as",), ("for",), ("if",), ("when",), ("where",),
          ("means",), ("then",), ("being",), ("becomes",), ("is", "for"), ("are",), ("gets",))  # fmt: skip
_RESTS = (("otherwise",), ("else",), ("rest",), ("the", "rest"), ("for", "the", "rest"), ("everything", "else"),
          ("anything", "else"), ("below", "that"), ("everything", "below"), ("below",), ("above", "that"), ("above",),
          ("in", "all", "other", "cases"), ("all", "others"), ("all", "other", "rows"), ("the", "others"),
          ("everything", "above"), ("for", "everything", "else"), ("for", "all", "others"))  # fmt: skip
_SUBJECTS = frozenset({"it", "they", "this", "that"})
_COPULAS = frozenset({"is", "are", "was"})
_IFS = frozenset({"if", "when", "where", "case"})
_LEAST = 2


@dataclass(frozen=True, slots=True)
class _Class:
    """A class with its bounds: ``low`` belongs to it unless ``is_open``, ``high`` only where ``is_closed``."""

    label: str
    low: float | None = None
    high: float | None = None
    is_open: bool = False
    is_closed: bool = False
    is_rest: bool = False


def classes_at(said: About, place: int, forms: Sequence[Form]) -> Iterator[Read]:
    """Classes that begin there, as many as there are; their SQL is over the column ``~``.

    Args:
        forms: of a range.
    """
    found, end, column = _Reader(said, forms).listed(place, [], "")
    sql = _sql(found) if len(found) >= _LEAST else ""
    if sql:
        yield Read(end, sql, column)


def has_rest(said: About, start: int, end: int) -> bool:
    """True where one of the classes that stand there is of all that is in no other."""
    return any(said.words[place : place + len(rest)] == rest for place in range(start, end) for rest in _RESTS)


@dataclass(frozen=True, slots=True)
class _Reader:
    said: About
    forms: Sequence[Form]

    def listed(self, place: int, before: list[_Class], column: str) -> tuple[list[_Class], int, str]:
        """The longest list of classes from there on."""
        best = (before, place, column)
        for one, end, own in self._entries(place):
            if own and column and own != column:
                continue
            rest = end
            while rest < len(self.said) and self.said.words[rest] in _TIES:
                rest += 1
            ways = [([*before, one], end, own or column)]
            if rest > end:
                more = self.listed(rest, [*before, one], own or column)
                if len(more[0]) > len(before) + 1:
                    ways.append(more)
            best = max(best, *ways, key=lambda way: (len(way[0]), bool(_sql(way[0])), way[1]))
        return best

    def _entries(self, place: int) -> Iterator[tuple[_Class, int, str]]:
        """One class with its range before or behind its label."""
        for end in label_ends(self.said, place):
            for bounds, last, column in self._behind(end):
                yield replace(bounds, label=self.said.label(place, end)), last, column
        for bounds, after, column in self._ranges(_past(self.said, place, _IFS)):
            for start, _ in self._linked(after):
                for end in label_ends(self.said, start):
                    yield replace(bounds, label=self.said.label(start, end)), end, column

    def _behind(self, place: int) -> Iterator[tuple[_Class, int, str]]:
        """The range of a label that ends there."""
        for after, is_wrapped in self._linked(place):
            for bounds, last, column in self._ranges(after):
                if not is_wrapped or self.said.words[last : last + 1] == (")",):
                    yield bounds, last + is_wrapped, column

    def _linked(self, place: int) -> Iterator[tuple[int, bool]]:
        """Where what belongs to a label, or a label, may begin; whether a parenthesis was opened before."""
        yield place, False
        if self.said.words[place : place + 1] == ("(",):
            yield place + 1, True
        for link in _LINKS:
            if self.said.words[place : place + len(link)] == link:
                yield place + len(link), False
        if self.said.words[place : place + 2] == (",", "then"):
            yield place + 2, False

    def _ranges(self, place: int) -> Iterator[tuple[_Class, int, str]]:
        """A range, or what says that all others are meant."""
        for rest in _RESTS:
            if self.said.words[place : place + len(rest)] == rest:
                yield _Class("", is_rest=True), place + len(rest), ""
        for start, column in self._subjects(place):
            for form in self.forms:
                for end, slots in form.pattern.match(self.said, start, {}):
                    sign, low, high = (self.said.sql(part[1:-1], slots[part[1:-1]]) if part.startswith("{") else part
                                       for part in form.sql.split(";"))  # fmt: skip
                    yield _bounded(sign, float(low), float(high) if high else None), end, column

    def _subjects(self, place: int) -> Iterator[tuple[int, str]]:
        """Behind the column that is spoken of, or right there."""
        yield _past(self.said, place, _COPULAS), ""
        start = _past(self.said, place, frozenset({"the", "its"}))
        if self.said.words[start : start + 1] and self.said.words[start] in _SUBJECTS:
            yield _past(self.said, start + 1, _COPULAS), ""
        for length in (3, 2, 1):
            column = self.said.column_at(start, start + length) if start + length <= len(self.said) else ""
            if column and self.said.is_number(column):
                yield _past(self.said, start + length, _COPULAS), column


def _past(said: About, place: int, words: frozenset[str]) -> int:
    return place + (place < len(said) and said.words[place] in words)


def _bounded(sign: str, first: float, second: float | None) -> _Class:
    if sign in ("<", "<="):
        return _Class("", high=first, is_closed=sign == "<=")
    return _Class("", low=first, high=second, is_open=sign == ">")


def _sql(found: list[_Class]) -> str:
    """CASE over classes that leave nothing out and share nothing; empty for others."""
    named = [one for one in found if not one.is_rest]
    rests = [one for one in found if one.is_rest]
    if (
        len(rests) > 1
        or len({one.label for one in found}) < len(found)
        or not named
        or len({type_of(one) for one in found}) > 1
    ):
        return ""
    whole = _in_order(named, rests)
    if whole is None:
        return ""
    branches = [f"when ~ {'<=' if one.is_closed else '<'} {_number(one.high)} then {one.label}" for one in whole[:-1]]
    last, before = whole[-1], whole[-2]
    branches.append(f"when ~ {'>' if before.is_closed else '>='} {_number(before.high)} then {last.label}")
    return f"case {' '.join(branches)} end"


def type_of(one: _Class) -> bool:
    """True for a class that is a text."""
    return one.label.startswith("'")


def _in_order(named: list[_Class], rests: list[_Class]) -> list[_Class] | None:
    """The classes from below, each with its upper bound; None where they leave something out or share something."""
    is_rising = all(one.low is None for one in named)
    is_falling = all(one.high is None for one in named)
    if is_rising:
        whole = sorted(named, key=lambda one: one.high or 0.0)
        return [*whole, *rests] if rests and whole == named else None
    if is_falling and (len(named) > 1 or rests):
        return _from_above(named, rests)
    ordered = sorted(named, key=lambda one: float("-inf") if one.low is None else one.low)
    return _closed(ordered, rests)


def _from_above(named: list[_Class], rests: list[_Class]) -> list[_Class] | None:
    """Classes that are told by where they begin, the highest first, and one below them all."""
    whole = sorted(named, key=lambda one: one.low or 0.0)
    if not rests or whole[::-1] != named:
        return None
    above = [
        replace(one, high=up.low, is_closed=up.is_open) for one, up in zip(whole, [*whole[1:], whole[-1]], strict=True)
    ]
    return [replace(rests[0], high=whole[0].low, is_closed=whole[0].is_open), *above]


def _closed(ordered: list[_Class], rests: list[_Class]) -> list[_Class] | None:
    """Classes of which each goes on where the one before it ends."""
    whole = list(ordered)
    for place, (one, up) in enumerate(pairwise(ordered)):
        if up.low is None:
            return None
        if one.high is None:
            whole[place] = replace(one, high=up.low, is_closed=up.is_open)
        elif one.high != up.low or one.is_closed != up.is_open:
            return None
    if rests and ordered[-1].high is not None and ordered[0].low is None:
        return [*whole, rests[0]]
    if rests and ordered[0].low is not None and ordered[-1].high is None:
        return [replace(rests[0], high=ordered[0].low, is_closed=ordered[0].is_open), *whole]
    return whole if not rests and ordered[0].low is None and ordered[-1].high is None else None


def _number(value: float | None) -> str:
    return str(int(value)) if value is not None and value == int(value) else str(value)
