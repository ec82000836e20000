"""A process that answers queries for another one, within limits of its own; see ``isolated``.

It reads requests as lines of JSON, and writes for each a line of JSON and, where that says so, rows as an Arrow stream.
"""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.errors import DataMorphError, QueryError

MOST_BYTES = 256_000_000
"""A result is held whole by whoever asked for it."""


def serve(options: dict[str, Any], requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    resource.setrlimit(resource.RLIMIT_DATA, (options["most_memory"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    temp_dir = spill_of(options["temp_dir"], os.getpid())
    threading.Thread(target=_die_with, args=(os.getppid(), temp_dir), daemon=True).start()
    queries = DuckDBQueries(memory_limit=options["memory_limit"], threads=options["threads"], temp_dir=temp_dir)
    _send(answers, {})
    for line in requests:
        found = _answered(queries, json.loads(line))
        if isinstance(found, DataMorphError):
            _send(answers, {"kind": type(found).__name__, "problem": found.problem, "fix": found.fix})
            continue
        _send(answers, {})
        with pa.ipc.new_stream(answers, found.schema) as stream:
            stream.write_table(found)
        answers.flush()


def spill_of(temp_dir: str, process: int) -> Path | None:
    """Where a worker spills: DuckDB's files have the same names in every process."""
    return Path(temp_dir) / f"queries-{process}" if temp_dir else None


def _send(answers: BinaryIO, told: dict[str, str]) -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()


def _answered(queries: DuckDBQueries, asked: dict[str, Any]) -> pa.Table | DataMorphError:
    try:
        found = queries.query(**asked)
    except DataMorphError as error:
        return error
    except MemoryError:
        return QueryError("the query needs more memory than it may use", fix="aggregate or filter more")
    if found.nbytes > MOST_BYTES:
        size = f"{found.nbytes / 1e6:,.0f} MB"
        return QueryError(f"the result has {size}", fix=f"ask for less than {MOST_BYTES / 1e6:,.0f} MB, or aggregate")
    return found


def _die_with(parent: int, spill: Path | None) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    if spill is not None:
        shutil.rmtree(spill, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Answer on what standard output was; whatever else writes there is not heard."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(json.loads(sys.argv[1]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
