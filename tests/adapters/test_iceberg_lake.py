"""What only the lake in a folder does: its files, other programs on the same tables, and what may break."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from datamorph.adapters.lake.opening import open_folder
from datamorph.core.catalog import TableProfile
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import LakeError, LakeVersionError, StorageFullError
from datamorph.ports import Publication, Snapshot, StagedOutput

ORDERS = TableRef.parse("raw.shop.orders")
INT, TEXT = TableSchema.of(a="bigint"), TableSchema.of(a="string")


@pytest.fixture
def root(tmp_path) -> Path:
    return tmp_path / "lake"


def publish(root: Path, run_id: str, values: list, schema: TableSchema = INT) -> Snapshot:
    lake = open_folder(root)
    prefix = Path(lake.staging_prefix(ORDERS, run_id))
    prefix.mkdir()
    pq.write_table(pa.table({"a": values}), prefix / "part.parquet")
    staged = StagedOutput(str(prefix), (str(prefix / "part.parquet"),), schema, len(values), 1)
    return lake.publish(ORDERS, staged, Publication({"run_id": run_id}))


def other_program(root: Path) -> SqlCatalog:
    """The same catalog as any Iceberg program sees it."""
    return SqlCatalog("datamorph", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}/tables")


def values(root: Path, snapshot_id: int | None = None) -> list:
    pinned = open_folder(root).pin(ORDERS, snapshot_id)
    return [value for file in pinned.files for value in pq.read_table(file)["a"].to_pylist()]


def test_nothing_is_written_before_the_lake_is_used(root):
    open_folder(root)

    assert not root.exists()


def test_other_programs_read_every_snapshot_with_its_own_types(root):
    old = publish(root, "r1", [1, 2])
    new = publish(root, "r2", ["x"], TEXT)
    newest = publish(root, "r3", [3])

    table = other_program(root).load_table("raw.shop.orders")

    assert table.scan(snapshot_id=old.snapshot_id).to_arrow()["a"].to_pylist() == [1, 2]
    assert table.scan(snapshot_id=new.snapshot_id).to_arrow()["a"].to_pylist() == ["x"]
    assert table.scan(snapshot_id=newest.snapshot_id).to_arrow()["a"].to_pylist() == [3]
    assert table.scan().to_arrow()["a"].to_pylist() == [3]


def test_other_programs_see_a_rollback_with_the_types_of_that_time(root):
    old = publish(root, "r1", [1, 2])
    publish(root, "r2", ["x"], TEXT)

    open_folder(root).rollback(ORDERS, old.snapshot_id)

    assert other_program(root).load_table("raw.shop.orders").scan().to_arrow()["a"].to_pylist() == [1, 2]


def test_rows_that_others_appended_after_a_schema_change_are_pinned_as_iceberg_reads_them(root):
    publish(root, "r1", [1])
    table = other_program(root).load_table("raw.shop.orders")
    with table.update_schema() as update:
        update.rename_column("a", "b")
        update.union_by_name(pa.schema([("c", pa.string())]))
    table.append(pa.table({"b": [2], "c": ["x"]}))

    pinned = open_folder(root).pin(ORDERS)

    (file,) = pinned.files
    expected = [{"b": 2, "c": "x"}, {"b": 1, "c": None}]
    assert sorted(pq.read_table(file).to_pylist(), key=lambda row: -row["b"]) == expected
    assert (pinned.rows, pinned.schema) == (2, TableSchema.of(b="bigint", c="string"))
    assert open_folder(root).pin(ORDERS) == pinned


def test_rows_that_others_deleted_are_not_pinned(root):
    publish(root, "r1", [1, 2, 3])
    other_program(root).load_table("raw.shop.orders").delete("a = 2")

    assert values(root) == [1, 3]


def test_publishing_over_a_table_that_others_made_replaces_its_rows(root):
    publish(root, "r1", [1])
    catalog = other_program(root)
    catalog.drop_table("raw.shop.orders")
    catalog.create_table("raw.shop.orders", pa.schema([("a", pa.string()), ("b", pa.int32())]))
    catalog.load_table("raw.shop.orders").append(pa.table({"a": ["x"], "b": pa.array([1], pa.int32())}))

    publish(root, "r2", [7])

    assert values(root) == [7]
    assert open_folder(root).catalog().tables[0].schema == INT


def test_tables_with_names_that_datamorph_cannot_say_are_left_alone(root):
    publish(root, "r1", [1])
    catalog = other_program(root)
    catalog.create_namespace_if_not_exists("elsewhere")
    catalog.create_table("elsewhere.Table", pa.schema([("a", pa.int64())]))

    assert [str(table.ref) for table in open_folder(root).catalog().tables] == ["raw.shop.orders"]


def publish_many(root: Path, writer: int, runs: int) -> None:
    for run in range(runs):
        publish(root, f"writer{writer}-run{run}", [writer] * (run + 1))


def test_two_processes_that_publish_the_same_table_lose_nothing(root):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=publish_many, args=(root, writer, 4)) for writer in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)

    history = open_folder(root).history(ORDERS)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert {line.properties["run_id"] for line in history} == {f"writer{w}-run{r}" for w in (1, 2) for r in range(4)}
    assert all(len(set(values(root, line.snapshot_id))) == 1 for line in history)
    assert all(len(values(root, line.snapshot_id)) == line.rows for line in history)


PUBLISH_FOREVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_iceberg_lake import publish
for run in range(10_000):
    publish(Path(sys.argv[1]), f"run{run}", [run] * 3)
    print(run, flush=True)
"""


