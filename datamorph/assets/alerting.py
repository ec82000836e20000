"""Sensors that tell people of failed runs and failed checks."""

from collections.abc import Sequence

import dagster as dg

from datamorph.assets.interrupted import will_go_on
from datamorph.assets.running_ui import find_ui
from datamorph.platform import Platform
from datamorph.platform.alerting import open_alerts
from datamorph.ports import Alert
from datamorph.settings import Settings

RUNNING = dg.DefaultSensorStatus.RUNNING


@dg.run_failure_sensor(
    name="failed_runs",
    default_status=RUNNING,
    description="Tells people of runs that failed, each cause once in a while.",
)
def failed_runs(context: dg.RunFailureSensorContext, platform: dg.ResourceParam[Platform]) -> None:
    """One alert for each job, or table, and cause; none for a run that is tried again by itself."""
    if will_go_on(context.instance, context.dagster_run):
        return
    run, about = context.dagster_run, _about(context.dagster_run)
    steps = [event for event in context.get_step_failure_events() if event.step_failure_data]
    causes = [_cause(event) for event in steps] or [str(context.failure_event.message or "no step failed")]
    text = "\n".join([*causes, *_failed_checks(context.instance, run.run_id)])
    alert = Alert(f"failed {about} {causes[0].splitlines()[0][:200]}", f"{about} failed", text)
    _tell(platform.settings, alert, platform, run.run_id)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS, name="failed_checks", default_status=RUNNING,
    description="Tells people of checks that failed without stopping a run.",
)  # fmt: skip
def failed_checks(context: dg.RunStatusSensorContext, platform: dg.ResourceParam[Platform]) -> None:
    """One alert for each table whose checks warn."""
    found = _failed_checks(context.instance, context.dagster_run.run_id)
    if found:
        about = _about(context.dagster_run)
        alert = Alert(f"warned {about} {found[0][:200]}", f"{about}: {len(found)} checks warn", "\n".join(found))
        _tell(platform.settings, alert, platform, context.dagster_run.run_id)


ALERTS = [failed_runs, failed_checks]


def _tell(settings: Settings, alert: Alert, platform: Platform, run_id: str) -> None:
    url = find_ui(settings)
    linked = Alert(alert.key, alert.title, alert.text, f"{url}/runs/{run_id}") if url else alert
    open_alerts(settings).tell(linked, now=platform.now())


def _about(run: dg.DagsterRun) -> str:
    keys = sorted(key.to_user_string() for key in run.asset_selection or ())
    return ", ".join(keys) or run.job_name


def _cause(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    told = data.user_failure_data.description if data.user_failure_data else None
    return f"{event.step_key}: {told or (data.error.message if data.error else 'failed')}".strip()


def _failed_checks(instance: dg.DagsterInstance, run_id: str) -> Sequence[str]:
    logged = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    events = [entry.dagster_event for entry in logged if entry.dagster_event]
    found = [event.asset_check_evaluation_data for event in events]
    return [
        f"{one.asset_key.to_user_string()} {one.check_name}: {one.description or 'failed'}"
        for one in found
        if not one.passed
    ]
