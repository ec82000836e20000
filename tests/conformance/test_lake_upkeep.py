"""Every lake is kept in order, and readers notice nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from lake_words import ORDERS, numbers, publish, rows, rows_of, stage

from datamorph.core.catalog import TableProfile
from datamorph.errors import LakeError, NotFoundError, SettingsError
from datamorph.ports import Publication

SOON = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def filled(lake, publications=4):
    return [publish(lake, f"r{n}", numbers(n, n + 1), profile=TableProfile(2)).snapshot_id for n in range(publications)]


def expire(lake, *, keep=1, since=SOON, pinned=()):
    return lake.expire(ORDERS, keep=keep, since=since, pinned=pinned)


def left(lake):
    return [line.snapshot_id for line in lake.history(ORDERS)]


def test_a_tag_names_a_snapshot_moves_and_goes(lake, open_lake):
    first, second, *_ = filled(lake)

    assert lake.tag(ORDERS, "audited", first).tags == ("audited",)
    lake.tag(ORDERS, "audited", second)

    assert [line.tags for line in open_lake().history(ORDERS)] == [(), (), ("audited",), ()]
    lake.tag(ORDERS, "audited", None)
    assert not any(line.tags for line in lake.history(ORDERS))
    with pytest.raises(NotFoundError, match="no tag 'audited'"):
        lake.tag(ORDERS, "audited", None)
    with pytest.raises(SettingsError, match="cannot be a tag"):
        lake.tag(ORDERS, "main", first)
    with pytest.raises(NotFoundError, match="no snapshot 7"):
        lake.tag(ORDERS, "audited", 7)


def test_a_dropped_table_is_gone_and_comes_back_with_its_history(lake, open_lake):
    ids = filled(lake)

    assert lake.drop(ORDERS).snapshot_id == ids[-1]

    assert open_lake().catalog().tables == ()
    with pytest.raises(NotFoundError):
        lake.pin(ORDERS)
    assert open_lake().undrop(ORDERS).snapshot_id == ids[-1]
    assert left(lake) == ids[::-1]
    assert rows_of(lake, ids[0]) == [0, 1]
    with pytest.raises(NotFoundError, match="was dropped"):
        lake.undrop(ORDERS)


def test_a_dropped_table_does_not_come_back_over_a_new_one(lake):
    filled(lake)
    lake.drop(ORDERS)
    publish(lake, "new", numbers(7))

    with pytest.raises(LakeError, match=r"there is a table 'raw\.shop\.orders' again"):
        lake.undrop(ORDERS)

    assert rows_of(lake) == [7]
    lake.drop(ORDERS)
    lake.undrop(ORDERS)
    assert rows_of(lake) == [7]


def test_expiry_keeps_what_is_current_tagged_read_recent_or_among_the_latest(lake):
    ids = filled(lake, 6)
    lake.tag(ORDERS, "audited", ids[0])
    lake.rollback(ORDERS, ids[1])

    freed = expire(lake, keep=2, pinned={ids[2]})

    assert left(lake) == [ids[5], ids[4], ids[2], ids[1], ids[0]]
    assert (freed.snapshots, freed.files > 0, freed.bytes > 0) == (1, True, True)
    assert all(rows_of(lake, found) == [n, n + 1] for n, found in enumerate(ids) if n != 3)
    with pytest.raises(NotFoundError):
        lake.pin(ORDERS, ids[3])
    assert expire(lake, keep=1, since=LONG_AGO).snapshots == 0


def test_files_that_a_kept_snapshot_shares_with_an_expired_one_stay(lake):
    first = publish(lake, "r1", numbers(1), numbers(2)).snapshot_id
    _, two = lake.pin(ORDERS).files
    second = publish(lake, "r2", numbers(3), replaces=(two,), based_on=first).snapshot_id
    third = publish(lake, "r3", numbers(4), appends=True, based_on=second).snapshot_id

    freed = expire(lake)

    assert left(lake) == [third]
    assert rows_of(lake) == [1, 3, 4]
    assert freed.snapshots == 2


def test_compaction_joins_small_files_and_says_what_the_table_said(lake):
    schema = {"profile": TableProfile(9), "order_by": ("n desc",), "key": ("n",), "description": "numbers"}
    staged = stage(lake, "r1", *(numbers(n) for n in range(9)))
    facts = {"run_id": "r1", "spec_hash": "abc", "watermarks": "{}"}
    first = lake.publish(ORDERS, staged, Publication(facts, **schema))
    before = lake.catalog().tables[0]

    compacted = lake.compact(ORDERS, run_id="compact-1")

    after = lake.catalog().tables[0]
    assert [row["n"] for row in rows(lake.pin(ORDERS))] == list(range(9))
    assert (compacted.files, compacted.rows, compacted.operation) == (1, 9, "compact")
    assert (after.profile, after.order_by, after.primary_key, after.description, after.schema) == (
        before.profile, before.order_by, before.primary_key, before.description, before.schema)  # fmt: skip
    assert {name: compacted.properties[name] for name in ("spec_hash", "watermarks")} == {
        "spec_hash": "abc", "watermarks": "{}"}  # fmt: skip
    assert rows_of(lake, first.snapshot_id) == list(range(9))
    assert lake.compact(ORDERS, run_id="compact-2") is None
    assert [line.state for line in lake.history(ORDERS)] == [first.snapshot_id] * 2


def test_compaction_gives_files_of_several_schemas_the_current_one(lake):
    base = publish(lake, "r0", pa.table({"n": [0]})).snapshot_id
    publish(lake, "r1", pa.table({"n": [1], "s": ["x"]}), appends=True, based_on=base)
    assert not lake.pin(ORDERS).is_bare

    lake.compact(ORDERS, run_id="compact-1")

    pinned = lake.pin(ORDERS)
    assert pinned.is_bare
    assert sorted(rows(pinned), key=lambda row: row["n"]) == [{"n": 0, "s": None}, {"n": 1, "s": "x"}]


def test_a_sweep_removes_what_nothing_names_and_nothing_else(lake, open_lake):
    ids = filled(lake)
    lake.drop(ORDERS)
    publish(lake, "new", numbers(7))
    stage(lake, "dead", numbers(1))
    alive = stage(lake, "alive", numbers(2))

    young = lake.sweep(before=LONG_AGO, dropped_before=LONG_AGO, alive=[])
    freed = lake.sweep(before=SOON, dropped_before=LONG_AGO, alive=["alive"])
    again = lake.sweep(before=SOON, dropped_before=LONG_AGO, alive=["alive"])

    assert young.files == again.files == 0
    assert freed.files <= 1  # the file of the dead run, where staging lies within the lake
    assert all(Path(file).exists() for file in alive.files)
    assert not Path(alive.prefix).with_name("dead").exists()
    assert rows_of(lake) == [7]
    lake.drop(ORDERS)
    assert lake.undrop(ORDERS).rows == 1
    lake.drop(ORDERS)
    lake.sweep(before=SOON, dropped_before=SOON, alive=[])
    with pytest.raises(NotFoundError):
        open_lake().undrop(ORDERS)
    assert ids
