"""Command that measures a planner: bench."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe_lines
from datamorph.cli.grid import Grid
from datamorph.cli.progress import Counting
from datamorph.cli.session import Session

if TYPE_CHECKING:
    from datamorph.platform.benchmark import ModelUse, Report, Scored


class Share(StrEnum):
    """Which cases are measured."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


class Shown(StrEnum):
    """Which cases are shown."""

    RIGHT = "right"
    WRONG = "wrong"
    ASKED = "asked"
    REFUSED = "refused"
    FAILED = "failed"
    ALL = "all"


def bench(  # noqa: PLR0913 (a command's options are its parameters)
    session: Session,
    pack: Annotated[Path, typer.Argument(metavar="DIR", help="A pack: suite.yaml or cases.jsonl.", show_default=False)],
    *,
    planner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Measure this planner, else that of the settings.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes; times of one alone are the truest.")] = 1,
    part: Annotated[Share, typer.Option(help="A third of the cases, chosen by a hash of their ids, is closed.")] = (
        Share.ALL
    ),
    only: Annotated[str, typer.Option(metavar="IDS", help="Only these cases, with commas between.")] = "",
    tag: Annotated[str, typer.Option(metavar="NAME", help="Only cases with this tag or shape.")] = "",
    sample: Annotated[int, typer.Option(metavar="N", min=0, help="Only so many, the same every time.")] = 0,
    seed: Annotated[int, typer.Option(metavar="N", help="Another sample.")] = 1,
    misses: Annotated[bool, typer.Option("--misses", help="Show every case that is not right.")] = False,
    show: Annotated[Shown | None, typer.Option(help="Show the cases with this verdict.")] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write every outcome here, for others to score.")
    ] = None,
) -> None:
    """Measure a planner on a pack of prompts with gold rows.

    The specs run in DuckDB over the pack's own tables; the lake is not
    touched. Prints accuracy, coverage, precision and time per plan, and
    what a language model had to read and write for it, and its price.

    Example:
      $ datamorph bench my_pack --misses
      $ datamorph bench my_pack --planner anthropic --sample 20
    """
    from datamorph.platform.benchmark import Part, build_report, open_pack, pick_cases, run_cases
    from datamorph.settings import load_settings

    # Without an answer of the language model a case counts as failed, with what it has cost.
    settings = load_settings(session.home, llm_fallback=True, **({"planner": planner} if planner else {}))
    found = open_pack(pack.absolute())
    ids = [one.strip() for one in only.split(",") if one.strip()]
    cases = pick_cases(found, part=Part(part.value), only=ids, tag=tag, sample=sample, seed=seed)
    with Counting(None if session.as_json else session.err, "cases", len(cases)) as counting:
        scored = run_cases(found, cases, settings, jobs=jobs, answers=answers, report=counting)
    report = build_report(scored)
    chosen = [one for one in scored if _is_shown(one, show, is_any_miss=misses)]
    document = {"pack": pack.name, "mode": found.mode, "planner": settings.planner, "part": part.value, "jobs": jobs}
    session.document({**document, **_document(report), "cases": [_case(one) for one in chosen]})
    session.show(*(part for one in chosen for part in _told(one)))
    session.show(*_table(report))


def _is_shown(scored: Scored, show: Shown | None, *, is_any_miss: bool) -> bool:
    return (is_any_miss and not scored.is_right) or show in (Shown.ALL, scored.verdict)


def _document(report: Report) -> dict[str, Any]:
    shares = ("accuracy", "coverage", "precision")
    lines = [
        {**documents.plain(line), **{share: documents.plain(getattr(line, share)) for share in shares}}
        for line in report.lines
    ]
    found = {"total": lines[-1], "by": lines[:-1], "expectations": documents.plain(report.expectations)}
    return {**found, **({"language_model": documents.plain(report.use)} if report.use else {})}


def _case(scored: Scored) -> dict[str, Any]:
    case = scored.case
    facts = {"id": case.id, "verdict": scored.verdict, "expected": case.expect, "prompt": case.prompt}
    return {**facts, "outcome": scored.told, "gold": case.gold, "milliseconds": round(scored.seconds * 1000, 2)}


def _told(scored: Scored) -> Iterator[RenderableType]:
    case = scored.case
    expected = f", expected {case.expect}" if case.expect != "answer" else ""
    yield Text.assemble((case.id, "bold"), f"  {scored.verdict}{expected}  ", (safe_lines(case.prompt), "cyan"))
    yield Text(safe_lines(scored.told))
    if case.gold and not scored.is_right:
        yield Text(safe_lines(f"  gold: {' '.join(case.gold.split())}"), style="dim")
    yield Text("")


def _table(report: Report) -> Sequence[RenderableType]:
    rows = [
        {
            "": line.name,
            "cases": line.cases,
            "right": _share(line.accuracy),
            "answered": _share(line.coverage),
            "precise": _share(line.precision),
            "wrong": line.wrong,
            "asked": line.asked,
            "refused": line.refused,
            **({"failed": line.failed} if report.total.failed else {}),
            "ms": f"{line.median_ms:.1f}",
            "p95": f"{line.p95_ms:.1f}",
            "max": f"{line.max_ms:.0f}",
        }
        for line in report.lines
    ]
    notes = [Text(f"{name}: {count} of {of}") for name, (count, of) in report.expectations.items()]
    total = report.total
    times = f"median {total.median_ms:.1f} ms, 95 % within {total.p95_ms:.1f} ms, slowest {total.max_ms:.0f} ms"
    return [Grid.of_rows(rows), Text(f"\na plan: {times}"), *notes, *_use(report.use)]


def _use(use: ModelUse | None) -> Iterator[RenderableType]:
    if use is None:
        return
    kept = f" ({use.kept} kept from earlier)" if use.kept else ""
    told = [
        f"{_counted(use.plans, 'plan')}{kept}, {_counted(use.answers, 'answer')}",
        f"{use.usage.prompt:,} tokens in, {use.usage.cached:,} of them cached, {use.usage.output:,} out",
        f"{use.cost_usd:.4f} USD{f', {use.spent_usd:.4f} of it now' if use.kept else ''}",
    ]
    yield Text(safe_lines(f"{use.model}: {', '.join(told)}{f' ({use.price})' if use.price else ''}"))
    if use.lost:
        yield Text(safe_lines(f"{use.lost} of the plans have no answer and count as failed: {use.reason}"))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"
