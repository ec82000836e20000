"""A raw table as it is before a load: its snapshot, its statistics, and what it has loaded so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from datamorph.core.load_record import LoadRecord, parse_record
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.errors import LakeError, NotFoundError
from datamorph.platform.ports import Ports


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A raw table at its current snapshot.

    Attributes:
        pinned: None where there is no table yet.
    """

    ref: TableRef
    pinned: PinnedTable | None
    record: LoadRecord

    @property
    def snapshot_id(self) -> int:
        """0 where there is no table yet."""
        return self.pinned.snapshot_id if self.pinned else 0

    def files_of(self, parts: Sequence[str]) -> tuple[str, ...] | None:
        """The data files of these parts; None where they were joined with others since."""
        wanted = set(parts) - {""}
        found = tuple(file for file in (self.pinned.files if self.pinned else ()) if part_of(file) in wanted)
        return found if len(found) == len(wanted) else None


def part_of(file: str) -> str:
    """The name that a data file keeps when the lake writes it anew: up to the first dot."""
    return PurePath(file).name.partition(".")[0]


def read_table(ports: Ports, ref: TableRef, *, needs_record: bool = True) -> LoadedTable:
    """The table as it is now.

    Args:
        needs_record: False where the table will be loaded from the beginning.

    Raises:
        LakeError: its record is not readable.
    """
    try:
        pinned = ports.lake.pin(ref)
    except NotFoundError:
        return LoadedTable(ref, None, LoadRecord())
    try:
        record = parse_record(ports.lake.record(ref))
    except (LakeError, ValueError) as error:
        if not needs_record:
            return LoadedTable(ref, pinned, LoadRecord())
        fix = f"load it from the beginning: datamorph load {ref} --full"
        raise LakeError(f"what {ref} has loaded so far is not readable: {error}", fix=fix) from error
    return LoadedTable(ref, pinned, record)
