"""Many small files become few: the same rows, in the same order."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from pyiceberg.table import Table

from datamorph.adapters.lake.properties import (
    APPENDED,
    COMPACTED,
    DESCRIPTION,
    EXACT,
    KEY,
    ORDER_BY,
    PROFILE,
    RUN_ID,
)
from datamorph.core.catalog import TableProfile
from datamorph.core.plan import PinnedTable
from datamorph.ports import Publication, StagedOutput

SMALL = 32_000_000
TARGET = 128_000_000
WORTH_IT = 8
"""So many small files, in bytes below ``SMALL``, are worth a commit."""

_COUNTED = ("added-", "deleted-", "removed-", "total-", "changed-", "engine-", "iceberg-")
_OWN = frozenset({RUN_ID, PROFILE, APPENDED, EXACT, ORDER_BY, KEY})


def small_files(pinned: PinnedTable) -> tuple[str, ...]:
    """The files that compaction would join; none where it is not worth it."""
    if not pinned.is_bare:
        return pinned.files
    found = tuple(path for path in pinned.files if Path(path).stat().st_size < SMALL)
    return found if len(found) >= WORTH_IT else ()


def stage_compacted(pinned: PinnedTable, files: Sequence[str], prefix: Path) -> StagedOutput:
    """Write the rows of these files into few, below a prefix of their own."""
    prefix.mkdir(parents=True)
    if not pinned.is_bare:
        written = [shutil.copyfile(files[0], prefix / "part-00000.parquet")]
    else:
        written = [_joined(group, prefix / f"part-{n:05}.parquet") for n, group in enumerate(_groups(files))]
    rows = sum(pq.read_metadata(path).num_rows for path in written)
    size = sum(path.stat().st_size for path in written)
    return StagedOutput(str(prefix), tuple(map(str, written)), pinned.schema, rows, size)


def same_state(
    table: Table, pinned: PinnedTable, files: Sequence[str], *, run_id: str, profile: TableProfile
) -> Publication:
    """What the current snapshot says of itself, for the snapshot that takes its place."""
    current = table.current_snapshot()
    facts = dict(current.summary.additional_properties) if current and current.summary else {}
    told = {k: v for k, v in facts.items() if k not in _OWN and not k.startswith(_COUNTED)}
    return Publication(
        properties={**told, RUN_ID: run_id, COMPACTED: facts.get(COMPACTED) or str(pinned.snapshot_id)},
        profile=profile,
        description=table.properties.get(DESCRIPTION),
        order_by=tuple(json.loads(facts.get(ORDER_BY) or "[]")),
        key=tuple(json.loads(facts.get(KEY) or "[]")),
        based_on=pinned.snapshot_id,
        replaces=tuple(files) if pinned.is_bare else None,
    )


def _groups(files: Sequence[str]) -> list[list[str]]:
    """Files that follow each other, up to the target's size together."""
    groups, size = list[list[str]](), TARGET
    for path in files:
        bytes_ = Path(path).stat().st_size
        if size + bytes_ > TARGET:
            groups.append([])
            size = 0
        groups[-1].append(path)
        size += bytes_
    return groups


def _joined(files: Sequence[str], target: Path) -> Path:
    """One file with the rows of several, batch by batch; field ids in the schema stay."""
    schema = pq.read_schema(files[0])
    with pq.ParquetWriter(target, schema, compression="zstd", store_schema=False) as out:
        for path in files:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches():
                    out.write_batch(batch.cast(schema))
    return target
