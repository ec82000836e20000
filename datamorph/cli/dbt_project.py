"""A dbt project on disk, read for the import, and its models, written into the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.render_plan import heading
from datamorph.cli.render_run import counted
from datamorph.cli.session import Session
from datamorph.errors import SourceError

if TYPE_CHECKING:
    from datamorph.core.dbt import DbtImport

READ = (".sql", ".yml", ".yaml", ".md", ".py")
LEFT_OUT = frozenset({"target", "dbt_packages", "dbt_modules", "logs"})
MOST_BYTES = 4_000_000
VARIABLES = "variables.yaml"


def import_project(session: Session, folder: Path, domain: str) -> None:
    """Write the models of a dbt project into the folder of models, and tell what is not in them.

    Raises:
        SourceError: the folder cannot be read, or a file of that name is there and says something else.
    """
    from datamorph.core.dbt import import_dbt

    found = import_dbt(dict(_files(folder)), domain=domain)
    root = session.settings.path("models")
    files = {**found.files, **_variables(root / VARIABLES, found)}
    _refuse_others(root, files)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    notes = [{**documents.plain(note)} for note in found.notes]
    session.document({"files": [str(root / name) for name in files], "raw": found.raw, "notes": notes})
    session.show(*_told(found, files, str(session.settings.models)))
    loads = [("load", str(folder / path), table) for table, path in found.raw.items() if path]
    session.next_steps(*loads, ("models",), ("build",))


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Paths within the project and texts; of CSV files the path alone."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.startswith("."))
        for name in sorted(names):
            file = Path(place) / name
            if name.endswith((*READ, ".csv")):
                yield file.relative_to(folder).as_posix(), "" if name.endswith(".csv") else _text(file)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SourceError(f"{file} has more than {MOST_BYTES:,} bytes", fix="remove it from the project")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}", fix="make it readable") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file} is not UTF-8 text", fix="save it as UTF-8") from error


def _variables(file: Path, found: DbtImport) -> dict[str, str]:
    """The file as it is, with the variables that are new at its end; a value that is there stays."""
    from datamorph.core.document import read_document

    text = _text(file) if file.exists() else ""
    document = read_document(text, origin=str(file))
    known = document if isinstance(document, dict) else {}
    new = {name: value for name, value in found.variables.items() if name not in known}
    if not new:
        return {}
    if text.lstrip().startswith("{"):  # one mapping on one line has no end to add to
        text, new = "", {**known, **new}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in new.items()]
    return {VARIABLES: "".join([text and f"{text.rstrip()}\n", *lines])}


def _refuse_others(root: Path, files: Mapping[str, str]) -> None:
    others = [name for name, text in files.items() if name != VARIABLES and _is_other(root / name, text)]
    if others:
        fix = "remove them, or import into another domain: --domain NAME"
        raise SourceError(f"there are other files already: {', '.join(others)}", fix=fix)


def _is_other(file: Path, text: str) -> bool:
    return file.exists() and _text(file) != text


def _told(found: DbtImport, files: Mapping[str, str], root: str) -> Iterator[RenderableType]:
    for name in files:
        yield Text.assemble(("✓ ", "green"), f"{root}/{name}", overflow="ignore")
    for is_lost, title in ((True, "Not imported"), (False, "In another form")):
        notes = [note for note in found.notes if note.is_lost is is_lost]
        if notes:
            yield heading(title, counted(len(notes), "item"))
            yield from (Text(f"  • {safe(str(note))}", overflow="ignore") for note in notes)
    missing = [table for table, path in found.raw.items() if not path]
    if missing:
        yield heading("To load", ", ".join(missing))
