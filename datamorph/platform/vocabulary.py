"""The project's ``glossary.yaml``: people's own words for what the lake holds, read anew for every prompt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.glossary import Glossary, Note
from datamorph.core.glossary_file import Mistake, read_glossary
from datamorph.core.glossary_text import with_wording
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import SettingsError, SpecError

GLOSSARY_FILE = "glossary.yaml"
_MOST_BYTES = 1_000_000
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The glossary as it stands in the file.

    Attributes:
        file: its path, whether it exists or not.
        mistakes: what is wrong in it; none where it does not exist.
        tables: what it is checked against.
    """

    file: Path
    glossary: Glossary
    mistakes: tuple[Mistake, ...] = ()
    tables: Mapping[TableRef, TableSchema] = field(default_factory=dict[TableRef, TableSchema])

    def remember(self, wordings: Mapping[str, str]) -> None:
        """Put wordings into the file, for the prompts to come; the rest of it stays as it is.

        Args:
            wordings: words of prompts with those that are read in their place.

        Raises:
            SettingsError: the file cannot be written, or would not hold them; it is as it was then.
        """
        said = {" ".join(phrase.lower().split()): words for phrase, words in wordings.items()}
        fix = f"write there by hand: {'; '.join(f'{phrase}: {words}' for phrase, words in said.items())}"
        try:
            text = self.file.read_bytes().decode("utf-8") if self.file.exists() else ""
            for phrase, words in said.items():
                text = with_wording(text, phrase, words)
            glossary, mistakes = read_glossary(text.removeprefix("\ufeff"), self.tables)
        except (SpecError, OSError, ValueError) as error:
            raise SettingsError(f"{self.file} cannot take a wording", fix=fix) from error
        kept = replace(self.glossary, wordings={**self.glossary.wordings, **said})
        if glossary != kept or mistakes:
            told = mistakes[0].message if mistakes else "the rest of it would be read otherwise"
            raise SettingsError(f"{self.file} cannot take a wording: {told}", fix=fix)
        _write(self.file.resolve(), text)


def read_vocabulary(home: Path, catalog: Catalog) -> Vocabulary:
    """Read and check the glossary of a project; an empty one where there is no file.

    Raises:
        SettingsError: the file cannot be read, or is no YAML.
    """
    file = home / GLOSSARY_FILE
    tables = {table.ref: table.schema for table in catalog.tables}
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SettingsError(f"{file} has more than {_MOST_BYTES:,} bytes", fix="keep terms in it, not data")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Vocabulary(file, Glossary(), tables=tables)
    except OSError as error:
        raise SettingsError(f"cannot read {file}: {error.strerror}", fix="correct or remove it") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text", fix="save it as UTF-8") from error
    try:
        glossary, mistakes = read_glossary(text, tables)
    except SpecError as error:
        raise SettingsError(f"{file}: {error.problem}", fix=error.fix) from error
    return Vocabulary(file, glossary, mistakes, tables)


def with_vocabulary(home: Path, catalog: Catalog) -> Catalog:
    """The catalog with the project's glossary.

    Raises:
        SettingsError: the glossary has mistakes; the first of them, each with its line.
    """
    found = read_vocabulary(home, catalog)
    if found.mistakes:
        told = [f"{found.file}, line {m.line}: {m.message} ({m.hint})" for m in found.mistakes[:_MOST_TOLD]]
        raise SettingsError("\n".join(told), fix="correct it there; datamorph glossary checks the file")
    return Catalog(catalog.tables, found.glossary)


def _write(file: Path, text: str) -> None:
    """All of it or nothing: readers see the file before or after."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(text.encode("utf-8"))
        if file.exists():
            shutil.copymode(file, draft)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SettingsError(f"cannot write {file}: {error.strerror}", fix="make it writable") from error


def described(table: CatalogTable, glossary: Glossary) -> CatalogTable:
    """A table with what the glossary says of it and of its columns."""
    note = glossary.tables.get(table.ref, Note())
    columns = tuple(
        replace(
            column, description=glossary.columns.get((table.ref, column.name), Note()).description or column.description
        )
        for column in table.schema
    )
    return replace(table, description=note.description or table.description, schema=TableSchema(columns))
