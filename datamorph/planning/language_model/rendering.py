"""Tables as a language model sees them: columns as (name, type, description, samples, statistics), masked, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, Scalar
from datamorph.core.glossary import Glossary, Note, Term
from datamorph.core.table import Column
from datamorph.planning.language_model.fencing import fenced, quoted
from datamorph.planning.language_model.masking import mask_text, mask_value

SAMPLES = 6
LONGEST_SAMPLE = 60
LONGEST_DESCRIPTION = 400
BYTES_PER_TOKEN = 3.0


def render_tables(catalog: Catalog, *, samples: bool) -> str:
    """Every table of the catalog in one fenced block."""
    return fenced("tables", (table_facts(table, catalog.glossary, samples=samples) for table in catalog.tables))


def table_tokens(table: CatalogTable, glossary: Glossary, *, samples: bool) -> int:
    """About how many tokens a table takes."""
    text = quoted(table_facts(table, glossary, samples=samples))
    return int(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN) + 1


def table_facts(table: CatalogTable, glossary: Glossary, *, samples: bool) -> dict[str, Any]:
    """One table as JSON values."""
    note = glossary.tables.get(table.ref, Note())
    facts: dict[str, Any] = {
        "table": str(table.ref),
        "description": _described(table.description, note),
        "rows": table.profile.rows,
        "key": list(table.primary_key),
        "references": [_reference(table, index) for index in range(len(table.foreign_keys))],
        "columns": [_column(table, column, glossary, samples=samples) for column in table.schema],
    }
    return {name: value for name, value in facts.items() if value not in ("", [], None)}


def render_glossary(catalog: Catalog) -> str:
    """People's own terms in a fenced block; empty where there are none about these tables."""
    offered = {table.ref for table in catalog.tables}
    terms = [_term(term) for term in catalog.glossary.terms if term.table is None or term.table in offered]
    wordings = [
        {"words": mask_text(phrase), "are read as": mask_text(words)}
        for phrase, words in catalog.glossary.wordings.items()
    ]
    return fenced("glossary", [*terms, *wordings]) if terms or wordings else ""


def _term(term: Term) -> dict[str, Any]:
    facts = {
        "term": term.name,
        "expression": term.expression,
        "where": term.where,
        "table": str(term.table) if term.table else "",
        "synonyms": list(term.synonyms),
        "description": mask_text(term.description[:LONGEST_DESCRIPTION]),
    }
    return {name: value for name, value in facts.items() if value}


def _reference(table: CatalogTable, index: int) -> str:
    key = table.foreign_keys[index]
    return f"({', '.join(key.columns)}) -> {key.target} ({', '.join(key.target_columns)})"


def _column(table: CatalogTable, column: Column, glossary: Glossary, *, samples: bool) -> list[Any]:
    note = glossary.columns.get((table.ref, column.name), Note())
    profile = table.profile.columns.get(column.name)
    shown = list(_samples(table.ref.name, column.name, profile)) if profile and samples else []
    return [column.name, column.type, _described(column.description, note), shown, _statistics(table, column, profile)]


def _described(text: str, note: Note) -> str:
    parts = [text, note.description, f"also called {', '.join(note.synonyms)}" if note.synonyms else ""]
    parts.append(f"in {note.unit}" if note.unit else "")
    return mask_text("; ".join(part for part in parts if part)[:LONGEST_DESCRIPTION])


def _samples(table: str, column: str, profile: ColumnProfile) -> Iterator[object]:
    values = [value for value in profile.values if value is not None]
    chosen = values[:SAMPLES] if values else [profile.minimum, profile.maximum]
    masked = (_short(mask_value(table, column, value)) for value in chosen if value is not None)
    yield from dict.fromkeys(masked)


def _short(value: object) -> Scalar:
    if isinstance(value, int | float) or value is None:
        return value
    text = str(value)
    return text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"


def _statistics(table: CatalogTable, column: Column, profile: ColumnProfile | None) -> str:
    if profile is None or not table.profile.rows:
        return ""
    if table.profile.is_unique(column.name):
        return "unique"
    empty = f", {profile.nulls} of {table.profile.rows} missing" if profile.nulls else ""
    return f"{profile.distinct} distinct{empty}"
