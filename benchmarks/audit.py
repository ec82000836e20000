"""Ten checks over ten million rows: one scan, against the same aggregates by hand and Great Expectations.

    .venv/bin/python benchmarks/audit.py [--rows 10000000] [--library-rows 10000000] [--spark-rows 1000000] [--runs 3]

Every measurement is a process of its own over the same Parquet file: (a) DataMorph's audit, from the checks to their
verdicts, (b) a SELECT that a person would write for DuckDB with the same aggregates, (c) Great Expectations on pandas
(its rows are fewer where its memory would be above 8 GB), (d) the same on classic Spark, which needs Java. Both are
left out without the package, or with no rows. Seconds are those of the work after the imports and the
start of the JVM; memory is the peak of the whole process, with its JVM. All verdicts are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

CHECKS: list[tuple[str, dict[str, Any]]] = [
    ("table_row_count_to_be_between", {"min_value": 1}),
    ("column_values_to_not_be_null", {"column": "order_id"}),
    ("column_values_to_be_unique", {"column": "order_id"}),
    ("column_values_to_not_be_null", {"column": "customer_id", "mostly": 0.95}),
    ("column_values_to_be_between", {"column": "amount", "min_value": 0, "max_value": 10_000}),
    ("column_mean_to_be_between", {"column": "amount", "min_value": 10, "max_value": 5_000}),
    ("column_values_to_be_in_set", {"column": "status", "value_set": ["open", "paid", "sent", "back"]}),
    ("column_values_to_match_regex", {"column": "email", "regex": "^[a-z0-9]+@[a-z]+[.]org$"}),
    ("column_value_lengths_to_be_between", {"column": "email", "min_value": 5, "max_value": 40}),
    ("column_pair_values_a_to_be_greater_than_b", {"column_A": "gross", "column_B": "net", "or_equal": True}),
]
OURS = "DataMorph: one SELECT"
BY_HAND = """
SELECT count(*), count(order_id), count(DISTINCT order_id), count(customer_id),
  count(*) FILTER (WHERE amount < 0 OR amount > 10000), count(amount), avg(amount),
  count(*) FILTER (WHERE status NOT IN ('open', 'paid', 'sent', 'back')), count(status),
  count(*) FILTER (WHERE NOT regexp_matches(email, '^[a-z0-9]+@[a-z]+[.]org$')), count(email),
  count(*) FILTER (WHERE length(email) < 5 OR length(email) > 40),
  count(*) FILTER (WHERE (gross IS NOT NULL OR net IS NOT NULL) AND (gross >= net) IS NOT TRUE)
FROM read_parquet(?)
"""


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--library-rows", type=int, default=10_000_000)
    parser.add_argument("--spark-rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", choices=sorted(WORK), help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        _work(options.work, options.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = _write(Path(folder) / "rows.parquet", options.rows)
        turns = [(_measure("audit", whole), _measure("by_hand", whole)) for _ in range(options.runs)]
        ours, theirs = zip(*turns, strict=True)
        found = {OURS: _middle(ours), "the same aggregates by hand, DuckDB": _middle(theirs)}
        others = [("pandas", "library", options.library_rows), ("Spark", "library_on_spark", options.spark_rows)]
        for name, work, rows in others if find_spec("great_expectations") else []:
            if rows:
                file = whole if rows == options.rows else _write(Path(folder) / f"{work}.parquet", rows)
                found[f"Great Expectations, {name}"] = _measure(work, file)
    _print(found)


def _write(file: Path, rows: int) -> Path:
    """Orders with every kind of column, half a percent of missing customers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(1)
    size = 500_000
    with pq.ParquetWriter(file, _schema()) as writer:
        for start in range(0, rows, size):
            count = min(size, rows - start)
            net = random.integers(0, 800_000, count) / 100
            customers = pa.array(random.integers(0, 200_000, count), mask=random.random(count) < 0.005)
            names = [f"u{number}@mail.org" for number in random.integers(0, 10**6, count)]
            statuses = np.array(["open", "paid", "sent", "back"])[random.integers(0, 4, count)]
            columns = [np.arange(start, start + count), customers, net * 1.2, pa.array(statuses), pa.array(names),
                       net * 1.2, net]  # fmt: skip
            writer.write_table(pa.table([pa.array(column) for column in columns], schema=_schema()))
    return file


def _schema() -> Any:
    import pyarrow as pa

    return pa.schema([
        ("order_id", pa.int64()), ("customer_id", pa.int64()), ("amount", pa.float64()), ("status", pa.string()),
        ("email", pa.string()), ("gross", pa.float64()), ("net", pa.float64()),
    ])  # fmt: skip


