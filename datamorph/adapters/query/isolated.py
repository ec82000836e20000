"""Queries in processes of their own: whatever one does to time and memory, it does not do it to who asked."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.adapters.query.guard import check_query
from datamorph.adapters.query.worker import spill_of
from datamorph.core.catalog import TableProfile
from datamorph.core.table import TableSchema
from datamorph.errors import DataMorphError, QueryError, StorageFullError
from datamorph.ports import StagedOutput

MOST_WORKERS = 4
TURN_S = 5.0
"""Whoever waits holds a thread of the server, which has few."""
MOST_ANSWERS = 500
"""After so many a worker makes room for a fresh one."""
GRACE_S = 2.0
"""DuckDB looks at the clock between the rows that it computes; what is stuck within one is ended after that."""
SPARE_BYTES = 1_500_000_000
"""What a worker needs besides the memory that DuckDB counts."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "PYTHONPATH")
_UNITS = {"MB": 10**6, "GB": 10**9}


class IsolatedQueries:
    """QueryEngine port whose ``query`` runs in another process, which is ended when it takes too much.

    Args:
        inner: what runs there; here, it does what is not for people.
        memory_limit: see ``DuckDBQueries``; a worker dies when it needs ``SPARE_BYTES`` more.
    """

    def __init__(self, inner: DuckDBQueries, *, memory_limit: str = "2GB", temp_dir: Path | None = None) -> None:
        self._inner = inner
        self._options = json.dumps({
            "memory_limit": memory_limit, "threads": 2, "temp_dir": str(temp_dir) if temp_dir else "",
            "most_memory": _bytes(memory_limit) + SPARE_BYTES,
        })  # fmt: skip
        self._idle: list[_Worker] = []
        self._mutex, self._turns = threading.Lock(), threading.BoundedSemaphore(MOST_WORKERS)

    def query(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], most_rows: int | None = None, timeout_s: float = 60.0
    ) -> pa.Table:
        """See QueryEngine.query."""
        check_query(sql, inputs.keys())
        asked = {"sql": sql, "inputs": {name: list(files) for name, files in inputs.items()}, "most_rows": most_rows}
        if not self._turns.acquire(timeout=TURN_S):
            raise QueryError("too many queries run at once", fix="try again in a moment")
        try:
            worker = self._taken()
            try:
                found = worker.ask({**asked, "timeout_s": timeout_s}, timeout_s + GRACE_S)
            except BaseException:
                worker.end()
                raise
            self._give_back(worker)
        finally:
            self._turns.release()
        if isinstance(found, pa.Table):
            return found
        raise found

    def write(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], into: str, schema: TableSchema, timeout_s: float = 60.0
    ) -> StagedOutput:
        """See QueryEngine.write."""
        return self._inner.write(sql, inputs=inputs, into=into, schema=schema, timeout_s=timeout_s)

    def profile(self, files: Sequence[str], schema: TableSchema) -> TableProfile:
        """See QueryEngine.profile."""
        return self._inner.profile(files, schema)

    def close(self) -> None:
        """End the processes that wait for a query."""
        with self._mutex:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _taken(self) -> _Worker:
        with self._mutex:
            worker = self._idle.pop() if self._idle else None
        if worker is not None and worker.is_alive:
            return worker
        return _Worker(self._options)

    def _give_back(self, worker: _Worker) -> None:
        if worker.answered >= MOST_ANSWERS:
            worker.end()
            return
        with self._mutex:
            self._idle.append(worker)


class _Worker:
    """One process, asked one thing at a time."""

    def __init__(self, options: str) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-m", "datamorph.adapters.query.worker", options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**environment, "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
        self._spill = spill_of(json.loads(options)["temp_dir"], self._process.pid)
        self.answered = 0
        if not cast(Any, self._process.stdout).readline():
            self.end()
            raise QueryError("a process for queries could not be started", fix="free memory, then try again")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, asked: Mapping[str, Any], most_s: float) -> pa.Table | DataMorphError:
        """Its answer.

        Raises:
            QueryError: it was ended because it took too long, or ended itself because it needed too much memory.
        """
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        timer = threading.Timer(most_s, stop)
        timer.daemon = True
        timer.start()
        try:
            found = self._answer(asked)
        except (OSError, ValueError, EOFError, pa.ArrowException) as error:
            if is_late.is_set():
                problem = f"the query took longer than {most_s - GRACE_S:g} s"
                raise QueryError(problem, fix="filter or aggregate more") from error
            raise QueryError("the query needs more memory than it may use", fix="aggregate or filter more") from error
        finally:
            timer.cancel()
        self.answered += 1
        return found

    def _answer(self, asked: Mapping[str, Any]) -> pa.Table | DataMorphError:
        requests, answers = cast(Any, self._process.stdin), cast(Any, self._process.stdout)
        requests.write(json.dumps(asked).encode() + b"\n")
        requests.flush()
        line = answers.readline()
        if not line:
            raise EOFError
        told = json.loads(line)
        if told:
            kind = StorageFullError if told["kind"] == StorageFullError.__name__ else QueryError
            return kind(told["problem"], fix=told["fix"])
        with pa.ipc.open_stream(answers) as stream:
            return stream.read_all()

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()
        if self._spill is not None:
            shutil.rmtree(self._spill, ignore_errors=True)


def _bytes(text: str) -> int:
    found = re.fullmatch(r"([\d.]+)\s?(MB|GB)", text)
    if found is None:
        raise ValueError(f"{text!r} is no size")
    return int(float(found[1]) * _UNITS[found[2]])
