"""Runs the entry script in a process of its own: scrubbed environment, limits, progress through Dagster Pipes."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from dagster_pipes import DAGSTER_PIPES_CONTEXT_ENV_VAR, DAGSTER_PIPES_MESSAGES_ENV_VAR, encode_param

from datamorph.adapters.engines.forkserver import environment, start_forked
from datamorph.core.table import Column, TableSchema
from datamorph.errors import EngineError, StorageFullError
from datamorph.ports import Report, StagedOutput, TransformJob

POLL_S = 0.01
LAST_WORDS_S = 5.0
KEPT_S = 7 * 86_400
"""Folders of failed jobs are kept that long."""
_PIPES_FIELDS = (
    "asset_keys",
    "code_version_by_asset_key",
    "provenance_by_asset_key",
    "partition_key",
    "partition_key_range",
    "partition_time_window",
    "job_name",
)
"""Fields that Dagster Pipes expects in a context; a transform uses none of them."""
_FULL = ("No space left on device", "StorageFull", "os error 28", "Disk quota exceeded")
_NO_MEMORY = "java.lang.OutOfMemoryError"


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What an engine's process may use; None is no limit of ours."""

    memory_bytes: int | None = None
    cpu_s: int | None = None


@dataclass(frozen=True, slots=True)
class ProcessSetup:
    """What one engine needs besides what every engine's process gets.

    Attributes:
        files: file name to text, written to the process's folder before it starts.
        environment: variables that are added to its own few.
    """

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def entry_script() -> Path:
    """``run_transform.py``: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[2]
    candidates = [parent / "glue_scripts" / "run_transform.py" for parent in (package, package.parent)]
    return next((path for path in candidates if path.exists()), candidates[0])


class EngineProcess:
    """One engine process for one job. It starts at once and waits for the job, so that start-up can overlap.

    It leads a process group; whatever it starts (a JVM, workers) ends with it.
    """

    def __init__(
        self, jobs: Path, *, session: str, limits: ProcessLimits, setup: Callable[[Path], ProcessSetup] | None = None
    ) -> None:
        """Start the process in a new folder under ``jobs``."""
        _sweep(jobs)
        self._folder = folder = jobs / uuid4().hex[:12]
        folder.mkdir(parents=True)
        self._context, self._messages, self._log = (
            folder / name for name in ("context.json", "messages.jsonl", "engine.log")
        )
        self._messages.touch()
        extra = setup(folder) if setup else ProcessSetup()
        for name, text in extra.files.items():
            (folder / name).write_text(text)
        self._process = start_forked(
            session,
            folder,
            self._log,
            {**_environment(folder, self._context, self._messages), **extra.environment},
            script=str(entry_script()),
            context=str(self._context),
            memory_bytes=limits.memory_bytes,
            cpu_s=limits.cpu_s,
        )

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """Give it the job and follow it to its end.

        Raises:
            EngineError: it failed, was killed or ran out of time; the folder keeps its log.
            StorageFullError: no space left for the output.
        """
        started, columns, failure = time.monotonic(), dict[str, str](), dict[str, Any]()
        is_done = False
        try:
            self._send(job)
            for message in self._follow(started + job.timeout_s, job.timeout_s):
                if message["method"] == "report_custom_message":
                    facts: dict[str, Any] = dict(message["params"]["payload"])
                    columns = facts.get("columns", columns)
                    report(facts.pop("what"), facts)
                elif message["method"] == "closed":
                    parameters: dict[str, Any] = message["params"] or {}
                    failure.update(parameters.get("exception") or {})
                    is_done = not failure
                    break
            if failure:
                self._finish()
        finally:
            self._kill()
        if not is_done:
            raise self._error(job, failure)
        output = staged_output(job, columns, time.monotonic() - started)
        shutil.rmtree(self._folder, ignore_errors=True)
        return output

    def stop(self) -> None:
        """End a process that got no job."""
        self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _finish(self) -> None:
        """Let a failed process write its traceback to the log."""
        self._process.wait(LAST_WORDS_S)

    def _kill(self) -> None:
        """End the process with all that it started."""
        self._process.kill(LAST_WORDS_S)

    def _send(self, job: TransformJob) -> None:
        part = self._context.with_suffix(".part")
        part.write_text(
            json.dumps(pipes_context(job, {name: list(table.files) for name, table in job.inputs.items()}, job.into))
        )
        part.rename(self._context)

    def _follow(self, deadline: float, timeout_s: float) -> Iterator[dict[str, Any]]:
        with self._messages.open() as messages:
            buffered = ""
            while True:
                has_ended = self._process.poll() is not None
                *lines, buffered = (buffered + messages.read()).split("\n")
                yield from map(json.loads, lines)
                if has_ended:
                    return
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"the transform ran longer than {timeout_s:.0f} s and was stopped",
                        fix="raise DATAMORPH_ENGINE_TIMEOUT_S, or filter earlier",
                    )
                time.sleep(POLL_S)

    def _error(self, job: TransformJob, failure: Mapping[str, Any]) -> EngineError | StorageFullError:
        log = self._log.read_text(errors="replace")[-4000:]
        message = str(failure.get("message") or "").strip() or (log.strip().splitlines() or ["no message"])[-1]
        if any(sign in message or sign in log for sign in _FULL):
            return StorageFullError(f"no space left for {job.into}", fix="free disk space and run again")
        if _NO_MEMORY in log:
            return EngineError(
                "the engine ran out of memory", fix="raise DATAMORPH_ENGINE_MEMORY_GB, or filter earlier"
            )
        code = self._process.poll() or 0
        if code < 0 and not failure:
            message = f"the engine was killed by signal {-code} (out of memory, or by hand)"
        return EngineError(f"the transform failed: {first_lines(message)}", fix=f"see {self._log}")


def pipes_context(job: TransformJob, inputs: Mapping[str, list[str]], into: str) -> dict[str, Any]:
    """What the entry script reads, as Dagster Pipes gives it.

    Args:
        inputs: frame name to files, where the engine finds them.
        into: where it writes.
    """
    extra = {
        "code": job.code,
        "inputs": dict(inputs),
        "into": into,
        "columns": {column.name: column.type for column in job.columns},
    }
    empty: dict[str, Any] = dict.fromkeys(_PIPES_FIELDS)
    return {**empty, "run_id": job.run_id, "retry_number": 0, "extras": {"job": extra}}


def _environment(folder: Path, context: Path, messages: Path) -> dict[str, str]:
    """What any process of an engine has, and where this one works and reports."""
    return {
        **environment(),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        DAGSTER_PIPES_CONTEXT_ENV_VAR: encode_param({"path": str(context)}),
        DAGSTER_PIPES_MESSAGES_ENV_VAR: encode_param({"path": str(messages)}),
    }


def staged_output(job: TransformJob, columns: Mapping[str, str], seconds: float) -> StagedOutput:
    """What lies in the job's folder."""
    # Loaded after the engine has started, as it takes longer than all the rest of this module.
    import pyarrow.parquet as pq  # noqa: PLC0415 # pyright: ignore

    files = sorted(path for path in Path(job.into).rglob("*.parquet") if path.is_file())
    planned = {column.name: column.type for column in job.columns}
    return StagedOutput(
        prefix=job.into,
        files=tuple(map(str, files)),
        schema=TableSchema(
            tuple(Column(name, _spelled(type_, planned.get(name, ""))) for name, type_ in columns.items())
        ),
        rows=sum(pq.ParquetFile(path).metadata.num_rows for path in files),  # pyright: ignore
        bytes=sum(path.stat().st_size for path in files),
        seconds=seconds,
    )


def _spelled(type_: str, planned: str) -> str:
    """Spark names fields of structs without back-ticks, whatever is in the names."""
    return planned if planned.replace("`", "") == type_ else type_


def first_lines(text: str) -> str:
    """The start of a message, as one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:3])[:600]


def _sweep(jobs: Path) -> None:
    """Remove what jobs left behind long ago."""
    oldest = time.time() - KEPT_S
    for folder in jobs.iterdir() if jobs.is_dir() else ():
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
