"""Runs whose process died: whether Dagster runs them again, and what it could not, asked for once more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus  # not public: Dagster is pinned exactly
from dagster._core.storage.tags import (
    AUTO_RETRY_RUN_ID_TAG,
    BACKFILL_ID_TAG,
    RUN_FAILURE_REASON_TAG,
    WILL_RETRY_TAG,
)

GIVEN_UP = "Failed to retry run"
"""What Dagster says in a run's log when the code location does not answer just then; it never tries again."""
ASKED = "datamorph/retries_asked"
MOST_ASKED = 3
SINCE = timedelta(hours=6)
INTERVAL_S = 10


def will_go_on(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """True for a run that failed with its process, and whose next try is still to come."""
    if run.status is not dg.DagsterRunStatus.FAILURE or AUTO_RETRY_RUN_ID_TAG in run.tags:
        return False
    return run.tags.get(WILL_RETRY_TAG) == "true" or _is_given_up(instance, run)


@dg.sensor(
    name="interrupted_runs",
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Has runs whose process died run again, where Dagster could not while the code location was down.",
)
def interrupted_runs(context: dg.SensorEvaluationContext) -> Any:
    """A failure that is reported anew is one that Dagster takes up anew, now that this code location answers."""
    filters = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE], tags={WILL_RETRY_TAG: "false"}, updated_after=datetime.now(UTC) - SINCE
    )
    found = [run for run in context.instance.get_runs(filters, limit=100) if _is_given_up(context.instance, run)]
    for run in found:
        _go_on_with_backfill(context.instance, run)
        context.instance.add_run_tags(run.run_id, {ASKED: str(_asked(run) + 1)})
        context.instance.report_run_failed(run, "Its process died; it is run again.")
    return dg.SkipReason(f"{len(found)} runs are run again" if found else "no run was left behind")


def _go_on_with_backfill(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """A backfill that has ended over this run is at work again: Dagster retries no run of one that has ended."""
    backfill = instance.get_backfill(run.tags[BACKFILL_ID_TAG]) if BACKFILL_ID_TAG in run.tags else None
    if backfill and backfill.status is BulkActionStatus.COMPLETED_FAILED:
        instance.update_backfill(backfill._replace(status=BulkActionStatus.REQUESTED, backfill_end_timestamp=None))


def _is_given_up(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    tags = run.tags
    if tags.get(RUN_FAILURE_REASON_TAG) == "STEP_FAILURE" or AUTO_RETRY_RUN_ID_TAG in tags or _asked(run) >= MOST_ASKED:
        return False
    logged = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    return any(entry.dagster_event and entry.dagster_event.message == GIVEN_UP for entry in logged)


def _asked(run: dg.DagsterRun) -> int:
    return int(run.tags.get(ASKED, "0"))
