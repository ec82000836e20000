"""Names of tables and columns as words, and an index from words back to names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.lexicon.names import ABBREVIATIONS, GENERIC, GLUED_TAILS, KEY_WORDS, SYNONYMS
from datamorph.planning.offline.name_keys import (
    EXACT,
    HEAD,
    OF_DATES,
    OWN,
    SYNONYM,
    TAILLESS,
    column_keys,
    squash,
    table_keys,
)
from datamorph.planning.offline.tokens import Token, singular

WEAK = 0.55
"""What fits no better is no reason to take a word for a column: less than the last word of its name."""
_WHOLE = frozenset("discount account update candidate mandate lifetime overtime sometime monkey turkey estate".split())
_SHORTEST_STEM = 3
_LONGEST_PREFIX = 3
_MOST_LINKED = 20_000
"""So many runs of words are remembered with what they mean; prompts say the same ones again and again."""
_MOST_FORMS = 3
_IN_MINUTES = tuple((word, "minimum") for word in "duration runtime length time delay wait".split())
"""What is measured in minutes where *min* is behind it."""
_TELLING_TAILS = frozenset(
    """
    at on date time year month timestamp s sec second minute min hour ms millisecond email mail usd eur euro dollar cent
    pence penny gbp pound percent
    gb mb kb kg g km m mm cm count c kw kwh mwh celsius
    """.split()
)


@dataclass(frozen=True, slots=True)
class Link:
    """A table (``column`` empty) or a column that some words may mean, with how well they fit (0 to 1)."""

    table: TableRef
    column: str
    score: float


@lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, singular and in full: ``DepDelay`` and ``dep_delays`` are departure, delay."""
    if name.lower() in ABBREVIATIONS:
        return tuple(ABBREVIATIONS[name.lower()].split())
    plain = re.sub(r"(?<=[A-Z]{2})s(?![a-z])", "", name)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    parts = re.split(r"[\W_]+", spaced.lower().replace("'s ", " "))
    words = tuple(word for part in parts if part for word in _split(part)) or ("column",)
    return (*words[:-1], "number") if len(words) > 1 and words[-1] == "no" else words


def _split(part: str) -> tuple[str, ...]:
    lemma = singular(part)
    lemma = part[:-1] if part.endswith("s") and part not in ABBREVIATIONS and part[:-1] in ABBREVIATIONS else lemma
    if part in ABBREVIATIONS or lemma in ABBREVIATIONS:
        return tuple((ABBREVIATIONS.get(part) or ABBREVIATIONS[lemma]).split())
    if lemma in _WHOLE:
        return (lemma,)
    for tail in GLUED_TAILS:
        stem = lemma.removesuffix(tail)
        needed = _SHORTEST_STEM + (tail in ("key", "id"))
        if stem != lemma and len(stem) >= needed:
            return (ABBREVIATIONS.get(stem, stem), ABBREVIATIONS.get(tail, tail))
    return (lemma,)


def _is_key(name: str) -> bool:
    return words_of(name)[-1] in KEY_WORDS


def is_abbreviation_of(part: str, word: str) -> bool:
    """True for ``bldg`` of *building*: consonants of a word in its order, its first letter first, or its beginning."""
    if len(part) >= _SHORTEST_STEM and word.startswith(part) and len(word) - len(part) >= _SHORTEST_STEM:
        return True
    if not (_SHORTEST_STEM <= len(part) < len(word)) or part[0] != word[0] or set(part[1:]) & set("aeiou"):
        return False
    rest = iter(word)
    return all(letter in rest for letter in part)


def is_contraction_of(part: str, word: str) -> bool:
    """True for ``plr`` of *player*: consonants in their order, from the first letter of the word to its last."""
    letters = iter(word)
    is_same = len(word) > len(part) >= _SHORTEST_STEM and part[0] == word[0] and part[-1] == word[-1]
    return is_same and not set(part[1:]) & set("aeiou") and all(letter in letters for letter in part)


def shared_prefix(names: Iterable[str]) -> str:
    """A prefix such as ``c_`` that all columns of a table have, or nothing."""
    listed = list(names)
    heads = {name.partition("_")[0] + "_" for name in listed if "_" in name}
    if len(listed) > 1 and len(heads) == 1 and all("_" in name for name in listed):
        (head,) = heads
        return head if len(head) <= _LONGEST_PREFIX + 1 else ""
    return ""


