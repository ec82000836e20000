"""Runs one compiled transform: the entry point of every engine, local or managed.

It is started with Dagster Pipes' context and message channel (files locally, S3 or CloudWatch on AWS) and finds
the whole job in the Pipes extra ``job``:

    code     source of a module that defines transform(**frames) -> DataFrame
    inputs   {"orders": ["/lake/.../part-0.parquet", ...]}: exactly the rows of pinned snapshots
    into     a folder or prefix that does not exist yet
    columns  {"order_id": "bigint", ...}: the output's columns in order, with their Spark types

It only moves data and reports; everything it decides was decided before. It needs pyspark and dagster-pipes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Spark 3.5 refuses days before 1582-10-15 otherwise; 4.0 and all other readers use one calendar.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}


def run(pipes: PipesContext, spark: SparkSession) -> None:
    """Read the inputs, apply the transform, write its rows once and report what was written."""
    job: dict[str, Any] = pipes.get_extra("job")
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    started = time.perf_counter()
    frames = {name: spark.read.parquet(*files) for name, files in job["inputs"].items()}
    result = conform(load_transform(job["code"])(**frames), job["columns"])
    schema = {field.name: field.dataType.simpleString() for field in result.schema.fields}
    report(pipes, "compiled", started, columns=schema)
    result.write.mode("error").parquet(job["into"])
    keep_columns(result, job["into"])
    report(pipes, "written", started, columns=schema)


def load_transform(source: str) -> Any:
    """The ``transform`` function of a module's source, compiled from a checked spec."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "transform.py", "exec"), namespace)  # noqa: S102 (the job's own compiled code)
    return namespace["transform"]


def conform(frame: DataFrame, columns: dict[str, str]) -> DataFrame:
    """The planned columns in the planned order and types: engines differ in the width of some results."""
    types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    selected = [F.col(f"`{name.replace('`', '``')}`") for name in columns]
    return frame.select(*[
        column if types.get(name) == type_ else column.cast(type_).alias(name)
        for column, (name, type_) in zip(selected, columns.items(), strict=True)
    ])  # fmt: skip


def keep_columns(frame: DataFrame, into: str) -> None:
    """Write an empty file where a local engine wrote none for no rows: readers need one to know the columns."""
    if "://" not in into and not any(Path(into).rglob("*.parquet")):
        from pyarrow.parquet import write_table  # noqa: PLC0415 (Glue never comes here)

        Path(into).mkdir(parents=True, exist_ok=True)
        write_table(frame.limit(0).toArrow(), Path(into) / "part-00000.parquet")


def report(pipes: PipesContext, what: str, started: float, **facts: Any) -> None:
    """Tell the orchestrator how far the job is; seconds count from the first read."""
    pipes.report_custom_message({"what": what, "seconds": round(time.perf_counter() - started, 3), **facts})


def main() -> int:
    """Run the job in this process's Spark session; a failure is reported before it ends the process."""
    with open_dagster_pipes() as pipes:
        started = time.perf_counter()
        spark: SparkSession = SparkSession.builder.getOrCreate()
        report(pipes, "session", started, version=spark.version)
        run(pipes, spark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
