"""The 22 queries of TPC-H as specs on every engine: Sail, classic Spark (left out without Java) and DuckDB.

    .venv/bin/python benchmarks/engines.py [--scale 1] [--engines duckdb,sail,jvm]

Each engine runs in one process: all compiled specs once (cold: the whole process, from its start), then all once more
(warm). Every query writes its rows as Parquet, and its answer is compared with that of the standard's own SQL.
Memory is the largest sum of resident memory over the process and all that it started (Linux). Ratios within one run
of this program can be compared, seconds of different machines cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("steps", "tpch")]

from engine_batch import CaseOutcome, run_batch  # noqa: E402 (the tests' own harness)
from tpch_tables import QUERIES, checked_queries, make_tables, pin_sources, reference_rows  # noqa: E402

from datamorph.adapters.engines import open_engine  # noqa: E402
from datamorph.adapters.engines.java import find_java  # noqa: E402
from datamorph.adapters.query.duckdb import DuckDBQueries  # noqa: E402
from datamorph.core.plan import PinnedTable  # noqa: E402
from datamorph.core.sql import compile_sql  # noqa: E402
from datamorph.core.typecheck import CheckedSpec  # noqa: E402
from datamorph.errors import SettingsError  # noqa: E402
from datamorph.platform.verification import compare_rows  # noqa: E402

NAMES = {"duckdb": "DuckDB", "sail": "Sail", "jvm": "classic Spark"}
SAMPLE_S = 0.2
DUCKDB = """\
import duckdb, json, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
job = json.loads((folder / "duckdb.json").read_text())
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
for name, file in job["views"].items():
    connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{file}')")
seconds = {}
for name, sql in job["queries"].items():
    started = time.perf_counter()
    connection.execute(f"COPY ({sql}) TO '{folder / name}.parquet' (FORMAT parquet)")
    seconds[name] = time.perf_counter() - started
(folder / "seconds.json").write_text(json.dumps(seconds))
"""


@dataclass(frozen=True)
class Measured:
    """One engine: seconds of each query, of the process until all had run once, and its most memory."""

    cold: dict[str, float]
    warm: dict[str, float]
    process_s: float
    memory_bytes: int
    right: int


def main() -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--engines", default=",".join(NAMES))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tables = Path(name) / "tables"
        make_tables(tables, scale=arguments.scale)
        chosen = [engine for engine in arguments.engines.split(",") if engine != "jvm" or _has_java()]
        measured = {engine: _measure(engine, tables, Path(name) / engine) for engine in chosen}
    _print(measured, arguments.scale)


def _has_java() -> bool:
    try:
        return bool(find_java())
    except SettingsError:
        return False


def _measure(engine: str, tables: Path, folder: Path) -> Measured:
    checked = checked_queries(tables)
    twice = {f"{query}_{run}": checked[query] for run in ("cold", "warm") for query in QUERIES}
    pinned = pin_sources(tables, checked)
    started = time.perf_counter()
    with Memory() as memory:
        outcomes = (_run_duckdb if engine == "duckdb" else _run_engine(engine))(twice, pinned, folder)
    whole = time.perf_counter() - started
    seconds = {name: outcome.seconds for name, outcome in outcomes.items()}
    warm = {query: seconds[f"{query}_warm"] for query in QUERIES}
    return Measured(
        cold={query: seconds[f"{query}_cold"] for query in QUERIES},
        warm=warm,
        process_s=whole - sum(warm.values()),
        memory_bytes=memory.most,
        right=sum(_is_right(query, outcomes[f"{query}_warm"], tables, engine) for query in QUERIES),
    )


def _run_engine(name: str):
    return lambda cases, pinned, folder: run_batch(open_engine(name, folder / "jobs"), cases, pinned, folder)


def _run_duckdb(
    cases: Mapping[str, CheckedSpec], pinned: Mapping[str, PinnedTable], folder: Path
) -> dict[str, CaseOutcome]:
    folder.mkdir()
    views = {name: table.files[0] for name, table in pinned.items()}
    queries = {name: compile_sql(checked) for name, checked in cases.items()}
    (folder / "duckdb.json").write_text(json.dumps({"views": views, "queries": queries}))
    subprocess.run([sys.executable, "-c", DUCKDB, folder], check=True)
    seconds = json.loads((folder / "seconds.json").read_text())
    return {name: CaseOutcome(files=(f"{folder / name}.parquet",), seconds=seconds[name]) for name in cases}


def _is_right(query: str, outcome: CaseOutcome, tables: Path, engine: str) -> bool:
    if outcome.error:
        print(f"{NAMES[engine]} failed at {query}: {outcome.error}", file=sys.stderr)
        return False
    rows = DuckDBQueries().query("select * from staged", inputs={"staged": outcome.files})
    verdict = compare_rows(rows, reference_rows(query, tables), engine=engine)
    if not verdict.passed:
        print(f"{NAMES[engine]} differs at {query}: {verdict.observed} {verdict.failing}", file=sys.stderr)
    return verdict.passed


class Memory:
    """Watches the resident memory of everything that this process started."""

    def __init__(self) -> None:
        self.most = 0
        self._end = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        """Begin to watch."""
        self._watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop watching."""
        self._end.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._end.wait(SAMPLE_S):
            self.most = max(self.most, _resident_bytes(os.getpid()))


def _resident_bytes(ancestor: int) -> int:
    """Of all its descendants, itself left out; 0 where there is no /proc."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        resident[int(folder.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return sum(size for process, size in resident.items() if _descends(process, ancestor, parents))


def _descends(process: int, ancestor: int, parents: Mapping[int, int]) -> bool:
    while process := parents.get(process, 0):
        if process == ancestor:
            return True
    return False


def _print(measured: dict[str, Measured], scale: float) -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    base = measured.get("sail") or next(iter(measured.values()))
    print(f"TPC-H, scale {scale:g}, 22 specs; {machine}, {time.strftime('%Y-%m-%d')}\n")
    print("| | cold process s | to Sail | warm s | to Sail | memory MB | to Sail | right answers |")
    print("|---|---|---|---|---|---|---|---|")
    for engine, found in measured.items():
        warm, base_warm = sum(found.warm.values()), sum(base.warm.values())
        print(
            f"| {NAMES[engine]} | {found.process_s:.1f} | {found.process_s / base.process_s:.2f} | {warm:.1f} "
            f"| {warm / base_warm:.2f} | {found.memory_bytes / 1e6:,.0f} "
            f"| {found.memory_bytes / max(1, base.memory_bytes):.2f} | {found.right} of {len(QUERIES)} |"
        )
    print("\nSeconds of each query, cold / warm:\n")
    print("| query | " + " | ".join(NAMES[engine] for engine in measured) + " |\n|---|" + "---|" * len(measured))
    for query in QUERIES:
        cells = [f"{found.cold[query]:.2f} / {found.warm[query]:.2f}" for found in measured.values()]
        print(f"| {query} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
