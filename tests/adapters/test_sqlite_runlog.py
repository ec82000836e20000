"""What may happen to the run log's file."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest

from datamorph.adapters.runlog.sqlite import SqliteRunLog
from datamorph.core.run import Run, RunState
from datamorph.errors import LakeError, StorageFullError

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
RUN = Run("r1", "p", RunState.PLANNING, NOON, NOON)


def test_nothing_is_written_before_the_log_is_used(tmp_path):
    SqliteRunLog(tmp_path / "sub" / "runs.db")

    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ended_leaves_no_lock_file(tmp_path):
    log = SqliteRunLog(tmp_path / "runs.db")
    log.open(RUN)
    held = list((tmp_path / "runs.db.d").iterdir())

    log.append("r1", [], Run("r1", "p", RunState.FAILED, NOON, NOON))

    assert [path.name for path in held] == ["r1.lock"]
    assert list((tmp_path / "runs.db.d").iterdir()) == []


def test_the_time_of_an_interruption_is_the_clock_s(tmp_path):
    first = SqliteRunLog(tmp_path / "runs.db")
    first.open(RUN)
    first.close()

    (run,) = SqliteRunLog(tmp_path / "runs.db", now=lambda: NOON + dt.timedelta(hours=1)).interrupt_dead()

    assert (run.created_at, run.updated_at) == (NOON, NOON + dt.timedelta(hours=1))


@pytest.mark.parametrize("name", ["runs.db", "blocked/runs.db"])
def test_a_log_that_cannot_be_used_is_said(tmp_path, name):
    (tmp_path / "blocked").write_text("a file")
    (tmp_path / "runs.db").write_bytes(b"not a database" * 1000)

    with pytest.raises(LakeError, match=r"runs\.db") as caught:
        SqliteRunLog(tmp_path / name).runs()

    assert caught.value.fix


def test_a_full_disk_is_said_and_the_log_stays_as_it_was(tmp_path):
    log = SqliteRunLog(tmp_path / "runs.db")
    log.open(RUN)
    limit_pages(log)

    with pytest.raises(StorageFullError, match="no space left"):
        log.open(Run("r2", "x" * 1_000_000, RunState.PLANNING, NOON, NOON))

    assert log.runs() == [RUN]
    assert [path.name for path in (tmp_path / "runs.db.d").iterdir()] == ["r1.lock"]


def limit_pages(log: SqliteRunLog) -> None:
    """SQLite's own way to run out of space, with the error that a full disk gives."""
    connection = log._connection
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("PRAGMA max_page_count = 20")
