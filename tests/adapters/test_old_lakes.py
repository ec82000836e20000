"""Lakes that earlier versions made are read as they were, and go on; tests/fixtures/make_lake.py makes them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datamorph.ports import Lake

FIXTURES = Path(__file__).parents[1] / "fixtures"
sys.path.insert(0, str(FIXTURES))
from make_lake import AMOUNTS, NEW, OLD, ORDERS, fill, open_root, publish  # noqa: E402
from moving import pack_lake, unpack_lake  # noqa: E402

ARCHIVES = sorted(FIXTURES.glob("lake-*.tar.gz"))


@pytest.fixture(params=ARCHIVES, ids=lambda archive: archive.name)
def lake(request, tmp_path) -> Lake:
    """An old lake."""
    unpack_lake(request.param, tmp_path / "lake")
    return open_root(tmp_path / "lake")


def rows(pinned):
    return [row for file in pinned.files for row in pq.read_table(file).to_pylist()]


def test_every_snapshot_is_read_with_the_rows_and_columns_that_it_had(lake):
    history = {line.properties["run_id"]: line for line in lake.history(ORDERS)}
    first = [{"id": n, "amount": amount} for n, amount in enumerate(AMOUNTS, 1)]

    found = {run: lake.pin(ORDERS, line.snapshot_id) for run, line in history.items()}

    assert rows(found["first"]) == first
    assert sorted(rows(found["appended"]), key=lambda row: row["id"]) == [*first, {"id": 4, "amount": 9.0}]
    assert rows(found["retyped"]) == [{"id": 7, "amount": "a lot", "tags": ["x", None]}]
    assert found["first"].schema == OLD
    assert found["retyped"].schema == NEW
    assert [line.rows for line in history.values()][-3:] == [1, 4, 3]
    assert history["first"].is_current
    if "partial" in history:
        assert rows(found["partial"]) == [{"id": 8, "amount": "few", "tags": []}]
        assert history["first"].tags == ("audited",)


def test_the_catalog_tells_what_was_published_with_it(lake):
    (table,) = lake.catalog().tables

    assert (table.schema, table.primary_key, table.order_by, table.description) == (
        OLD,
        ("id",),
        ("id desc",),
        "Orders.",
    )
    assert (table.profile.rows, table.profile.columns["id"].sketch) == (3, (5, 2**63))


def test_an_old_lake_goes_on(lake):
    base = lake.pin(ORDERS).snapshot_id

    publish(lake, "new", pa.table({"id": [5], "amount": [0.5]}), OLD, appends=True, based_on=base)

    assert sorted(row["id"] for row in rows(lake.pin(ORDERS))) == [1, 2, 3, 5]
    lake.compact(ORDERS, run_id="compact")
    lake.expire(ORDERS, keep=1, since=lake.history(ORDERS)[0].published_at, pinned=())
    assert sorted(row["id"] for row in rows(lake.pin(ORDERS))) == [1, 2, 3, 5]


def test_there_are_old_lakes():
    assert len(ARCHIVES) >= 2


def test_a_lake_is_packed_without_its_folder_and_opened_in_another(tmp_path):
    made, other = tmp_path / "made" / "lake", tmp_path / "another, longer folder" / "lake"
    fill(open_root(made))
    lake = open_root(made)
    found = {line.snapshot_id: rows(lake.pin(ORDERS, line.snapshot_id)) for line in lake.history(ORDERS)}
    pack_lake(made, tmp_path / "lake.tar.gz")
    texts = [file.read_bytes() for file in made.rglob("*") if file.is_file()]
    shutil.rmtree(made)

    unpack_lake(tmp_path / "lake.tar.gz", other)

    assert not any(str(tmp_path).encode() in text for text in texts)
    assert {id_: rows(open_root(other).pin(ORDERS, id_)) for id_ in found} == found
