"""The log of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from datamorph.core.run import Run, RunEvent


class RunLog(Protocol):
    """The record of every run. What ``append`` returned from survives a killed process."""

    def open(self, run: Run) -> None:
        """Record a new run and hold it for this process until it ends or the process dies."""
        ...

    def append(self, run_id: str, events: Iterable[RunEvent], change: Run | None = None) -> None:
        """Add events and, in the same transaction, the run's new state.

        Raises:
            ValueError: the state may not follow the recorded one (``core.run.TRANSITIONS``).
        """
        ...

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """The latest runs, newest first."""
        ...

    def find(self, run_id: str) -> Run:
        """One run by its id, without a look at any other.

        Raises:
            NotFoundError: no such run.
        """
        ...

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """Events of a run with their sequence numbers (from 1, without gaps), after the given one.

        Raises:
            NotFoundError: no such run.
        """
        ...

    def interrupt_dead(self) -> Sequence[Run]:
        """Mark active runs whose process is gone as interrupted, and return them."""
        ...
