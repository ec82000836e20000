"""Commands about quality: profile, checks, contracts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.render_run import render_checks
from datamorph.cli.session import Session
from datamorph.cli.specs import read_text

if TYPE_CHECKING:
    from datamorph.core.checks import Check
    from datamorph.core.drift import Drift
    from datamorph.platform.contracts import ContractState

TABLE_HELP = "A table, by full or unique short name."
FAILED = 6


class Action(StrEnum):
    """What to do with checks."""

    LIST = "list"
    SUGGEST = "suggest"
    RUN = "run"
    EXPORT = "export"
    IMPORT = "import"


def profile(
    session: Session, table: Annotated[str, typer.Argument(metavar="TABLE", help=TABLE_HELP, show_default=False)]
) -> None:
    """Show the statistics of a table's columns, and what drifted away from its own past.

    Drift is told from the sixth publication on: before that there are too few to compare with.

    Example:
      $ datamorph profile curated.sales.totals
    """
    found = session.platform.profile(table)
    columns = documents.table(found.table, {})["columns"]
    for column in columns:
        known = found.table.profile.columns.get(column["name"])
        if known:
            column.update(mean=known.mean, quantiles=list(known.quantiles), longest=known.longest)
    session.document({"table": str(found.table.ref), "rows": found.table.profile.rows, "columns": columns,
                      "history": found.points, "drift": documents.plain(found.drifts)})  # fmt: skip
    session.show(Text.assemble((str(found.table.ref), "bold"), f"  {found.table.profile.rows:,} rows"), Text(""))
    session.show(Grid.of_rows([_column(column) for column in columns]))
    session.show(*_drift(found.drifts, found.points))
    session.next_steps(("checks", "suggest", str(found.table.ref)))


def _column(column: dict[str, Any]) -> dict[str, object]:
    shown = ("name", "type", "nulls", "distinct", "minimum", "maximum", "mean")
    texts = {name: column.get(name) for name in shown}
    ends = {name: None if texts[name] is None else str(texts[name]) for name in ("minimum", "maximum")}
    middle = (column.get("quantiles") or [None] * 9)[4]
    return {**texts, **ends, "median": middle, "longest": column.get("longest")}


def _drift(found: Sequence[Drift], points: int) -> Iterator[RenderableType]:
    from datamorph.core.check_text import value_text

    if not found:
        yield Text(f"\nno drift against {points} earlier publications", style="dim")
        return
    yield Text(f"\nDrift against {points} earlier publications", style="bold")
    for drift in found:
        usual = f"{value_text(drift.expected)} ± {value_text(drift.allowed)}"
        name = f"{drift.column}: " if drift.column else ""
        yield Text(f"  {safe(name)}{drift.statistic} {value_text(drift.value)}, usually {usual}")


def checks(
    session: Session,
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="list, suggest, run, export or import.")],
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A table (suggest), pipeline or suite file.", show_default=False)
    ],
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a new file, not stdout.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="run: build Data Docs there too.")] = None,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="list: let this warning block from now on; repeatable.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="list: remove this warning; repeatable.")
    ] = None,
) -> None:
    """List, suggest, run and exchange checks.

    What a language model suggests is a warning: it is measured and reported, and
    blocks nothing until it is accepted. What is suggested from a table or imported
    from Great Expectations is printed as YAML, for a spec or a contract.

    Example:
      $ datamorph checks list totals --accept between_total
      $ datamorph checks suggest curated.sales.totals
      $ datamorph checks run totals --report docs
      $ datamorph checks export totals --out suite.json
      $ datamorph checks import suite.json
    """
    if report is not None and action is not Action.RUN:
        raise typer.BadParameter("--report goes with run", param_hint="--report")
    if (accept or drop) and action is not Action.LIST:
        raise typer.BadParameter("--accept and --drop go with list", param_hint="--accept")
    if action is Action.LIST:
        _list(session, name, accept or (), drop or ())
    elif action is Action.RUN:
        _run(session, name, report)
    elif action is Action.EXPORT:
        _export(session, name, out)
    else:
        found = session.platform.suggest_checks(name) if action is Action.SUGGEST else _imported(name)
        data = [check.model_dump(mode="json") for check in found]
        _give(session, _yaml(found), out, {"checks": data})


def _list(session: Session, pipeline: str, accept: Sequence[str], drop: Sequence[str]) -> None:
    platform = session.platform
    settled = platform.settle_checks(pipeline, accept=accept, drop=drop) if accept or drop else None
    rows = [_row(check) for check in (settled or platform.pipeline(pipeline)).spec.all_checks]
    session.document({"pipeline": pipeline, "checks": rows})
    session.show(Grid.of_rows(rows, whole=("check",)) if rows else Text("it has no check"))


def _row(check: Check) -> dict[str, Any]:
    asked = ", ".join(f"{argument} {value}" for argument, value in check.kwargs.items())
    effect = "blocks" if check.severity == "error" else "warns"
    return {"check": check.name, "effect": effect, "type": check.type, "asked": asked}


def _imported(file: str) -> Sequence[Check]:
    from datamorph.core.suite import read_suite

    return read_suite(read_text(Path(file)), origin=file)


def _yaml(found: Sequence[Check]) -> str:
    from datamorph.core.document import write_document

    return write_document({"checks": [check.model_dump(mode="json") for check in found]})


def _export(session: Session, pipeline: str, out: Path | None) -> None:
    from datamorph.core.suite import suite_of

    suite = suite_of(pipeline, session.platform.pipeline(pipeline).spec.all_checks)
    _give(session, json.dumps(suite, indent=2, ensure_ascii=False) + "\n", out, suite)


def _give(session: Session, text: str, out: Path | None, document: dict[str, Any]) -> None:
    if out is None:
        session.document(document)
        session.write(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise typer.BadParameter(f"{out} exists already", param_hint="--out") from error
    except OSError as error:
        raise typer.BadParameter(f"cannot write {out}: {error.strerror}", param_hint="--out") from error
    session.document({"written": str(out), **document})
    session.show(Text.assemble(("✓ ", "green"), f"wrote {safe(str(out))}"))


def _run(session: Session, pipeline: str, report: Path | None) -> None:
    results = session.platform.check(pipeline, report_into=str(report.absolute()) if report else "")
    failed = [result for result in results if result.blocks]
    listed = [documents.check(result) for result in results]
    session.document({"pipeline": pipeline, "checks": listed, "report": str(report) if report else None})
    session.show(*(render_checks(listed) if listed else [Text("the pipeline has no checks")]))
    if report is not None:
        session.show(Text(f"\nData Docs are in {safe(str(report))}"))
    if failed:
        raise typer.Exit(FAILED)


def contracts(session: Session) -> None:
    """List the data contracts, judged on the tables of today, with who reads each table.

    A contract is a file contracts/tier.domain.name.yaml. The exit code is 6 when one does not hold.

    Example:
      $ datamorph contracts
    """
    found = session.platform.contracts()
    session.document({"contracts": [_document(state) for state in found]})
    if not found:
        session.show(Text("there is no contract yet: write contracts/tier.domain.name.yaml (docs/quality.md)"))
    for state in found:
        session.show(*_state(state))
    if any(not state.holds for state in found):
        raise typer.Exit(FAILED)


def _document(state: ContractState) -> dict[str, Any]:
    checked = [documents.check(result) for result in state.results]
    kept = {"holds": state.holds, "breaches": state.breaches, "readers": state.readers, "problem": state.problem}
    return {**documents.plain({"table": str(state.contract.table), "owner": state.contract.owner, **kept}),
            "checks": checked}  # fmt: skip


def _state(state: ContractState) -> Iterator[RenderableType]:
    from datamorph.core.check_text import sentences

    mark = ("✓ ", "green") if state.holds else ("✗ ", "red")
    yield Text.assemble(mark, (str(state.contract.table), "bold"), f"  owner {safe(state.contract.owner)}")
    passed = sum(result.passed for result in state.results)
    yield Text(f"  {len(state.contract.columns)} columns, {passed} of {len(state.results)} checks passed", style="dim")
    if state.breaches:
        yield Text(f"  columns that are gone or retyped: {safe(', '.join(state.breaches))}")
    for line in (*sentences([result for result in state.results if not result.passed]), *state.problem.splitlines()):
        yield Text(f"  {safe(line)}")
    for reader in state.readers:
        yield Text(f"  {safe(str(reader))}", style="dim")
