"""A snapshot of a table as plain Parquet files that hold exactly its rows."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from datamorph.adapters.lake.manifests import Manifests
from datamorph.adapters.lake.place import Place
from datamorph.adapters.lake.properties import is_known_exact
from datamorph.adapters.lake.rewriting import is_exact
from datamorph.adapters.lake.schema import read_schema
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef


def pin_snapshot(table: Table, snapshot: Snapshot, ref: TableRef, place: Place, known: Manifests) -> PinnedTable:
    """List the data files of a snapshot, or a copy of its rows where bare files would not do, made once."""
    schema = schema_of(table, snapshot)
    columns = read_schema(schema)
    files = known.data_files(snapshot, table.io)
    pinned = PinnedTable(ref, snapshot.snapshot_id, columns, (), 0, 0)
    if not files:
        return _copied(table, snapshot, pinned, schema, place)
    paths = [place.fetch(file.file_path, file.file_size_in_bytes) for file in files]
    if not is_known_exact(snapshot) and not all(is_exact(pq.read_schema(path), columns) for path in paths):
        return _copied(table, snapshot, pinned, schema, place)
    return PinnedTable(
        ref=ref,
        snapshot_id=snapshot.snapshot_id,
        schema=columns,
        files=tuple(paths),
        rows=sum(file.record_count for file in files),
        bytes=sum(file.file_size_in_bytes for file in files),
        is_bare=True,
        uris=tuple(file.file_path for file in files) if place.is_remote else (),
    )


def schema_of(table: Table, snapshot: Snapshot) -> Schema:
    """The schema that was current when the snapshot was made."""
    known = table.schemas()
    return known.get(snapshot.schema_id, table.schema()) if snapshot.schema_id is not None else table.schema()


def _copied(table: Table, snapshot: Snapshot, pinned: PinnedTable, schema: Schema, place: Place) -> PinnedTable:
    """One Parquet file written by Iceberg's own reader; of a snapshot without rows, an empty one with its columns."""
    folder = place.work / "pinned" / str(pinned.ref) / str(snapshot.snapshot_id)
    target = folder / "part-00000.parquet"
    if not target.exists():
        _write_copy(table, snapshot, schema, target)
    os.utime(target)
    rows = pq.read_metadata(target).num_rows
    return PinnedTable(pinned.ref, pinned.snapshot_id, pinned.schema, (str(target),), rows, target.stat().st_size)


def _write_copy(table: Table, snapshot: Snapshot, schema: Schema, target: Path) -> None:
    arrow = schema_to_pyarrow(schema, include_field_ids=False)
    draft = target.parent.with_name(f".{target.parent.name}-{uuid4().hex}")
    draft.mkdir(parents=True)
    try:
        with pq.ParquetWriter(draft / target.name, arrow, compression="zstd") as writer:
            for batch in table.scan(snapshot_id=snapshot.snapshot_id).to_arrow_batch_reader():
                writer.write_table(pa.Table.from_batches([batch]).cast(arrow))
        if not target.exists():
            draft.rename(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
