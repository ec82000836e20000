"""Engine sail: PySpark over Sail's embedded Spark Connect server. One machine, no JVM, no account."""

from __future__ import annotations

from pathlib import Path

from datamorph.adapters.engines.process import EngineProcess, ProcessLimits
from datamorph.ports import Report, StagedOutput, TransformJob


class SailEngine:
    """Engine port on one machine; every job has a process of its own.

    Args:
        jobs: holds a folder per running job; those of failed ones stay for inspection.
    """

    name = "sail"

    def __init__(self, jobs: Path, limits: ProcessLimits | None = None) -> None:
        self._jobs, self._limits = jobs, limits or ProcessLimits()
        self._waiting: EngineProcess | None = None

    def prepare(self) -> None:
        """See Engine.prepare."""
        if self._waiting is None:
            self._waiting = EngineProcess(self._jobs, session="sail", limits=self._limits)

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """See Engine.run."""
        self.prepare()
        process, self._waiting = self._waiting, None
        assert process is not None  # noqa: S101 (prepared above)
        return process.run(job, report)

    def release(self) -> None:
        """See Engine.release."""
        process, self._waiting = self._waiting, None
        if process is not None:
            process.stop()
