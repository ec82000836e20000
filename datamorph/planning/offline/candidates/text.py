"""A question as words with stems, numbers and positions, in the form in which values are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.lexicon.names import ABBREVIATIONS
from datamorph.planning.offline.lexicon.words import MONTHS, NUMBERS
from datamorph.planning.offline.tokens import singular

_WORD = re.compile(r"[^\W_]+|[%#]")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})+(?:\.\d+)?|(?<![^\W_])\d+(?:\.\d+)?")
_QUOTED = re.compile(r"\"([^\"]+)\"|\u201c([^\u201d]+)\u201d|(?<!\w)'([^']+(?:'\w[^']*)*)'(?!\w)|``(.+?)(?:''|``)")
_APART = re.compile(r"[\W_]+")
_SYMBOLS = {"%": "percent", "#": "number"}
_SUFFIXES = ("ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate", "ings", "ing", "ors", "or", "ers",
             "er", "ions", "ion", "ances", "ance", "ments", "ment", "ed", "es", "s", "e", "ly", "ship", "ist", "al",
             "y")  # fmt: skip
_SHORTEST_STEM, _SHORTEST_PREFIX, _SHORTEST_ROOT, _ALIKE = 3, 3, 5, 87
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


MOST_WORDS = 80
"""Longer questions are not weighed: people ask in fewer words, and readings grow with every one."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question.

    Attributes:
        fold: lower case, without accents.
        lemmas: singular, or what an abbreviation stands for.
    """

    text: str
    fold: str
    lemma: str
    stem: str
    start: int
    end: int
    is_symbol: bool = False

    @property
    def is_capital(self) -> bool:
        """True for a word that starts with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Number:
    """A number: the words that spell it and its value."""

    start: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text between quotation marks, as a run of words."""

    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """Text as it is compared: case, accents and punctuation do not count."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _APART.sub(" ", text.casefold()).strip()


def fold_all(values: list[str]) -> list[str]:
    """Every value folded, in one pass."""
    if not values:
        return []
    joined = "\x1f".join(values)
    if not joined.isascii():
        joined = "".join(c for c in unicodedata.normalize("NFKD", joined) if not unicodedata.combining(c))
    found = re.sub(r"[^\w\x1f]+|_+", " ", joined.casefold()).split("\x1f")
    return [" ".join(one.split()) for one in found]


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """What forms of a word share: directed, director and direction are ``direct``."""
    if word in said.VERB_STEMS:
        return said.VERB_STEMS[word]
    base = singular(word)
    if base in said.VERB_STEMS:
        return said.VERB_STEMS[base]
    for suffix in _SUFFIXES:
        if base.endswith(suffix) and len(base) - len(suffix) > _SHORTEST_STEM:
            root = base.removesuffix(suffix)
            return root[:-1] if len(root) > _SHORTEST_STEM and root[-1] == root[-2] and root[-1] not in "sl" else root
    return base


@lru_cache(maxsize=16384)
def lemma(word: str) -> str:
    """The singular, or what a one-word abbreviation stands for."""
    base = singular(word)
    full = ABBREVIATIONS.get(word) or ABBREVIATIONS.get(base) or base
    return full if " " not in full else base


def _synonyms() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for place, group in enumerate(said.SYNONYMS):
        for word in group:
            found.setdefault(stem(word), set()).add(place)
    return {word: frozenset(places) for word, places in found.items()}


_GROUPS = _synonyms()


@lru_cache(maxsize=65536)
def likeness(word: str, name: str) -> float:  # noqa: PLR0911 (one line per degree)
    """How well a word of a question (its lemma) fits a word of a name: 1 the same word, 0 nothing in common."""
    if word == name:
        return 1.0
    left, right = stem(word), stem(name)
    if left == right:
        return 0.85
    if _count_of(word) == _count_of(name) != "":
        return 0.85
    if word.isdigit() or name.isdigit():
        return 0.0
    if _are_akin(left, right) or not _GROUPS.get(left, frozenset()).isdisjoint(_GROUPS.get(right, frozenset())):
        return 0.6
    short, long = (word, name) if len(word) < len(name) else (name, word)
    if len(short) >= _SHORTEST_PREFIX and long.startswith(short) and short not in said.STOP:
        return 0.6 if len(short) > _SHORTEST_PREFIX else 0.4
    if len(short) > _SHORTEST_PREFIX + 1 and word[0] == name[0] and fuzz.ratio(word, name) >= _ALIKE:
        return 0.7
    return 0.0


def _are_akin(one: str, other: str) -> bool:
    """True for stems that differ in their last letter: ``introduc`` and ``introduct``, ``vacant`` and ``vacanc``."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return len(short) > _SHORTEST_ROOT and one[:-1] == other[:-1]
    return len(short) >= _SHORTEST_ROOT and long[:-1] == short and long[-1] in "et"


def _count_of(word: str) -> str:
    """The digits of a number or an ordinal: 2 for ``2``, ``2nd`` and ``second``, else empty."""
    found = _ORDINAL.fullmatch(word)
    return found[1] if found else word if word.isdigit() else said.ORDINALS.get(word, "")


class Question:
    """A question's words, numbers and quotations."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tuple(_word(match) for match in _WORD.finditer(text))
        self.folds = tuple(word.fold for word in self.words)
        self.numbers = tuple(self._numbers())
        self.quoted = tuple(self._quoted())
        self.is_loud = text == text.upper()
        """All capitals: that a word has them tells nothing."""
        self.stops = sum(1 << i for i, w in enumerate(self.words) if w.fold in said.STOP or w.is_symbol)
        self.all = (1 << len(self.words)) - 1

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The words between two offsets of the text."""
        found = [i for i, w in enumerate(self.words) if w.start >= start and w.end <= end]
        return (found[0], found[-1] + 1) if found else None

    def _numbers(self) -> list[Number]:
        found: list[Number] = []
        for match in _NUMBER.finditer(self.text):
            places = [i for i, w in enumerate(self.words) if w.start < match.end() and w.end > match.start()]
            if places and self.text[match.end() : self.words[places[-1]].end].lower() in said.BEHIND_NUMBERS:
                found.append(Number(places[0], places[-1] + 1, float(match[0].replace(",", ""))))
        taken = {place for number in found for place in range(number.start, number.end)}
        found += [
            Number(i, i + 1, float(NUMBERS[w.fold]))
            for i, w in enumerate(self.words)
            if w.fold in NUMBERS and i not in taken
        ]
        return sorted(found, key=lambda number: number.start)

    def _quoted(self) -> list[Quoted]:
        found: list[Quoted] = []
        for match in _QUOTED.finditer(self.text):
            span = self.span(match.start(), match.end())
            if span:
                found.append(Quoted(*span, next(group for group in match.groups() if group).strip()))
        return found

    def phrase(self, start: int, end: int) -> str:
        """The words as they are written."""
        return self.text[self.words[start].start : self.words[end - 1].end]


def mask(start: int, end: int) -> int:
    """Bits of a run of words."""
    return (1 << end) - (1 << start)


def _word(match: re.Match[str]) -> Word:
    text = match[0]
    if text in _SYMBOLS:
        return Word(text, _SYMBOLS[text], _SYMBOLS[text], _SYMBOLS[text], match.start(), match.end(), is_symbol=True)
    folded = fold(text)
    base = lemma(folded)
    return Word(text, folded, base, stem(base), match.start(), match.end())


def month_of(word: str) -> int:
    """The month that a word names, 0 for none."""
    return MONTHS.get(word, 0)
