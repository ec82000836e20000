"""What Dagster adds to a pipeline, and what DataMorph's assets add to Dagster: against a plain hand-written project.

    python benchmarks/dagster_overhead.py [--pipelines 10 100] [--repeats 5]

Prints Markdown tables for docs/benchmarks.md. The plain project computes the same table with DuckDB over the same
Parquet file in one ``@asset``: it stages, checks, verifies and publishes nothing.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import dagster as dg
import duckdb

from datamorph import open_platform
from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.assets.project import project_definitions
from datamorph.core.spec import parse_spec
from datamorph.platform import Platform
from datamorph.platform.stages import Request, Word
from datamorph.ports import Pipeline

ROWS = 100_000
SPEC = """\
name: totals_{n}
sources: {{orders: raw.shop.orders}}
steps: [{{name: totals, aggregate: {{from: orders, by: [customer_id], measures: {{total: sum(amount)}}}}}}]
target: {{table: curated.shop.totals_{n}, key: [customer_id]}}
checks: [{{expect_column_values_to_be_unique: {{column: customer_id}}}}]
"""
LOAD = """\
import sys, time
started = time.perf_counter()
import dagster
imported = time.perf_counter()
from datamorph.assets.project import project_definitions
from datamorph.platform import open_platform
project_definitions(lambda: open_platform(sys.argv[1])).get_repository_def()
print(imported - started, time.perf_counter() - imported)
"""
PLAIN_LOAD = """\
import sys, time
started = time.perf_counter()
import dagster as dg
imported = time.perf_counter()
def make(n):
    @dg.asset(key=["curated", "shop", f"totals_{n}"], deps=[["raw", "shop", "orders"]], group_name="curated")
    def totals(): ...
    return totals
dg.Definitions(assets=[make(n) for n in range(int(sys.argv[1]))]).get_repository_def()
print(imported - started, time.perf_counter() - imported)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipelines", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="dagster-overhead-"))
    try:
        with closing(prepare(home)) as platform:
            print_runs(platform, home, options.repeats)
            print_loads(platform, home, options.pipelines)
    finally:
        shutil.rmtree(home)


def prepare(home: Path) -> Platform:
    """A lake with one table of orders."""
    lines = [f"{n},{n % 1000},{n % 97}.5" for n in range(ROWS)]
    (home / "orders.csv").write_text("order_id,customer_id,amount\n" + "\n".join(lines) + "\n")
    platform = open_platform(home)
    platform.load(home / "orders.csv", "raw.shop.orders")
    save(platform, home, 0)
    return platform


def save(platform: Platform, home: Path, number: int) -> None:
    """One more pipeline."""
    spec = parse_spec(SPEC.format(n=number))
    FolderPipelines(home / "pipelines").save(Pipeline(spec, "def transform(orders):\n    return orders\n", ""))


def print_runs(platform: Platform, home: Path, repeats: int) -> None:
    """One table, computed in every way."""
    spec = platform.pipeline("totals_0").spec
    key = dg.AssetKey(["curated", "shop", "totals_0"])
    definitions = project_definitions(lambda: platform)
    with dg.DagsterInstance.ephemeral() as instance:
        asset_job, prompt_job = definitions.resolve_implicit_global_asset_job_def(), "prompt_pipeline"
        job = definitions.resolve_job_def(prompt_job)
        asked = {"prompt": "total amount per customer_id", "target": "curated.shop.asked", "force": True}
        plain = plain_asset(home)
        ways: dict[str, Callable[[], object]] = {
            "hand-written asset, DuckDB, nothing checked": lambda: dg.materialize([plain], instance=instance),
            "the platform alone": lambda: platform.run(platform.plan_spec(spec), force=True),
            "DataMorph's asset": lambda: asset_job.execute_in_process(asset_selection=[key], instance=instance),
            "prompt, in Python": lambda: prompted(platform),
            "prompt, as the job of nine ops": lambda: job.execute_in_process(run_config=asked, instance=instance),
        }
        print("| one table, 100,000 rows in, 1,000 out; seconds, median | |\n|---|---|")
        for name, way in ways.items():
            print(f"| {name} | {median(way, repeats):.2f} |", flush=True)


def prompted(platform: Platform) -> None:
    """All stages of a prompt, in this process."""
    work = platform.stages.begin(Request("count orders per customer_id"))
    platform.stages.go(work, word=Word(force=True))


def plain_asset(home: Path) -> dg.AssetsDefinition:
    """The same table by hand."""
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{home}/orders.csv')) TO '{home}/orders.parquet' (FORMAT parquet)")

    @dg.asset(name="plain_totals")
    def plain() -> None:
        query = f"SELECT customer_id, sum(amount) AS total FROM '{home}/orders.parquet' GROUP BY ALL"
        duckdb.sql(f"COPY ({query}) TO '{home}/totals.parquet' (FORMAT parquet)")

    return plain


def median(way: Callable[[], object], repeats: int) -> float:
    """Median seconds, after one run that does not count."""
    way()
    return statistics.median(seconds(way) for _ in range(repeats))


def seconds(way: Callable[[], object]) -> float:
    """How long it takes once."""
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def print_loads(platform: Platform, home: Path, counts: list[int]) -> None:
    """The code location in a new process."""
    print("\n| code location, new process; seconds | import of Dagster | DataMorph | hand-written |\n|---|---|---|---|")
    saved = 1
    for count in counts:
        for number in range(saved, count):
            save(platform, home, number)
        saved = max(saved, count)
        imported, ours = measured(LOAD, str(home))
        _, plain = measured(PLAIN_LOAD, str(count))
        print(f"| {count:,} pipelines | {imported:.2f} | {ours:.2f} | {plain:.2f} |", flush=True)


def measured(code: str, argument: str) -> tuple[float, float]:
    """Seconds that a process tells: of imports, and of the rest."""
    command = [sys.executable, "-W", "ignore", "-c", code, argument]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported, rest = done.stdout.split()
    return float(imported), float(rest)


if __name__ == "__main__":
    main()