def _measure(work: str, file: Path) -> dict[str, Any]:
    """One process; wall-clock and CPU seconds, since the second are less disturbed by neighbours."""
    command = [sys.executable, __file__, "--work", work, "--file", str(file)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    assert found["verdicts"] == [True] * len(CHECKS), found  # noqa: S101 (a broken measurement)
    return found


def _middle(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    middle = {name: statistics.median(one[name] for one in found) for name in ("seconds", "cpu")}
    return {**found[0], **middle, "megabytes": max(one["megabytes"] for one in found)}


def _work(work: str, file: str) -> None:
    found = WORK[work](file)
    found["megabytes"] = getrusage(RUSAGE_SELF).ru_maxrss / 1000 + found.get("megabytes", 0)
    sys.stdout.write(json.dumps(found) + "\n")


def _checks() -> list[Any]:
    from datamorph.core.checks import Check

    return [Check(type=f"expect_{kind}", kwargs=kwargs) for kind, kwargs in CHECKS]


def _audit(file: str) -> dict[str, Any]:
    import duckdb

    from datamorph.adapters.query.duckdb import DuckDBQueries
    from datamorph.core.checks import audit_sql, judge, measured
    from datamorph.core.expectations import STAGED, Scope
    from datamorph.core.table import TableSchema

    schema = TableSchema.of(order_id="bigint", customer_id="bigint", amount="double", status="string", email="string",
                            gross="double", net="double")  # fmt: skip
    queries, scope = DuckDBQueries(), Scope(schema)
    started, cpu = time.perf_counter(), time.process_time()
    checks = _checks()
    sql = audit_sql(checks, scope)
    (row,) = queries.query(sql, inputs={STAGED: [file]}, timeout_s=600).to_pylist()
    results = [judge(check, found, scope) for check, found in zip(checks, measured(checks, row), strict=True)]
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    explained = f"EXPLAIN (FORMAT JSON) {sql.replace('FROM staged', f'FROM read_parquet({file!r})')}"
    plan = duckdb.sql(explained).fetchall()[0][1]
    return {"seconds": seconds, "cpu": cpu, "rows": row["row_count"], "verdicts": [result.passed for result in results],
            "scans": plan.count('"name": "READ_PARQUET')}  # fmt: skip


def _by_hand(file: str) -> dict[str, Any]:
    import duckdb

    connection = duckdb.connect(":memory:", config={"memory_limit": "2GB", "threads": 2})
    started, cpu = time.perf_counter(), time.process_time()
    found = connection.execute(BY_HAND, [file]).fetchone() or ()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    rows, ids, distinct, customers, odd_amounts, _, mean, odd_statuses, _, odd_mails, _, odd_lengths, odd_pairs = found
    verdicts = [rows >= 1, ids == rows, distinct == ids, customers / rows >= 0.95, not odd_amounts, 10 <= mean <= 5000,
                not odd_statuses, not odd_mails, not odd_lengths, not odd_pairs]  # fmt: skip
    return {"seconds": seconds, "cpu": cpu, "rows": rows, "verdicts": verdicts}


def _library(file: str) -> dict[str, Any]:
    from datamorph.adapters.quality.worker import open_context, read_rows, validate
    from datamorph.core.suite import suite_of

    context, suite = open_context(), suite_of("audit", _checks())
    started, cpu = time.perf_counter(), time.process_time()
    rows = read_rows([file])
    answers = validate(context, suite, rows)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "seconds": seconds,
        "cpu": cpu,
        "rows": len(rows),
        "verdicts": [answer.get("success", answer) for answer in answers],
    }


def _library_on_spark(file: str) -> dict[str, Any]:
    from datamorph.adapters.quality.worker import open_context, validate_batch
    from datamorph.core.suite import suite_of

    os.environ.pop("SPARK_REMOTE", None)
    from pyspark.sql import SparkSession

    options = {"spark.driver.memory": "2g", "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1",
               "spark.driver.host": "127.0.0.1", "spark.ui.showConsoleProgress": "false"}  # fmt: skip
    spark = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    jvm = Path("/proc", str(spark.sparkContext._gateway.proc.pid))
    context, suite = open_context(), suite_of("audit", _checks())
    spark.range(1).count()
    started, cpu = time.perf_counter(), time.process_time() + _cpu_s(jvm)
    rows = spark.read.parquet(file)
    definition = context.data_sources.add_or_update_spark("staged").add_dataframe_asset("staged")
    batch = definition.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
    answers = validate_batch(batch, suite)
    seconds, cpu = time.perf_counter() - started, time.process_time() + _cpu_s(jvm) - cpu
    peak = next(line for line in (jvm / "status").read_text().splitlines() if line.startswith("VmHWM"))
    verdicts = [answer.get("success", answer) for answer in answers]
    return {"seconds": seconds, "cpu": cpu, "rows": rows.count(), "verdicts": verdicts,
            "megabytes": int(peak.split()[1]) * 1.024 / 1000}  # fmt: skip


def _cpu_s(process: Path) -> float:
    """Seconds that a process has computed, in user space and in the kernel."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


WORK = {"audit": _audit, "by_hand": _by_hand, "library": _library, "library_on_spark": _library_on_spark}


def _print(found: dict[str, dict[str, Any]]) -> None:
    base = found[OURS]
    print("| 10 checks | rows | seconds | to DataMorph | CPU s | to DataMorph | peak MB | scans |")
    print("|---|---|---|---|---|---|---|---|")
    for name, one in found.items():
        ratios = [(one[key] / one["rows"]) / (base[key] / base["rows"]) for key in ("seconds", "cpu")]
        times = f"{one['seconds']:.2f} | {ratios[0]:.2f} | {one['cpu']:.2f} | {ratios[1]:.2f}"
        print(f"| {name} | {one['rows']:,} | {times} | {one['megabytes']:,.0f} | {one.get('scans', '')} |")
    python = platform.python_version()
    print(f"\nRatios are per row. ({platform.machine()}, {os.cpu_count()} cores, Python {python}, "
          f"{time.strftime('%Y-%m-%d')}.)")  # fmt: skip


if __name__ == "__main__":
    main()
