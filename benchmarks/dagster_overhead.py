"""What Dagster adds to a pipeline, and what DataMorph's assets add to Dagster: against a plain hand-written project.

    python benchmarks/dagster_overhead.py [--pipelines 10 100] [--repeats 5] [--only runs loads served]

Prints Markdown tables for docs/benchmarks.md. The plain project computes the same table with DuckDB over the same
Parquet file in one ``@asset``: it stages, checks, verifies and publishes nothing. Where it is served, its assets do
nothing at all.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg
import duckdb
from served_dagster import datamorph_up, plain_dagster, until
from varied_pipelines import write_pipeline, write_pipelines

from datamorph import open_platform
from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.assets.project import project_definitions
from datamorph.core.spec import parse_spec
from datamorph.platform import Platform
from datamorph.platform.stages import Request, Word
from datamorph.ports import Pipeline

ROWS = 100_000
LAUNCHED = 3
PARTS = ("runs", "loads", "served")
SPEC = """\
name: totals_0
sources: {orders: raw.shop.orders}
steps: [{name: totals, aggregate: {from: orders, by: [customer_id], measures: {total: sum(amount)}}}]
target: {table: curated.shop.totals_0, key: [customer_id]}
checks: [{expect_column_values_to_be_unique: {column: customer_id}}]
"""
LOAD = """\
import sys, time
started, clock = time.process_time(), time.perf_counter
import dagster
imported = time.process_time()
from datamorph.assets.project import project_definitions
from datamorph.platform import open_platform
project_definitions(lambda: open_platform(sys.argv[2])).get_repository_def()  # a project without pipelines
ready, began = time.process_time(), clock()
project_definitions(lambda: open_platform(sys.argv[1])).get_repository_def()
print(imported - started, ready - imported, time.process_time() - ready, clock() - began)
"""
PLAIN_LOAD = """\
import sys, time
started, clock = time.process_time(), time.perf_counter
import dagster as dg
imported = time.process_time()
def make(n):
    @dg.asset(key=["curated", "shop", f"totals_{n}"], deps=[["raw", "shop", "orders"]], group_name="curated")
    def totals(): ...
    return totals
dg.Definitions(assets=[make(0)]).get_repository_def()
ready, began = time.process_time(), clock()
dg.Definitions(assets=[make(n) for n in range(int(sys.argv[1]))]).get_repository_def()
print(imported - started, ready - imported, time.process_time() - ready, clock() - began)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipelines", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="dagster-overhead-"))
    try:
        with closing(prepare(home)) as platform:
            if "runs" in options.only:
                print_runs(platform, home, options.repeats)
        if "loads" in options.only:
            print_loads(home, options.pipelines, options.repeats)
        if "served" in options.only:
            print_served(home, options.pipelines)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def prepare(home: Path) -> Platform:
    """A lake with one table of orders and one of customers."""
    lines = [
        f"{n},{n % 1000},{n % 97}.5,{('open', 'paid', 'late')[n % 3]},2024-01-{n % 28 + 1:02}" for n in range(ROWS)
    ]
    (home / "orders.csv").write_text("order_id,customer_id,amount,status,ordered_on\n" + "\n".join(lines) + "\n")
    people = [f"{n},customer {n},city {n % 7}" for n in range(1000)]
    (home / "customers.csv").write_text("customer_id,name,city\n" + "\n".join(people) + "\n")
    platform = open_platform(home)
    for name in ("orders", "customers"):
        platform.load(home / f"{name}.csv", f"raw.shop.{name}")
    return platform


def print_runs(platform: Platform, home: Path, repeats: int) -> None:
    """One table, computed in every way."""
    spec = parse_spec(SPEC)
    FolderPipelines(home / "pipelines").save(Pipeline(spec, "def transform(orders):\n    return orders\n", ""))
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


def print_loads(home: Path, counts: list[int], repeats: int) -> None:
    """The code location in a new process: CPU seconds, because other work on the machine does not change them much."""
    names = "import of Dagster", "other imports, ours", "DataMorph", "its wall time", "one broken", "hand-written"
    print(f"\n| code location, new process; CPU seconds, median | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for count in counts:
        extend(home, count)
        ours = measured(LOAD, repeats, str(home), str(home / "nothing"))
        with one_broken(home, count):
            broken = measured(LOAD, repeats, str(home), str(home / "nothing"))
        plain = measured(PLAIN_LOAD, repeats, str(count))
        cells = " | ".join(f"{found:.2f}" for found in (*ours, broken[2], plain[2]))
        print(f"| {count:,} pipelines | {cells} |", flush=True)


def extend(home: Path, count: int) -> None:
    """Write as many more pipelines as are missing, and their names for the plain project."""
    folder = home / "pipelines"
    folder.mkdir(exist_ok=True)
    saved = len(list(folder.glob("table_*")))
    write_pipelines(folder, range(saved, count))
    (home / "names.txt").write_text("\n".join(f"table_{number}" for number in range(count)))


@contextmanager
def one_broken(home: Path, count: int) -> Iterator[None]:
    """The last pipeline cannot be read."""
    file = home / "pipelines" / f"table_{count - 1}" / "spec.yaml"
    text = file.read_text()
    file.write_text(text + "steps: ]")
    try:
        yield
    finally:
        file.write_text(text)


def measured(code: str, repeats: int, *arguments: str) -> list[float]:
    """Median seconds that new processes tell: of imports, of what is done once, of the rest."""
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*(map(float, run.stdout.split()) for run in runs), strict=True)]


def print_served(home: Path, counts: list[int]) -> None:
    """A running UI: how soon a new pipeline is seen, and how many runs it gets through."""
    print("\n| served; seconds, once | DataMorph | hand-written |\n|---|---|---|")
    for count in counts:
        extend(home, count)
        rows = zip(served_ours(home, count).items(), served_plain(home, count).values(), strict=True)
        for (name, ours), plain in rows:
            print(f"| {count:,} pipelines: {name} | {ours:.1f} | {plain:.1f} |", flush=True)
    with datamorph_up(home) as served:
        (home / "inbox").mkdir(exist_ok=True)
        (home / "inbox" / "asked.txt").write_text("total amount per status, as curated.shop.asked\n")
        print(f"| prompt file until its asset is seen | {until(lambda: served.shows('curated.shop.asked')):.1f} | |")


def served_ours(home: Path, count: int) -> dict[str, float]:
    """`datamorph up`; nobody asks it for a reload."""
    with datamorph_up(home) as served:
        write_pipeline(home / "pipelines", count)
        seen = until(lambda: served.shows(f"curated.shop.table_{count}"))
        again = served.reload()
        per_minute = served.runs_per_minute(launched())
    shutil.rmtree(home / "pipelines" / f"table_{count}")
    return {
        "start until loaded": served.ready_s,
        "new pipeline until its asset is seen": seen,
        "a reload alone": again,
        "runs a minute": per_minute,
    }


def served_plain(home: Path, count: int) -> dict[str, float]:
    """`dagster dev`; it shows a new asset when somebody asks for a reload."""
    names = home / "names.txt"
    with plain_dagster(home) as served:
        before = names.read_text()
        names.write_text(f"{before}\ntable_{count}")
        seen = served.reload() + until(lambda: served.shows(f"curated.shop.table_{count}"))
        again = served.reload()
        per_minute = served.runs_per_minute(launched())
        names.write_text(before)
    return {"ready": served.ready_s, "seen": seen, "again": again, "per_minute": per_minute}


def launched() -> list[str]:
    """Tables that read raw tables only."""
    return [f"curated.shop.table_{number}" for number in range(LAUNCHED)]


if __name__ == "__main__":
    main()
