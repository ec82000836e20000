"""The upkeep of a lake: what it may forget, and what stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from datamorph.core.table import TableRef
from datamorph.ports.lake import Snapshot


@dataclass(frozen=True, slots=True)
class Freed:
    """What housekeeping has removed."""

    snapshots: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: Freed) -> Freed:
        return Freed(self.snapshots + other.snapshots, self.files + other.files, self.bytes + other.bytes)


class Upkeep(Protocol):
    """Housekeeping of a lake; readers and runs notice nothing of it. Every lake does it."""

    def tag(self, ref: TableRef, name: str, snapshot_id: int | None) -> Snapshot | None:
        """Name a snapshot, which then never expires; a name that is taken moves. None takes the name away.

        Raises:
            NotFoundError: no such table, snapshot, or tag to take away.
        """
        ...

    def drop(self, ref: TableRef) -> Snapshot:
        """Take a table out of the catalog, and return the state it had. Its files stay, so it can come back."""
        ...

    def undrop(self, ref: TableRef) -> Snapshot:
        """Bring back the table of that name that was dropped last, with its history.

        Raises:
            NotFoundError: none was dropped, or too long ago.
            LakeError: there is a table of that name again.
        """
        ...

    def compact(self, ref: TableRef, *, run_id: str) -> Snapshot | None:
        """Write many small files into few, in one commit; None where it is not worth it.

        Raises:
            PublishConflictError: another writer published meanwhile; the table is as that one left it.
        """
        ...

    def expire(self, ref: TableRef, *, keep: int, since: datetime, pinned: Collection[int]) -> Freed:
        """Forget old publications, and remove the files that only they needed.

        The current one, tagged ones, the latest ``keep``, those that were current at ``since`` or later and those
        in ``pinned`` stay.
        """
        ...

    def sweep(self, *, before: datetime, dropped_before: datetime, alive: Collection[str]) -> Freed:
        """Remove files that no table names and that did not change since ``before``.

        Args:
            before: no later than the start of any living run: what a commit writes has no name until it is done.
            dropped_before: tables that were dropped before then are given up.
            alive: ids of runs whose staged files are left alone.
        """
        ...
