"""How long two states of a large table take to be compared, and how much memory that needs.

Run: ``.venv/bin/python benchmarks/diff.py --rows 10000000 --memory 1GB``
"""

from __future__ import annotations

import argparse
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from datamorph import open_platform
from datamorph.core.table import TableRef, TableSchema
from datamorph.platform.comparing import State, compare_states
from datamorph.platform.ports import Ports

REF = TableRef.parse("curated.bench.rows")
SCHEMA = TableSchema.of(id="bigint", name="string", day="date", amount="double", note="string")
ROWS = """
SELECT i AS id, 'name ' || (i % 100003) AS name, DATE '2024-01-01' + (i % 365)::INT AS day,
       (i * 7 % 1000003) / 100.0 {changed} AS amount, md5(i::VARCHAR) AS note
FROM range({first}, {last}) AS t(i)
"""

CHANGED = "+ CASE WHEN i % 1000 = 0 THEN 1 ELSE 0 END"


def write(path: Path, *, first: int, last: int, changed: str) -> State:
    """One state of the table, as one Parquet file."""
    sql = ROWS.format(first=first, last=last, changed=changed)
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return State(path.stem, SCHEMA, (str(path),), last - first)


def main() -> None:
    """Print the lines for ``docs/benchmarks.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--no-key", action="store_true")
    options = parser.parse_args()
    rows = options.rows
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        old = write(root / "old.parquet", first=0, last=rows, changed="")
        new = write(
            root / "new.parquet", first=1000, last=rows + 500, changed="+ CASE WHEN i % 1000 = 0 THEN 1 ELSE 0 END"
        )
        (root / "home" / ".datamorph").mkdir(parents=True)
        ports = Ports(open_platform(root / "home", query_memory=options.memory).settings)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        diff = compare_states(ports, REF, old, new, key=() if options.no_key else ("id",))
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(diff.told())
        how = "no key" if options.no_key else "by key"
        memory = f"peak {peak / 1024:,.0f} MB ({before / 1024:,.0f} MB before)"
        print(f"{rows:,} rows, {how}, query_memory {options.memory}: {seconds:.1f} s, {memory}")
        print(f"({platform.machine()}, Python {sys.version.split()[0]})")


if __name__ == "__main__":
    main()
