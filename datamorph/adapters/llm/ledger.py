"""The day's spending in one SQLite file, shared by every process of the machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from datamorph.errors import BudgetError

LOCK_WAIT_S = 30.0
SCHEMA = "CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, day TEXT NOT NULL, usd REAL NOT NULL, settled INTEGER)"
_SUM = "SELECT COALESCE(SUM(usd), 0) FROM calls WHERE day = ?"


class SqliteLedger:
    """SpendingLedger port; a call that was never settled counts with what was set aside for it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def reserve(self, day: date, usd: float, *, cap: float) -> str:
        """See SpendingLedger.reserve."""
        reservation = uuid4().hex
        with self._transaction() as connection:
            spent = float(connection.execute(_SUM, (day.isoformat(),)).fetchone()[0])
            if spent + usd > cap:
                raise BudgetError(
                    f"the language model has cost {spent:.4f} USD today, this call could cost {usd:.4f} more, and "
                    f"llm_usd_per_day is {cap:g}",
                    fix="raise llm_usd_per_day, or go on tomorrow (UTC)",
                )
            connection.execute("INSERT INTO calls VALUES (?, ?, ?, 0)", (reservation, day.isoformat(), usd))
        return reservation

    def settle(self, reservation: str, usd: float) -> None:
        """See SpendingLedger.settle."""
        with self._transaction() as connection:
            connection.execute("UPDATE calls SET usd = ?, settled = 1 WHERE id = ?", (usd, reservation))

    def spent(self, day: date) -> float:
        """See SpendingLedger.spent."""
        with self._transaction() as connection:
            return float(connection.execute(_SUM, (day.isoformat(),)).fetchone()[0])

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=LOCK_WAIT_S, isolation_level=None)
            try:
                connection.execute(SCHEMA)
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # rolls an open transaction back
        except (sqlite3.Error, OSError) as error:
            raise BudgetError(
                f"what was spent today is not known: {self._path.name} cannot be used: {error}",
                fix="make its folder writable, or move the file away",
            ) from error
