"""The vocabulary of the suites over lakes: stage, publish, read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.adapters.lake.types import arrow_to_spark
from datamorph.core.plan import PinnedTable
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.ports import Lake, Publication, Snapshot, StagedOutput

ORDERS = TableRef.parse("raw.shop.orders")


def schema_of(table: pa.Table) -> TableSchema:
    return TableSchema(tuple(Column(field.name, arrow_to_spark(field.type)) for field in table.schema))


def stage(lake: Lake, run_id: str, *parts: pa.Table, schema: TableSchema | None = None) -> StagedOutput:
    """Write one Parquet file per part, as an engine does."""
    prefix = Path(lake.staging_prefix(ORDERS, run_id))
    prefix.mkdir(parents=True)
    files = [prefix / f"part-{99 - index}.parquet" for index in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        pq.write_table(part, file)
    rows, size = sum(part.num_rows for part in parts), sum(file.stat().st_size for file in files)
    return StagedOutput(str(prefix), tuple(map(str, files)), schema or schema_of(parts[0]), rows, size)


def publish(lake: Lake, run_id: str, *parts: pa.Table, **publication) -> Snapshot:
    return lake.publish(ORDERS, stage(lake, run_id, *parts), Publication({"run_id": run_id}, **publication))


def rows(pinned: PinnedTable) -> list[dict]:
    return [row for file in pinned.files for row in pq.read_table(file).to_pylist()]


def numbers(*values: int) -> pa.Table:
    return pa.table({"n": pa.array(values, pa.int64())})


def rows_of(lake: Lake, snapshot_id: int | None = None) -> list[int]:
    """The values of the only column ``n``, sorted."""
    files = lake.pin(ORDERS, snapshot_id).files
    return sorted(value for file in files for value in pq.read_table(file)["n"].to_pylist())
