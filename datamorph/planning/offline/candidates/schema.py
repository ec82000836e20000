"""Columns and tables as a question sees them: words, kinds, values."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field
from functools import cached_property

from datamorph.core.catalog import SKETCH_SIZE, CatalogTable, ColumnProfile
from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.text import Question, fold, fold_all, lemma, likeness, stem
from datamorph.planning.offline.names import shared_prefix, words_of
from datamorph.planning.offline.relations import Relation

_WEAK = frozenset({"name", "id", "code", "number", "of", "in", "the", "and", "a", "by", "type", "at", "for", "to"})
_SMALL = frozenset({"of", "in", "the", "and", "a", "by", "at", "for", "to", "on", "or", "with", "from"})
_WEAK_WEIGHT, _SMALL_WEIGHT, _ASIDE, _LEAST = 0.45, 0.1, 0.35, 0.4
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_MONTHS = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1300, 2100


@dataclass(slots=True)
class Match:
    """How the words of a question fit the name of a column or a table.

    Attributes:
        fits: by word of the question, the best ``(word of the name, likeness)``.
        mask: words of the question that fit at all.
    """

    fits: dict[int, tuple[int, float]]
    mask: int


class Named:
    """Something with a name that words can fit."""

    def __init__(self, words: tuple[str, ...], optional: frozenset[int] = frozenset()) -> None:
        self.words = words
        self.weights = tuple(_weight(word) * (_ASIDE if i in optional else 1.0) for i, word in enumerate(words))
        self.parts: tuple[tuple[int, ...], ...] = (tuple(range(len(words))),)

    def match(self, question: Question) -> Match:
        """Words of the question that fit the name."""
        fits: dict[int, tuple[int, float]] = {}
        found = 0
        for place, word in enumerate(question.words):
            best, which = 0.0, -1
            for position, name in enumerate(self.words):
                score = likeness(word.lemma, name)
                if score > best and name not in _SMALL:
                    best, which = score, position
            if best >= _LEAST and (word.fold not in said.STOP or best == 1.0):
                fits[place] = (which, best)
                found |= 1 << place
        return Match(fits, found)


class QuestionColumn(Named):
    """One column."""

    def __init__(self, leaf: ColumnLeaf, type_: str, profile: ColumnProfile, rows: int, place: int, name: str) -> None:
        words, optional, parts = _column_words(name)
        super().__init__(words, optional)
        self.parts = parts
        self.leaf, self.type, self.profile, self.rows, self.place = leaf, type_, profile, rows, place
        self.is_number, self.is_time = is_number(type_), is_time(type_)
        self.is_unique = bool(rows and profile.distinct == rows and not profile.nulls)
        self.has_nulls = profile.nulls > 0
        self.is_key = self.words[-1] == "id" or (len(self.words) == 1 and self.words[0] == "id")
        self.stems = frozenset(map(stem, self.words))

    @cached_property
    def written(self) -> frozenset[str]:
        """The words of the name as they stand in it."""
        return frozenset(fold(self.leaf.column).split())

    @cached_property
    def is_person(self) -> bool:
        """True for a column that looks like people."""
        return self.type == "string" and any(word in said.PERSON for word in self.words)

    @cached_property
    def is_place(self) -> bool:
        """True for a column that looks like places."""
        return self.type == "string" and any(word in said.PLACE for word in self.words)

    @cached_property
    def is_date(self) -> bool:
        """True for a column that looks like times."""
        if self.is_time or any(word in said.TIME for word in self.words):
            return True
        texts = [value for value in self.profile.values[:8] if isinstance(value, str)]
        return bool(texts) and sum(bool(_MONTHS.search(text)) for text in texts) > len(texts) / 2

    @cached_property
    def is_year(self) -> bool:
        """True for a column of whole numbers that all could be years."""
        low, high = self.profile.minimum, self.profile.maximum
        return isinstance(low, int | float) and isinstance(high, int | float) and _FIRST_YEAR < low <= high < _LAST_YEAR

    @cached_property
    def is_counted(self) -> bool:
        """True for a column whose name says that it holds counts or measures."""
        return any(word in said.COUNTED for word in self.words)

    @cached_property
    def looks_numeric(self) -> bool:
        """True for numbers, and for text that mostly holds them."""
        if self.is_number:
            return True
        texts = [value for value in self.profile.values[:12] if isinstance(value, str)]
        return bool(texts) and sum(text[:1].isdigit() for text in texts) > len(texts) / 2

    @cached_property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """Text values by their folded form."""
        values = [value for value in self.profile.values if isinstance(value, str)]
        found: dict[str, tuple[str, ...]] = {}
        for folded, value in zip(fold_all(values), values, strict=True):
            if folded:
                found[folded] = (*found.get(folded, ()), value)
        return found

    @cached_property
    def listing(self) -> str:
        """All folded values in one text, for a quick look whether words occur at all."""
        return "\n " + " \n ".join(self.texts) + " \n"

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Number values, where all are known."""
        return frozenset(float(v) for v in self.profile.values if isinstance(v, int | float))

    @cached_property
    def is_listed(self) -> bool:
        """True when every value is known."""
        return bool(self.profile.values)

    def holds(self, text: str) -> bool | None:
        """Whether a column without a list of values holds exactly this text; None when it cannot be known."""
        sketch = self.profile.sketch
        if not sketch:
            return None
        digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
        value = int.from_bytes(digest[8:], "little")
        if len(sketch) < SKETCH_SIZE or value <= sketch[-1]:
            return value in self._sketched
        return None

    @cached_property
    def _sketched(self) -> frozenset[int]:
        return frozenset(self.profile.sketch)


