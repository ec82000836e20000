"""Engine sail: PySpark over Sail's embedded Spark Connect server. One machine, no JVM, no account."""

from __future__ import annotations

from pathlib import Path

from datamorph.adapters.engines.process import EngineProcess, ProcessLimits
from datamorph.adapters.engines.waiting import WaitingProcess
from datamorph.ports import Report, StagedOutput, TransformJob


class SailEngine:
    """Engine port on one machine; every job has a process of its own.

    Args:
        jobs: holds a folder per running job; those of failed ones stay for inspection.
    """

    name = "sail"

    def __init__(self, jobs: Path, limits: ProcessLimits | None = None) -> None:
        limits = limits or ProcessLimits()
        self._process = WaitingProcess(lambda: EngineProcess(jobs, session="sail", limits=limits))

    def prepare(self) -> None:
        """See Engine.prepare."""
        self._process.prepare()

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """See Engine.run."""
        return self._process.run(job, report)

    def release(self) -> None:
        """See Engine.release."""
        self._process.release()
