"""A prompt as a line of signs, in which phrases are found by patterns and become one sign each.

``C`` is a column, ``T`` the table whose rows are wanted, ``P`` one that they refer to, ``O`` another one, ``N`` a
number, ``Q`` a quoted text; other words and marks stand for themselves. What a pattern takes becomes a sign of its own,
so that the patterns of frames stay simple.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from re import Pattern
from typing import Any

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.spans import Span, find_spans

_PARTS = re.compile(r"\[(?:[^\]\[(){}]|\{[^}]*\}|\([^)]*\))*\]|\([^)]*\)|\{\w+(?::\w+)?\}|[^\s\[\](){}]+")
_BRANCHES = re.compile(r"\|(?![^()]*\))")
_LONGEST = 3
_PARENTHESES = {"LP": "(", "RP": ")"}
_WORK_WORDS = frozenset("""
    order ordered number rank row rows record records position place total sum first last next previous before after
    by date time count counter copy copies version versions entry column columns table name value one each every all
    """.split())  # fmt: skip
"""Alone these name a column only where it is called just so."""


@dataclass(frozen=True)
class Sign:
    """A run of tokens.

    Attributes:
        sign: what patterns see of it.
        value: what it names: a column, a table, a number, or what a pattern made of it.
    """

    sign: str
    start: int
    end: int
    value: Any = None


class Line:
    """The signs of a prompt, seen from the table whose rows are wanted."""

    def __init__(self, brief: Brief, fact: TableRef, other: TableRef | None = None) -> None:
        self.brief, self.fact, self.other = brief, fact, other
        relations = brief.said.relations
        self.parents = tuple(t for t in brief.said.tables if t != fact and len(relations.between(fact, t)) == 1)
        self._spans = {span.start: span for span in find_spans(brief)} if other is not None else {}
        self.signs: list[Sign] = []
        place = 0
        while place < len(brief):
            found = self._sign(place)
            self.signs.append(found)
            place = found.end
        self.is_named = any(one.sign == "T" for one in self.signs)

    @property
    def text(self) -> str:
        """The line, with a blank on each side of every sign."""
        return " " + "".join(f"{one.sign} " for one in self.signs)

    def take(self, phrases: Sequence[Pattern[str]], sign: str, read: Callable[[Found], Any]) -> list[Any]:
        """Make one sign of each run that a phrase fits and that is read as something; what was read is told."""
        found: list[Any] = []
        while (best := self._longest(phrases, read)) is not None:
            first, last, value = best
            made = [Sign(sign, self.signs[first].start, self.signs[last].end, value)] if sign else []
            self.signs[first : last + 1] = made
            found.append(value)
        return found

    def _longest(self, phrases: Sequence[Pattern[str]], read: Callable[[Found], Any]) -> tuple[int, int, Any] | None:
        """The longest run that a phrase fits and that can be read: its first and last sign, and what it is."""
        text = self.text
        matches = [match for phrase in phrases for match in phrase.finditer(text)]
        for match in sorted(matches, key=lambda one: (one.start() - one.end(), one.start())):
            if match.end() > match.start() and (value := read(Found(self, match))) is not None:
                return self._at(match.start()), self._at(match.end() - 1), value
        return None

    def at(self, offset: int) -> Sign:
        """The sign at a place of the text."""
        return self.signs[self._at(offset)]

    def _at(self, offset: int) -> int:
        return bisect_right(list(accumulate(len(one.sign) + 1 for one in self.signs)), offset - 1)

    def is_time(self, link: Link) -> bool:
        """True for a date or a moment."""
        return is_time(self.brief.said.type_of(link))

    def is_number(self, link: Link) -> bool:
        """True for what can be added up."""
        return link.column in self.brief.said.numbers(link.table)

    def dates(self) -> list[Link]:
        """Dates of the rows."""
        return [Link(self.fact, name, 1.0) for name in self.brief.said.dates(self.fact)]

    def key_of(self, sign: Sign) -> Link | None:
        """The own column by which rows are told apart: as it is named, or of the thing that it refers to."""
        if isinstance(sign.value, Link):
            is_key = sign.value.table == self.fact and not self.is_time(sign.value)
            return sign.value if is_key and not self.is_number(sign.value) else None
        hops = self.brief.said.relations.between(self.fact, sign.value)
        return Link(self.fact, hops[0].columns[0], 1.0) if len(hops[0].columns) == 1 else None

    def _sign(self, place: int) -> Sign:
        token = self.brief.said.tokens[place]
        table, column = self._table(place), self._column(place)
        if column is not None and (table is None or column[1].score >= 1.0 or column[0] > table[0]):
            return Sign("C", place, place + column[0], column[1])
        if table is not None and table[1] in (self.fact, *self.parents):
            return Sign("T" if table[1] == self.fact else "P", place, place + table[0], table[1])
        if table is not None and table[1] == self.other:
            return Sign("O", place, place + table[0], table[1])
        if self.other is not None and (told := self._told(place)) is not None:
            return told
        if isinstance(token.value, int) and token.lower != "one" and not token.unit:
            return Sign("N", place, place + 1, token.value)
        is_text = token.kind == "text"
        return Sign("Q" if is_text else token.lower, place, place + 1, token.lower if is_text else None)

    def _told(self, place: int) -> Sign | None:
        """A value or days, which are looked for where the prompt is about two tables."""
        span = self._spans.get(place)
        if span is not None and span.end > place and not self._is_compared(span):
            return Sign("S", place, span.end, span)
        length, links = self.brief.said.value(place)
        here = tuple(link for link in links if link.table in (self.fact, self.other))
        is_word = self.brief.said.tokens[place].is_word and self.brief.words[place] not in _WORK_WORDS
        return Sign("V", place, place + length, here) if here and is_word else None

    def _is_compared(self, span: Span) -> bool:
        """``over 2000``, ``> 2000``: a number, unless a word says that it is a year."""
        first, last = self.brief.said.tokens[span.start], self.brief.said.tokens[span.end - 1]
        return isinstance(last.value, int) and (first is last or first.kind == "mark")

    def _table(self, place: int) -> tuple[int, TableRef] | None:
        """The table that is named there; ``position`` is none although it may be another word for jobs."""
        found, word = self.brief.said.table(place), self.brief.lemmas[place]
        is_work = found is not None and found[0] == 1 and self.brief.words[place] in _WORK_WORDS
        return None if is_work and found and word not in self.brief.said.names.table_words[found[1]] else found

    def _column(self, place: int) -> tuple[int, Link] | None:
        """The one column that is named there, of the rows before the tables that they refer to."""
        others = (self.other,) if self.other is not None else ()
        for tables in ((self.fact,), others, self.parents):
            found = [one for table in tables if (one := self._of(place, table)) is not None]
            longest = max((length for length, _ in found), default=0)
            found = [one for one in found if one[0] == longest]
            is_work = longest == 1 and self.brief.words[place] in _WORK_WORDS
            if len(found) == 1 and (found[0][1].score >= 1.0 or not is_work):
                return found[0]
        return None

    def _of(self, place: int, table: TableRef) -> tuple[int, Link] | None:
        """A column of a table by its name, or by all of that but its unit: ``weight`` of *weight_kg*."""
        said = self.brief.said
        if (named := said.column(place, table)) is not None:
            return named
        for length in range(_LONGEST, 0, -1):
            found = [link for link in said.begun(place, length) if link.table == table]
            if found:
                return (length, found[0]) if len(found) == 1 else None
        return None


@dataclass(frozen=True)
class Found:
    """A match of a pattern in a line."""

    line: Line
    match: re.Match[str]

    def sign(self, name: str) -> Sign | None:
        """The sign that a group holds."""
        return self.line.at(self.match.start(name)) if self.has(name) else None

    def link(self, name: str) -> Link | None:
        """The column that a group holds."""
        sign = self.sign(name)
        return sign.value if sign is not None and isinstance(sign.value, Link) else None

    def has(self, name: str) -> bool:
        """True where a group of that name took part."""
        return name in self.match.re.groupindex and self.match[name] is not None

    def text(self, name: str) -> str:
        """The words of a group; empty where it took no part."""
        return self.match[name] if self.has(name) else ""


def phrases(text: str, **parts: str) -> tuple[Pattern[str], ...]:
    """Phrases, one in each line.

    ``{x}`` is a column, ``{k:CP}`` one of two signs, ``{a:w}`` a word; ``[the]`` may be left out, ``(a|b c)`` is
    either; ``LP`` and ``RP`` are parentheses of the prompt.

    Args:
        parts: words that stand in several phrases, there as ``<name>``.
    """
    for name, words in parts.items():
        text = text.replace(f"<{name}>", words)
    return tuple(re.compile(f"(?<= ){_pattern(line)}") for line in text.strip().splitlines() if line.strip())


def _pattern(line: str) -> str:
    return "".join(_part(part) for part in _PARTS.findall(line))


def _part(part: str) -> str:
    if part[0] in "([":
        branches = "|".join(_pattern(one) for one in _BRANCHES.split(part[1:-1]))
        return f"(?:{branches})" + ("?" if part[0] == "[" else "")
    if part[0] == "{":
        name, _, signs = part[1:-1].partition(":")
        return f"(?P<{name}>{'[a-z_]+' if signs == 'w' else '|'.join(signs or 'C')}) "
    return re.escape(_PARENTHESES.get(part, part)) + " "
