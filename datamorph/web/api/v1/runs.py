"""Runs: the record, its events as they happen, why, what was staged, once more."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from datamorph.core.run import RunState
from datamorph.documents import plain, rows
from datamorph.web.access.identity import Role
from datamorph.web.api.shapes import LogLine, Row, RunDocument, Shape
from datamorph.web.failures import Problem, RequestError, documented, problem_of
from datamorph.web.following import Wording
from datamorph.web.held import HELD
from datamorph.web.lookup import MOST_RUNS, find_run
from datamorph.web.running import Job
from datamorph.web.site import Here, Site, Who
from datamorph.web.staging import STAGED

router = APIRouter(prefix="/api/v1/runs", tags=["runs"])
RECORDED_S = 60.0
Limit = Annotated[int, Query(ge=1, le=500)]


class RunPage(Shape):
    """Runs, newest first."""

    runs: list[RunDocument]
    next: str | None = Field(description="Give it as `before` to get the page after this one; null on the last.")


class RunDetail(Shape):
    """One run with its events."""

    run: RunDocument
    events: list[LogLine]
    is_unchanged: bool = Field(description="Nothing had to be computed: its table was published by an earlier run.")
    problem: Problem | None = Field(description="Why it does not go on, where that is so, such as `approval`.")


class Begun(Shape):
    """A run that goes on in the background."""

    run_id: str
    state: str
    events: str = Field(examples=["/api/v1/runs/20260131-060000-1a2b3c/events"])


class Why(Shape):
    """Why a run ended as it did, told from its events."""

    run_id: str
    summary: str
    effect: str
    findings: list[str]
    next_steps: list[str]
    timeline: list[str]


class RerunRequest(Shape):
    """How to repeat a run."""

    same_inputs: bool = Field(default=True, description="Read the very snapshots that it read, not those of today.")
    approve: bool = Field(default=False, description="Publish it even if the table moved on; needs the role operator.")


class Rows(Shape):
    """Some rows."""

    rows: list[Row]


@router.get("", responses=documented(404))
def runs(site: Here, limit: Limit = 50, before: Annotated[str | None, Query(max_length=64)] = None) -> RunPage:
    """Runs, newest first."""
    if before is None:
        found = list(site.platform.runs(most=limit + 1))
    else:
        find_run(site.platform, before)
        listed = list(site.platform.runs(most=MOST_RUNS))
        start = [run.run_id for run in listed].index(before) + 1
        found = listed[start : start + limit + 1]
    page = found[:limit]
    return RunPage(runs=[RunDocument.of(run) for run in page], next=page[-1].run_id if len(found) > limit else None)


@router.get("/{run_id}", responses=documented(404))
def run(run_id: str, site: Here) -> RunDetail:
    """One run with its events."""
    job, is_busy = site.runner.job(run_id), site.runner.is_busy(run_id)  # before the state, which is never older then
    found = find_run(site.platform, run_id)
    events = [LogLine.of(number, event) for number, event in site.platform.events(run_id)]
    problem = problem_of(job.error)[1] if job and job.error else None
    if problem is None and found.state is RunState.HELD and not is_busy:  # another process, or one before, held it
        is_seen_first = found.reason == STAGED
        fix = f"let it go on: POST /api/v1/plans/{run_id}/{'run' if is_seen_first else 'approve'}"
        problem = Problem(code="staged" if is_seen_first else "approval", message=found.reason, fix=fix)
    is_unchanged = bool(job and job.result and job.result.is_unchanged)
    return RunDetail(run=RunDocument.of(found), events=events, is_unchanged=is_unchanged, problem=problem)


@router.get(
    "/{run_id}/events",
    response_class=StreamingResponse,
    dependencies=[HELD],
    responses={**documented(404), 200: {"content": {"text/event-stream": {}}, "description": "Events as they happen"}},
)
async def events(
    run_id: str, site: Here, last_event_id: Annotated[str | None, Header(max_length=20)] = None
) -> StreamingResponse:
    """Events of a run as server-sent events, from the first or from after `Last-Event-ID`; `done` is the last."""
    if last_event_id and not last_event_id.isdigit():
        raise RequestError(400, "bad_request", f"Last-Event-ID {last_event_id!r} is no number", fix="leave it away")
    await site.feeds.require(run_id)
    told = site.feeds.follow(run_id, int(last_event_id or 0), _WORDING)
    return StreamingResponse(told, media_type="text/event-stream")


_WORDING = Wording(
    event=lambda number, event: f"id: {number}\nevent: run\ndata: {LogLine.of(number, event).model_dump_json()}\n\n",
    end=lambda run: f"event: done\ndata: {json.dumps({'state': run.state.value})}\n\n",
)


@router.get("/{run_id}/why", responses=documented(404))
def why(run_id: str, site: Here) -> Why:
    """Why it ended as it did, and what to do."""
    told: dict[str, Any] = plain(site.platform.why(run_id))
    return Why(**{name: told[name] for name in Why.model_fields})


@router.get("/{run_id}/staged", responses=documented(404))
def staged(run_id: str, site: Here, limit: Limit = 50) -> Rows:
    """Rows that it staged, published or not."""
    return Rows(rows=rows(site.platform.read_staged(run_id, most=limit)))


@router.get("/{run_id}/diff", responses=documented(404))
def diff(run_id: str, site: Here) -> dict[str, Any]:
    """What publishing its staged rows would change, or has changed."""
    return plain(site.platform.diff_staged(run_id))


@router.post("/{run_id}/rerun", status_code=202, responses=documented(404, 409, 503))
def rerun(run_id: str, body: RerunRequest, site: Here, who: Who) -> Begun:
    """Repeat a run, in the background."""
    if body.approve and not who.role.may(Role.OPERATOR):
        raise RequestError(403, "not_allowed", f"{who.name} ({who.role.value}) may not approve", fix="ask an operator")
    find_run(site.platform, run_id)
    return begun(site, site.runner.rerun(run_id, same_inputs=body.same_inputs, approve=body.approve))


def begun(site: Site, job: Job, *, request: Request | None = None) -> Begun:
    """The answer to a request that began a run."""
    run_id = job.run_id.result(timeout=RECORDED_S)
    if request is not None:
        request.scope["about"].update(run_id=run_id)
    state = find_run(site.platform, run_id).state.value
    return Begun(run_id=run_id, state=state, events=f"/api/v1/runs/{run_id}/events")
