"""What happened outside Dagster, told to Dagster: loads, runs of the command line, rollbacks.

The lake is the truth. A sensor compares it with Dagster's history and reports what is missing there, so every
asset has its materialisations, checks and versions, whoever published it. New tables make it ask for a reload of
the running UI; what people write does so by itself (``cli.live``).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from datamorph.assets.naming import asset_key
from datamorph.assets.partitions import add_published_values
from datamorph.assets.published import AssetEvent, published_events
from datamorph.assets.running_ui import want_reload
from datamorph.core.catalog import CatalogTable
from datamorph.core.table import TableRef
from datamorph.platform import Platform

INTERVAL_S = 5
SETTLED = timedelta(seconds=5)
"""A run in Dagster records its own materialisation at most that long after it has published."""

ACTIVE = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def lake_sensor(
    shown: Collection[TableRef],
    cut_by: Mapping[TableRef, str] | None = None,
    *,
    computed: Collection[TableRef] = frozenset(),
) -> dg.SensorDefinition:
    """Make the sensor.

    Args:
        shown: the tables that are loaded; others make the UI reload, once it is settled that nobody else does.
        cut_by: tables with the column whose values are their dynamic partitions.
        computed: tables whose assets are the same before and after they are published first: no reload for them.
    """
    loaded = _listed(shown, computed)

    @dg.sensor(
        name="lake_changes",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports tables that were published outside Dagster and shows new ones.",
    )
    def lake_changes(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> Any:
        before: dict[str, Any] = json.loads(context.cursor) if context.cursor else {}
        latest = _latest(platform)
        if before.get("latest") == latest and before.get("is_settled"):
            return dg.SkipReason("nothing was published")
        tables = platform.tables()
        for table in tables:
            if column := (cut_by or {}).get(table.ref):
                add_published_values(context.instance, table, column)
        now = _listed([table.ref for table in tables], computed)
        events, known, is_settled = _unreported(platform, context.instance, tables, before.get("tables", {}))
        asked = before.get("asked")
        if is_settled and now not in (loaded, asked):
            want_reload(platform.settings)
            asked = now
        after = {"latest": latest, "is_settled": is_settled, "asked": asked, "tables": known}
        return dg.SensorResult(asset_events=events, cursor=json.dumps(after))

    return lake_changes


def _listed(tables: Collection[TableRef], computed: Collection[TableRef]) -> str:
    return " ".join(sorted(str(table) for table in tables if table not in computed))


def _latest(platform: Platform) -> str:
    """What changes with every run; cheap to find out."""
    return " ".join(f"{run.run_id} {run.state.value}" for run in platform.runs(most=5))


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


def _recorded_version(instance: dg.DagsterInstance, table: TableRef) -> str | None:
    record = instance.get_latest_materialization_event(asset_key(table))
    found = record.asset_materialization if record else None
    return (found.tags or {}).get("dagster/data_version") if found else None
