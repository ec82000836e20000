"""One file staged as the whole content of a table."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from datamorph.adapters.sources.files import FileSource
from datamorph.adapters.sources.places import LocalFiles
from datamorph.core.load_record import LoadRecord
from datamorph.core.source_spec import Files
from datamorph.core.widening import settled
from datamorph.ports import StagedOutput


def opened(files: Files, home: Path) -> FileSource:
    """A source over files of this machine."""
    return FileSource(files, LocalFiles(files, home))


def stage_file(path: Path, into: Path, report=lambda what, facts: None, *, nulls=()) -> StagedOutput:
    """Stage one file as the whole content of a table."""
    source = opened(Files(path=str(path), nulls=tuple(nulls), bad_lines="refuse"), path.parent)
    pending = source.pending(LoadRecord())
    for error in pending.refused.values():
        raise error
    (piece,) = pending.pieces
    schema = settled(source.discover(piece, str(into / ".work"), report).schema)
    staged = source.stage(piece, schema, str(into / "part-00000.parquet"), report)
    return StagedOutput(str(into), (staged.file,), schema, staged.loaded.rows, staged.bytes)


def rows(staged: StagedOutput) -> list[dict]:
    return [row for file in staged.files for row in pq.read_table(file).to_pylist()]


def types(staged: StagedOutput) -> dict[str, str]:
    return {column.name: column.type for column in staged.schema}
