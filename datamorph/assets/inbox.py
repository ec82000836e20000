"""The sensor over the folder of prompts: a dropped file becomes a run, and its result is written beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from datamorph.assets.interrupted import will_go_on
from datamorph.assets.naming import PROMPT_JOB
from datamorph.assets.prompt import RUN_ID, prompt_pipeline
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.platform.inbox import Drop, Ending

INBOX = "datamorph/inbox"
"""The tag that a run has from the file that asked for it."""
INTERVAL_S = 5
_ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


@dg.sensor(
    name="inbox",
    job=prompt_pipeline,
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs the prompts in the inbox folder, and puts each file away with its result or question.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> Any:
    """Every tick looks at what is there: nothing is remembered that a restart could lose."""
    asked: list[dg.RunRequest] = []
    drops = platform.inbox.drops()
    for drop in drops:
        run = None if drop.problem else _latest_run(context.instance, drop.key)
        if drop.problem:
            facts = {"state": "failed", "reason": drop.problem.problem, "fix": drop.problem.fix}
            platform.inbox.put_away(drop, Ending("failed", facts))
        elif run is None:
            asked.append(_request(drop))
        elif run.status in _ENDED and not will_go_on(context.instance, run):
            platform.inbox.put_away(drop, _ending(context.instance, platform, run))
    return asked or dg.SkipReason(f"{len(drops)} prompts are at work" if drops else "no prompt waits")


def _request(drop: Drop) -> dg.RunRequest:
    return dg.RunRequest(run_key=drop.key, run_config=dict(drop.asks), tags={INBOX: drop.key})


def _latest_run(instance: dg.DagsterInstance, key: str) -> dg.DagsterRun | None:
    filters = dg.RunsFilter(job_name=PROMPT_JOB, tags={INBOX: key})
    return next(iter(instance.get_runs(filters=filters, limit=1)), None)


def _ending(instance: dg.DagsterInstance, platform: Platform, run: dg.DagsterRun) -> Ending:
    """What the run log says; what Dagster says where the run never came so far."""
    dagster: Mapping[str, Any] = {"dagster_run_id": run.run_id}
    if run_id := run.tags.get(RUN_ID):
        try:
            found = platform.inbox.ending_of(run_id)
            return Ending(found.folder, {**found.facts, **dagster}, found.questions)
        except DataMorphError:
            pass
    reason = "; ".join(_failures(instance, run.run_id)) or run.status.value.lower()
    return Ending("failed", {"state": "failed", "reason": reason, **dagster})


def _failures(instance: dg.DagsterInstance, run_id: str) -> Sequence[str]:
    failed = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    data = [entry.dagster_event.step_failure_data for entry in failed if entry.dagster_event]
    return [str(one.user_failure_data.description) for one in data if one.user_failure_data]
