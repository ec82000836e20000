"""What happened outside Dagster, told to Dagster: loads, runs of the command line, rollbacks.

The lake is the truth. A sensor compares it with Dagster's history and reports what is missing there, so every
asset has its materialisations, checks and versions, whoever published it. New tables and pipelines make it ask
the running UI to reload.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from datamorph.assets.naming import PROMPT_JOB, asset_key
from datamorph.assets.partitions import add_published_values
from datamorph.assets.published import AssetEvent, published_events
from datamorph.assets.running_ui import find_server, reload_ui
from datamorph.core.catalog import CatalogTable
from datamorph.core.table import TableRef
from datamorph.platform import Platform

INTERVAL_S = 5
SETTLED = timedelta(seconds=5)
"""A run in Dagster records its own materialisation at most that long after it has published."""

ACTIVE = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def lake_sensor(
    shape: str, versions: Collection[str], cut_by: Mapping[TableRef, str] | None = None
) -> dg.SensorDefinition:
    """Make the sensor.

    Args:
        shape: of the project as it is loaded, see ``project_shape``; another one makes the UI reload.
        versions: hashes of the specs that are loaded; a table published by another one does so, too.
        cut_by: tables with the column whose values are their dynamic partitions.
    """

    @dg.sensor(
        name="lake_changes",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports tables that were published outside Dagster and shows new pipelines.",
    )
    def lake_changes(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> Any:
        before: dict[str, Any] = json.loads(context.cursor) if context.cursor else {}
        latest = _latest(platform)
        if before.get("latest") == latest and before.get("is_settled"):
            return dg.SkipReason("nothing was published or written")
        tables = platform.tables()
        for table in tables:
            if column := (cut_by or {}).get(table.ref):
                add_published_values(context.instance, table, column)
        now = project_shape([table.ref for table in tables], platform.pipelines(), platform.written_version())
        events, known, is_settled = _unreported(platform, context.instance, tables, before.get("tables", {}))
        asked = before.get("asked")
        if now not in (shape, asked) or any(_spec_hash(event) not in versions for event in events):
            if _reloads_itself(context.instance):
                is_settled = False
            else:
                _ask_for_reload(platform)
                asked = now
        after = {"latest": latest, "is_settled": is_settled, "asked": asked, "tables": known}
        return dg.SensorResult(asset_events=events, cursor=json.dumps(after))

    return lake_changes


def project_shape(tables: Iterable[TableRef], pipelines: Iterable[str], written: str) -> str:
    """Which tables and pipelines there are, and what SQL models and sources say, as text."""
    return " ".join([*sorted(map(str, tables)), *sorted(pipelines), written])


def _latest(platform: Platform) -> str:
    """What changes with every run, every saved pipeline and every written model; cheap to find out."""
    runs = [f"{run.run_id} {run.state.value}" for run in platform.runs(most=5)]
    return " ".join([*runs, *platform.pipelines(), platform.written_version()])


def _unreported(
    platform: Platform, instance: dg.DagsterInstance, tables: Sequence[CatalogTable], known: Mapping[str, str]
) -> tuple[list[AssetEvent], dict[str, str], bool]:
    """Events of snapshots that Dagster's history lacks, what it knows then, and whether that is everything."""
    events, now_known, busy = list[AssetEvent](), dict[str, str](), _in_progress(instance)
    schemas = {table.ref: table.schema for table in tables}
    for table in tables:
        name, version = str(table.ref), str(table.snapshot_id)
        recorded = version if known.get(name) == version else _recorded_version(instance, table.ref)
        if recorded != version:
            snapshot = next((found for found in platform.history(table.ref) if found.is_current), None)
            is_fresh = snapshot is None or datetime.now(UTC) - snapshot.published_at < SETTLED
            if snapshot is None or is_fresh or asset_key(table.ref) in busy:
                continue
            if recorded != str(snapshot.state):
                events += published_events(platform, table, snapshot, schemas)
        now_known[name] = version
    return events, now_known, len(now_known) == len(tables)


def _in_progress(instance: dg.DagsterInstance) -> set[dg.AssetKey]:
    """Assets that a run in Dagster is about to publish: it will record what is true then."""
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=ACTIVE))
    return {key for run in runs for key in run.asset_selection or ()}


def _reloads_itself(instance: dg.DagsterInstance) -> bool:
    """True while a prompt is run in Dagster: it reloads the UI at its end, and two reloads at once collide."""
    return instance.get_runs_count(dg.RunsFilter(job_name=PROMPT_JOB, statuses=ACTIVE)) > 0


def _recorded_version(instance: dg.DagsterInstance, table: TableRef) -> str | None:
    record = instance.get_latest_materialization_event(asset_key(table))
    found = record.asset_materialization if record else None
    return (found.tags or {}).get("dagster/data_version") if found else None


def _spec_hash(event: AssetEvent) -> str:
    """The spec that a table was published by, empty for loads."""
    return (event.tags or {}).get("dagster/code_version", "") if isinstance(event, dg.AssetMaterialization) else ""


def _ask_for_reload(platform: Platform) -> None:
    """Ask without waiting for the answer: what is reloaded is the process that asks."""
    server = find_server(platform.settings)
    if server:
        reload_ui(server, timeout_s=0.5)
