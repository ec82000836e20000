"""Where runs are started, and whether the process of a run still lives: one that died is run again.

Dagster's own launcher never looks: a run whose process was killed together with its code server, or with the machine,
would be "started" for ever and keep its place among the runs at once. Its settings in ``dagster.yaml``
(``run_launcher``, ``run_monitoring``, ``run_retries``) are written by ``datamorph up``.
"""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # not public: Dagster is pinned exactly

STARTED = "Started process for run"
"""What the process of a run says of itself before the run begins."""
SLACK_S = 60.0
"""Births are told by whole seconds and move with the clock. Too much only delays, too little runs a run twice."""


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Dagster's launcher on one machine, which knows when the process of a run is gone."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It can tell, so the monitoring of runs asks it."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the process that executes a run lives."""
        found = _process(self._instance, run.run_id)
        if found is None or is_alive(*found):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"its process {found[0]} is gone; it is run again")


def is_alive(pid: int, since: float) -> bool:
    """True while the process of that number lives, if it is the one that lived at ``since`` (seconds since 1970)."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    state, _, born = _status(pid).partition(" ")
    if state.startswith("Z"):
        return False
    try:
        birth = datetime.strptime(born.strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return True  # what is not told is not dead
    return birth.timestamp() <= since + SLACK_S


def _status(pid: int) -> str:
    """State and birth of a process, empty where this machine does not tell."""
    try:
        return subprocess.run(  # noqa: S603
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)],  # noqa: S607
            capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        ).stdout.strip()  # fmt: skip
    except OSError:
        return ""


def _process(instance: dg.DagsterInstance, run_id: str) -> tuple[int, float] | None:
    """The latest process of a run, and when it said that it began; None when none has said so."""
    logged = instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    for entry in reversed(logged):
        event = entry.dagster_event
        if event and (event.message or "").startswith(STARTED):
            pid = event.engine_event_data.metadata.get("pid")
            return (int(str(pid.value)), entry.timestamp) if pid else None
    return None
