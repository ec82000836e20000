"""Whole pipelines, engine included, are killed at random: every snapshot holds what follows from the source it read.

``FAULT_RUNS=200`` makes it the long form, of a tenth as many runs.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from datamorph import open_platform
from datamorph.core.run import RunState
from datamorph.core.table import TableRef
from datamorph.platform.ports import Ports

sys.path.insert(0, str(Path(__file__).parent))
from pipeline_workload import HEADER, SOURCE, TARGETS, expected, spec_of

LONG = int(os.environ.get("FAULT_RUNS", "0")) // 10
RUNS, KILLS, WORKERS = (LONG, LONG // 3, 3) if LONG else (4, 2, 2)
DEADLINE_S = 1800 if LONG else 300
START = dt.date(2024, 1, 1)


class Workers:
    """Processes that run pipelines, and what they wrote down."""

    def __init__(self, home: Path, logs: Path) -> None:
        self._home, self._logs, self._random = home, logs, random.Random(3)  # noqa: S311
        self._started = self.kills = 0
        self.running = [self._start() for _ in range(WORKERS)]

    def _start(self) -> subprocess.Popen[bytes]:
        self._started += 1
        command = [sys.executable, str(Path(__file__).with_name("pipeline_workload.py")), str(self._home),
                   str(self._log(self._started)), str(self._started)]  # fmt: skip
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})

    def _log(self, number: int) -> Path:
        return self._logs / f"w{number}.log"

    def told(self) -> list[dict[str, str]]:
        """Every whole line of every log."""
        lines = [line for log in sorted(self._logs.glob("*.log")) for line in log.read_text().splitlines()]
        return [json.loads(line) for line in lines if line.endswith("}")]

    def kill_one_at_work(self) -> None:
        """Kill a worker that has begun a run, some moment later, and start another in its place."""
        number = self._random.randrange(WORKERS)
        self._wait(lambda: "begun" in self._last(self.running[number]))
        time.sleep(self._random.uniform(0, 3))
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()
        self.kills += 1
        self.running[number] = self._start()

    def _last(self, worker: subprocess.Popen[bytes]) -> str:
        log = Path(str(worker.args[3]))  # type: ignore[index]
        return log.read_text().strip().rpartition("\n")[2] if log.exists() else ""

    def _wait(self, is_so) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not is_so():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.02)

    def wait_for(self, runs: int) -> None:
        """Until so many runs have ended."""
        self._wait(lambda: sum("begun" not in line for line in self.told()) >= runs)

    def stop(self) -> None:
        for worker in self.running:
            worker.kill()
            worker.wait()


def load(platform, file: Path, batches: int) -> None:
    """The source as it is after so many batches of six rows, for keys that come again."""
    rows = [f"{n},{n % 7},{START + dt.timedelta(n)},{n // 9}" for n in range(6 * batches)]
    file.write_text(HEADER + "\n".join(rows) + "\n")
    platform.load(file, SOURCE, force=True)


def rows(pinned) -> list[tuple]:
    return [tuple(row.values()) for file in pinned.files for row in pq.read_table(file).to_pylist()]


def check_every_snapshot(home: Path) -> dict[str, list[str]]:
    """Compare each with what follows from the source; table to the runs that it has."""
    lake, runs = Ports(open_platform(home).settings).lake, dict[str, list[str]]()
    source = TableRef.parse(SOURCE)
    for table in lake.catalog().tables:
        if table.ref == source or table.ref.name not in TARGETS:
            continue
        for line in lake.history(table.ref):
            read = rows(lake.pin(source, int(json.loads(line.properties["inputs"])[SOURCE])))
            found = Counter(rows(lake.pin(table.ref, line.snapshot_id)))
            assert found == expected(table.ref.name, read), (table.ref.name, line.properties["run_id"])
            runs.setdefault(str(table.ref), []).append(line.properties["run_id"])
    return runs


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_pipelines_that_are_killed_lose_and_double_nothing(tmp_path):
    home, logs = tmp_path / "home", tmp_path / "logs"
    logs.mkdir()
    platform = open_platform(home)
    load(platform, tmp_path / "news.csv", batches=1)
    workers = Workers(home, logs)

    try:
        for kill in range(KILLS):
            workers.kill_one_at_work()
            load(platform, tmp_path / "news.csv", batches=kill + 2)
        workers.wait_for(RUNS)
    finally:
        workers.stop()
    platform.close()

    told, published = workers.told(), check_every_snapshot(home)
    acknowledged = [line for line in told if "acknowledged" in line]
    failed = [line["failed"] for line in told if "failed" in line]
    begun, snapshots = len(told) - len(acknowledged) - len(failed), sum(map(len, published.values()))
    print(f"\n{begun} runs begun, {len(acknowledged)} acknowledged, {len(failed)} failed {failed}, "  # noqa: T201
          f"{workers.kills} kills, {snapshots} snapshots")  # fmt: skip
    assert all(line["acknowledged"] in published[line["table"]] for line in acknowledged)
    assert all(len(runs) == len(set(runs)) for runs in published.values())
    assert acknowledged
    assert all(text.startswith(("PublishConflictError", "LakeError")) for text in failed), failed
    again = open_platform(home)
    name = acknowledged[-1]["table"].rpartition(".")[2]
    result = again.run(again.plan_spec(spec_of(name)), force=True)
    assert {run.state for run in again.runs()} <= {RunState.PUBLISHED, RunState.INTERRUPTED, RunState.FAILED}
    assert result.run_id in check_every_snapshot(home)[result.table]
    again.close()
