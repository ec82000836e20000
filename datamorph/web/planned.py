"""What planning a run came to: from memory, or from the record after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamorph.core.run import EventKind, Run, RunState, Stage
from datamorph.web.lookup import find_run, recorded_spec
from datamorph.web.running import Outcome
from datamorph.web.site import Site


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run and its plan.

    Attributes:
        outcome: the whole of it; None where this server has forgotten it or never knew it.
        spec: as recorded, in YAML; empty where planning never came so far.
        answers: what was answered to get there.
    """

    run: Run
    outcome: Outcome | None
    spec: str
    answers: Mapping[str, str]


def planned_run(site: Site, run_id: str) -> PlannedRun:
    """What is known of a run's plan. Questions that were forgotten are asked anew: the planner asks the same.

    Raises:
        NotFoundError: no such run.
    """
    run = find_run(site.platform, run_id)
    outcome = site.runner.outcome(run_id)
    answers: Mapping[str, str] = {}
    for _, event in site.platform.events(run_id):
        if event.stage is Stage.PLAN and event.kind is EventKind.FINISHED and "answers" in event.facts:
            answers = event.facts["answers"]
    if outcome is None and run.state is RunState.ASKED:
        outcome = site.runner.plan(run.prompt, answers, observe=lambda run, event: None)
        run = find_run(site.platform, outcome.run_id)
    return PlannedRun(run, outcome, recorded_spec(site.platform, run.run_id), answers)
