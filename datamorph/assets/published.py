"""A published snapshot in Dagster's words: a materialisation with versions, and its checks."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import dagster as dg

from datamorph.assets.metadata import column_schema, saved_provenance, scalar, spec_metadata
from datamorph.assets.naming import asset_key
from datamorph.assets.recording import check_outcomes
from datamorph.core.catalog import CatalogTable
from datamorph.core.model_spec import spec_name
from datamorph.core.partition import RANGE
from datamorph.core.run import Stage
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.platform.states import run_in, state_in
from datamorph.ports import Snapshot

AssetEvent = dg.AssetMaterialization | dg.AssetCheckEvaluation


def published_events(
    platform: Platform, table: CatalogTable, snapshot: Snapshot, schemas: Mapping[TableRef, TableSchema]
) -> list[AssetEvent]:
    """The events of a snapshot that was published outside Dagster."""
    key, facts = asset_key(table.ref), snapshot.properties
    run_id = run_in(platform.history(table.ref), snapshot)
    materialization = dg.AssetMaterialization(
        asset_key=key,
        partition=None if RANGE in (partition := facts.get("partition", "")) else partition or None,
        description=f"Published outside Dagster at {snapshot.published_at:%Y-%m-%d %H:%M:%S} UTC.",
        metadata={
            "dagster/row_count": snapshot.rows,
            "snapshot_id": scalar(str(snapshot.snapshot_id)),
            "run_id": scalar(run_id),
            "dagster/column_schema": column_schema(table.schema),
            **_lineage(platform, table.ref, facts, schemas),
        },
        tags=version_tags(
            snapshot_id=snapshot.state,
            spec_hash=facts.get("spec_hash"),
            inputs={ref: _state(platform, ref, read) for ref, read in json.loads(facts.get("inputs") or "{}").items()},
        ),
    )
    checks = check_outcomes(_told_checks(platform, run_id))
    return [materialization, *(found.evaluation(key) for found in checks)]


def version_tags(*, snapshot_id: int, spec_hash: str | None, inputs: Mapping[str, str]) -> dict[str, str]:
    """What Dagster compares to tell whether an asset is stale: its code and the versions of its sources.

    Joined files are no other version: both are told by the snapshot that first had the rows.

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


def _state(platform: Platform, table: str, snapshot_id: str) -> str:
    with suppress(DataMorphError):
        return state_in(platform.history(table), snapshot_id)
    return snapshot_id


def _told_checks(platform: Platform, run_id: str) -> list[Mapping[str, Any]]:
    try:
        events = platform.events(run_id)
    except DataMorphError:
        return []
    return next((e.facts["checks"] for _, e in events if e.stage is Stage.AUDIT and "checks" in e.facts), [])


def _lineage(
    platform: Platform, table: TableRef, facts: Mapping[str, str], schemas: Mapping[TableRef, TableSchema]
) -> Mapping[str, Any]:
    """Columns, their origins, how they were planned: as long as the spec is still that of the snapshot."""
    name = facts.get("pipeline", "")
    spec = _spec(platform, name, table)
    if spec is None or spec.hash() != facts.get("spec_hash"):
        return {}
    with suppress(DataMorphError):
        return {**spec_metadata(spec, schemas), **saved_provenance(platform.pipeline(name).plan)}
    return spec_metadata(spec, schemas)


def _spec(platform: Platform, pipeline: str, table: TableRef) -> PipelineSpec | None:
    with suppress(DataMorphError):
        if pipeline == spec_name(table) and (compiled := platform.model(str(table)).compiled):
            return compiled.spec
    with suppress(DataMorphError):
        return platform.pipeline(pipeline).spec
    return None
