"""Commands about where raw tables come from: sources, load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe, safe_lines
from datamorph.cli.grid import Grid
from datamorph.cli.progress import Progress
from datamorph.cli.render_run import counted, render_result
from datamorph.cli.session import Session
from datamorph.cli.tables import show_first_rows

if TYPE_CHECKING:
    from datamorph.core.result import RunResult
    from datamorph.platform.sources import SourceState


def load(
    session: Session,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]", help="A source, or files with the TABLE that they fill.", show_default=False
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Argument(metavar="[TABLE]", help="The raw table to fill: raw.DOMAIN.NAME.", show_default=False),
    ] = None,
    *,
    description: Annotated[str | None, typer.Option(help="What a row is, in words; planners read it.")] = None,
    null: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A text that stands for no value.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Load it even if the table holds these very files.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Load a source from the beginning.")] = False,
) -> None:
    """Load what is new of the sources in sources.yaml, of one or of all; or files as the whole content of a raw table.

    Types are discovered from every row. The same file twice changes nothing.

    Example:
      $ datamorph load
      $ datamorph load raw.shop.orders
      $ datamorph load orders.csv raw.shop.orders --description "an order" --null NA
    """
    if table is not None and name is not None:
        if full:
            raise typer.BadParameter(
                "files are always the whole content; --force loads them again", param_hint="--full"
            )
        _load_files(session, name, table, description=description, nulls=null or (), is_forced=force)
        return
    if description is not None or null or force:
        raise typer.BadParameter("it goes with FILE and TABLE; of a source, sources.yaml says it", param_hint="option")
    names = [name] if name is not None else [state.name for state in session.platform.sources.states()]
    if not names:
        session.document({"loads": []})
        session.show(Text("sources.yaml names no source yet; docs/sources.md says how"))
        session.next_steps(("load", "FILE", "raw.DOMAIN.NAME"))
        return
    _load_sources(session, names, full=full)


def _load_files(
    session: Session, file: str, table: str, *, description: str | None, nulls: Sequence[str], is_forced: bool
) -> None:
    with Progress(None if session.as_json else session.err) as progress:
        result = session.platform.load(
            file, table, description=description, nulls=list(nulls), force=is_forced, observe=progress
        )
    session.document(documents.result(result))
    session.show(*render_result(result))
    if not session.as_json:
        show_first_rows(session, result)
        session.next_steps(("tables",), ("query", f"SELECT COUNT(*) FROM {result.table}"))


def _load_sources(session: Session, names: Sequence[str], *, full: bool) -> None:
    """Each source for itself: one that fails does not hold up the others."""
    from datamorph.errors import DataMorphError, SourceError

    loads, failed = list[dict[str, Any]](), list[DataMorphError]()
    for name in names:
        try:
            result = _load_source(session, name, full=full)
        except DataMorphError as error:
            if len(names) == 1:
                raise
            failed.append(error)
            loads.append({"table": name, "error": {"problem": error.problem, "fix": error.fix}})
            session.tell(Text.assemble(("✗ ", "bold red"), safe(name), ": ", safe_lines(error.problem)))
            session.tell(Text(f"  fix: {safe_lines(error.fix)}"))
            continue
        loads.append(documents.result(result))
        refused = [SourceError(problem, fix="see docs/sources.md") for problem in result.refused.values()]
        failed += refused
    session.document({"loads": loads})
    if failed:
        session.tell(Text(f"{len(failed)} could not be loaded", style="red"))
        raise typer.Exit(failed[0].exit_code)
    session.next_steps(("sources",), ("tables",))


def _load_source(session: Session, name: str, *, full: bool) -> RunResult:
    with Progress(None if session.as_json else session.err) as progress:
        result = session.platform.sources.load(name, full=full, observe=progress)
    session.show(*render_result(result))
    if result.loaded:
        session.show(Text(f"  {counted(len(result.loaded), 'piece')} loaded", style="dim"))
    for piece, problem in result.refused.items():
        session.tell(Text.assemble(("✗ ", "bold red"), safe(piece), ": ", safe_lines(problem)))
    return result


def sources(session: Session) -> None:
    """List where raw tables come from, as sources.yaml says, and how far they are loaded.

    Example:
      $ datamorph sources
    """
    found = session.platform.sources.states()
    session.document({"sources": [documents.plain(state) for state in found]})
    if not found:
        session.show(Text("sources.yaml names no source yet; docs/sources.md says how"))
        session.next_steps(("load", "FILE", "raw.DOMAIN.NAME"))
        return
    session.show(Grid.of_rows([_row(state) for state in found], whole=("source",)))
    for state in found:
        for problem in state.problems:
            session.show(Text.assemble(("✗ ", "red"), safe_lines(problem)))
    if any(state.state in ("new", "waiting") for state in found):
        session.next_steps(("load",))


def _row(state: SourceState) -> dict[str, object]:
    return {
        "source": state.name,
        "kind": state.kind,
        "state": state.state,
        "rows": state.rows,
        "pieces": state.pieces,
        "waiting": state.waiting,
        "quarantined": state.quarantined,
        "loaded_at": state.loaded_at.replace(microsecond=0) if state.loaded_at else None,
        "place": state.place,
    }
