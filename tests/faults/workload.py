"""One worker of the fault suite: publishes with mixed write modes until it is killed or told enough.

Before each publication it writes down what it means to do, and afterwards that it was acknowledged; both lines are
on disk before it goes on. What the tables must hold is computed from these lines alone, see ``model``.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.adapters.lake.folder import FolderPlace
from datamorph.adapters.lake.glue import GluePlace
from datamorph.adapters.lake.lake import IcebergLake
from datamorph.core.catalog import TableProfile
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import CheckFailedError, DataMorphError, NotFoundError, PublishConflictError
from datamorph.ports import Publication, StagedOutput

TABLES = [TableRef.parse(f"curated.faults.{name}") for name in ("a", "b", "versions")]
VERSIONS = TABLES[-1]
COLUMNS = ("k", "p", "v")
VERSION_COLUMNS = (*COLUMNS, "until")
MODES = ("replace", "append", "append", "merge", "merge", "partitions", "compact", "bad")
VERSION_MODES = ("scd2", "scd2", "scd2", "compact", "bad")
BAD = -1
ATTEMPTS = 6
SOME_FILE_SIZE = (300, 1500, 4000, 9000)

Row = tuple[int | None, ...]


def open_lake(place: dict[str, Any]) -> IcebergLake:
    """The lake that the coordinator described."""
    if "endpoint" in place:
        own = GluePlace(place["root"], Path(place["work"]), region=place["region"], prefix=place["prefix"],
                        endpoint=place["endpoint"], timeout_s=3)  # fmt: skip
        return IcebergLake(own)
    return IcebergLake(FolderPlace(Path(place["root"]), lock_wait_s=0.3))


class Worker:
    """Publishes one operation after the other."""

    def __init__(self, place: dict[str, Any], name: str, log: Path, seed: int) -> None:
        self._lake, self._name, self._random = open_lake(place), name, random.Random(seed)  # noqa: S311
        self._log = log.open("a", buffering=1)
        self._can_be_full = "endpoint" not in place

    def work(self, runs: int) -> None:
        """Do so many operations; failures are expected, and told."""
        for number in range(runs):
            run_id = f"{self._name}-{number}"
            table = self._random.choice(TABLES)
            mode = self._random.choice(VERSION_MODES if table == VERSIONS else MODES)
            rows = self._rows(mode)
            self._write(run=run_id, table=str(table), mode=mode, rows=rows, pid=os.getpid(), at=time.time())
            try:
                with self._full_disk(self._random.random() < 0.15 and self._can_be_full):
                    snapshot = self._publish(table, mode, run_id, rows)
            except (DataMorphError, OSError, pa.ArrowException) as error:
                self._write(run=run_id, failed=f"{type(error).__name__}: {error}"[:300])
                continue
            self._write(run=run_id, acknowledged=str(snapshot))

    def _rows(self, mode: str) -> list[Row]:
        count, value = self._random.randint(1, 40), self._random.randrange(10**6)
        keys = self._random.sample(range(200), count) if mode in ("merge", "scd2") else range(count)
        only = self._random.randrange(5)
        if mode == "scd2":
            return [(k, self._random.randrange(20), self._random.randrange(3)) for k in keys]
        return [(k, only if mode == "partitions" else k % 5, BAD if mode == "bad" else value) for k in keys]

    def _publish(self, table: TableRef, mode: str, run_id: str, rows: Sequence[Row]) -> int:
        for attempt in range(ATTEMPTS):
            try:
                if mode == "compact":
                    return self._compact(table, run_id)
                return self._once(table, mode, run_id, rows)
            except PublishConflictError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _compact(self, table: TableRef, run_id: str) -> int:
        try:
            done = self._lake.compact(table, run_id=run_id)
        except NotFoundError:
            return 0
        return done.snapshot_id if done else 0

    def _once(self, table: TableRef, mode: str, run_id: str, rows: Sequence[Row]) -> int:
        """Compute from the rows of now, stage, audit, publish."""
        how: dict[str, Any] = {"appends": mode == "append"}
        if mode in ("merge", "partitions", "scd2"):
            rows, how = self._merged(table, mode, rows)
        staged = self._stage(table, run_id, rows)
        if any(row[2] == BAD for file in staged.files for row in read(file)):
            raise CheckFailedError("the staged rows are bad", fix="none")
        publication = Publication({"run_id": run_id}, profile=TableProfile(len(rows)), **how)
        return self._lake.publish(table, staged, publication).snapshot_id

    def _merged(self, table: TableRef, mode: str, rows: Sequence[Row]) -> tuple[Sequence[Row], dict[str, Any]]:
        """The new rows with those of the files that they touch, and which files these are."""
        try:
            pinned = self._lake.pin(table)
        except NotFoundError:
            return dated(rows) if mode == "scd2" else rows, {"based_on": 0}
        column = 1 if mode == "partitions" else 0
        wanted = {row[column] for row in rows}
        touched = self._lake.files_holding(pinned, pa.table({COLUMNS[column]: sorted(wanted)}))
        there = [row for file in touched for row in read(file)]
        kept = [row for row in there if row[column] not in wanted]
        if mode == "scd2":
            known = {row[:2]: row[:3] for row in there if row[column] in wanted}
            rows = dated([*(known | {row[:2]: row for row in rows}).values()])
        return [*rows, *kept], {"replaces": touched, "based_on": pinned.snapshot_id}

    def _stage(self, table: TableRef, run_id: str, rows: Sequence[Row]) -> StagedOutput:
        """Two files, as an engine with two partitions writes."""
        prefix = Path(self._lake.staging_prefix(table, run_id))
        prefix.mkdir(parents=True)
        half, files = max(len(rows) // 2, 1), list[str]()
        names = VERSION_COLUMNS if table == VERSIONS else COLUMNS
        for n, part in enumerate((rows[:half], rows[half:])):
            files.append(str(prefix / f"part-{n}.parquet"))
            columns = {
                name: pa.array([row[i] if i < len(row) else None for row in part], pa.int64())
                for i, name in enumerate(names)
            }
            pq.write_table(pa.table(columns), files[-1])
        size = sum(Path(file).stat().st_size for file in files)
        schema = TableSchema.of(**dict.fromkeys(names, "bigint"))
        return StagedOutput(str(prefix), tuple(files), schema, len(rows), size)

    @contextmanager
    def _full_disk(self, is_full: bool) -> Iterator[None]:
        """No file grows beyond a random size: what a full disk does to whoever writes next."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if is_full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._random.choice(SOME_FILE_SIZE), before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def _write(self, **line: Any) -> None:
        self._log.write(json.dumps(line) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())


