"""The run log in one SQLite file, shared by every process of the machine."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock

from datamorph.adapters.runlog.locks import RunLocks
from datamorph.adapters.runlog.rows import (
    INSERT_EVENT,
    INSERT_RUN,
    INTERRUPTED,
    SCHEMA,
    SELECT_EVENTS,
    SELECT_RUNS,
    UPDATE_RUN,
    change_row,
    check_change,
    event_row,
    last_event,
    read_event,
    read_run,
    run_row,
    utc_now,
)  # fmt: skip
from datamorph.core.run import ACTIVE, Run, RunEvent, RunState
from datamorph.errors import LakeError, NotFoundError, StorageFullError

LOCK_WAIT_S = 30.0


class SqliteRunLog:
    """RunLog port over SQLite in WAL mode; opened at first use, usable from every thread.

    Args:
        path: the database. Locks of active runs are kept in ``<path>.d``.
        now: the clock for runs that ``interrupt_dead`` ends.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self._path, self._now = path.absolute(), now
        self._locks = RunLocks(self._path.with_name(f"{path.name}.d"))
        self._mutex = RLock()
        self._connection: sqlite3.Connection | None = None

    def open(self, run: Run) -> None:
        """See RunLog.open.

        Raises:
            ValueError: there is a run of that id already.
        """
        with self._transaction(run.run_id, run.state) as connection:
            if connection.execute("SELECT 1 FROM runs WHERE run_id = ?", (run.run_id,)).fetchone():
                raise ValueError(f"there is a run {run.run_id!r} already")
            connection.execute(INSERT_RUN, run_row(run))

    def append(self, run_id: str, events: Iterable[RunEvent], change: Run | None = None) -> None:
        """See RunLog.append."""
        with self._transaction(run_id, change.state if change else None) as connection:
            before = _find(connection, run_id)
            if change is not None:
                check_change(before, change)
                connection.execute(UPDATE_RUN, change_row(change))
            connection.executemany(INSERT_EVENT, [event_row(run_id, event) for event in events])

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """See RunLog.runs."""
        with self._connected() as connection:
            rows = connection.execute(f"{SELECT_RUNS} ORDER BY created_at DESC, position DESC LIMIT ?", (most,))
            return [read_run(row) for row in rows]

    def find(self, run_id: str) -> Run:
        """See RunLog.find."""
        with self._connected() as connection:
            return _find(connection, run_id)

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """See RunLog.events."""
        with self._connected() as connection:
            _find(connection, run_id)
            return [read_event(row) for row in connection.execute(SELECT_EVENTS, (run_id, after))]

    def interrupt_dead(self) -> Sequence[Run]:
        """See RunLog.interrupt_dead."""
        with self._connected() as connection:
            rows = connection.execute(f"{SELECT_RUNS} WHERE state IN (?, ?) ORDER BY position", sorted(ACTIVE))
            active = [read_run(row).run_id for row in rows]
        return [run for run_id in active if (run := self._interrupt_if_dead(run_id))]

    def close(self) -> None:
        """Let go of every run that this process holds, and close the database."""
        with self._mutex:
            self._locks.free_all()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _interrupt_if_dead(self, run_id: str) -> Run | None:
        """Whoever can lock an active run knows that its process is gone: owners lock before they record."""
        if not self._locks.try_hold(run_id):
            return None
        try:
            with self._transaction() as connection:
                run = _find(connection, run_id)
                if run.state not in ACTIVE:
                    return None
                ended = replace(run, state=RunState.INTERRUPTED, updated_at=self._now(), reason=INTERRUPTED)
                found = [event for _, event in map(read_event, connection.execute(SELECT_EVENTS, (run_id, 0)))]
                last = last_event(run, found, at=ended.updated_at)
                connection.execute(UPDATE_RUN, change_row(ended))
                connection.execute(INSERT_EVENT, event_row(run_id, last))
                return ended
        finally:
            self._locks.free(run_id)

    @contextmanager
    def _transaction(self, run_id: str = "", state: RunState | None = None) -> Generator[sqlite3.Connection]:
        """One write transaction; a run that becomes active is locked before, one that comes to rest is freed after."""
        with self._connected() as connection:
            is_new_hold = state in ACTIVE and self._locks.hold(run_id)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if is_new_hold:
                    self._locks.free(run_id)
                raise
            if state is not None and state not in ACTIVE:
                self._locks.free(run_id)

    @contextmanager
    def _connected(self) -> Generator[sqlite3.Connection]:
        with self._mutex:
            try:
                if self._connection is None:
                    self._connection = _connect(self._path)
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise _told(error, self._path) from error


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _find(connection: sqlite3.Connection, run_id: str) -> Run:
    row = connection.execute(f"{SELECT_RUNS} WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no run {run_id!r}", fix="list the runs: datamorph runs")
    return read_run(row)


def _told(error: sqlite3.Error | OSError, path: Path) -> StorageFullError | LakeError:
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error):
        return StorageFullError(
            f"no space left for the run log {str(path)!r}", fix=f"free space, see: df -h {path.parent}"
        )
    return LakeError(
        f"the run log {str(path)!r} cannot be used: {error}",
        fix="move the file away to start a new one, or restore it from a backup",
    )
