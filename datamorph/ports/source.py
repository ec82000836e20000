"""Sources: where raw tables come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from datamorph.ports.engine import Report, StagedOutput


class Source(Protocol):
    """Turns data outside the lake into staged Parquet files."""

    def stage(self, location: str, into: str, report: Report, *, nulls: Sequence[str] = ()) -> StagedOutput:
        """Read everything at ``location`` and write it under ``into``, with a discovered schema.

        Args:
            nulls: texts that stand for a missing value where the format has none; the empty field always does.

        Raises:
            SourceError: missing, unreadable, empty, malformed (with the line where it is known).
            StorageFullError: no space left.
        """
        ...
