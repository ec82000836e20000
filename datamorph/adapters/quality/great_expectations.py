"""Checks that run in Great Expectations itself, on the staged rows, in a process of their own.

Importing it takes seconds and 300 MB, and it needs pandas: neither belongs into the process of a run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from datamorph.core.checks import Check
from datamorph.core.suite import suite_of
from datamorph.errors import CheckRunError

WORKER = "datamorph.adapters.quality.worker"
TIMEOUT_S = 1800.0
_KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class GreatExpectations:
    """CheckLibrary port over Great Expectations on pandas."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    def run(
        self, checks: Sequence[Check], files: Sequence[str], *, report_into: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """See CheckLibrary.run."""
        if find_spec("great_expectations") is None:
            names = ", ".join(dict.fromkeys(check.type for check in checks))
            raise CheckRunError(
                f"{names} runs in Great Expectations, which is not installed",
                fix="pip install 'datamorph[quality]', or drop these checks",
            )
        with tempfile.TemporaryDirectory(prefix="datamorph-quality-") as folder:
            return self._run(Path(folder), checks, files, report_into)

    def _run(
        self, folder: Path, checks: Sequence[Check], files: Sequence[str], report_into: str
    ) -> Sequence[Mapping[str, Any]]:
        job, answer = folder / "job.json", folder / "answer.json"
        suite = suite_of("staged", checks)
        job.write_text(json.dumps({"suite": suite, "files": list(files), "report_into": report_into}), "utf-8")
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        command = [sys.executable, "-m", WORKER, str(job), str(answer)]
        try:
            done = subprocess.run(  # noqa: S603 (our own module)
                command,
                env=environment,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=self._timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            problem = f"Great Expectations took longer than {self._timeout_s:g} s"
            raise CheckRunError(problem, fix="check fewer rows with it, or drop the check") from error
        if done.returncode or not answer.exists():
            lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
            raise CheckRunError(f"Great Expectations failed: {lines[-1][:500]}", fix="check the arguments of the check")
        found: list[Mapping[str, Any]] = json.loads(answer.read_text("utf-8"))
        failed = next((result["error"] for result in found if "error" in result), None)
        if failed is not None:
            raise CheckRunError(f"Great Expectations could not run a check: {failed}", fix="correct its arguments")
        return found
