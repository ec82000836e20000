"""The run log in PostgreSQL, shared by every process of every machine.

Who is alive is told by session-level advisory locks: the server frees them when a process dies, or is cut off.
"""

# psycopg2 ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportMissingModuleSource=false

from __future__ import annotations

import hashlib
import os
import re
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from datamorph.adapters.runlog.rows import (
    INTERRUPTED,
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
from datamorph.errors import LakeError, NotFoundError

CONNECT_S = 10
WAIT_S = 1.0
"""How long a probe of another process, which holds a lock for a moment, is waited for."""
_COLUMNS = 'run_id, prompt, state, created_at, updated_at, pipeline, "table", reason'
_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.runs (
    position BIGSERIAL PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, prompt TEXT NOT NULL, state TEXT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL, updated_at TEXT NOT NULL,
    pipeline TEXT NOT NULL, "table" TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS runs_by_state ON {schema}.runs (state);
CREATE INDEX IF NOT EXISTS runs_by_time ON {schema}.runs (created_at);
CREATE TABLE IF NOT EXISTS {schema}.events (
    run_id TEXT NOT NULL REFERENCES {schema}.runs (run_id), sequence BIGINT NOT NULL, stage TEXT NOT NULL,
    kind TEXT NOT NULL, at TEXT NOT NULL, duration_s DOUBLE PRECISION, facts TEXT NOT NULL,
    PRIMARY KEY (run_id, sequence)
);
"""
_logs: weakref.WeakSet[PostgresRunLog] = weakref.WeakSet()


class PostgresRunLog:
    """RunLog port over PostgreSQL; connects at first use, usable from every thread.

    Args:
        url: ``postgresql://user:password@host/database``.
        renewed: asks for the address again, where the server does not take its password any more.
        schema: of its tables, apart from everything else in the database; made at first use.
        now: the clock for runs that ``interrupt_dead`` ends.
    """

    def __init__(
        self, url: str, *, renewed: Callable[[], str] | None = None, schema: str = "datamorph",
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._url, self._renewed, self._schema, self._now = url, renewed, schema, now
        self._mutex = RLock()
        self._connection: Any = None
        self._held: set[str] = set()
        _logs.add(self)

    def open(self, run: Run) -> None:
        """See RunLog.open.

        Raises:
            ValueError: there is a run of that id already.
        """
        with self._transaction(run.run_id, run.state) as cursor:
            slots = ", ".join(["%s"] * 8)
            sql = f"INSERT INTO {self._schema}.runs ({_COLUMNS}) VALUES ({slots}) ON CONFLICT (run_id) DO NOTHING"
            cursor.execute(sql, _texts(run_row(run)))
            if cursor.rowcount == 0:
                raise ValueError(f"there is a run {run.run_id!r} already")

    def append(self, run_id: str, events: Iterable[RunEvent], change: Run | None = None) -> None:
        """See RunLog.append."""
        with self._transaction(run_id, change.state if change else None) as cursor:
            before = self._find(cursor, run_id, "FOR UPDATE")
            if change is not None:
                check_change(before, change)
                self._update(cursor, change)
            for event in events:
                self._insert(cursor, run_id, event)

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """See RunLog.runs."""
        with self._transaction() as cursor:
            order = "ORDER BY created_at DESC, position DESC LIMIT %s"
            cursor.execute(f"SELECT {_COLUMNS} FROM {self._schema}.runs {order}", (most,))
            return [read_run(row) for row in cursor.fetchall()]

    def find(self, run_id: str) -> Run:
        """See RunLog.find."""
        with self._transaction() as cursor:
            return self._find(cursor, run_id)

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """See RunLog.events."""
        with self._transaction() as cursor:
            self._find(cursor, run_id)
            return self._events(cursor, run_id, after)

    def interrupt_dead(self) -> Sequence[Run]:
        """See RunLog.interrupt_dead."""
        with self._transaction() as cursor:
            where = "WHERE state = ANY(%s) ORDER BY position"
            cursor.execute(f"SELECT run_id FROM {self._schema}.runs {where}", ([state.value for state in ACTIVE],))
            active = [str(row[0]) for row in cursor.fetchall()]
        return [run for run_id in active if (run := self._interrupt_if_dead(run_id))]

    def close(self) -> None:
        """Let go of every run that this process holds, and close the connection."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._held.clear()

    def forget(self) -> None:
        """Drop the connection that a forked child has inherited, without a word to the server: it is the parent's."""
        if self._connection is not None:
            with suppress(OSError):
                os.close(self._connection.fileno())
            _inherited.append(self._connection)
        self._connection, self._mutex = None, RLock()
        self._held.clear()

    def _interrupt_if_dead(self, run_id: str) -> Run | None:
        """Whoever can lock an active run knows that its process is gone: owners lock before they record."""
        with self._mutex:
            if run_id in self._held or not self._try_hold(run_id):
                return None
            try:
                with self._transaction() as cursor:
                    run = self._find(cursor, run_id, "FOR UPDATE")
                    if run.state not in ACTIVE:
                        return None
                    ended = replace(run, state=RunState.INTERRUPTED, updated_at=self._now(), reason=INTERRUPTED)
                    events = [event for _, event in self._events(cursor, run_id, 0)]
                    self._update(cursor, ended)
                    self._insert(cursor, run_id, last_event(run, events, at=ended.updated_at))
                    return ended
            finally:
                self._free(run_id)

    def _hold(self, run_id: str) -> bool:
        deadline = time.monotonic() + WAIT_S
        while run_id not in self._held:
            if self._try_hold(run_id):
                return True
            if time.monotonic() > deadline:
                raise ValueError(f"run {run_id!r} belongs to another process")
            time.sleep(0.01)
        return False

    def _try_hold(self, run_id: str) -> bool:
        with self._cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(self._schema, run_id),))
            is_held = bool(cursor.fetchone()[0])
        if is_held:
            self._held.add(run_id)
        return is_held

    def _free(self, run_id: str) -> None:
        if run_id in self._held:
            self._held.discard(run_id)
            with self._cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (_lock_key(self._schema, run_id),))

    @contextmanager
    def _transaction(self, run_id: str = "", state: RunState | None = None) -> Generator[Any]:
        """One transaction; a run that becomes active is locked before, one that comes to rest is freed after."""
        with self._mutex:
            is_new_hold = state in ACTIVE and self._hold(run_id)
            try:
                with self._cursor() as cursor:
                    yield cursor
            except BaseException:
                if is_new_hold:
                    self._free(run_id)
                raise
            if state is not None and state not in ACTIVE:
                self._free(run_id)

    @contextmanager
    def _cursor(self) -> Generator[Any]:
        import psycopg2

        try:
            if self._connection is None or self._connection.closed:
                self._connect()
            connection: Any = self._connection
            with connection, connection.cursor() as cursor:
                yield cursor
        except psycopg2.Error as error:
            problem = f"the run log at {_shown(self._url)} cannot be used: {_told(self._url, error)}"
            raise LakeError(problem, fix="start the database, or correct the setting database_url") from error

    def _connect(self) -> None:
        """Connect, and hold again what this process held before it was cut off."""
        connection = self._connection = self._connected()
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_lock_key(self._schema, ""),))
            cursor.execute(_SCHEMA.format(schema=self._schema))
            for run_id in self._held:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(self._schema, run_id),))

    def _connected(self) -> Any:
        import psycopg2

        given: dict[str, Any] = {"connect_timeout": CONNECT_S, "application_name": "datamorph"}
        try:
            return psycopg2.connect(self._url, **given)
        except psycopg2.OperationalError as error:
            if self._renewed is None or "authentication failed" not in str(error):
                raise
            self._url = self._renewed()
            return psycopg2.connect(self._url, **given)

    def _find(self, cursor: Any, run_id: str, lock: str = "") -> Run:
        cursor.execute(f"SELECT {_COLUMNS} FROM {self._schema}.runs WHERE run_id = %s {lock}", (run_id,))
        row = cursor.fetchone()
        if row is None:
            raise NotFoundError(f"there is no run {run_id!r}", fix="list the runs: datamorph runs")
        return read_run(row)

    def _events(self, cursor: Any, run_id: str, after: int) -> list[tuple[int, RunEvent]]:
        columns = "sequence, stage, kind, at, duration_s, facts"
        where = "WHERE run_id = %s AND sequence > %s ORDER BY sequence"
        cursor.execute(f"SELECT {columns} FROM {self._schema}.events {where}", (run_id, after))
        return [read_event(row) for row in cursor.fetchall()]

    def _update(self, cursor: Any, change: Run) -> None:
        columns = 'prompt = %s, state = %s, updated_at = %s, pipeline = %s, "table" = %s, reason = %s'
        cursor.execute(f"UPDATE {self._schema}.runs SET {columns} WHERE run_id = %s", _texts(change_row(change)))

    def _insert(self, cursor: Any, run_id: str, event: RunEvent) -> None:
        columns = "run_id, sequence, stage, kind, at, duration_s, facts"
        found = f"SELECT %s, 1 + coalesce(max(sequence), 0), %s, %s, %s, %s, %s FROM {self._schema}.events"
        sql = f"INSERT INTO {self._schema}.events ({columns}) {found} WHERE run_id = %s"
        cursor.execute(sql, (*event_row(run_id, event), run_id))


_inherited: list[Any] = []
"""Connections of a parent process: kept, so that their end says nothing to the server."""


def _texts(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """PostgreSQL keeps no NUL in text."""
    return tuple(value.replace("\0", "�") if isinstance(value, str) else value for value in row)


def _lock_key(schema: str, run_id: str) -> int:
    digest = hashlib.sha256(f"datamorph run log {schema} {run_id}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _shown(url: str) -> str:
    """The address without its password."""
    return re.sub(r"(?i)(password=)[^&]*", r"\1...", re.sub(r"://([^:/@]*):.*@", r"://\1@", url))


def _told(url: str, error: Exception) -> str:
    """What the driver says, unless it may quote a part of a password that it took for something else."""
    password = re.match(r"\w+://[^:/@]*:(.*)@", url)
    if password and re.search(r"[@/]", password[1]):
        return "its password has an @ or a /, which a URL takes as %40 and %2F"
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _forget_in_child() -> None:
    for log in list(_logs):
        log.forget()


os.register_at_fork(after_in_child=_forget_in_child)
