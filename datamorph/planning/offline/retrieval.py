"""Of a large lake, the tables that a prompt may be about: those whose names share its rarer words, and their keys.

Words weigh by how few tables have them (Spaerck Jones, 1972): ``name`` and ``status`` are in every table and pick none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import ABBREVIATIONS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import SYNONYMS_OF
from datamorph.planning.offline.tokens import singular

SMALL = 60
"""A lake of so many tables is looked at as a whole."""

_MOST, _CORE = 24, 8
_COMMON = 0.2
_OWN_NAME, _DOMAIN, _ADDRESS = 3.0, 2.0, 100.0
_LEAST_SHARE = 0.2
_SHORTEST = 3
_MOST_WORDS = 200
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELLED = re.compile(r"[A-Za-z]\w*(?:\.\w+)+|[A-Za-z]\w*_\w+")


def near_tables(prompt: str, catalog: Catalog) -> Catalog:
    """The catalog, or of a large one the part that the prompt may be about."""
    if len(catalog.tables) <= SMALL:
        return catalog
    texts = [_Text(table) for table in catalog.tables]
    scores = _scores(_stems(prompt), texts)
    for place, found in _spelled(prompt, texts):
        scores[place] = scores.get(place, 0.0) + found
    for place in _glossed(prompt, catalog):
        scores[place] = scores.get(place, 0.0) + _ADDRESS
    if not scores:
        scores = {place: 1.0 for place in _holding(prompt, catalog)}
    best = max(scores.values(), default=0.0)
    ranked = sorted((place for place in scores if scores[place] >= _LEAST_SHARE * best), key=lambda p: (-scores[p], p))
    ranked = _of_said_domains(prompt, ranked, texts)
    kept = set(ranked[:_MOST])
    kept |= set(_neighbours(catalog, ranked[:_CORE]))
    chosen = [table for place, table in enumerate(catalog.tables) if place in kept]
    return Catalog(tuple(chosen or catalog.tables[:_MOST]), catalog.glossary)


def _of_said_domains(prompt: str, ranked: list[int], texts: list[_Text]) -> list[int]:
    """Of tables with the same name, those in a domain that the prompt names, where it names one."""
    said = set(re.findall(r"[^\W_]+", prompt.lower()))
    decided = {texts[place].name for place in ranked if texts[place].domain in said}
    return [place for place in ranked if texts[place].name not in decided or texts[place].domain in said]


class _Text:
    """A table's names as text to search in."""

    __slots__ = ("columns", "domain", "name", "words")

    def __init__(self, table: CatalogTable) -> None:
        self.name = table.ref.name
        self.domain = table.ref.domain
        self.words = {singular(word) for word in table.ref.name.split("_")}
        self.columns = " ".join(table.schema.names).lower()


def _stems(prompt: str) -> dict[str, float]:
    """Content words of the prompt, with what else a name may say for them, and how much that counts."""
    said = dict.fromkeys(word for word in _WORD.findall(prompt.lower()) if word not in GLUE)
    found: dict[str, float] = {}
    for word in list(said)[:_MOST_WORDS]:
        lemma = singular(word)
        others = [*SYNONYMS_OF.get(lemma, ()), *(short for short, full in ABBREVIATIONS.items() if full == lemma)]
        if lemma in ABBREVIATIONS:
            others += ABBREVIATIONS[lemma].split()
        for stem, weight in ((lemma, 1.0), *((other, 0.5) for other in others)):
            if len(stem) >= _SHORTEST:
                found[stem] = max(weight, found.get(stem, 0.0))
    return found


def _scores(stems: dict[str, float], texts: list[_Text]) -> dict[int, float]:
    """Tables with a word that few others have; those with common ones alone only where no word is rare."""
    rare: dict[int, float] = {}
    common: dict[int, float] = {}
    for stem, weight in stems.items():
        hits = [(place, _fit(stem, text)) for place, text in enumerate(texts) if stem in text.columns
                or stem in text.name or stem in text.domain]  # fmt: skip
        if not hits:
            continue
        worth = weight * math.log(1 + len(texts) / len(hits))
        into = rare if len(hits) <= _COMMON * len(texts) else common
        for place, fit in hits:
            into[place] = into.get(place, 0.0) + worth * fit
    if not rare:
        return common
    return {place: score + common.get(place, 0.0) for place, score in rare.items()}


def _fit(stem: str, text: _Text) -> float:
    if stem in text.words or stem == text.name:
        return _OWN_NAME
    return _DOMAIN if stem == text.domain else 1.0


def _spelled(prompt: str, texts: list[_Text]) -> Iterator[tuple[int, float]]:
    """Tables and columns that the prompt spells: ``shop.orders``, ``order_items``, ``unit_price``."""
    for spelled in dict.fromkeys(found.lower() for found in _SPELLED.findall(prompt)):
        parts = spelled.split(".")
        for place, text in enumerate(texts):
            if text.name in parts:
                yield place, _ADDRESS * (1 + (text.domain in parts))
            elif len(parts) == 1 and spelled in text.columns.split():
                yield place, _OWN_NAME


def _glossed(prompt: str, catalog: Catalog) -> Iterator[int]:
    """Tables that the glossary's words for them, for their columns or for a term bring up."""
    glossary = catalog.glossary
    notes = [(ref, phrase) for ref, note in glossary.tables.items() for phrase in note.synonyms]
    notes += [(ref, phrase) for (ref, _), note in glossary.columns.items() for phrase in note.synonyms]
    notes += [(t.table, phrase) for t in glossary.terms if t.table for phrase in (t.name, *t.synonyms)]
    lower = " ".join(singular(word) for word in re.findall(r"[^\W_]+", prompt.lower()))
    said = {ref for ref, phrase in notes if _lemmas(phrase) in lower}
    return (place for place, table in enumerate(catalog.tables) if table.ref in said)


def _lemmas(phrase: str) -> str:
    return " ".join(singular(word) for word in re.findall(r"[^\W_]+", phrase.lower()))


def _holding(prompt: str, catalog: Catalog) -> Iterator[int]:
    """Tables with a column that holds a word of the prompt as a value."""
    words = set(_WORD.findall(prompt.lower()))
    for place, table in enumerate(catalog.tables):
        values = (value for column in table.profile.columns.values() for value in column.values)
        if any(isinstance(value, str) and value.lower() in words for value in values):
            yield place


def _neighbours(catalog: Catalog, core: Iterable[int]) -> Iterator[int]:
    """Tables that the nearest ones refer to, and those that tie two of them together."""
    chosen = [catalog.tables[place] for place in core]
    near = {table.ref for table in chosen}
    domains = {table.ref.domain for table in chosen}
    wanted = {target for table in chosen for target in _targets(table)}
    for place, table in enumerate(catalog.tables):
        if table.ref in near or table.ref.domain not in domains:
            continue
        if _is_meant(table.ref, wanted) or sum(_is_meant(ref, _targets(table)) for ref in near) > 1:
            yield place


def _targets(table: CatalogTable) -> set[tuple[str, str]]:
    """Domain and name (singular) of the tables that its keys refer to, declared or by the name of a column."""
    declared = {(key.target.domain, singular(key.target.name)) for key in table.foreign_keys}
    named = {(table.ref.domain, singular(name[:-3].lower())) for name in table.schema.names if name.endswith("_id")}
    return declared | named


def _is_meant(ref: TableRef, targets: set[tuple[str, str]]) -> bool:
    return (ref.domain, singular(ref.name)) in targets
