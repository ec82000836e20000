"""Plan every case of an ETL suite, run the specs in DuckDB and score the results.

    python benchmarks/planner_dev.py SUITE [--scorer PATH] [--results DIR] [--part open|closed|all] [--only d01,d02]

The closed part is a third of the cases, chosen by a hash of their ids: tune on the open one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import yaml

from datamorph.core.catalog import SKETCH_SIZE, VALUES_KEPT, Catalog, CatalogTable, ColumnProfile, TableProfile
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.planning.offline import OfflinePlanner

TYPES = {"VARCHAR": "string", "INTEGER": "int", "TIMESTAMP": "timestamp_ntz", "TIMESTAMP WITH TIME ZONE": "timestamp"}
READERS = {".csv": "read_csv('{}', header=true)", ".parquet": "read_parquet('{}')", ".jsonl": "read_json('{}')"}


def is_closed(case_id: str) -> bool:
    """True for a fixed third of all ids."""
    return int(hashlib.sha256(case_id.encode()).hexdigest(), 16) % 3 == 0


def spark_type(duck: str) -> str:
    """Spark's name of a DuckDB type."""
    if duck.endswith("[]"):
        return f"array<{spark_type(duck[:-2])}>"
    if duck.startswith("STRUCT"):
        return "struct<>"
    return TYPES.get(duck, duck.lower().replace(" ", ""))


def profile_column(con: duckdb.DuckDBPyConnection, view: str, name: str, *, nested: bool) -> ColumnProfile:
    """Statistics of one column, as the lake would keep them."""
    column = '"' + name.replace('"', '""') + '"'
    nulls, distinct = con.sql(f"select count(*) - count({column}), count(distinct {column}) from {view}").fetchone()
    if nested:
        return ColumnProfile(nulls=nulls, distinct=distinct)
    values: tuple[Any, ...] = ()
    if distinct <= VALUES_KEPT:
        rows = con.sql(f"select distinct {column} from {view} where {column} is not null order by 1").fetchall()
        values = tuple(v if isinstance(v, str | int | float | bool) else str(v) for (v,) in rows)
    texts = con.sql(f"select distinct cast({column} as varchar) from {view} where {column} is not null").fetchall()
    hashes = sorted(int.from_bytes(hashlib.blake2b(t.encode(), digest_size=8).digest()) for (t,) in texts)
    return ColumnProfile(nulls=nulls, distinct=distinct, values=values, sketch=tuple(hashes[:SKETCH_SIZE]))


