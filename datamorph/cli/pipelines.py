"""Commands about pipelines: plan, run, pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.outcomes import keep_wordings, parse_answers
from datamorph.cli.queries import Answers, Domains, NoCache, Remember, Why
from datamorph.cli.render_plan import heading, render_why, source
from datamorph.cli.running import Running
from datamorph.cli.session import Session
from datamorph.cli.specs import read_spec
from datamorph.errors import DataMorphError

Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="NAME", help="Where it runs: sail, jvm, glue, emr_serverless, emr, ecs or auto."),
]
Code = Annotated[bool, typer.Option("--code", help="Show transform.py too.")]
Sql = Annotated[bool, typer.Option("--sql", help="Show the same meaning as one SELECT.")]


def plan(  # noqa: PLR0913 (one for each option)
    session: Session,
    prompt: Annotated[
        str, typer.Argument(metavar="PROMPT", help="What table you want, in plain English.", show_default=False)
    ],
    *,
    domain: Domains = None,
    answer: Answers = None,
    remember: Remember = False,
    why: Why = False,
    code: Code = False,
    sql: Sql = False,
    no_cache: NoCache = False,
    engine: Engine = None,
) -> None:
    """Show how a prompt is understood and what would happen; nothing is computed.

    Example:
      $ datamorph plan "count orders per status" --code --sql
    """
    session.is_uncached, session.engine = no_cache, engine
    running = Running(session, will_run=False)
    answers = parse_answers(answer or ())
    found = running.plan_prompt(prompt, domain, answers, is_why=why)
    if remember:
        keep_wordings(session, found.understanding)
    session.document(documents.plan(found))
    running.show_plan(found)
    session.show(*(render_why(found.understanding) if why else ()))
    _show_spec(session, found.spec.to_yaml())
    _show_code(session, found.transform if code else "", found.query if sql else "")
    session.next_steps(("run", prompt, *_options(domain, engine, answers)))


def _options(domains: Sequence[str] | None, engine: str | None, answers: Mapping[str, str]) -> Iterator[str]:
    """What has to be said with a prompt again for the same plan."""
    pairs = [*(("--domain", domain) for domain in domains or ()), *([("--engine", engine)] if engine else ())]
    pairs += [("--answer", f"{key}={value}") for key, value in answers.items()]
    return (text for pair in pairs for text in pair)


def run(  # noqa: PLR0913 (a command's options are its parameters)
    session: Session,
    prompt: Annotated[
        str | None, typer.Argument(metavar="PROMPT", help="What table you want, in plain English.", show_default=False)
    ] = None,
    *,
    pipeline: Annotated[str | None, typer.Option(metavar="NAME", help="Run this saved pipeline instead.")] = None,
    spec: Annotated[Path | None, typer.Option(metavar="FILE", help="Run the spec in this file instead.")] = None,
    domain: Domains = None,
    answer: Answers = None,
    remember: Remember = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="Allow to replace another pipeline's table, or to break its readers.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Compute it even if nothing changed.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read incremental sources from the beginning, and make the table anew.")
    ] = False,
    partition: Annotated[
        str, typer.Option(metavar="KEY", help="With --pipeline: only this partition, such as 2024-01-31.")
    ] = "",
    day: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="With --pipeline or --spec: as if it ran on this day."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it runs.")] = False,
    no_cache: NoCache = False,
    engine: Engine = None,
) -> None:
    """Turn a prompt into a published table: plan, stage, audit, publish.

    At a terminal it shows the plan and asks before it runs. Exit codes:
    3 a question is open, 4 refused, 6 a check failed, 130 stopped.

    Example:
      $ datamorph run "total amount per customer, as curated.sales.totals"
      $ datamorph run --pipeline totals
      $ datamorph run --pipeline daily_totals --partition 2024-01-31
      $ datamorph run --pipeline last_week --day 2024-01-31
      $ datamorph run --spec totals.yaml
    """
    if sum(given is not None for given in (prompt, pipeline, spec)) != 1:
        raise typer.BadParameter("give a prompt, --pipeline NAME or --spec FILE", param_hint="PROMPT")
    if partition and pipeline is None:
        raise typer.BadParameter("--partition needs --pipeline NAME", param_hint="--partition")
    if day is not None and prompt is not None:
        raise typer.BadParameter("--day needs --pipeline NAME or --spec FILE", param_hint="--day")
    session.is_uncached, session.engine = no_cache, engine
    running = Running(session)
    if prompt is None:
        given = session.platform.pipeline(pipeline).spec if pipeline is not None else read_spec(spec or Path())
        found = running.plan_spec(given, is_full=full, partition=partition, day=day.date() if day else None)
    else:
        found = running.plan_prompt(prompt, domain, parse_answers(answer or ()))
    running.show_plan(found)
    if not yes and pipeline is None:
        running.confirm(found)
    if remember:
        keep_wordings(session, found.understanding)
    result = running.publish(found, is_forced=force or full, is_approved=approve)
    session.document(running.document(found, result))
    session.next_steps(("show", result.table), ("pipelines", found.spec.name, "--code"), ("history", result.table))


def pipelines(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show this pipeline.", show_default=False)] = None,
    code: Code = False,
    sql: Sql = False,
) -> None:
    """List the saved pipelines, or show one with its spec.

    Example:
      $ datamorph pipelines totals --code
    """
    platform = session.platform
    if name is not None:
        found = platform.pipeline(name)
        session.document(documents.plain(found))
        session.show(Text.assemble((safe(name), "bold"), f"  {safe(found.folder)}"))
        _show_spec(session, found.spec.to_yaml())
        _show_code(session, found.transform if code else "", found.query if sql else "")
        return
    rows = [_pipeline(session, name) for name in platform.pipelines()]
    session.document({"pipelines": rows})
    session.show(Grid.of_rows(rows, whole=("pipeline",)) if rows else Text("there is no pipeline yet"))
    if not rows:
        session.next_steps(("run", "count orders per status"))


def _pipeline(session: Session, name: str) -> dict[str, str | None]:
    """One line; a broken pipeline is a line that says so, never the end of the list."""
    try:
        spec = session.platform.pipeline(name).spec
    except DataMorphError as error:
        return {"pipeline": name, "table": None, "schedule": None, "prompt": f"broken: {error.problem}"}
    schedule = spec.schedule.cron if spec.schedule else None
    return {"pipeline": name, "table": str(spec.target.table), "schedule": schedule, "prompt": spec.prompt}


def _show_spec(session: Session, spec: str) -> None:
    session.show(heading("Spec"))
    session.show(source(spec, "yaml"))


def _show_code(session: Session, transform: str, query: str) -> None:
    for title, text, language in (("transform.py", transform, "python"), ("SQL", query, "sql")):
        if text:
            session.show(heading(title))
            session.show(source(text, language))