@pytest.mark.parametrize("after", [1, 3])
def test_a_writer_that_is_killed_leaves_the_last_good_state(root, after):
    command = [sys.executable, "-c", PUBLISH_FOREVER, str(root), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for _ in range(after):
            acknowledged = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)

    found = values(root)
    assert len(found) == 3
    assert len(set(found)) == 1
    assert found[0] >= acknowledged
    assert publish(root, "again", [7]).is_current


def test_a_lake_of_a_newer_version_is_not_touched(root):
    publish(root, "r1", [1])
    (root / "format.json").write_text(json.dumps({"version": 2}))
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}

    with pytest.raises(LakeVersionError, match="format 2") as caught:
        open_folder(root).catalog()

    assert "upgrade" in caught.value.fix
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def break_marker(root: Path) -> None:
    (root / "format.json").write_text("{")


def break_catalog(root: Path) -> None:
    (root / "catalog.db").write_bytes(b"not a database" * 1000)


def break_root(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("a file")


def break_metadata(root: Path) -> None:
    for file in root.rglob("*.metadata.json"):
        file.unlink()


def garble_metadata(root: Path) -> None:
    for file in root.rglob("*.metadata.json"):
        file.write_text("{")


def hide_root(root: Path) -> None:
    shutil.rmtree(root)
    root.symlink_to("/proc/no/such/place")


@pytest.mark.parametrize(
    "damage", [break_marker, break_catalog, break_root, break_metadata, garble_metadata, hide_root]
)
def test_a_damaged_lake_is_a_lake_error_with_a_fix(root, damage):
    publish(root, "r1", [1])
    damage(root)

    for use in (lambda lake: lake.catalog(), lambda lake: lake.pin(ORDERS)):
        with pytest.raises(LakeError) as caught:
            use(open_folder(root))
        assert str(root) in caught.value.problem
        assert caught.value.fix


@pytest.mark.parametrize("name", ["with space", "ünïcode", "100%", "it's", "a[1]*", "plus+"])
def test_a_lake_lives_in_a_folder_of_any_ordinary_name(tmp_path, name):
    publish(tmp_path / name, "r1", [1])

    assert values(tmp_path / name) == [1]


@pytest.mark.parametrize("name", ["a#b", "a?b", "a;b"])
def test_a_folder_name_that_iceberg_would_misread_is_refused(tmp_path, name):
    with pytest.raises(LakeError, match="contains"):
        open_folder(tmp_path / name).catalog()


def test_a_profile_that_is_lost_costs_only_the_statistics(root):
    publish(root, "r1", [1])
    for file in root.rglob("profile-*.json"):
        file.write_text("{")

    (table,) = open_folder(root).catalog().tables

    assert table.profile == TableProfile()
    assert table.schema == INT


def test_a_publication_that_fails_leaves_no_profile_behind(root):
    publish(root, "r1", [1])
    before = set(root.rglob("profile-*"))

    with pytest.raises(LakeError):
        publish(root, "r2", ["x"], INT)

    assert set(root.rglob("*profile-*")) == before
    assert values(root) == [1]


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        os.getuid() != 0
        or mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_said_and_the_table_stays(small_disk):
    root = small_disk / "lake"
    publish(root, "r1", [1])
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 2_000_000)
    prefix = small_disk.parent / "staged"
    prefix.mkdir()
    pq.write_table(pa.table({"a": [2]}), prefix / "part.parquet")
    staged = StagedOutput(str(prefix), (str(prefix / "part.parquet"),), INT, 1, 1)

    with pytest.raises(StorageFullError) as caught:
        open_folder(root).publish(ORDERS, staged, Publication({"run_id": "r2"}))
    filler.unlink()

    assert "df -h" in caught.value.fix
    assert values(root) == [1]
    assert len(open_folder(root).history(ORDERS)) == 1


def test_flat_files_are_published_where_they_lie(root):
    publish(root, "r1", [1])

    (file,) = open_folder(root).pin(ORDERS).files

    assert file == str(root / "tables/raw/shop/orders/data/r1/part.parquet")
