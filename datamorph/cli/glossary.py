"""Command about people's own words: glossary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer
from rich.console import RenderableType
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.render_plan import heading
from datamorph.cli.session import Session
from datamorph.errors import SettingsError

if TYPE_CHECKING:
    from datamorph.core.glossary import Glossary, Note, Term


def glossary(session: Session) -> None:
    """List the project's own terms and check glossary.yaml.

    Exit code 2 when the file has a mistake; each is shown with its line.

    Example:
      $ datamorph glossary
    """
    found = session.platform.vocabulary()
    mistakes = [documents.plain(mistake) for mistake in found.mistakes]
    terms = [_term(term) for term in found.glossary.terms]
    wordings = dict(found.glossary.wordings)
    told = {"terms": terms, "wordings": wordings, "notes": _notes(found.glossary), "mistakes": mistakes}
    session.document({"file": str(found.file), **told})
    if not found.file.exists():
        session.show(Text(f"there is no {safe(str(found.file))}; docs/glossary.md shows one"))
        return
    session.show(*_listed(found.glossary))
    for mistake in found.mistakes:
        told = f"{found.file}, line {mistake.line}: {mistake.message}"
        session.tell(Text.assemble(("✗ ", "bold red"), safe(told), f"\n  fix: {safe(mistake.hint)}", overflow="ignore"))
    if found.mistakes:
        raise typer.Exit(SettingsError.exit_code)
    session.show(Text.assemble(("\n✓ ", "green"), f"{safe(str(found.file))} fits the tables"))


def _listed(found: Glossary) -> Iterator[RenderableType]:
    if found.terms:
        yield Grid.of_rows([_term(term) for term in found.terms], whole=("term", "means"))
    if found.wordings:
        yield heading("Wordings")
        yield Grid.of_rows([{"words": said, "read as": words} for said, words in found.wordings.items()])
    if notes := _notes(found):
        yield heading("Tables and columns")
        yield Grid.of_rows(notes)


def _term(term: Term) -> dict[str, object]:
    means = f"{term.expression} where {term.where}" if term.where else term.expression
    facts = {"term": term.name, "means": means, "table": str(term.table) if term.table else None}
    return {**facts, "synonyms": ", ".join(term.synonyms) or None, "description": term.description or None}


def _notes(found: Glossary) -> list[dict[str, object]]:
    tables = [_note(str(ref), note) for ref, note in found.tables.items()]
    return [*tables, *(_note(f"{ref}.{column}", note) for (ref, column), note in found.columns.items())]


def _note(name: str, note: Note) -> dict[str, object]:
    said = {"synonyms": ", ".join(note.synonyms), "unit": note.unit, "description": note.description}
    return {"name": name, **{key: value or None for key, value in said.items()}}
