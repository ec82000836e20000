"""A published snapshot in Dagster's words: a materialisation with versions, and its checks."""

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg

from datamorph.assets.metadata import column_schema, saved_provenance, scalar, spec_metadata
from datamorph.assets.naming import asset_key
from datamorph.assets.recording import check_outcomes
from datamorph.core.catalog import CatalogTable
from datamorph.core.run import Stage
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.ports import Snapshot

AssetEvent = dg.AssetMaterialization | dg.AssetCheckEvaluation


def published_events(
    platform: Platform, table: CatalogTable, snapshot: Snapshot, schemas: Mapping[TableRef, TableSchema]
) -> list[AssetEvent]:
    """The events of a snapshot that was published outside Dagster."""
    key, facts = asset_key(table.ref), snapshot.properties
    materialization = dg.AssetMaterialization(
        asset_key=key,
        description=f"Published outside Dagster at {snapshot.published_at:%Y-%m-%d %H:%M:%S} UTC.",
        metadata={
            "dagster/row_count": snapshot.rows,
            "snapshot_id": scalar(str(snapshot.snapshot_id)),
            "run_id": scalar(facts.get("run_id", "")),
            "dagster/column_schema": column_schema(table.schema),
            **_lineage(platform, facts, schemas),
        },
        tags=version_tags(
            snapshot_id=snapshot.snapshot_id,
            spec_hash=facts.get("spec_hash"),
            inputs=json.loads(facts.get("inputs") or "{}"),
        ),
    )
    checks = check_outcomes(_told_checks(platform, facts.get("run_id", "")))
    return [materialization, *(found.evaluation(key) for found in checks)]


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


def _told_checks(platform: Platform, run_id: str) -> list[Mapping[str, Any]]:
    try:
        events = platform.events(run_id)
    except DataMorphError:
        return []
    return next((e.facts["checks"] for _, e in events if e.stage is Stage.AUDIT and "checks" in e.facts), [])


def _lineage(
    platform: Platform, facts: Mapping[str, str], schemas: Mapping[TableRef, TableSchema]
) -> Mapping[str, Any]:
    """Columns, their origins, how they were planned: as long as the spec is still that of the snapshot."""
    try:
        pipeline = platform.pipeline(facts.get("pipeline", ""))
    except DataMorphError:
        return {}
    if pipeline.spec.hash() != facts.get("spec_hash"):
        return {}
    return {**spec_metadata(pipeline.spec, schemas), **saved_provenance(pipeline.plan)}
