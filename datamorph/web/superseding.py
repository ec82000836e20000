"""Plans that nobody should run any more: edited since, or overtaken by another version of their pipeline."""

from __future__ import annotations

from datamorph.core.run import EDITED_AS, Run, RunState
from datamorph.platform import Platform
from datamorph.web.failures import RequestError
from datamorph.web.lookup import find_run, recorded_spec

MOST_RUNS = 1_000


def edited_as(platform: Platform, run_id: str) -> str:
    """The run whose plan took the place of this one's; empty where nobody edited it."""
    found = [event.facts[EDITED_AS] for _, event in platform.events(run_id) if EDITED_AS in event.facts]
    return str(found[-1]) if found else ""


def overtaken_by(platform: Platform, run: Run) -> Run | None:
    """The run that has published another spec of the same pipeline since this one was planned."""
    published = [
        other
        for other in platform.runs(most=MOST_RUNS)
        if other.pipeline == run.pipeline and other.state is RunState.PUBLISHED and other.run_id != run.run_id
    ]
    if not run.pipeline or not published:
        return None
    earlier = next((other for other in published if other.updated_at <= run.created_at), None)
    known = {recorded_spec(platform, one.run_id) for one in (run, earlier) if one}
    since = (other for other in published if other.updated_at > run.created_at)
    return next((other for other in since if recorded_spec(platform, other.run_id) not in known), None)


def require_latest(platform: Platform, run_id: str) -> None:
    """Let nobody run a plan unseen that somebody has changed: the newer one would be undone.

    Raises:
        RequestError: 409, with the run that took its place.
        NotFoundError: no such run.
    """
    if newer := edited_as(platform, run_id):
        raise RequestError(
            409, "plan_edited", f"the plan of run {run_id} was edited: that of run {newer} took its place",
            fix=f"look at /plans/{newer} and go on there; or check the spec of this one again, which plans it anew",
        )  # fmt: skip
    run = find_run(platform, run_id)
    if newest := overtaken_by(platform, run):
        raise RequestError(
            409, "plan_overtaken",
            f"run {newest.run_id} has published another spec of pipeline {run.pipeline!r} since this was planned",
            fix=f"look at /pipelines/{run.pipeline}; to replace it all the same, check the spec of this plan again",
        )  # fmt: skip
