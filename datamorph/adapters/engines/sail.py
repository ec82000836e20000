"""Engine sail: PySpark over Sail's embedded Spark Connect server. One machine, no JVM, no account."""

from __future__ import annotations

from pathlib import Path

from datamorph.adapters.engines.process import EngineProcess, ProcessLimits
from datamorph.ports import Report, StagedOutput, TransformJob


class SailEngine:
    """Engine port on one machine."""

    name = "sail"

    def __init__(self, folder: Path, limits: ProcessLimits | None = None) -> None:
        """``folder`` holds a subfolder per running job; failed ones stay for inspection."""
        self._folder, self._limits = folder, limits or ProcessLimits()

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """See Engine.run."""
        return EngineProcess(job, self._folder / job.run_id, session="sail", limits=self._limits).wait(report)
