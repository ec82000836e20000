"""Work that a whole phrase tells: what is made of columns, and which row of several stays.

A rule of ``phrased.txt`` is one or more patterns, a line each, as in the phrase book, and below them what they tell:
``-> name = formula`` adds a column, ``-> {slot} = formula`` changes one, ``-> row`` keeps one row of those that share
something. Behind semicolons stand ``of each {slot}``, ``by {slot}``, ``by {slot} desc``, ``running``, ``first {slot}``
for so many rows of each, ``show {slot}`` for a column that is shown as well, ``by date`` (the one of ``{word:event}``,
or that the prompt names, or that the rows have) and ``if noted``: only where a phrase behind ``-> noted`` stands in the
prompt as well. ``-> called`` is what the new column is called where it is listed.
Nothing behind the arrow is for what asks for nothing beside such work. In formulas ``{date}`` is what
rows are in order of and ``{amount}`` their one amount. The slot ``{table:fact}`` holds the rows themselves and
``{text_column:label}`` what they are called by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from datamorph.planning.offline.phrasebook.pattern import Node, Slots, parse_pattern
from datamorph.planning.offline.rephrasing.said import Said

_PACKAGE, _FILE = "datamorph.planning.offline.gist", "phrased.txt"
_CLASS = re.compile(r"<(\w+)> = (.+)")
_KINDS = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern, and what it tells.

    Attributes:
        kinds: of its slots, by their names.
        made: the name of the column and its formula; ``row`` for one row of several; empty for nothing.
        more: what stands behind semicolons.
    """

    pattern: Node
    kinds: Mapping[str, str]
    made: str
    more: tuple[str, ...] = ()

    def part(self, lead: str) -> str:
        """What stands behind such words; empty where they are not said."""
        return next((part.removeprefix(lead).strip(" {}") for part in self.more if part.startswith(lead)), "")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase where it stands in a prompt."""

    phrase: Phrase
    start: int
    end: int
    slots: Slots


@lru_cache(maxsize=4)
def phrases_in(said: Said) -> tuple[Found, ...]:
    """Every phrase that stands in a prompt, the longest first."""
    words = set(said.words)
    found = [one for phrase in _phrases() if all(words & need for need in phrase.pattern.needs)
             for one in _spots(said, phrase)]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.start - one.end, one.start)))


def _spots(said: Said, phrase: Phrase) -> Iterator[Found]:
    begins = phrase.pattern.begins
    is_any = phrase.pattern.is_optional or bool(begins.kinds)
    for start in range(len(said)):
        if not is_any and said.words[start] not in begins.words:
            continue
        ways = list(phrase.pattern.match(said, start, {}))
        if ways:
            end, slots = max(ways, key=lambda way: way[0])
            yield Found(phrase, start, end, slots)


@lru_cache(maxsize=1)
def _phrases() -> tuple[Phrase, ...]:
    """The phrases of the file, in its order."""
    found: list[Phrase] = []
    classes: dict[str, Node] = {}
    waiting: list[str] = []
    for line in (files(_PACKAGE) / _FILE).read_text("utf-8").splitlines():
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if (named := _CLASS.fullmatch(said)) is not None:
            classes[named[1]] = parse_pattern(named[2], classes)
        elif said.startswith("->"):
            found += [_phrase(pattern, said[2:], classes) for pattern in waiting]
            waiting = []
        else:
            waiting.append(said)
    return tuple(found)


def _phrase(pattern: str, told: str, classes: Mapping[str, Node]) -> Phrase:
    made, *more = [part.strip() for part in told.split(";")]
    kinds = {name or kind: kind for kind, name in _KINDS.findall(pattern)}
    return Phrase(parse_pattern(pattern, classes), kinds, made, tuple(more))
