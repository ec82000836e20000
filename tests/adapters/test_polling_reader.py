"""A reader that asks over and over sees what was published and nothing else: never a part, never a draft."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.adapters.lake.opening import open_folder
from datamorph.core.table import TableRef, TableSchema
from datamorph.ports import Publication, StagedOutput

REF = TableRef.parse("curated.shop.polled")
SCHEMA = TableSchema.of(n="bigint", rows="bigint")
PUBLICATIONS = int(os.environ.get("FAULT_RUNS", "40"))
READS_EACH = 50
READS = READS_EACH * PUBLICATIONS
PUBLISH = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_polling_reader import publish
for n, _ in enumerate(sys.stdin, 1):
    publish(Path(sys.argv[1]), n)
"""


def publish(root: Path, n: int) -> None:
    """Replace all rows, or every third time some of them; leave a draft that fails its check behind."""
    lake, rows = open_folder(root), n * 7 % 50 + 1
    lake.publish(REF, stage(lake, f"r{n}", [rows] * rows, rows), Publication({"run_id": f"r{n}"}))
    stage(lake, f"draft{n}", [-1] * 3, 3)
    if n % 3 == 0:
        pinned = lake.pin(REF)
        whole = stage(lake, f"some{n}", [rows] * rows, rows)
        how = {"replaces": pinned.files, "based_on": pinned.snapshot_id}
        lake.publish(REF, whole, Publication({"run_id": f"some{n}"}, **how))


def stage(lake, run_id: str, values: list[int], rows: int) -> StagedOutput:
    """Rows in three files, each of which says how many there are altogether."""
    prefix = Path(lake.staging_prefix(REF, run_id))
    prefix.mkdir(parents=True)
    files = [str(prefix / f"part-{part}.parquet") for part in range(3)]
    for part, file in enumerate(files):
        mine = values[part::3]
        pq.write_table(
            pa.table({"n": pa.array(mine, pa.int64()), "rows": pa.array([rows] * len(mine), pa.int64())}), file
        )
    return StagedOutput(str(prefix), tuple(files), SCHEMA, rows, 1)


def test_every_one_of_thousands_of_reads_is_one_whole_publication(tmp_path):
    root = tmp_path / "lake"
    publish(root, 0)
    command = [sys.executable, "-c", PUBLISH, str(root), str(Path(__file__).parent)]
    lake, seen = open_folder(root), dict[int, int]()

    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, stdin=subprocess.PIPE
    ) as writer:
        assert writer.stdin
        for read in range(READS):
            if read % READS_EACH == 0:
                writer.stdin.write(b"publish\n")
                writer.stdin.flush()
            pinned = lake.pin(REF)
            values = [row for file in pinned.files for row in column(file)]
            assert values == [len(values)] * len(values), json.dumps(values)
            assert len(values) == pinned.rows
            assert seen.setdefault(pinned.snapshot_id, len(values)) == len(values)
            assert writer.poll() is None
        writer.stdin.close()
    assert writer.returncode == 0

    published = {line.snapshot_id: line.rows for line in lake.history(REF)}
    assert len(published) > PUBLICATIONS
    assert len(seen) > PUBLICATIONS // 4
    assert seen.items() <= published.items()


def column(file: str) -> list[int]:
    """The number of all rows, which each row has."""
    return pq.ParquetFile(file).read(columns=["rows"], use_threads=False)["rows"].to_pylist()
