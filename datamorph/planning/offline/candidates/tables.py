"""Which tables of a catalog a question may be about."""

from __future__ import annotations

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.table import TableRef
from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.text import Question, likeness, stem
from datamorph.planning.offline.names import NameIndex
from datamorph.planning.offline.values import ValueIndex

_MOST, _LONGEST = 6, 6
_NAMED, _HELD, _LEAST = 2.0, 0.7, 0.5


def choose_tables(question: Question, catalog: Catalog, names: NameIndex, values: ValueIndex) -> list[CatalogTable]:
    """The tables whose names, columns and values fit best, in the order of the catalog."""
    if len(catalog.tables) <= 1:
        return list(catalog.tables)
    asked = {w.lemma for w in question.words if w.fold not in said.STOP}
    stems = {stem(word) for word in asked}
    held = _holders(question, values)
    columns = _columns(names)
    scores: dict[TableRef, float] = {}
    for table in catalog.tables:
        own = names.table_words[table.ref]
        named = sum(max((likeness(word, name) for word in asked), default=0.0) for name in own) / len(own)
        said_columns = stems & columns.get(table.ref, frozenset())
        scores[table.ref] = (
            _NAMED * (named if named >= _LEAST else 0) + len(said_columns) + _HELD * held.get(table.ref, 0)
        )
    best = sorted(catalog.tables, key=lambda table: (-scores[table.ref], table.ref))[:_MOST]
    chosen = {table.ref for table in best}
    return [table for table in catalog.tables if table.ref in chosen]


def _columns(names: NameIndex) -> dict[TableRef, frozenset[str]]:
    found: dict[TableRef, set[str]] = {}
    for (table, _), words in names.column_words.items():
        found.setdefault(table, set()).update(map(stem, words))
    return {table: frozenset(words) for table, words in found.items()}


def _holders(question: Question, values: ValueIndex) -> dict[TableRef, int]:
    """How many runs of words each table holds as values."""
    found: dict[TableRef, int] = {}
    words = question.words
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _LONGEST) + 1):
            if end == start + 1 and words[start].fold in said.STOP:
                continue
            for table in dict.fromkeys(link.table for link in values.exact(question.phrase(start, end))):
                found[table] = found.get(table, 0) + 1
    return found
