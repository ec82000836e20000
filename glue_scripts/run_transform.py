"""Runs one compiled transform: the entry point of every engine, local or managed.

It is started with Dagster Pipes' context and message channel (files locally, named by the environment; S3 on AWS,
named by arguments) and finds the whole job in the Pipes extra ``job``:

    code     source of a module that defines transform(**frames) -> DataFrame
    inputs   {"orders": ["/lake/.../part-0.parquet", ...]}: exactly the rows of pinned snapshots
    into     a folder or prefix that does not exist yet
    columns  {"order_id": "bigint", ...}: the output's columns in order, with their Spark types

It only moves data and reports; everything it decides was decided before. It needs pyspark and dagster-pipes, and
boto3 on AWS.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster_pipes import (
    PipesCliArgsParamsLoader,
    PipesContext,
    PipesMessageWriter,
    PipesMessageWriterChannel,
    PipesS3ContextLoader,
    open_dagster_pipes,
)
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
    """Write an empty file where the engine wrote none for no rows: readers need one to know the columns."""
    if has_files(into):
        return
    from pyarrow import BufferOutputStream  # noqa: PLC0415 (only engines that write no such file come here)
    from pyarrow.parquet import write_table  # noqa: PLC0415

    content = BufferOutputStream()
    write_table(frame.limit(0).toArrow(), content)
    if "://" not in into:
        Path(into).mkdir(parents=True, exist_ok=True)
        (Path(into) / "part-00000.parquet").write_bytes(content.getvalue().to_pybytes())
        return
    bucket, _, key = into.removeprefix("s3://").partition("/")
    s3_client().put_object(Bucket=bucket, Key=f"{key}/part-00000.parquet", Body=content.getvalue().to_pybytes())


def has_files(into: str) -> bool:
    """Whether something was written there."""
    if "://" not in into:
        return any(Path(into).rglob("*.parquet"))
    bucket, _, key = into.removeprefix("s3://").partition("/")
    found = s3_client().list_objects_v2(Bucket=bucket, Prefix=f"{key}/").get("Contents", ())
    return any(entry["Key"].endswith(".parquet") for entry in found)


def s3_client() -> Any:
    """S3, as jobs on AWS reach it: a job is not lost to a minute in which S3 fails."""
    import boto3  # noqa: PLC0415 (local engines need none)
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client("s3", config=Config(retries={"mode": "standard", "total_max_attempts": 8}))


def report(pipes: PipesContext, what: str, started: float, **facts: Any) -> None:
    """Tell the orchestrator how far the job is; seconds count from the first read."""
    pipes.report_custom_message({"what": what, "seconds": round(time.perf_counter() - started, 3), **facts})


class S3Messages(PipesMessageWriter[PipesMessageWriterChannel]):
    """Writes each message as an object of its own, numbered, at once.

    A job sends half a dozen. Pipes' own writer gathers them for seconds, and holds up the end of the job for two.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    @contextmanager
    def open(self, params: Any) -> Iterator[PipesMessageWriterChannel]:
        """The channel to ``bucket`` and ``key_prefix``; ``kms_key`` encrypts what is sent."""
        yield S3Channel(self._client, params["bucket"], params["key_prefix"], params.get("kms_key", ""))


class S3Channel(PipesMessageWriterChannel):
    """See S3Messages."""

    def __init__(self, client: Any, bucket: str, prefix: str, kms_key: str = "") -> None:
        self._client, self._bucket, self._prefix, self._number = client, bucket, prefix, 0
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}

    def write_message(self, message: Any) -> None:
        """Write one message."""
        self._number += 1
        key = f"{self._prefix}/{self._number:06}.json"
        self._client.put_object(Bucket=self._bucket, Key=key, Body=json.dumps(message).encode(), **self._encryption)


def opened() -> Any:
    """Dagster Pipes over files or, where the arguments name objects on S3, over those."""
    parameters = PipesCliArgsParamsLoader()
    if not parameters.is_dagster_pipes_process():
        return open_dagster_pipes()
    client = s3_client()
    return open_dagster_pipes(
        params_loader=parameters, context_loader=PipesS3ContextLoader(client), message_writer=S3Messages(client)
    )


def main() -> int:
    """Run the job in this process's Spark session; a failure is reported before it ends the process."""
    with opened() as pipes:
        started = time.perf_counter()
        spark: SparkSession = SparkSession.builder.getOrCreate()
        report(pipes, "session", started, version=spark.version)
        run(pipes, spark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
