"""Every lake keeps what was published, whole, for ever, and shows readers one state at a time."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_words import ORDERS, numbers, publish, rows, rows_of, stage

from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.errors import PublishConflictError
from datamorph.ports import Lake, Publication, Snapshot, StagedOutput


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


def test_flat_files_are_published_byte_for_byte(lake):
    staged = stage(lake, "r1", numbers(1), numbers(2))
    contents = [Path(file).read_bytes() for file in staged.files]

    lake.publish(ORDERS, staged, Publication({"run_id": "r1"}))

    pinned = lake.pin(ORDERS)
    assert [Path(file).read_bytes() for file in pinned.files] == contents
    assert (pinned.rows, pinned.bytes) == (2, staged.bytes)


def test_files_keep_the_order_they_were_staged_in(lake):
    publish(lake, "r1", *(numbers(value) for value in range(12)))

    assert [row["n"] for row in rows(lake.pin(ORDERS))] == list(range(12))


def test_publishing_a_run_twice_changes_nothing(lake, open_lake):
    staged = stage(lake, "r1", numbers(1))
    first = lake.publish(ORDERS, staged, Publication({"run_id": "r1"}))

    second = open_lake().publish(ORDERS, staged, Publication({"run_id": "r1"}))

    assert second == first
    assert lake.history(ORDERS) == [first]


def test_a_record_belongs_to_the_snapshot_that_it_was_published_with(lake, open_lake):
    assert lake.record(ORDERS) == ""
    first = publish(lake, "r1", numbers(1), record='{"files": ["ä"]}')
    publish(lake, "r2", numbers(2), record="two", appends=True)

    assert open_lake().record(ORDERS) == "two"
    lake.rollback(ORDERS, first.snapshot_id)
    assert lake.record(ORDERS) == '{"files": ["ä"]}'
    publish(lake, "r3", numbers(3))
    assert lake.record(ORDERS) == ""


def test_appended_rows_join_those_that_are_there(lake):
    first = publish(lake, "one", pa.table({"n": [1, 2]}))

    second = publish(lake, "two", pa.table({"n": [3]}), appends=True, based_on=first.snapshot_id)

    assert (second.rows, second.operation) == (3, "append")
    assert rows_of(lake) == [1, 2, 3]
    assert publish_again(lake, "two", second) == second


def publish_again(lake: Lake, run_id: str, found: Snapshot) -> Snapshot:
    return publish(lake, run_id, pa.table({"n": [3]}), appends=True, based_on=found.snapshot_id)


def test_rows_computed_from_an_older_state_are_refused(lake):
    first = publish(lake, "one", pa.table({"n": [1]}))
    publish(lake, "two", pa.table({"n": [2]}))

    for base in (first.snapshot_id, 0):
        with pytest.raises(PublishConflictError, match="published by another run meanwhile"):
            publish(lake, f"from-{base}", pa.table({"n": [3]}), based_on=base)

    assert rows_of(lake) == [2]
