"""At most one engine process that was started ahead of its job."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.adapters.engines.process import EngineProcess
from datamorph.ports import Report, StagedOutput, TransformJob


class WaitingProcess:
    """Starts a process early, gives it one job, then forgets it: every job has a process of its own."""

    def __init__(self, start: Callable[[], EngineProcess]) -> None:
        self._start = start
        self._waiting: EngineProcess | None = None

    def prepare(self) -> None:
        """Start the process unless one waits already."""
        if self._waiting is None:
            self._waiting = self._start()

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """Run the job in the process that waits, or in a new one."""
        process, self._waiting = self._waiting or self._start(), None
        return process.run(job, report)

    def release(self) -> None:
        """End the process that waits."""
        process, self._waiting = self._waiting, None
        if process is not None:
            process.stop()