@dataclass(slots=True)
class QuestionTable:
    """One table and how the question fits it."""

    table: CatalogTable
    name: Named
    columns: list[QuestionColumn]
    match: Match
    matches: list[Match]
    rarity: dict[str, float] = field(default_factory=dict[str, float])
    joined: tuple[Relation, ...] = ()

    def idf(self, column: QuestionColumn) -> tuple[float, ...]:
        """Weights of the words of a column's name: words that many columns share tell less."""
        return tuple(w * self.rarity.get(word, 1.0) for w, word in zip(column.weights, column.words, strict=True))


def read_table(table: CatalogTable, question: Question) -> QuestionTable:
    """A table with its columns, matched with the question."""
    prefix = shared_prefix(table.schema.names)
    columns = [
        QuestionColumn(
            ColumnLeaf(table.ref, column.name),
            column.type,
            table.profile.columns.get(column.name, ColumnProfile()),
            table.profile.rows,
            place,
            column.name.removeprefix(prefix),
        )
        for place, column in enumerate(table.schema)
    ]
    name = Named(words_of(table.ref.name))
    counts: dict[str, int] = {}
    for column in columns:
        for word in set(column.words):
            counts[word] = counts.get(word, 0) + 1
    rarity = {word: 1 / (1 + math.log(count)) for word, count in counts.items()}
    return QuestionTable(table, name, columns, name.match(question), [c.match(question) for c in columns], rarity)


def _weight(word: str) -> float:
    return _SMALL_WEIGHT if word in _SMALL or len(word) == 1 else _WEAK_WEIGHT if word in _WEAK else 1.0


def _words(name: str) -> tuple[str, ...]:
    spaced = name.replace("%", " percent ").replace("#", " number ").replace("\u2116", " number ")
    spaced = re.sub(r"\b[Nn]o\.", " number ", spaced)
    if short := re.fullmatch(r"([a-z]{1,3})(id|no)", name.lower()):
        return (short[1], "id" if short[2] == "id" else "number")
    found = words_of(spaced) if re.search(r"[^\W_]", spaced) else ()
    return tuple(lemma(word) for word in found)


def _column_words(name: str) -> tuple[tuple[str, ...], frozenset[int], tuple[tuple[int, ...], ...]]:
    """Words of a column's name, which of them stand in brackets, and the alternatives that a slash parts."""
    plain = _BRACKETS.sub(" ", name)
    aside = _words(" ".join(_BRACKETS.findall(name)))
    pieces = [_words(piece) for piece in plain.split("/")]
    words = tuple(word for piece in pieces for word in piece)
    if not words:
        found = aside or ("column",)
        return found, frozenset(), (tuple(range(len(found))),)
    ends = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces))]
    parts = [tuple(range(end - len(piece), end)) for end, piece in zip(ends, pieces, strict=True) if piece]
    if len(parts) > 1:
        parts.insert(0, tuple(range(len(words))))
    optional = frozenset(range(len(words), len(words) + len(aside)))
    return words + aside, optional, tuple((*part, *sorted(optional)) for part in parts)
