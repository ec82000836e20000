"""Commands about the record: runs, rerun, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import instant
from datamorph.cli.grid import Grid
from datamorph.cli.outcomes import keep_wordings, parse_answers
from datamorph.cli.progress import Progress
from datamorph.cli.queries import Answers, Remember
from datamorph.cli.render_run import facts_line, render_checks, render_result
from datamorph.cli.running import Running
from datamorph.cli.session import Session

if TYPE_CHECKING:
    from datamorph.core.run import Run, RunEvent


def runs(
    session: Session,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="Show the events of this run.", show_default=False)
    ] = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="List at most this many runs.")] = 20,
) -> None:
    """List the latest runs, or the events of one run.

    Example:
      $ datamorph runs
      $ datamorph runs 20260131-060000-1a2b3c
    """
    platform = session.platform
    if run is not None:
        events = platform.events(run)
        session.document({"run_id": run, "events": documents.events(events)})
        session.show(Grid.of_rows([_event(number, event) for number, event in events]))
        return
    found = platform.runs(most=most)
    session.document({"runs": documents.plain(found)})
    session.show(Grid.of_rows([_run(one) for one in found], whole=("run",)) if found else Text("there is no run yet"))


def rerun(
    session: Session,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run to repeat.", show_default=False)],
    *,
    same_inputs: Annotated[
        bool, typer.Option("--same-inputs", help="Read the very snapshots that it read, not the tables of today.")
    ] = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="Publish it even if the table was published by others since.")
    ] = False,
) -> None:
    """Repeat a run: its spec on the tables of today, or exactly what it did.

    Example:
      $ datamorph rerun 20260131-060000-1a2b3c --same-inputs
    """
    with Progress(None if session.as_json else session.err) as progress:
        result = session.platform.rerun(run, same_inputs=same_inputs, approve=approve, observe=progress)
    session.document(documents.result(result))
    session.show(*render_checks([documents.check(check) for check in result.checks]), *render_result(result))
    session.next_steps(("diff", result.table), ("history", result.table))


def resume(
    session: Session,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run that waits.", show_default=False)],
    *,
    answer: Answers = None,
    remember: Remember = False,
    approve: Annotated[bool, typer.Option("--approve", help="Let it publish what it was held for.")] = False,
) -> None:
    """Go on with a run that waits for an answer or for approval, from where it stopped.

    What it has planned and staged already is not done a second time.

    Example:
      $ datamorph resume 20260131-060000-1a2b3c --answer word_best=amount
      $ datamorph resume 20260131-060000-1a2b3c --approve
    """
    running = Running(session)
    plan, result = running.resume(run, parse_answers(answer or ()), is_approved=approve)
    if remember:
        keep_wordings(session, plan.understanding)
    session.document(running.document(plan, result))
    session.next_steps(("show", result.table), ("history", result.table))


def _run(run: Run) -> dict[str, object]:
    took = round((run.updated_at - run.created_at).total_seconds(), 2)
    about = f"{run.table}: {run.reason}" if run.reason and run.table else run.reason or run.table
    return {"run": run.run_id, "state": run.state.value, "seconds": took, "about": about, "prompt": run.prompt}


def _event(number: int, event: RunEvent) -> dict[str, object]:
    return {
        "n": number,
        "at": instant(event.at),
        "stage": event.stage.value,
        "event": event.kind.value,
        "seconds": None if event.duration_s is None else round(event.duration_s, 3),
        "facts": facts_line(event.facts),
    }
