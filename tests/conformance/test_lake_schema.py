"""Every lake reads each snapshot with its own schema, and every value as it was staged."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_words import ORDERS, numbers, publish, rows, schema_of, stage

from datamorph.core.table import TableSchema
from datamorph.errors import LakeError
from datamorph.ports import Publication, StagedOutput

A, B = pa.array([1, 2], pa.int64()), pa.array(["x", "y"])
CHANGES = {
    "a column is added": ({"a": A}, {"a": A, "b": B}),
    "a column is dropped": ({"a": A, "b": B}, {"b": B}),
    "columns change places": ({"a": A, "b": B}, {"b": B, "a": A}),
    "a column is retyped": ({"a": A}, {"a": B}),
    "a column is retyped within a struct": (
        {"s": pa.array([{"x": 1}], pa.struct({"x": pa.int64()}))},
        {"s": pa.array([{"x": "1"}], pa.struct({"x": pa.string()}))},
    ),
    "a column is widened": ({"a": A.cast(pa.int32())}, {"a": pa.array([2**40], pa.int64())}),
    "a column is narrowed": ({"a": A}, {"a": A.cast(pa.int32())}),
    "a name changes its case": ({"Name": B}, {"name": B}),
    "nothing stays": ({"a": A}, {"b": B}),
    "a list takes the place of a number": ({"a": A}, {"a": pa.array([[1], []], pa.list_(pa.int64()))}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_each_snapshot_is_read_with_its_own_schema_when(lake, change):
    before, after = (pa.table(columns) for columns in change)

    snapshots = [publish(lake, f"r{n}", table) for n, table in enumerate((before, after, before))]

    for snapshot, table in zip(snapshots, (before, after, before), strict=True):
        pinned = lake.pin(ORDERS, snapshot.snapshot_id)
        assert pinned.schema == schema_of(table)
        assert rows(pinned) == table.to_pylist()


def test_a_table_without_rows_is_published_with_its_columns(lake):
    publish(lake, "r1", numbers(1))

    publish(lake, "r2", numbers())

    pinned = lake.pin(ORDERS)
    assert (pinned.rows, pinned.schema) == (0, TableSchema.of(n="bigint"))
    assert rows(pinned) == []
    assert [line.rows for line in lake.history(ORDERS)] == [0, 1]


def test_an_output_without_files_is_published_as_an_empty_table(lake):
    prefix = lake.staging_prefix(ORDERS, "r1")

    lake.publish(ORDERS, StagedOutput(prefix, (), TableSchema.of(n="bigint"), 0, 0), Publication())

    assert lake.pin(ORDERS).rows == 0
    assert lake.catalog().tables[0].schema == TableSchema.of(n="bigint")


def test_every_type_that_spark_writes_survives(lake):
    instant = dt.datetime(2024, 2, 29, 23, 59, 59, 123456)
    table = pa.table(
        {
            "flag": pa.array([True, None]),
            "small": pa.array([1, None], pa.int32()),
            "ratio": pa.array([0.5, None], pa.float32()),
            "price": pa.array([Decimal("-1234567890.12"), None], pa.decimal128(12, 2)),
            "day": pa.array([instant.date(), None]),
            "local": pa.array([instant, None], pa.timestamp("us")),
            "instant": pa.array([instant.replace(tzinfo=dt.UTC), None], pa.timestamp("us", tz="UTC")),
            "raw": pa.array([b"\0\1", None]),
            "a b.c": pa.array(["ä", None]),
            "nested": pa.array([{"x": 1, "y z": {"w": "v"}}, None]),
            "list": pa.array([[{"k": 1}], None]),
            "map": pa.array([[("k", [1.5])], None], pa.map_(pa.string(), pa.list_(pa.float64()))),
        }
    )

    publish(lake, "r1", table)

    pinned = lake.pin(ORDERS)
    assert pinned.schema == schema_of(table)
    assert rows(pinned) == table.to_pylist()


def test_files_that_are_narrower_than_the_schema_are_widened_not_misread(lake):
    staged = stage(lake, "r1", pa.table({"n": pa.array([1, 2], pa.int32())}), schema=TableSchema.of(n="bigint"))

    lake.publish(ORDERS, staged, Publication())

    pinned = lake.pin(ORDERS)
    assert [pq.read_schema(file).field("n").type for file in pinned.files] == [pa.int64()]
    assert rows(pinned) == [{"n": 1}, {"n": 2}]


def test_files_that_do_not_fit_the_schema_are_refused_and_the_table_stays(lake):
    publish(lake, "r1", pa.table({"n": pa.array([1], pa.int32())}))
    staged = stage(lake, "r2", numbers(2**40), schema=TableSchema.of(n="int"))

    with pytest.raises(LakeError, match="does not fit"):
        lake.publish(ORDERS, staged, Publication({"run_id": "r2"}))

    assert rows(lake.pin(ORDERS)) == [{"n": 1}]
    assert len(lake.history(ORDERS)) == 1


def test_a_type_that_no_table_can_have_is_refused(lake):
    staged = stage(lake, "r1", numbers(1), schema=TableSchema.of(n="void"))

    with pytest.raises(LakeError, match=r"column 'n'.*'void'"):
        lake.publish(ORDERS, staged, Publication())

    assert lake.catalog().tables == ()


WRITE_WITH_SAIL = """
import os, sys, pyspark
os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession
server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
spark = SparkSession.builder.remote("sc://%s:%d" % server.listening_address).getOrCreate()
spark.sql(
    "SELECT id AS n, array(id, NULL) AS l, map('k', id) AS m, struct(id AS x) AS s, 'a' AS `t u`,"
    " timestamp '2024-02-29 12:00:00' AS at, CAST(1.5 AS decimal(10,2)) AS price FROM range(1, 3)"
).write.parquet(sys.argv[1])
"""


def test_parquet_written_by_sail_is_published_with_every_value(lake):
    prefix = lake.staging_prefix(ORDERS, "r1")
    subprocess.run([sys.executable, "-c", WRITE_WITH_SAIL, prefix], check=True, timeout=120, capture_output=True)
    files = sorted(map(str, Path(prefix).rglob("*.parquet")))
    schema = schema_of(pq.read_table(files[0]))

    lake.publish(ORDERS, StagedOutput(prefix, tuple(files), schema, 2, 1), Publication())

    pinned = lake.pin(ORDERS)
    at = dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)
    assert [column.type for column in pinned.schema][:4] == [
        "bigint",
        "array<bigint>",
        "map<string,bigint>",
        "struct<x:bigint>",
    ]
    assert sorted(rows(pinned), key=lambda row: row["n"]) == [
        {"n": n, "l": [n, None], "m": [("k", n)], "s": {"x": n}, "t u": "a", "at": at, "price": Decimal("1.50")}
        for n in (1, 2)
    ]


def test_a_new_column_of_appended_rows_is_null_in_the_others(lake):
    first = publish(lake, "one", pa.table({"id": [1]}))

    publish(lake, "two", pa.table({"id": [2], "name": ["b"]}), appends=True, based_on=first.snapshot_id)

    found = pa.concat_tables([pq.read_table(file) for file in lake.pin(ORDERS).files]).sort_by("id")
    assert found.select(["id", "name"]).to_pylist() == [{"id": 1, "name": None}, {"id": 2, "name": "b"}]