def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in SYNONYMS:
        for word in group:
            found.setdefault(word, []).extend(other for other in group if other != word)
    return {word: tuple(others) for word, others in found.items()}


SYNONYMS_OF = _groups()


class _Known:
    """What words mean, once it was looked up."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, ...], tuple[Link, ...]] = {}

    def of(self, words: tuple[str, ...], find: Callable[[tuple[str, ...]], tuple[Link, ...]]) -> tuple[Link, ...]:
        """What was found before, or is found now."""
        known = self._links.get(words)
        if known is None:
            if len(self._links) >= _MOST_LINKED:
                self._links.clear()
            known = self._links[words] = find(words)
        return known


class NameIndex:
    """Finds the tables and columns that words may mean."""

    def __init__(self, catalog: Catalog) -> None:
        self.table_words: dict[TableRef, tuple[str, ...]] = {t.ref: words_of(t.ref.name) for t in catalog.tables}
        self.column_words: dict[tuple[TableRef, str], tuple[str, ...]] = {}
        self._keys: dict[str, dict[tuple[TableRef, str], float]] = {}
        self._linked = _Known()
        self._shortened_to, self._begun_with = _Known(), _Known()
        self._begun: dict[str, dict[tuple[TableRef, str], float]] = {}
        self._roots: dict[str, list[str]] = {}
        self._with_word: dict[str, list[tuple[TableRef, str]]] = {}
        self.dates: dict[TableRef, tuple[str, ...]] = {}
        self._numbers: dict[TableRef, tuple[str, ...]] = {}
        self.numbers: dict[TableRef, tuple[str, ...]] = {}
        self.flags: dict[TableRef, tuple[str, ...]] = {}
        self.gaps: dict[TableRef, tuple[str, ...]] = {}
        self.vocabulary: set[str] = set()
        for table in catalog.tables:
            self._add_table(table)
        self._shorten_tables()
        self._add_glossary(catalog)

    def _shorten_tables(self) -> None:
        """``roster`` is ``staff_roster`` where nothing else is called so, in whole or in part."""
        for table, words in self.table_words.items():
            found = self._keys.get(words[-1], {}) if len(words) > 1 else {}
            if words and list(found) == [(table, "")] and words[-1] not in SYNONYMS_OF:
                found[table, ""] = max(found[table, ""], OWN * SYNONYM)

    def _add_glossary(self, catalog: Catalog) -> None:
        """What people call tables and columns counts as much as their names."""
        glossary = catalog.glossary
        notes = [(ref, "", note) for ref, note in glossary.tables.items()]
        notes += [(ref, column, note) for (ref, column), note in glossary.columns.items()]
        for ref, column, note in notes:
            for phrase in note.synonyms if ref in self.table_words else ():
                words = words_of(phrase)
                self.vocabulary.update(words)
                self._put(squash(words), ref, column, EXACT)
                if column:
                    self._put(squash((*self.table_words[ref], *words)), ref, column, EXACT)
        for term in glossary.terms:
            self.vocabulary.update(word for phrase in (term.name, *term.synonyms) for word in words_of(phrase))

    def _add_table(self, table: CatalogTable) -> None:
        own = self.table_words[table.ref]
        self.vocabulary.update(own)
        for key, score in table_keys(own):
            self._put(key, table.ref, "", score)
        self.dates[table.ref] = tuple(column.name for column in table.schema if is_time(column.type))
        self._numbers[table.ref] = tuple(c.name for c in table.schema if is_number(c.type) and not _is_key(c.name))
        self.numbers[table.ref] = tuple(column.name for column in table.schema if is_number(column.type))
        self.flags[table.ref] = tuple(column.name for column in table.schema if column.type == "boolean")
        nulls = {name for name, profile in table.profile.columns.items() if profile.nulls}
        self.gaps[table.ref] = tuple(column.name for column in table.schema if column.name in nulls)
        for words in _described(table.description):
            self.vocabulary.update(words)
            self._put(squash(words), table.ref, "", OWN)
        prefix = shared_prefix(table.schema.names)
        for name in table.schema.names:
            words = words_of(name.removeprefix(prefix))
            self.vocabulary.update(words)
            self.column_words[table.ref, name] = words
            for word in words:
                self._with_word.setdefault(word, []).append((table.ref, name))
            for key, score in column_keys(words, own, is_time=name in self.dates[table.ref]):
                self._put(key, table.ref, name, score)
            if len(words) > 1 and (words[-1] in _TELLING_TAILS or words[-2:] in _IN_MINUTES):
                for key in (squash(words[:-1]), squash((*own, *words[:-1]))):
                    self._begun.setdefault(key, {})[table.ref, name] = TAILLESS

    def _put(self, key: str, table: TableRef, column: str, score: float) -> None:
        found = self._keys.setdefault(key, {})
        found[table, column] = max(score, found.get((table, column), 0.0))

    def only_number(self, table: TableRef) -> str:
        """The one column of a table that holds a number and is no key; empty where there are several."""
        numbers = self._numbers.get(table, ())
        return numbers[0] if len(numbers) == 1 else ""

    def begun(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        """Columns whose names say only the unit or the kind besides: ``duration`` is ``duration_s``."""
        return self._begun_with.of(words, self._look_up_begun)

    def _look_up_begun(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        found = self._begun.get(squash(words), {})
        for variant in _variants(words) if not found else ():
            found = {spot: score * SYNONYM for spot, score in self._begun.get(squash(variant), {}).items()} or found
        ordered = sorted(found.items(), key=lambda item: (str(item[0][0]), item[0][1]))
        return tuple(Link(table, column, score) for (table, column), score in ordered)

    def shortened(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        """Columns that have the same words in another order or cut short: ``seeds_germ`` for *germinated seeds*."""
        return self._shortened_to.of(words, self._look_up_shortened)

    def _look_up_shortened(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        known = {spot for word in words for spot in self._with_word.get(word, ())}
        found = [spot for spot in known if _is_shortened(words, _without_tail(self.column_words[spot], len(words)))]
        return tuple(Link(*spot, OWN * SYNONYM) for spot in sorted(found))

    def links(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        """What the words may mean, best first; synonyms only where nothing fits as it stands."""
        return self._linked.of(words, self._look_up)

    def _look_up(self, words: tuple[str, ...]) -> tuple[Link, ...]:
        found = self._keys.get(squash(words), {})
        scored = dict(found)
        if not any(score >= HEAD for score in found.values()):
            for variant in _variants(words):
                for place, score in self._keys.get(squash(variant), {}).items():
                    scored[place] = max(scored.get(place, 0.0), score * SYNONYM)
        for variant in self._other_forms(words) if not scored else ():
            for place, score in self._keys.get(squash(variant), {}).items():
                scored[place] = max(scored.get(place, 0.0), score * SYNONYM)
        if not scored and (short := self._shortened(words)) != words:
            scored = {
                place: score * SYNONYM for place, score in self._keys.get(squash(short), {}).items() if score >= OWN
            }
        if not scored and len(words) == 1 and words[0] not in self.vocabulary:
            scored = {(table, ""): OWN * SYNONYM for table in self._contracted(words[0])}
        ordered = sorted(scored.items(), key=lambda item: (-item[1], str(item[0][0]), item[0][1]))
        return tuple(Link(table, column, score) for (table, column), score in ordered)

    def _other_forms(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """``hired date`` for *hiring date*: what happened then, as names have it."""
        if not 1 < len(words) <= _MOST_FORMS or not OF_DATES & set(words):
            return
        known = [(word,) if word in self.vocabulary else self._forms(word) for word in words]
        yield from product(*known)

    def _forms(self, word: str) -> tuple[str, ...]:
        if not self._roots:
            for one in sorted(self.vocabulary):
                self._roots.setdefault(root(one), []).append(one)
        return (word, *self._roots.get(root(word), ())) if word in OF_DATES else tuple(self._roots.get(root(word), ()))

    def _contracted(self, word: str) -> list[TableRef]:
        """The one table that is called like a word without most of its letters: ``plr`` of *player*."""
        found = [table for table, own in self.table_words.items() if len(own) == 1 and is_contraction_of(own[0], word)]
        return found if len(found) == 1 else []

    def _shortened(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """``discharge time`` as a schema may say it: each unknown word by the one beginning of it that is known."""
        if len(words) == 1:
            return (self._without_vowels(words[0]),)
        if words and words[0] in _OF_SELLING - self.vocabulary:
            return words[1:]
        return tuple(self._short(word) for word in words)

    def _without_vowels(self, word: str) -> str:
        """``vsl`` for *vessel*, where that is how names here say it."""
        short = consonants(word)
        return short if word not in self.vocabulary and len(short) >= _SHORTEST and short in self.vocabulary else word

    def _short(self, word: str) -> str:
        if word in self.vocabulary or self._without_vowels(word) != word:
            return self._without_vowels(word)
        if word in ("time", "moment") and "timestamp" in self.vocabulary:
            return "timestamp"
        found = [known for known in self._beginnings(word) if known in self.vocabulary]
        return found[0] if len(found) == 1 else word

    def _beginnings(self, word: str) -> list[str]:
        """Where an abbreviation may end: before a vowel, as in ``disch|arge`` and ``perf|ormance``."""
        ends = range(_SHORTEST_STEM, len(word) - 1)
        return [word[:end] for end in ends if word[end] in "aeiou" and word[end - 1] not in "aeiou"]


_SHORTEST = 3
_OF_SELLING = frozenset({"sales", "sale", "selling"})
"""``sales channel`` is *channel* where nothing here is called after sales."""


@lru_cache(maxsize=8192)
def consonants(word: str) -> str:
    """A word as abbreviations write it: its first letter and its consonants, doubled ones once."""
    kept = word[:1] + re.sub(r"[aeiou]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def _without_tail(own: tuple[str, ...], length: int) -> tuple[str, ...]:
    """``vehicle, length`` of ``veh_len_m``: without the unit, where that makes it as long as what is said."""
    return own[:-1] if len(own) == length + 1 and own[-1] in _TELLING_TAILS else own


def _is_shortened(said: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """True where one word is the same, and every other begins with one of the name."""
    left = [word for word in own if word not in said]
    rest = [word for word in said if word not in own]
    if len(left) == len(own) or len(left) != len(rest):
        return False
    return all(len(one) >= _SHORTEST and other.startswith(one) for one, other in zip(left, rest, strict=True))


_ROW = re.compile(
    r"(?:^|\W)one (?:row|record|line|entry) (?:per|for each|for every) ([a-z][a-z -]{2,40})[;,.]", re.IGNORECASE
)
_HEADING = re.compile(r"([A-Za-z]+(?: [a-z]+)?)(?=[;:.](?:\s|$))")
_EACH = re.compile(r"([A-Za-z]+(?: [a-z]+)?), (?:one|a) (?:row|record|line|entry) (?:each|per|for)", re.IGNORECASE)
_PLACED = re.compile(r" (?:on|in|at|of|with|by|from|to|per|and) ")
_MOST_DESCRIBED = 2


def _described(text: str) -> Iterator[tuple[str, ...]]:
    """What a description calls the rows: ``One row per boat trip.``, ``Boat trips; ...``."""
    found = _EACH.match(text) or _ROW.search(text) or _HEADING.match(text)
    words = words_of(_PLACED.split(found[1].strip())[0]) if found else ()
    if 0 < len(words) <= _MOST_DESCRIBED:
        yield words
        yield words[-1:]


def _variants(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for position, word in enumerate(words):
        for other in SYNONYMS_OF.get(word, ()):
            yield (*words[:position], other, *words[position + 1 :])


def token_words(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Words of a run of tokens."""
    return tuple(word for token in tokens for word in words_of(token.text.removesuffix("'s").removesuffix("\u2019s")))


_NOISE = frozenset({"the", "of", "a", "per", "value", "column", "by", "in"})
_SAME = {"number": "count", "sum": "total", "mean": "average", "percent": "share", "percentage": "share",
         "fraction": "share",
         "proportion": "share", "rate": "share", "lowest": "minimum", "highest": "maximum", "smallest": "minimum",
         "largest": "maximum"}  # fmt: skip


def canonical(words: Iterable[str]) -> frozenset[str]:
    """Words with the different ways to say an aggregate brought together."""
    return frozenset(_SAME.get(word, word) for word in words if word not in _NOISE)


def is_generic(words: tuple[str, ...]) -> bool:
    """True for words that say what a thing is without naming one: code, number, id."""
    return all(word in GENERIC for word in words)
