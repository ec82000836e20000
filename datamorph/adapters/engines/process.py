"""Runs the entry script in a process of its own: scrubbed environment, limits, progress through Dagster Pipes."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
from dagster_pipes import DAGSTER_PIPES_CONTEXT_ENV_VAR, DAGSTER_PIPES_MESSAGES_ENV_VAR, encode_param

from datamorph.core.table import Column, TableSchema
from datamorph.errors import EngineError, StorageFullError
from datamorph.ports import Report, StagedOutput, TransformJob

LAUNCH = Path(__file__).with_name("launch.py")
POLL_S = 0.02
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "JAVA_HOME", "SYSTEMROOT")
_FULL = ("No space left on device", "StorageFull", "os error 28", "Disk quota exceeded")


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What an engine's process may use; None is no limit of ours."""

    memory_bytes: int | None = None
    cpu_s: int | None = None


def entry_script() -> Path:
    """``run_transform.py``: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[2]
    candidates = [parent / "glue_scripts" / "run_transform.py" for parent in (package, package.parent)]
    return next((path for path in candidates if path.exists()), candidates[0])


class EngineProcess:
    """One engine process, started and waiting for nothing but its job."""

    def __init__(self, job: TransformJob, folder: Path, *, session: str, limits: ProcessLimits) -> None:
        self._job, self._folder = job, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        context, self._messages = folder / "context.json", folder / "messages.jsonl"
        context.write_text(json.dumps(_pipes_context(job)))
        self._messages.touch()
        options = {"script": str(entry_script()), "parent": os.getpid(), "session": session,
                   "memory_bytes": limits.memory_bytes, "cpu_s": limits.cpu_s}  # fmt: skip
        self._log = folder / "engine.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own script in our own interpreter)
                [sys.executable, "-I", "-B", str(LAUNCH), json.dumps(options)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
                env=_environment(folder, context, self._messages),
            )  # fmt: skip

    def wait(self, report: Report) -> StagedOutput:
        """Follow the process to its end.

        Raises:
            EngineError: it failed, was killed or ran out of time; the folder keeps its log.
            StorageFullError: no space left for the output.
        """
        started, columns = time.monotonic(), dict[str, str]()
        failure = dict[str, Any]()
        try:
            for message in self._follow(started + self._job.timeout_s):
                if message["method"] == "report_custom_message":
                    facts = dict(message["params"]["payload"])
                    columns = facts.get("columns", columns)
                    report(facts.pop("what"), facts)
                elif message["method"] == "closed" and message["params"]:
                    failure = message["params"].get("exception") or {}
        finally:
            self.stop()
        if self._process.returncode != 0 or failure:
            raise self._error(failure)
        output = _staged(self._job, columns, time.monotonic() - started)
        shutil.rmtree(self._folder, ignore_errors=True)
        return output

    def stop(self) -> None:
        """Kill the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def _follow(self, deadline: float) -> Iterator[dict[str, Any]]:
        with self._messages.open() as lines:
            while True:
                has_ended = self._process.poll() is not None
                for line in lines:
                    yield json.loads(line)
                if has_ended:
                    return
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"the transform ran longer than {self._job.timeout_s:.0f} s and was stopped",
                        fix="raise DATAMORPH_ENGINE_TIMEOUT_S, or filter earlier",
                    )
                time.sleep(POLL_S)

    def _error(self, failure: dict[str, Any]) -> EngineError | StorageFullError:
        log = self._log.read_text(errors="replace")[-4000:]
        message = str(failure.get("message") or "").strip() or (log.strip().splitlines() or ["no message"])[-1]
        if any(sign in message or sign in log for sign in _FULL):
            return StorageFullError(f"no space left for {self._job.into}", fix="free disk space and run again")
        code = self._process.returncode
        if code < 0 and not failure:
            message = f"the engine was killed by signal {-code} (out of memory, or by hand)"
        return EngineError(f"the transform failed: {_first_lines(message)}", fix=f"see {self._folder}")


def _pipes_context(job: TransformJob) -> dict[str, Any]:
    extra = {
        "code": job.code,
        "inputs": {name: list(table.files) for name, table in job.inputs.items()},
        "into": job.into,
        "columns": {column.name: column.type for column in job.columns},
    }
    empty = dict.fromkeys(("asset_keys", "code_version_by_asset_key", "provenance_by_asset_key", "partition_key",
                           "partition_key_range", "partition_time_window", "job_name"))  # fmt: skip
    return {**empty, "run_id": job.run_id, "retry_number": 0, "extras": {"job": extra}}


def _environment(folder: Path, context: Path, messages: Path) -> dict[str, str]:
    """Nothing of the caller's environment but where programs and locales are: no key reaches the engine."""
    import pyspark  # noqa: PLC0415 (only its location is needed, and only here)

    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TZ": "UTC",
        "RUST_LOG": "error",
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        DAGSTER_PIPES_CONTEXT_ENV_VAR: encode_param({"path": str(context)}),
        DAGSTER_PIPES_MESSAGES_ENV_VAR: encode_param({"path": str(messages)}),
    }


def _staged(job: TransformJob, columns: dict[str, str], seconds: float) -> StagedOutput:
    files = sorted(path for path in Path(job.into).rglob("*.parquet") if path.is_file())
    rows = sum(cast(int, pq.read_metadata(path).num_rows) for path in files)
    return StagedOutput(
        prefix=job.into,
        files=tuple(map(str, files)),
        schema=TableSchema(tuple(Column(name, type_) for name, type_ in columns.items())),
        rows=rows,
        bytes=sum(path.stat().st_size for path in files),
        seconds=seconds,
    )


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:3])[:600]
