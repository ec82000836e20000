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

from datamorph.assets.metadata import column_schema, scalar
from datamorph.assets.naming import asset_key
from datamorph.assets.recording import check_outcomes
from datamorph.assets.running_ui import find_ui, reload_ui
from datamorph.core.catalog import CatalogTable
from datamorph.core.run import Stage
from datamorph.core.table import TableRef
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.ports import Snapshot

INTERVAL_S = 5
SETTLED = timedelta(seconds=5)
"""A run in Dagster records its own materialisation at most that long after it has published."""

AssetEvent = dg.AssetMaterialization | dg.AssetCheckEvaluation


def lake_sensor(shape: str, versions: Collection[str]) -> dg.SensorDefinition:
    """Make the sensor.

    Args:
        shape: of the project as it is loaded, see ``project_shape``; another one makes the UI reload.
        versions: hashes of the specs that are loaded; a table published by another one does so, too.
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
            return dg.SkipReason("nothing was published")
        tables = platform.tables()
        now = project_shape([table.ref for table in tables], platform.pipelines())
        events, known, is_settled = _unreported(platform, context.instance, tables, before.get("tables", {}))
        has_new_shape = now != shape and before.get("asked") != now
        if has_new_shape or any(_spec_hash(event) not in versions for event in events):
            _ask_for_reload(platform)
        after = {"latest": latest, "is_settled": is_settled, "asked": now, "tables": known}
        return dg.SensorResult(asset_events=events, cursor=json.dumps(after))

    return lake_changes


def project_shape(tables: Iterable[TableRef], pipelines: Iterable[str]) -> str:
    """Which tables and pipelines there are, as text."""
    return " ".join([*sorted(map(str, tables)), *sorted(pipelines)])


def published_events(platform: Platform, table: CatalogTable, snapshot: Snapshot) -> list[AssetEvent]:
    """The events that belong to a published snapshot: its checks, and its materialisation."""
    key = asset_key(table.ref)
    told = _told_checks(platform, snapshot.properties.get("run_id", ""))
    checks = [found.evaluation(key) for found in check_outcomes(told)]
    materialization = dg.AssetMaterialization(
        asset_key=key,
        description=f"Published outside Dagster at {snapshot.published_at:%Y-%m-%d %H:%M:%S} UTC.",
        metadata={
            "dagster/row_count": snapshot.rows,
            "dagster/column_schema": column_schema(table.schema),
            "snapshot_id": scalar(str(snapshot.snapshot_id)),
            "run_id": scalar(snapshot.properties.get("run_id", "")),
        },
        tags=version_tags(
            snapshot_id=snapshot.snapshot_id,
            spec_hash=snapshot.properties.get("spec_hash"),
            inputs=json.loads(snapshot.properties.get("inputs") or "{}"),
        ),
    )
    return [*checks, materialization]


def version_tags(*, snapshot_id: int, spec_hash: str | None, inputs: Mapping[str, str]) -> dict[str, str]:
    """What Dagster compares to tell whether an asset is stale: its code and the versions of its sources.

    Args:
        inputs: table to the snapshot that was read.
    """
    tags = {"dagster/data_version": str(snapshot_id)}
    if spec_hash:
        tags["dagster/code_version"] = spec_hash
    for table, version in inputs.items():
        source = asset_key(TableRef.parse(table)).to_user_string()
        tags[f"dagster/input_data_version/{source}"] = version
        tags[f"dagster/input_event_pointer/{source}"] = "NULL"
    return tags


def _latest(platform: Platform) -> str:
    """What changes with every run and every saved pipeline; cheap to find out."""
    runs = [f"{run.run_id} {run.state.value}" for run in platform.runs(most=5)]
    return " ".join([*runs, *platform.pipelines()])


def _unreported(
    platform: Platform, instance: dg.DagsterInstance, tables: Sequence[CatalogTable], known: Mapping[str, str]
) -> tuple[list[AssetEvent], dict[str, str], bool]:
    """Events of snapshots that Dagster's history lacks, what it knows then, and whether that is everything."""
    events, now_known, is_settled = list[AssetEvent](), dict[str, str](), True
    for table in tables:
        name, version = str(table.ref), str(table.snapshot_id)
        if known.get(name) != version and _recorded_version(instance, table.ref) != version:
            snapshot = next((found for found in platform.history(table.ref) if found.is_current), None)
            if snapshot is None or datetime.now(UTC) - snapshot.published_at < SETTLED:
                is_settled = False
                continue
            events += published_events(platform, table, snapshot)
        now_known[name] = version
    return events, now_known, is_settled


def _recorded_version(instance: dg.DagsterInstance, table: TableRef) -> str | None:
    record = instance.get_latest_materialization_event(asset_key(table))
    found = record.asset_materialization if record else None
    return (found.tags or {}).get("dagster/data_version") if found else None


def _spec_hash(event: AssetEvent) -> str:
    """The spec that a table was published by, empty for loads."""
    return (event.tags or {}).get("dagster/code_version", "") if isinstance(event, dg.AssetMaterialization) else ""


def _told_checks(platform: Platform, run_id: str) -> list[Mapping[str, Any]]:
    try:
        events = platform.events(run_id)
    except DataMorphError:
        return []
    return next((e.facts["checks"] for _, e in events if e.stage is Stage.AUDIT and "checks" in e.facts), [])


def _ask_for_reload(platform: Platform) -> None:
    """Ask without waiting for the answer: what is reloaded is the process that asks."""
    url = find_ui(platform.settings)
    if url:
        reload_ui(url, timeout_s=0.5)
