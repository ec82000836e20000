"""Staged files written again with exact types and field ids, for the few schemas that need it."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema

from datamorph.adapters.lake.types import arrow_to_spark
from datamorph.core.table import TableSchema
from datamorph.errors import LakeError


def is_exact(schema: pa.Schema, columns: TableSchema) -> bool:
    """True when a file has exactly these columns with these types, so that its bytes need no cast."""
    return [(f.name, arrow_to_spark(f.type)) for f in schema] == [(c.name, c.type) for c in columns]


def rewrite(path: str, schema: Schema) -> str:
    """Write a file's rows beside it with the types and field ids of the schema, and return the new path.

    pyiceberg's own writer would rename columns such as ``a b`` to ``a_x20b``, which readers of bare files see.

    Raises:
        LakeError: a value that its column's type cannot hold.
    """
    arrow = schema_to_pyarrow(schema)
    target = Path(path).with_suffix(".typed.parquet")
    with pq.ParquetFile(path) as file, pq.ParquetWriter(target, arrow, compression="zstd", store_schema=False) as out:
        for batch in file.iter_batches():
            out.write_table(_cast(pa.Table.from_batches([batch]), arrow, path))
    return str(target)


def _cast(rows: pa.Table, arrow: pa.Schema, path: str) -> pa.Table:
    try:
        return rows.select(arrow.names).cast(arrow)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, KeyError) as error:
        raise LakeError(
            f"{path!r} does not fit the schema that it was staged with: {error}",
            fix="this is a defect of the engine's adapter; stage the output again with its real types",
        ) from error
