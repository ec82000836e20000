"""The command for operators: why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.render_plan import INDENT, heading, item, source
from datamorph.cli.session import Session
from datamorph.errors import SourceError

if TYPE_CHECKING:
    from datamorph.core.diagnosis import Diagnosis


def why(
    session: Session,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; see: datamorph runs", show_default=False)],
    *,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the language model for a change of the spec, too.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the changed spec into a new file.")] = None,
) -> None:
    """Explain a run from its events: what failed, why, what was changed, what to do.

    With --ask the language model proposes a changed spec, shown as a diff. It
    may read no other table and drop no check, and nothing is changed by it.

    Example:
      $ datamorph why 20260131-060000-1a2b3c
      $ datamorph why 20260131-060000-1a2b3c --ask --out changed.yaml
    """
    if out is not None and not ask:
        raise typer.BadParameter("--out needs --ask", param_hint="--out")
    found = session.platform.why(run)
    session.show(*_diagnosis(found))
    change = session.platform.propose_change(found) if ask else None
    if change is None:
        session.document(documents.plain(found))
        return
    session.document({**documents.plain(found), "change": documents.plain(change)})
    session.show(heading("The language model", f"{change.cost_usd:.4f} USD"), *_listed(change.explanation))
    if change.spec is None:
        return
    session.show(heading("Change"), source(change.diff, "diff"))
    if out is not None:
        _write_new(out, change.spec.to_yaml())
        session.next_steps(("run", "--spec", str(out)))


def _write_new(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise SourceError(
            f"cannot write {file}: {error.strerror}", fix="name a file that does not exist yet"
        ) from error


def _diagnosis(found: Diagnosis) -> Iterator[RenderableType]:
    yield Text(safe(found.summary), style="bold")
    yield Padding(Text(safe(found.effect)), INDENT, expand=False)
    for title, lines in (("Why", found.findings), ("Next", found.next_steps), ("Stages", found.timeline)):
        if lines:
            yield heading(title)
            yield from _listed(lines)


def _listed(lines: tuple[str, ...]) -> Iterator[RenderableType]:
    for line in lines:
        yield Padding(item("•", safe(line)), INDENT, expand=False)
