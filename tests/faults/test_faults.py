"""Killed, without space, locked out or cut off: every table is what its acknowledged runs say, at every snapshot.

``FAULT_RUNS=200`` makes it the long form; see docs/benchmarks.md for its results.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from aws import BUCKET, CREDENTIALS, REGION, aws_on_loopback

sys.path.insert(0, str(Path(__file__).parent))
from faulty_aws import faulty
from model import Told, read_logs, states
from workload import BAD, TABLES, open_lake, read

RUNS = int(os.environ.get("FAULT_RUNS", "0"))
SHORT, SHORT_ON_S3 = 10, 6
PROCESSES = 4 if RUNS else 3
DEADLINE_S = 2400 if RUNS else 240
LOCKED = 0.15
RATE = 0.04
HERE = Path(__file__).parent


class Coordinator:
    """Keeps some workers going, kills them at random, and stops when enough was acknowledged."""

    def __init__(self, place: dict[str, str], logs: Path, *, seed: int) -> None:
        self._place, self._logs, self._random = place, logs, random.Random(seed)  # noqa: S311
        self._started = self.kills = 0
        logs.mkdir()

    def run(self, runs: int, *, lock: Path | None) -> Told:
        """Work until enough runs have ended; what the workers wrote down."""
        workers = [self._start() for _ in range(PROCESSES)]
        sweeper = self._spawn("sweeper", self._logs)
        deadline, next_kill = time.monotonic() + DEADLINE_S, 1
        try:
            while ((ended := len(self._ended())) < runs or not self.kills) and time.monotonic() < deadline:
                time.sleep(self._random.uniform(0.1, 0.5))
                if lock and self._random.random() < LOCKED:
                    hold_catalog(lock, self._random.uniform(0.2, 0.8))
                if ended >= next_kill:
                    next_kill = ended + self._random.randint(1, 4)
                    workers[self._random.randrange(PROCESSES)].send_signal(signal.SIGKILL)
                    self.kills += 1
                for n, worker in enumerate(workers):
                    if worker.poll() is not None:
                        workers[n] = self._start()
        finally:
            for worker in (*workers, sweeper):
                worker.kill()
                worker.wait()
        assert sweeper.returncode == -signal.SIGKILL
        return read_logs(self._logs)

    def _start(self) -> subprocess.Popen[bytes]:
        self._started += 1
        name = f"w{self._started}"
        return self._spawn(name, self._logs / f"{name}.log")

    def _spawn(self, name: str, log: Path) -> subprocess.Popen[bytes]:
        seed = str(self._random.randrange(10**6))
        command = [sys.executable, str(HERE / "workload.py"), json.dumps(self._place), name, str(log), seed, "1000"]
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})

    def _ended(self) -> list[str]:
        told = read_logs(self._logs)
        return [*told.acknowledged, *told.failed]


def hold_catalog(catalog: Path, seconds: float) -> None:
    """Lock the catalog as a backup or a stuck process would."""
    if catalog.exists():
        connection = sqlite3.connect(catalog, timeout=5, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            pass  # the workers held it all the time
        finally:
            connection.close()


def check_everything(place: dict[str, str], told: Told) -> int:
    """Compare every snapshot of every table with the model; return how many there are."""
    lake, committed, found = open_lake(place), set[str](), 0
    known = {str(table.ref) for table in lake.catalog().tables}
    for table in TABLES:
        if str(table) not in known:
            continue
        history = list(reversed(lake.history(table)))
        runs = [line.properties["run_id"] for line in history]
        assert len(runs) == len(set(runs))
        for line, expected in zip(history, states(runs, told), strict=True):
            pinned = lake.pin(table, line.snapshot_id)
            rows = [row for file in pinned.files for row in read(file)]
            assert Counter(rows) == expected, line.properties["run_id"]
            assert line.rows == len(rows) == sum(pq.read_metadata(file).num_rows for file in pinned.files)
            assert not any(row[2] == BAD for row in rows)
        committed |= set(runs)
        found += len(runs)
        assert history[-1].is_current
    lost = {run for run, snapshot in told.acknowledged.items() if snapshot != "0"} - committed
    assert not lost
    return found


def tell(told: Told, kills: int, snapshots: int, seen: Counter[str] | None = None) -> None:
    """What happened, for docs/benchmarks.md (pytest -s)."""
    kinds = Counter(text.partition(":")[0] for text in told.failed.values())
    print(f"\n{len(told.meant)} runs begun, {len(told.acknowledged)} acknowledged, {len(told.failed)} failed {dict(kinds)}, "  # noqa: T201,E501
          f"{kills} kills, {snapshots} snapshots{f', faults {dict(seen)}' if seen else ''}")  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_local_lake_that_is_killed_full_and_locked_loses_nothing(tmp_path):
    place = {"root": str(tmp_path / "lake")}
    coordinator = Coordinator(place, tmp_path / "logs", seed=1)

    told = coordinator.run(RUNS or SHORT, lock=tmp_path / "lake" / "catalog.db")

    snapshots = check_everything(place, told)
    tell(told, coordinator.kills, snapshots)
    assert len(told.acknowledged) + len(told.failed) >= (RUNS or SHORT)
    assert snapshots >= (RUNS or SHORT) // 4
    assert coordinator.kills


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_lake_on_s3_that_is_cut_off_loses_nothing(tmp_path, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:
        endpoint = stack.enter_context(aws_on_loopback())
        proxy = stack.enter_context(faulty(endpoint, seed=2))
        own = f"http://127.0.0.1:{proxy.server_port}"
        place = {"root": f"s3://{BUCKET}/faults", "work": str(tmp_path / "work"), "region": REGION, "prefix": "f_",
                 "endpoint": own}  # fmt: skip
        proxy.rate = RATE
        coordinator = Coordinator(place, tmp_path / "logs", seed=2)

        told = coordinator.run(RUNS or SHORT_ON_S3, lock=None)

        proxy.rate = 0.0
        snapshots = check_everything(place, told)
        tell(told, coordinator.kills, snapshots, proxy.seen)
        assert snapshots >= (RUNS or SHORT_ON_S3) // 5
        assert len(told.acknowledged) + len(told.failed) >= (RUNS or SHORT_ON_S3)
        assert len(set(proxy.seen)) > (5 if RUNS else 3)
