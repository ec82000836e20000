"""Tags, drops, expiry and sweeps through the platform: what a living run needs is never removed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from datamorph.core.run import Run, RunState
from datamorph.errors import NotFoundError
from datamorph.platform.ports import Ports

TABLE = "raw.shop.orders"


def reload(platform, home, amount):
    text = f"order_id,customer_id,ordered_on,status,amount\n1,1,2024-01-01,open,{amount}\n"
    (home.parent / "orders.csv").write_text(text)
    return platform.load(home.parent / "orders.csv", TABLE)


def test_a_query_reads_as_of_a_tag_a_snapshot_or_a_time(platform, home):
    (before,) = platform.history(TABLE)
    platform.tag(TABLE, "year_end")
    reload(platform, home, 7)
    sql = f"SELECT COUNT(*) AS n FROM {TABLE}"

    counts = [platform.query(sql, as_of=as_of).to_pylist()[0]["n"] for as_of in (
        None, "year_end", str(before.snapshot_id), before.published_at.isoformat(), "2999-01-01")]  # fmt: skip

    assert counts == [1, 5, 5, 5, 1]
    joined = f"SELECT COUNT(*) AS n FROM {TABLE} JOIN raw.shop.customers USING (customer_id)"
    assert platform.query(joined, as_of="year_end").to_pylist() == [{"n": 4}]
    with pytest.raises(NotFoundError, match="its history begins at"):
        platform.query(sql, as_of="2001-01-01")
    with pytest.raises(NotFoundError, match="no snapshot or tag 'nothing'"):
        platform.query(sql, as_of="nothing")


def test_a_time_means_what_readers_saw_then_rollbacks_included(platform, home):
    (first,) = platform.history(TABLE)
    reload(platform, home, 7)
    wrong = platform.history(TABLE)[0]
    platform.rollback(TABLE, first.snapshot_id)
    back = next(line for line in platform.history(TABLE) if line.is_current)

    def rows_at(moment):
        return platform.query(f"SELECT COUNT(*) AS n FROM {TABLE}", as_of=moment.isoformat()).to_pylist()[0]["n"]

    assert len(back.current_since) == 2
    assert [rows_at(moment) for moment in (first.published_at, wrong.published_at, back.current_since[1])] == [5, 1, 5]
    assert rows_at(back.current_since[1] + timedelta(days=1)) == 5


def test_a_time_whose_snapshot_has_expired_is_told_and_never_answered_with_an_older_one(platform, home):
    platform.tag(TABLE, "first")
    for amount in (7, 8):
        reload(platform, home, amount)
    latest, gone, first = platform.history(TABLE)
    sql = f"SELECT SUM(amount) AS n FROM {TABLE}"

    platform.expire(TABLE, keep=1, days=0)

    assert [line.snapshot_id for line in platform.history(TABLE)] == [latest.snapshot_id, first.snapshot_id]
    for line in (gone, first):
        with pytest.raises(NotFoundError, match="its history begins at"):
            platform.query(sql, as_of=line.published_at.isoformat())
    assert platform.query(sql, as_of=latest.published_at.isoformat()).to_pylist() == [{"n": 8}]
    assert float(platform.query(sql, as_of="first").to_pylist()[0]["n"]) == 1215.75


def test_what_a_plan_or_a_living_run_reads_does_not_expire(platform, totals, home):
    plan = platform.plan_spec(totals)
    (first,) = platform.history(TABLE)
    for amount in (1, 2, 3):
        reload(platform, home, amount)

    freed = platform.expire(TABLE, keep=1, days=0)[TABLE]

    assert freed.snapshots == 2
    assert [line.snapshot_id for line in platform.history(TABLE)][1:] == [first.snapshot_id]
    assert platform.run(plan).rows == 2


def test_staged_files_of_the_dead_go_and_those_of_the_living_stay(platform, spec_of):
    ports = Ports(platform.settings)
    (ref,) = [table.ref for table in platform.tables() if str(table.ref) == TABLE]
    now = ports.now()
    staged = {}
    for run_id, state in (("alive", RunState.RUNNING), ("dead", RunState.FAILED)):
        staged[run_id] = Path(ports.lake.staging_prefix(ref, run_id)) / "part.parquet"
        staged[run_id].parent.mkdir()
        staged[run_id].write_bytes(b"rows")
        ports.log.open(Run(run_id, "p", state, now - timedelta(days=9), now, table=TABLE))

    kept = platform.sweep()
    platform.sweep(days=-1)

    assert kept.files == 0
    assert staged["alive"].exists()
    assert platform.read(TABLE).num_rows == 5
    ports.log.append("alive", [], Run("alive", "p", RunState.FAILED, now, now, table=TABLE))
    assert platform.sweep(days=-1).files == 2
    assert not any(path.exists() for path in staged.values())


def test_a_dropped_table_comes_back_with_its_history(platform):
    before = platform.history(TABLE)

    platform.drop("orders")
    with pytest.raises(NotFoundError):
        platform.read(TABLE)

    assert platform.undrop(TABLE).snapshot_id == before[0].snapshot_id
    assert platform.history(TABLE) == before
