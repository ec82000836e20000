"""Answers that were given under an Idempotency-Key, so that a request that is sent twice is done once."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

KEPT_S = 86_400.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, at REAL NOT NULL, status INTEGER, body BLOB
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a key; ``status`` is None while the first request is still being answered."""

    request: str
    status: int | None
    body: bytes


class Answers:
    """Keys and answers of a day, in SQLite; opened at first use.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = path, clock
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def claim(self, key: str, request: str) -> Kept | None:
        """Take a key for a request; None when it is new, else what is known of it."""
        with self._mutex:
            connection = self._open()
            connection.execute("DELETE FROM answers WHERE at < ?", (self._clock() - KEPT_S,))
            taken = connection.execute(
                "INSERT INTO answers (key, request, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (key, request, self._clock()),
            )
            if taken.rowcount:
                return None
            row = connection.execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
            return Kept(row[0], row[1], row[2] or b"") if row else Kept(request, None, b"")

    def keep(self, key: str, status: int, body: bytes) -> None:
        """The answer to a claimed key."""
        with self._mutex:
            self._open().execute("UPDATE answers SET status = ?, body = ? WHERE key = ?", (status, body, key))

    def forget(self, key: str) -> None:
        """The request came to nothing: the key may be used again."""
        with self._mutex:
            self._open().execute("DELETE FROM answers WHERE key = ?", (key,))

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            self._connection.executescript(_SCHEMA)
            self._connection.execute("DELETE FROM answers WHERE status IS NULL")  # nobody answers these any more
        return self._connection


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()
