"""A Dagster UI with its code server and daemon, of DataMorph or of a plain project, to be measured from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datamorph.assets.running_ui import ask_ui

TIMEOUT_S = 600.0
QUEUE = """\
telemetry: {enabled: false}
nux: {enabled: false}
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config: {dequeue_interval_seconds: 1}
concurrency: {runs: {max_concurrent_runs: 2}}
"""
PLAIN = """\
from pathlib import Path
import dagster as dg

def make(name):
    @dg.asset(key=["curated", "shop", name], deps=[["raw", "shop", "orders"]], group_name="curated")
    def table(): ...
    return table

names = (Path(__file__).parent / "names.txt").read_text().split()
defs = dg.Definitions(assets=[make(name) for name in names], executor=dg.in_process_executor)
"""
_LOADED = "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"
_ASSET = "query Asset($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { __typename } }"
_RELOAD = "mutation Reload($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) { __typename } }"
_LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
_ENDED = """
query Ended($ids: [String!]!) { runsOrError(filter: {runIds: $ids}) { ... on Runs { results { status } } } }
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A UI that answers.

    Attributes:
        location: name of its one code location.
        ready_s: seconds from the start of its processes until the location was loaded.
    """

    url: str
    location: str
    ready_s: float

    def shows(self, table: str) -> bool:
        """True when the asset of a table is there."""
        with suppress(OSError, ValueError):
            found = ask_ui(self.url, _ASSET, {"key": {"path": table.split(".")}})
            return found["assetNodeOrError"]["__typename"] == "AssetNode"
        return False

    def reload(self) -> float:
        """Ask for a reload of the location; seconds until the UI has it."""
        started = time.perf_counter()
        ask_ui(self.url, _RELOAD, {"name": self.location}, timeout_s=TIMEOUT_S)
        return time.perf_counter() - started

    def runs_per_minute(self, tables: Sequence[str]) -> float:
        """Materialise tables, each in a run of its own, all asked for at once."""
        started = time.perf_counter()
        runs = [self._launch(table) for table in tables]
        until(lambda: self._ended(runs) == len(runs))
        return len(runs) * 60 / (time.perf_counter() - started)

    def _launch(self, table: str) -> str:
        selector = {
            "repositoryLocationName": self.location,
            "repositoryName": "__repository__",
            "jobName": "__ASSET_JOB",
            "assetSelection": [{"path": table.split(".")}],
        }
        launched = ask_ui(self.url, _LAUNCH, {"params": {"selector": selector, "runConfigData": {}}})["launchRun"]
        return str(launched["run"]["runId"])

    def _ended(self, runs: Sequence[str]) -> int:
        found: list[Any] = ask_ui(self.url, _ENDED, {"ids": list(runs)})["runsOrError"]["results"]
        failed = [one for one in found if one["status"] in ("FAILURE", "CANCELED")]
        if failed:
            raise RuntimeError(f"{len(failed)} of {len(runs)} runs failed")
        return sum(one["status"] == "SUCCESS" for one in found)


def until(is_true: Callable[[], object]) -> float:
    """Wait; how long it took, in seconds."""
    started = time.perf_counter()
    while not is_true():
        if time.perf_counter() - started > TIMEOUT_S:
            raise TimeoutError(f"not within {TIMEOUT_S:.0f} s")
        time.sleep(0.1)
    return time.perf_counter() - started


@contextmanager
def datamorph_up(home: Path) -> Iterator[Served]:
    """`datamorph up` over a project."""
    command = [str(Path(sys.executable).with_name("datamorph")), "up", "--home", str(home), "--json", "--port", "0"]
    started = time.perf_counter()
    with _running(command, home, stdout=subprocess.PIPE) as process:
        text = ""
        while not text.endswith("}\n") and (line := process.stdout.readline()):
            text += line
        yield Served(json.loads(text)["url"], "datamorph", time.perf_counter() - started)


@contextmanager
def plain_dagster(home: Path) -> Iterator[Served]:
    """`dagster dev` over a hand-written project with as many assets as ``names.txt`` names."""
    storage = home / "dagster"
    storage.mkdir(exist_ok=True)
    (storage / "dagster.yaml").write_text(QUEUE)
    (home / "project.py").write_text(PLAIN)
    port = _free_port()
    command = [sys.executable, "-m", "dagster", "dev", "--python-file", str(home / "project.py"), "--port", str(port)]
    started, url = time.perf_counter(), f"http://127.0.0.1:{port}"
    with _running(command, home, stdout=subprocess.DEVNULL, DAGSTER_HOME=str(storage)):
        until(lambda: _location(url))
        yield Served(url, _location(url), time.perf_counter() - started)


def _location(url: str) -> str:
    with suppress(OSError, ValueError, KeyError):
        entries = ask_ui(url, _LOADED)["workspaceOrError"]["locationEntries"]
        loaded = [
            e["name"] for e in entries if (e["locationOrLoadError"] or {}).get("__typename") == "RepositoryLocation"
        ]
        return loaded[0] if loaded else ""
    return ""


@contextmanager
def _running(command: Sequence[str], folder: Path, stdout: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATAMORPH_")}
    with (folder / "served.log").open("a") as log:
        process = subprocess.Popen(
            command, env={**environment, **more}, cwd=folder, text=True, stdout=stdout, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
