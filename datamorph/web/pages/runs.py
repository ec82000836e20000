"""Runs: the list, one as it happens, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from datamorph.core.check_text import describe as describe_check
from datamorph.core.run import EventKind, Run, RunEvent, RunState, Stage
from datamorph.core.spending import planning_usd
from datamorph.documents import rows
from datamorph.errors import DataMorphError, NotFoundError
from datamorph.web.failures import RequestError, problem_of
from datamorph.web.following import Wording
from datamorph.web.held import HELD
from datamorph.web.lookup import MOST_RUNS, find_run, find_table
from datamorph.web.pages.rendering import is_part, page
from datamorph.web.pages.timeline import line_of
from datamorph.web.site import Here, Site
from datamorph.web.staging import STAGED
from datamorph.web.superseding import edited_as

router = APIRouter(prefix="/runs")
PAGE = 30
SAMPLE = 20


@router.get("")
def runs(
    request: Request,
    site: Here,
    start: Annotated[int, Query(ge=0, le=MOST_RUNS)] = 0,
    state: RunState | None = None,
) -> Response:
    """The list, newest first."""
    most = MOST_RUNS if state else start + PAGE + 1
    found = [run for run in site.platform.runs(most=most) if state is None or run.state is state][start:]
    return page(
        request,
        "runs.html",
        runs=found[:PAGE],
        start=start,
        size=PAGE,
        has_more=len(found) > PAGE,
        state=state,
        states=list(RunState),
    )


@router.get("/{run_id}")
def run(request: Request, run_id: str, site: Here) -> Response:
    """One run: its timeline, live while it runs, then its result."""
    found = find_run(site.platform, run_id)
    events = list(site.platform.events(run_id))
    job = site.runner.job(run_id)
    is_live = not site.feeds.is_at_rest(found) if found.state is not RunState.PLANNED else site.runner.is_busy(run_id)
    return page(
        request,
        "run.html",
        run=found,
        lines=[line_of(number, event) for number, event in events],
        last=events[-1][0] if events else 0,
        is_live=is_live,
        job=job,
        checks=_checks(events),
        published=_facts(events, Stage.PUBLISH),
        needs_approval="" if is_live else _needs_approval(found, events, job.error if job else None),
        diff=_facts(events, Stage.AUDIT).get("diff"),
        why=None if is_live or found.state is RunState.PLANNED else site.platform.why(run_id),
        record=_record(events),
        has_staged="rows" in _facts(events, Stage.STAGE),
        is_staged_only=found.reason == STAGED,
        edited_as=edited_as(site.platform, run_id) if found.state in (RunState.HELD, RunState.PLANNED) else "",
        sample=[] if is_live else _sample(site, found),
        took=(found.updated_at - found.created_at).total_seconds(),
    )


@router.get("/{run_id}/changes")
def changes(request: Request, run_id: str, site: Here) -> Response:
    """What publishing the rows that a run has staged would change in its table as it is now."""
    found, diff, problem, status = find_run(site.platform, run_id), None, None, 200
    try:
        diff = site.platform.diff_staged(run_id)
    except DataMorphError as error:
        status, problem = problem_of(error)
    part = is_part(request)
    template = "_changes.html" if part else "changes.html"
    return page(request, template, status=200 if part else status, run=found, diff=diff, problem=problem)


@router.get("/{run_id}/stream", dependencies=[HELD])
async def stream(
    run_id: str,
    site: Here,
    after: Annotated[int, Query(ge=0)] = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """Lines of the timeline as they happen, ready to be shown; a reader that comes back goes on where it was."""
    if last_event_id and not last_event_id.isdigit():
        raise RequestError(400, "bad_request", f"Last-Event-ID {last_event_id!r} is no number", fix="leave it away")
    await site.feeds.require(run_id)
    told = site.feeds.follow(run_id, int(last_event_id or after), _WORDING)
    return StreamingResponse(told, media_type="text/event-stream")


def _told(number: int, event: RunEvent) -> str:
    data = "".join(f"data: {line}\n" for line in line_of(number, event).splitlines())
    return f"id: {number}\n{data}\n"


_WORDING = Wording(event=_told, end=lambda run: "event: done\ndata: done\n\n")


def _facts(events: Sequence[tuple[int, RunEvent]], stage: Stage) -> Mapping[str, Any]:
    """The facts of a stage's last end."""
    ended = [e.facts for _, e in events if e.stage is stage and e.kind in (EventKind.FINISHED, EventKind.FAILED)]
    return ended[-1] if ended else {}


def _record(events: Sequence[tuple[int, RunEvent]]) -> dict[str, Any]:
    """What it read, who planned it, where it ran and what that cost, as far as it has come."""
    compiled, staged = (_facts(events, stage) for stage in (Stage.COMPILE, Stage.STAGE))
    model_usd = planning_usd(event for _, event in events)
    return {
        "inputs": [(table, snapshot) for table, snapshot in compiled.get("pinned", {}).values()],
        "columns": compiled.get("output", []),
        "planner": compiled.get("planned_by", ""),
        "engine": staged.get("engine", ""),
        "cost_usd": model_usd + float(staged.get("cost_usd") or 0.0),
        "spec": compiled.get("spec", ""),
        "model": compiled.get("model", ""),
    }


def _checks(events: Sequence[tuple[int, RunEvent]]) -> list[dict[str, Any]]:
    found = _facts(events, Stage.AUDIT).get("checks", [])
    told = [describe_check(check["type"], check.get("kwargs", {}), check["observed"]) for check in found]
    return [{**check, "told": text} for check, text in zip(found, told, strict=True)]


def _needs_approval(run: Run, events: Sequence[tuple[int, RunEvent]], error: DataMorphError | None) -> str:
    """Why a person's word is needed; empty where it is not."""
    if run.state is RunState.HELD:
        return run.reason
    if run.state is RunState.PUBLISHED:
        return ""
    if error is not None and type(error).__name__ == "ApprovalError":
        return error.problem
    failed = [e.facts for _, e in events if e.kind is EventKind.FAILED]
    return str(failed[-1].get("error", "")) if failed and failed[-1].get("kind") == "ApprovalError" else ""


def _sample(site: Site, run: Run) -> list[dict[str, Any]]:
    """First rows of what the run made; the staged ones where nothing was published."""
    try:
        if run.state is RunState.PUBLISHED and run.table:
            return site.catalogue.first_rows(find_table(site.platform, run.table), SAMPLE)
        is_staged = run.state in (RunState.FAILED, RunState.HELD)
        return rows(site.platform.read_staged(run.run_id, most=SAMPLE)) if is_staged else []
    except NotFoundError:
        return []
