"""Rows of a query as one Parquet file, streamed: a result that is too large is never held whole."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import errno
import shutil
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from datamorph.core.table import TableSchema
from datamorph.errors import StorageFullError
from datamorph.ports import StagedOutput

BATCH_ROWS = 100_000
NAME = "part-00000.parquet"


def write_rows(result: duckdb.DuckDBPyConnection, into: str, schema: TableSchema) -> StagedOutput:
    """Write all rows of a running query below ``into``, which must not exist yet, and does not where that fails.

    Args:
        schema: the columns that the query yields.
    """
    started, rows = time.perf_counter(), 0
    target = Path(into) / NAME
    try:
        target.parent.mkdir(parents=True)
        try:
            with result.to_arrow_reader(BATCH_ROWS) as reader:
                with pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
                    for batch in reader:
                        writer.write_batch(batch)
                        rows += batch.num_rows
        except BaseException:
            shutil.rmtree(target.parent, ignore_errors=True)
            raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFullError(f"no space left to write {target}", fix="free space, then run it again") from error
        raise
    size, seconds = target.stat().st_size, time.perf_counter() - started
    return StagedOutput(into, (str(target),), schema, rows, size, seconds)