def load(suite_dir: Path, suite: dict[str, Any]) -> tuple[duckdb.DuckDBPyConnection, Catalog]:
    """The suite's tables as views and as a catalog."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    tables: list[CatalogTable] = []
    for source in suite["sources"]:
        ref = TableRef.parse(source["table"])
        path = suite_dir / source["file"]
        view = f'{ref.domain}."{ref.name}"'
        con.execute(f"create schema if not exists {ref.domain}")
        con.execute(f"create view {view} as from {READERS[path.suffix].format(path)}")
        described = con.sql(f"describe {view}").fetchall()
        schema = TableSchema(tuple(Column(row[0], spark_type(row[1])) for row in described))
        rows = con.sql(f"select count(*) from {view}").fetchone()[0]
        columns = {c.name: profile_column(con, view, c.name, nested="<" in c.type) for c in schema}
        tables.append(CatalogTable(ref, schema, 1, source.get("description", ""), TableProfile(rows, columns)))
    return con, Catalog(tuple(sorted(tables, key=lambda t: t.ref)))


def run_case(con: duckdb.DuckDBPyConnection, outcome: Proposal, catalog: Catalog, out: Path, case_id: str) -> None:
    """Write the table that a proposal yields."""
    spec = outcome.spec
    checked = require_checked(spec, {t.ref: t.schema for t in catalog.tables})
    for name, ref in spec.sources.items():
        con.execute(f'create or replace temp view "{name}" as from {ref.domain}."{ref.name}"')
    con.sql(compile_sql(checked)).write_parquet(str(out / f"{case_id}.parquet"))
    meta: dict[str, Any] = {"schedule": spec.schedule.cron} if spec.schedule else {}
    for read in spec.incremental.values():
        meta["incremental"] = {"key": list(spec.target.key), "cursor": read.by}
    (out / f"{case_id}.meta.json").write_text(json.dumps(meta))


def describe(outcome: Proposal | Questions | Refusal) -> str:
    """The outcome on a few lines, for people who debug."""
    if isinstance(outcome, Proposal):
        steps = [
            f"    {s.name}: {s.step.kind} {s.step.model_dump(by_alias=True, exclude_defaults=True)}"
            for s in outcome.spec.steps
        ]
        notes = [f"    # {a}" for a in outcome.understanding.assumptions]
        return "\n".join(["  PLAN " + str(dict((k, str(v)) for k, v in outcome.spec.sources.items())), *steps, *notes])
    if isinstance(outcome, Questions):
        return "  ASK " + " | ".join(f"{q.id}: {q.text} {[c.label for c in q.choices]}" for q in outcome.questions)
    return f"  REFUSE {outcome.reason}: {outcome.message} ({outcome.hint})"


def plan_suite(suite_dir: Path, out: Path, *, part: str, only: set[str], verbose: bool) -> dict[str, Any]:
    """Plan and run the chosen cases; returns the suite with only those cases."""
    suite = yaml.safe_load((suite_dir / "suite.yaml").read_text(encoding="utf-8"))
    con, catalog = load(suite_dir, suite)
    wanted = {"open": lambda i: not is_closed(i), "closed": is_closed, "all": lambda i: True}[part]
    suite["cases"] = [c for c in suite["cases"] if (c["id"] in only if only else wanted(c["id"]))]
    planner, seconds = OfflinePlanner(), []
    for case in suite["cases"]:
        scope = catalog.within(case["domains"])
        started = time.perf_counter()
        outcome = planner.plan(case["prompt"], scope)
        seconds.append(time.perf_counter() - started)
        if verbose:
            print(f"{case['id']} [{case['expect']}] {case['prompt']}\n{describe(outcome)}")
        if isinstance(outcome, Proposal):
            try:
                run_case(con, outcome, scope, out, case["id"])
            except duckdb.Error as error:
                print(f"{case['id']}: {error}")
        else:
            kind = "ask" if isinstance(outcome, Questions) else "refuse"
            (out / f"{case['id']}.{kind}.json").write_text(json.dumps({"text": describe(outcome)}))
    print(f"plan: median {statistics.median(seconds) * 1000:.1f} ms, slowest {max(seconds) * 1000:.1f} ms")
    return suite


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--scorer", type=Path, help="score_etl.py; by default beside the suite's folder")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--part", choices=("open", "closed", "all"), default="open")
    parser.add_argument("--only", type=lambda text: set(text.split(",")), default=set())
    parser.add_argument("--verbose", "-v", action="store_true")
    args = parser.parse_args()
    scorer = args.scorer or args.suite.resolve().parent / "score_etl.py"
    with tempfile.TemporaryDirectory() as scratch:
        out = args.results or Path(scratch) / "results"
        out.mkdir(parents=True, exist_ok=True)
        for old in (*out.glob("*.parquet"), *out.glob("*.json")):
            old.unlink()
        suite = plan_suite(args.suite, out, part=args.part, only=args.only, verbose=args.verbose)
        part = Path(scratch) / "suite"
        part.mkdir()
        (part / "suite.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
        for name in ("data", "gold"):
            (part / name).symlink_to((args.suite / name).resolve())
        sys.stdout.flush()
        subprocess.run([sys.executable, str(scorer), str(part), str(out)], check=False)


if __name__ == "__main__":
    main()
