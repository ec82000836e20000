"""A real `datamorph up` for tests: started on a free port, asked through GraphQL, stopped whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from datamorph.assets.running_ui import ask_ui

LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
ASSETS = "{ assetNodes { assetKey { path } groupName description } }"


class Served:
    """A project that `datamorph up` serves."""

    def __init__(self, home: Path, process: subprocess.Popen[str], url: str, console: str) -> None:
        self.home, self.process, self.url, self.console = home, process, url, console

    def ask(self, query: str, **variables: Any) -> Any:
        """Data of one GraphQL request."""
        return ask_ui(self.url, query, variables)

    def assets(self) -> dict[str, dict[str, Any]]:
        """All assets by the user string of their key."""
        return {"/".join(node["assetKey"]["path"]): node for node in self.ask(ASSETS)["assetNodes"]}

    def run(
        self, job: str, config: dict[str, Any], *, assets: list[str] = (), timeout_s: float = 300
    ) -> tuple[str, str]:  # pyright: ignore[reportArgumentType]
        """Launch a job and wait for its end: run id and status."""
        selector = {
            "repositoryLocationName": "datamorph",
            "repositoryName": "__repository__",
            "jobName": job,
            "assetSelection": [{"path": key.split("/")} for key in assets] or None,
        }
        launched = self.ask(LAUNCH, params={"selector": selector, "runConfigData": config})["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        ended = {"SUCCESS", "FAILURE", "CANCELED"}
        until(lambda: self.status(run_id) in ended, timeout_s=timeout_s)
        return run_id, self.status(run_id)

    def status(self, run_id: str) -> str:
        """State of a run."""
        return self.ask(STATUS, id=run_id)["runOrError"]["status"]

    def family(self) -> dict[int, str]:
        """Every process below `datamorph up`, with its command."""
        return family(self.process.pid)

    def stop(self) -> int:
        """Ctrl-C; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def family(pid: int) -> dict[int, str]:
    """Every process below a process, with its command."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    found, wanted = dict[int, str](), {str(pid)}
    while wanted:
        below = {int(row[0]): row[2] for row in rows if row[1] in wanted}
        found, wanted = found | below, {str(pid) for pid in below}
    return found


def until(is_true: Callable[[], object], *, timeout_s: float, every_s: float = 0.2) -> None:
    """Wait; a UI that does not answer for a moment is waited for, too."""
    end = time.monotonic() + timeout_s
    while True:
        with suppress(OSError, ValueError):
            if is_true():
                return
        assert time.monotonic() < end, f"not within {timeout_s} s"
        time.sleep(every_s)


def is_running(pid: int) -> bool:
    """True while a process lives; a zombie does not."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def start_up(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """`datamorph up --json` over a project, in a session of its own so that only it gets signals."""
    command = [Path(sys.executable).with_name("datamorph"), "up", "--home", str(home), "--json", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATAMORPH_")}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(command, env=environment, cwd=home, text=True, start_new_session=True, **output)


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """Serve a project on a free port until the end of the block."""
    process = start_up(home, "--port", "0")
    assert process.stdout
    text = ""
    while not text.endswith("}\n") and (line := process.stdout.readline()):
        text += line
    try:
        told = json.loads(text)
        yield Served(home, process, told["url"], told["console"])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
