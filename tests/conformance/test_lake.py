"""Every lake keeps what was published, whole, for ever, and shows readers one state at a time."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamorph.adapters.lake.opening import open_folder
from datamorph.adapters.lake.types import arrow_to_spark
from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.plan import PinnedTable
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.errors import LakeError, NotFoundError, PublishConflictError
from datamorph.ports import Lake, Publication, Snapshot, StagedOutput

ORDERS = TableRef.parse("raw.shop.orders")
LAKES: dict[str, Callable[[Path], Lake]] = {"folder": open_folder}


@pytest.fixture(params=LAKES.values(), ids=LAKES.keys())
def open_lake(request, tmp_path) -> Callable[[], Lake]:
    """Opens the same lake again at each call."""
    return lambda: request.param(tmp_path / "the lake")


@pytest.fixture
def lake(open_lake) -> Lake:
    return open_lake()


def schema_of(table: pa.Table) -> TableSchema:
    return TableSchema(tuple(Column(field.name, arrow_to_spark(field.type)) for field in table.schema))


def stage(lake: Lake, run_id: str, *parts: pa.Table, schema: TableSchema | None = None) -> StagedOutput:
    """Write one Parquet file per part, as an engine does."""
    prefix = Path(lake.staging_prefix(ORDERS, run_id))
    prefix.mkdir(parents=True)
    files = [prefix / f"part-{99 - index}.parquet" for index in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        pq.write_table(part, file)
    rows, size = sum(part.num_rows for part in parts), sum(file.stat().st_size for file in files)
    return StagedOutput(str(prefix), tuple(map(str, files)), schema or schema_of(parts[0]), rows, size)


def publish(lake: Lake, run_id: str, *parts: pa.Table, **publication) -> Snapshot:
    return lake.publish(ORDERS, stage(lake, run_id, *parts), Publication({"run_id": run_id}, **publication))


def rows(pinned: PinnedTable) -> list[dict]:
    return [row for file in pinned.files for row in pq.read_table(file).to_pylist()]


def numbers(*values: int) -> pa.Table:
    return pa.table({"n": pa.array(values, pa.int64())})


def test_a_new_lake_has_no_tables(lake):
    assert lake.catalog().tables == ()


def test_a_published_table_is_in_the_catalog_with_all_that_was_published(lake, open_lake):
    profile = TableProfile(2, {"n": ColumnProfile(0, 2, 1, 2, (1, 2), (7, 2**64 - 1))})

    snapshot = publish(lake, "r1", numbers(1, 2), profile=profile, description="Ords", order_by=("n desc",), key=("n",))

    (table,) = open_lake().catalog().tables
    assert (table.ref, table.snapshot_id, table.description) == (ORDERS, snapshot.snapshot_id, "Ords")
    assert (table.schema, table.primary_key, table.order_by) == (TableSchema.of(n="bigint"), ("n",), ("n desc",))
    assert table.profile == profile


def test_descriptions_of_columns_are_kept_and_may_change(lake):
    publish(lake, "r1", numbers(1))
    described = TableSchema((Column("n", "bigint", description="how many"),))

    lake.publish(ORDERS, stage(lake, "r2", numbers(2), schema=described), Publication({"run_id": "r2"}))

    assert lake.catalog().tables[0].schema == described
    assert rows(lake.pin(ORDERS)) == [{"n": 2}]


def test_tables_are_listed_in_order_of_reference(lake):
    for name in ("raw.shop.b", "curated.sales.z", "raw.shop.a"):
        ref = TableRef.parse(name)
        prefix = Path(lake.staging_prefix(ref, "r1"))
        prefix.mkdir(parents=True)
        pq.write_table(numbers(1), prefix / "part.parquet")
        staged = StagedOutput(str(prefix), (str(prefix / "part.parquet"),), TableSchema.of(n="bigint"), 1, 1)
        lake.publish(ref, staged, Publication())

    assert [str(table.ref) for table in lake.catalog().tables] == ["curated.sales.z", "raw.shop.a", "raw.shop.b"]


def test_publishing_replaces_all_rows(lake, open_lake):
    publish(lake, "r1", numbers(1, 2, 3))

    publish(lake, "r2", numbers(9))

    assert rows(open_lake().pin(ORDERS)) == [{"n": 9}]


def test_staged_files_are_invisible_until_they_are_published(lake):
    publish(lake, "r1", numbers(1))

    stage(lake, "r2", numbers(2))

    assert rows(lake.pin(ORDERS)) == [{"n": 1}]
    assert len(lake.history(ORDERS)) == 1


def test_a_staging_prefix_is_fresh_even_for_a_run_that_staged_before(lake):
    staged = stage(lake, "r1", numbers(1))

    again = lake.staging_prefix(ORDERS, "r1")

    assert again != staged.prefix
    assert not Path(again).exists()


def test_flat_files_are_published_where_they_lie(lake):
    staged = stage(lake, "r1", numbers(1), numbers(2))

    lake.publish(ORDERS, staged, Publication({"run_id": "r1"}))

    pinned = lake.pin(ORDERS)
    assert (pinned.files, pinned.rows, pinned.bytes) == (staged.files, 2, staged.bytes)


def test_files_keep_the_order_they_were_staged_in(lake):
    publish(lake, "r1", *(numbers(value) for value in range(12)))

    assert [row["n"] for row in rows(lake.pin(ORDERS))] == list(range(12))


def test_publishing_a_run_twice_changes_nothing(lake, open_lake):
    staged = stage(lake, "r1", numbers(1))
    first = lake.publish(ORDERS, staged, Publication({"run_id": "r1"}))

    second = open_lake().publish(ORDERS, staged, Publication({"run_id": "r1"}))

    assert second == first
    assert lake.history(ORDERS) == [first]


def test_history_has_one_line_per_publication_newest_first(lake):
    first = publish(lake, "r1", numbers(1))
    second = publish(lake, "r2", numbers(1, 2))

    newest, oldest = lake.history(ORDERS)

    assert (newest.snapshot_id, newest.rows, newest.files, newest.is_current) == (second.snapshot_id, 2, 1, True)
    assert (oldest.snapshot_id, oldest.rows, oldest.operation, oldest.is_current) == (
        first.snapshot_id,
        1,
        "append",
        False,
    )
    assert newest.operation == "overwrite"
    assert newest.properties["run_id"] == "r2"
    assert dt.datetime.now(dt.UTC) - newest.published_at < dt.timedelta(minutes=1)


def test_rollback_makes_an_earlier_state_current_and_keeps_the_later_one(lake, open_lake):
    first = publish(lake, "r1", numbers(1), key=("n",), order_by=("n",), profile=TableProfile(1))
    second = publish(lake, "r2", pa.table({"m": ["x"]}), profile=TableProfile(2))

    returned = lake.rollback(ORDERS, first.snapshot_id)

    (table,) = open_lake().catalog().tables
    assert returned.is_current
    assert (table.schema, table.primary_key, table.order_by) == (TableSchema.of(n="bigint"), ("n",), ("n",))
    assert table.profile.rows == 1
    assert [(line.snapshot_id, line.is_current) for line in lake.history(ORDERS)] == [
        (second.snapshot_id, False),
        (first.snapshot_id, True),
    ]
    assert rows(lake.pin(ORDERS, second.snapshot_id)) == [{"m": "x"}]


def test_a_table_that_is_not_there_is_answered_with_the_nearest_name(lake):
    publish(lake, "r1", numbers(1))
    missing = TableRef.parse("raw.shop.order")

    for attempt in (lake.pin, lake.history, lambda ref: lake.rollback(ref, 1)):
        with pytest.raises(NotFoundError, match=r"raw\.shop\.order'") as caught:
            attempt(missing)
        assert "raw.shop.orders" in caught.value.fix


def test_a_snapshot_that_is_not_there_is_answered_with_the_known_ones(lake):
    snapshot = publish(lake, "r1", numbers(1))

    for attempt in (lake.pin, lake.rollback):
        with pytest.raises(NotFoundError, match="no snapshot 7") as caught:
            attempt(ORDERS, 7)
        assert str(snapshot.snapshot_id) in caught.value.fix


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


steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(0, 4), st.sampled_from(["n", "m"])),
        st.tuples(st.just("rollback"), st.integers(0, 9), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None)
@given(steps=steps)
@pytest.mark.parametrize("make", LAKES.values(), ids=LAKES.keys())
def test_history_and_current_rows_follow_every_publication_and_rollback(make, steps):
    with TemporaryDirectory() as folder:
        lake, states, current = make(Path(folder) / "lake"), list[tuple[int, list[dict]]](), None

        for position, (action, number, column) in enumerate(steps):
            if action == "publish":
                table = pa.table({column: pa.array(range(number), pa.int64())})
                states.append((publish(lake, f"r{position}", table).snapshot_id, table.to_pylist()))
                current = states[-1]
            elif states:
                current = states[number % len(states)]
                lake.rollback(ORDERS, current[0])

        if current is not None:
            history = lake.history(ORDERS)
            assert [line.snapshot_id for line in reversed(history)] == [snapshot_id for snapshot_id, _ in states]
            assert [line.rows for line in reversed(history)] == [len(content) for _, content in states]
            assert [line.snapshot_id for line in history if line.is_current] == [current[0]]
            assert rows(lake.pin(ORDERS)) == current[1]
            assert all(rows(lake.pin(ORDERS, snapshot_id)) == content for snapshot_id, content in states)


def test_appended_rows_join_those_that_are_there(lake):
    first = publish(lake, "one", pa.table({"id": [1, 2]}))

    second = publish(lake, "two", pa.table({"id": [3]}), appends=True, based_on=first.snapshot_id)

    assert (second.rows, second.operation) == (3, "append")
    assert rows_of(lake) == [1, 2, 3]
    assert publish_again(lake, "two", second) == second


def publish_again(lake: Lake, run_id: str, found: Snapshot) -> Snapshot:
    return publish(lake, run_id, pa.table({"id": [3]}), appends=True, based_on=found.snapshot_id)


def rows_of(lake: Lake) -> list[int]:
    files = lake.pin(ORDERS).files
    return sorted(value for file in files for value in pq.read_table(file)["id"].to_pylist())


def test_rows_computed_from_an_older_state_are_refused(lake):
    first = publish(lake, "one", pa.table({"id": [1]}))
    publish(lake, "two", pa.table({"id": [2]}))

    for base in (first.snapshot_id, 0):
        with pytest.raises(PublishConflictError, match="published by another run meanwhile"):
            publish(lake, f"from-{base}", pa.table({"id": [3]}), based_on=base)

    assert rows_of(lake) == [2]


def test_a_new_column_of_appended_rows_is_null_in_the_others(lake):
    first = publish(lake, "one", pa.table({"id": [1]}))

    publish(lake, "two", pa.table({"id": [2], "name": ["b"]}), appends=True, based_on=first.snapshot_id)

    found = pa.concat_tables([pq.read_table(file) for file in lake.pin(ORDERS).files]).sort_by("id")
    assert found.select(["id", "name"]).to_pylist() == [{"id": 1, "name": None}, {"id": 2, "name": "b"}]
