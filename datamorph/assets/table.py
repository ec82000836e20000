"""Tables that no pipeline computes, as external assets: raw tables first of all."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import dagster as dg

from datamorph.assets.metadata import column_schema, scalar, table_uri
from datamorph.assets.naming import asset_key
from datamorph.core.catalog import CatalogTable
from datamorph.core.table import TableRef
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.settings import Settings

_KINDS = {".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json"}


def table_asset(platform: Platform, table: CatalogTable) -> dg.AssetSpec:
    """The asset of a published table, with its columns, row count and snapshot."""
    source = _source(platform, table.ref)
    kind = next((kind for end, kind in _KINDS.items() if end in PurePath(source).suffixes), None)
    return dg.AssetSpec(
        key=asset_key(table.ref),
        group_name=table.ref.tier.value,
        description=table.description or (f"Loaded from {source}." if source else f"Table {table.ref}."),
        kinds={"iceberg", kind} if kind else {"iceberg"},
        owners=[f"team:{table.ref.domain}"],
        tags={"domain": table.ref.domain},
        metadata=table_metadata(platform.settings, table),
    )


def missing_table_asset(table: TableRef) -> dg.AssetSpec:
    """The asset of a table that a pipeline reads and that does not exist yet."""
    return dg.AssetSpec(
        key=asset_key(table),
        group_name=table.tier.value,
        description=f"There is no table `{table}` yet. Load it: `datamorph load FILE {table}`.",
        kinds={"iceberg"},
        owners=[f"team:{table.domain}"],
        tags={"domain": table.domain},
    )


def table_metadata(settings: Settings, table: CatalogTable) -> dict[str, Any]:
    """What is known of a table's current snapshot."""
    return {
        "dagster/table_name": str(table.ref),
        "dagster/uri": table_uri(settings, table.ref),
        "dagster/column_schema": column_schema(table.schema),
        "dagster/row_count": table.profile.rows,
        "snapshot_id": scalar(str(table.snapshot_id)),
    }


def _source(platform: Platform, table: TableRef) -> str:
    """Name of the file that a table was loaded from; empty when it was not."""
    try:
        history = platform.history(table)
    except DataMorphError:
        return ""
    return next((found.properties.get("source", "") for found in history if found.is_current), "")
