"""Which tables a language model is offered: those that the prompt's words fit, and those that connect them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.glossary import Note
from datamorph.core.table import TableRef
from datamorph.planning.language_model.rendering import table_tokens
from datamorph.planning.offline.tokens import singular

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NAMED, _TABLE, _COLUMN, _VALUE, _TOLD = 100.0, 6.0, 3.0, 4.0, 1.0
_COMMON = 0.2
"""A word that a fifth of the tables hold tells nothing of which one is meant."""
MOST_HOPS = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """The tables that are shown.

    Attributes:
        left_out: how many tables of the catalog are not.
    """

    catalog: Catalog
    left_out: int


def choose_tables(prompt: str, catalog: Catalog, *, budget: int, samples: bool) -> Offer:
    """The whole catalog where it fits into so many tokens, else the best part of it.

    Tables in the order of how well they fit, each with the tables on the way to those before it, as long as they fit.
    """
    sizes = {table.ref: table_tokens(table, catalog.glossary, samples=samples) for table in catalog.tables}
    if sum(sizes.values()) <= budget:
        return Offer(catalog, 0)
    ranked = _ranked(prompt, catalog)
    links = _links(catalog.tables)
    chosen: dict[TableRef, None] = {}
    for ref in ranked:
        wanted = [*_bridge(ref, chosen, links), ref]
        added = sum(sizes[one] for one in wanted if one not in chosen)
        if sum(sizes[one] for one in chosen) + added <= budget:
            chosen.update(dict.fromkeys(wanted))
    kept = tuple(table for table in catalog.tables if table.ref in chosen)
    return Offer(Catalog(kept, catalog.glossary), len(catalog.tables) - len(kept))


def _ranked(prompt: str, catalog: Catalog) -> list[TableRef]:
    """Tables that any word of the prompt fits, best first."""
    asked = _words(prompt)
    texts = {table.ref: _table_words(table, catalog) for table in catalog.tables}
    weights = _weights(asked, texts.values(), len(catalog.tables))
    scores = {ref: sum(weights[word] * found.get(word, 0.0) for word in asked) for ref, found in texts.items()}
    for ref in scores:
        if str(ref) in prompt or re.search(rf"\b{re.escape(ref.name)}\b", prompt, re.IGNORECASE):
            scores[ref] += _NAMED
    return sorted((ref for ref, score in scores.items() if score > 0), key=lambda ref: (-scores[ref], ref))


def _weights(asked: Iterable[str], texts: Iterable[Mapping[str, float]], tables: int) -> dict[str, float]:
    counted = list(texts)
    held = {word: sum(word in text for text in counted) for word in asked}
    return {
        word: _COMMON if count > max(1, _COMMON * tables) else 1.0 / max(count, 1) ** 0.5
        for word, count in held.items()
    }


def _table_words(table: CatalogTable, catalog: Catalog) -> dict[str, float]:
    """Every word that speaks for a table, with how much."""
    found: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in _words(text):
            found[word] = max(found.get(word, 0.0), weight)

    note = catalog.glossary.tables.get(table.ref, Note())
    add(table.ref.name, _TABLE)
    add(" ".join(note.synonyms), _TABLE)
    add(f"{table.ref.domain} {table.description} {note.description}", _TOLD)
    for column in table.schema:
        told = catalog.glossary.columns.get((table.ref, column.name), Note())
        add(f"{column.name} {' '.join(told.synonyms)}", _COLUMN)
        add(f"{column.description} {told.description}", _TOLD)
        profile = table.profile.columns.get(column.name)
        add(" ".join(str(value) for value in (profile.values if profile else ()) if isinstance(value, str)), _VALUE)
    for term in catalog.glossary.terms:
        if term.table == table.ref:
            add(" ".join((term.name, *term.synonyms)), _COLUMN)
    return found


def _words(text: str) -> list[str]:
    return [singular(word.lower()) for word in _PARTS.findall(text) if len(word) > 1]


def _links(tables: Iterable[CatalogTable]) -> dict[TableRef, set[TableRef]]:
    """Tables that a key connects: a declared one, or a column named like another table's key."""
    known = {table.ref: table for table in tables}
    links: dict[TableRef, set[TableRef]] = {ref: set() for ref in known}
    owners: dict[str, list[TableRef]] = {}
    for table in known.values():
        for name in _key_names(table):
            owners.setdefault(name, []).append(table.ref)
    for table in known.values():
        targets = {key.target for key in table.foreign_keys if key.target in known}
        targets |= {owner for column in table.schema.names for owner in owners.get(column.lower(), ())}
        for target in targets - {table.ref}:
            links[table.ref].add(target)
            links[target].add(table.ref)
    return links


def _key_names(table: CatalogTable) -> set[str]:
    declared = {table.primary_key[0].lower()} if len(table.primary_key) == 1 else set[str]()
    unique = {name.lower() for name in table.schema.names if table.profile.is_unique(name)}
    return {name for name in declared | unique if name not in ("id", "name") and name.endswith(("id", "key", "code"))}


def _bridge(goal: TableRef, chosen: Iterable[TableRef], links: Mapping[TableRef, set[TableRef]]) -> list[TableRef]:
    """Tables between one and the nearest of those that are chosen already; empty when none is near."""
    targets = set(chosen)
    paths, seen = deque([[goal]]), {goal}
    while paths:
        path = paths.popleft()
        if len(path) > MOST_HOPS + 1:
            return []
        for neighbour in sorted(links[path[-1]] - seen):
            if neighbour in targets:
                return path[1:]
            seen.add(neighbour)
            paths.append([*path, neighbour])
    return []