def read(file: str) -> list[Row]:
    """Rows of a file."""
    return [tuple(row.values()) for row in pq.read_table(file).to_pylist()]


def dated(versions: Sequence[Row]) -> list[Row]:
    """Versions of keys, ``(k, since, v)``: those that change something, each until the next one."""
    found = list[Row]()
    for row in sorted(versions, reverse=True):
        if found and found[-1][0] == row[0]:
            later = found.pop()
            found += [later] if later[2] != row[2] else []
            until = later[1] if later[2] != row[2] else later[3]
            found.append((*row, until))
        else:
            found.append((*row, None))
    return found


def sweep_forever(place: dict[str, Any], logs: Path) -> None:
    """Sweep over and over, as young as a file may be; runs of living workers are alive, as run logs tell."""
    lake = open_lake(place)
    while True:
        time.sleep(1)
        alive = [line for log in logs.glob("*.log") for line in unfinished(log) if is_running(line["pid"])]
        soon = datetime.fromtimestamp(min([time.time() - 2, *(line["at"] for line in alive)]), UTC)
        try:
            lake.sweep(before=soon, dropped_before=soon, alive=[line["run"] for line in alive])
        except (DataMorphError, OSError, pa.ArrowException):
            continue


def is_running(pid: int) -> bool:
    """True while there is such a process; a killed one that nobody has waited for is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def unfinished(log: Path) -> list[dict[str, Any]]:
    """Runs that a log begins and does not end."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
    ended = {line["run"] for line in lines if "acknowledged" in line or "failed" in line}
    return [line for line in lines if "mode" in line and line["run"] not in ended]


if __name__ == "__main__":
    description, name, log, seed, runs = sys.argv[1:]
    if name == "sweeper":
        sweep_forever(json.loads(description), Path(log))
    Worker(json.loads(description), name, Path(log), int(seed)).work(int(runs))
