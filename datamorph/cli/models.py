"""Commands about SQL models: models, build, test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe, safe_lines, seconds
from datamorph.cli.grid import Grid
from datamorph.cli.progress import Progress
from datamorph.cli.render_plan import heading, source
from datamorph.cli.render_run import counted
from datamorph.cli.session import Session
from datamorph.errors import CheckFailedError

if TYPE_CHECKING:
    from datamorph.core.model_test import TestOutcome
    from datamorph.platform.building import BuildOutcome
    from datamorph.platform.scanning import ScannedModel

MARKS = {"built": ("✓", "green"), "unchanged": ("=", "green"), "failed": ("✗", "red"), "skipped": ("→", "yellow")}
Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MODEL]...", show_default=False,
        help="Names, curated.*, tag:daily; +NAME with all before it, NAME+ with all behind it.",
    ),
]  # fmt: skip


def models(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show this model.", show_default=False)] = None,
) -> None:
    """List the SQL models of dbt_like_sql in the order in which data moves, with what is wrong; or show one.

    Example:
      $ datamorph models
      $ datamorph models daily_traffic
    """
    if name is not None:
        found = session.platform.model(name)
        session.document({**_document(found), **_columns(found), "sql": found.model.text if found.model else None})
        session.show(*_shown(found))
        return
    listed = session.platform.models()
    session.document({"models": [_document(found) for found in listed]})
    rows = [_row(found) for found in listed]
    session.show(
        Grid.of_rows(rows, whole=("model",)) if rows else Text("there is no model yet: see docs/sql-models.md")
    )
    session.show(*_problems(listed))
    if listed:
        session.next_steps(("test",), ("build",))


def build(
    session: Session,
    select: Selectors = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Read incremental sources from the beginning, and make the tables anew.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Compute what is unchanged, too.")] = False,
    approve: Annotated[
        bool,
        typer.Option(
            "--approve",
            help="Allow to replace another's table, to change published rows by an edit, or to break readers.",
        ),
    ] = False,
) -> None:
    """Test, compute and publish SQL models, each after those that it reads.

    All of them, or those that are named. A model that fails stops those
    that read it, and no others.

    Example:
      $ datamorph build
      $ datamorph build +monthly_punctuality
    """
    platform = session.platform
    platform.prepare()
    outcomes: list[BuildOutcome] = []
    progress = Progress(None if session.as_json else session.err, keeps_lines=False)
    with progress:
        for outcome in platform.build(*select or (), full=full, force=force, approve=approve, observe=progress):
            outcomes.append(outcome)
            session.show(*_built(outcome))
    counts = {state: sum(one.state == state for one in outcomes) for state in MARKS}
    session.document({"models": [_build_document(one) for one in outcomes], **counts})
    session.show(Text(", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no model"))
    failed = next((one.error for one in outcomes if one.error), None)
    if failed:
        raise typer.Exit(failed.exit_code)


def test(
    session: Session,
    select: Selectors = None,
    *,
    on_engine: Annotated[
        bool, typer.Option("--on-engine", help="Run them on the engine of the project, not in DuckDB.")
    ] = False,
) -> None:
    """Run the unit tests of SQL models: rows that are given, rows that must come out.

    They are in NAME.test.yaml beside NAME.sql. Nothing is published.

    Example:
      $ datamorph test
      $ datamorph test daily_traffic --on-engine
    """
    platform = session.platform
    outcomes: list[TestOutcome] = []
    untested: list[str] = []
    for found in platform.models(*select or ()):
        if not found.compiled:
            session.show(*_problems([found]))
        untested += [found.name] if not found.tests else []
        ended = platform.test_model(found, on_engine=on_engine) if found.model else ()
        session.show(*(part for outcome in ended for part in _tested(outcome)))
        outcomes += ended
    failed = sum(not outcome.passed for outcome in outcomes)
    tests = [{**documents.plain(outcome), "passed": outcome.passed} for outcome in outcomes]
    session.document({"tests": tests, "passed": len(outcomes) - failed, "failed": failed, "untested": untested})
    session.show(Text(f"{len(outcomes) - failed} of {counted(len(outcomes), 'test')} passed"))
    if untested:
        session.show(Text(f"without tests: {', '.join(untested)}", style="dim"))
    if failed:
        raise typer.Exit(CheckFailedError.exit_code)


def _row(found: ScannedModel) -> dict[str, Any]:
    header = found.model.header if found.model else None
    state = "broken" if found.problems else "ok"
    facts = {"write": header.write if header else None, "tests": len(found.tests), "state": state}
    return {"model": found.name, **facts, "description": header.description if header else None}


def _document(found: ScannedModel) -> dict[str, Any]:
    model = found.model
    header = documents.plain(model.header) if model else {}
    reads = [str(table) for table in model.reads] if model else []
    facts = {"model": found.name, "file": found.file, "reads": reads, "owner": model.owner if model else None}
    problems = documents.plain(found.problems)
    return {**header, **facts, "tests": [test.name for test in found.tests], "problems": problems}


def _columns(found: ScannedModel) -> dict[str, Any]:
    """Columns with their types and the source columns that they come from."""
    from datamorph.core.lineage import trace

    if not found.compiled:
        return {}
    lineage, schema = trace(found.compiled.checked), found.compiled.checked.schema
    return {
        "columns": [
            {"name": c.name, "type": c.type, "from": sorted(f"{ref}.{name}" for ref, name in lineage.columns[c.name])}
            for c in schema
        ]
    }


def _shown(found: ScannedModel) -> Iterator[RenderableType]:
    yield Text.assemble((safe(found.name), "bold"), f"  {safe(found.file)}")
    if found.model:
        yield source(found.model.text, "sql")
    rows = [{**column, "from": ", ".join(column["from"])} for column in _columns(found).get("columns", ())]
    if rows:
        yield heading("Columns")
        yield Grid.of_rows(rows, whole=("name", "type"))
    yield from _problems([found])


def _problems(listed: Sequence[ScannedModel]) -> Iterator[RenderableType]:
    for problem in (problem for found in listed for problem in found.problems):
        place = f"{problem.file}:{problem.line}:{problem.column}"
        yield Text.assemble(("✗ ", "red"), f"{safe(place)}  {safe(problem.message)}", overflow="ignore")
        yield Text.assemble(("  fix: ", "bold"), safe(problem.hint), overflow="ignore")


def _built(outcome: BuildOutcome) -> Iterator[RenderableType]:
    mark, style = MARKS[outcome.state]
    result, tests = outcome.result, len(outcome.tests)
    facts = [counted(result.rows, "row"), counted(len(result.checks), "check")] if result else []
    facts += [counted(tests, "test")] if result and tests else []
    facts += [word for word in (outcome.reason, "unchanged" if outcome.state == "unchanged" else "") if word]
    head = f" {outcome.model.name:<40}{seconds(outcome.seconds):>8}  "
    yield Text.assemble("  ", (mark, style), head, (", ".join(facts), "dim"), overflow="ignore")
    if outcome.error:
        lines = [*safe_lines(outcome.error.problem).splitlines(), f"fix: {safe_lines(outcome.error.fix)}"]
        yield from (Text(f"    {line}", style="red", overflow="ignore") for line in lines)


def _build_document(outcome: BuildOutcome) -> dict[str, Any]:
    error = outcome.error
    told = {"type": type(error).__name__, "problem": error.problem, "fix": error.fix} if error else None
    tests = [{"test": one.test, "passed": one.passed, "difference": list(one.lines())} for one in outcome.tests]
    facts = {"model": outcome.model.name, "state": outcome.state, "seconds": outcome.seconds, "tests": tests}
    result = documents.result(outcome.result) if outcome.result else None
    return {**facts, "reason": outcome.reason, "error": told, "result": result}


def _tested(outcome: TestOutcome) -> Iterator[RenderableType]:
    mark, style = ("✓", "green") if outcome.passed else ("✗", "red")
    yield Text.assemble("  ", (mark, style), f" {safe(outcome.model)}  {safe(outcome.test)}", overflow="ignore")
    for line in outcome.lines():
        yield Text(f"      {safe_lines(line)}", style="red", overflow="ignore")
