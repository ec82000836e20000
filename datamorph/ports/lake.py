"""Lakes: where staged files become tables."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from datamorph.core.catalog import Catalog, TableProfile
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.ports.engine import StagedOutput

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of a table.

    Attributes:
        published_at: when it became current, UTC.
        operation: Iceberg's word: ``append``, ``overwrite``, ``delete``.
        properties: ``run_id`` and whatever else the publisher recorded, as text.
        tags: names that people gave to it; a tagged snapshot never expires.
        state: the snapshot that first had these rows: another one where files were only joined since.
        is_undone: a rollback left it behind; the current rows are not made from its.
        current_since: when it became what readers see, oldest first: at its publication, and at each rollback to it;
            but for times before the latest that has expired.
    """

    snapshot_id: int
    published_at: datetime
    operation: str
    rows: int
    files: int
    is_current: bool
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: tuple[str, ...] = ()
    state: int = 0
    is_undone: bool = False
    current_since: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What goes into one commit besides the files.

    Attributes:
        properties: text for the snapshot: ``run_id``, ``spec_hash`` ...
        order_by: the order that readers should see, such as ``("flights desc", "origin")``; a table
            itself has none, so it is kept as a table property.
        key: columns that identify a row; becomes the table's primary key in the catalog.
        appends: add the rows to those that are there, instead of replacing them.
        based_on: the snapshot that the rows were computed from (0: there was no table); publishing is refused
            when another one is current by then. None asks for nothing.
        replaces: files, as ``based_on`` was pinned, whose rows the new ones take the place of; the others stay as
            they are. None: all of them.
        over: the snapshot whose files stay, where it is not the current one (0: none stays).
        record: what the table has loaded so far, as text that is kept with the snapshot; see ``Lake.record``.
    """

    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    profile: TableProfile = field(default_factory=TableProfile)
    description: str | None = None
    order_by: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    appends: bool = False
    based_on: int | None = None
    replaces: tuple[str, ...] | None = None
    over: int | None = None
    record: str = ""

    @property
    def keeps_files(self) -> bool:
        """Files of an earlier snapshot stay."""
        return (self.appends or self.replaces is not None) and self.over != 0


class Lake(Protocol):
    """Keeps the published tables: Iceberg over SQLite in a folder, over Glue on S3."""

    def catalog(self) -> Catalog:
        """All published tables with the profile of their current snapshot, in order of reference."""
        ...

    def pin(self, ref: TableRef, snapshot_id: int | None = None) -> PinnedTable:
        """The table at a snapshot (the current one by default), as plain Parquet files.

        Where bare files would not hold exactly the snapshot's rows (delete files, files older than a
        schema change), they are written anew to a place of their own first.

        Raises:
            NotFoundError: no such table or snapshot, with the nearest names.
        """
        ...

    def files_holding(self, pinned: PinnedTable, values: pa.Table) -> tuple[str, ...]:
        """The pinned files that hold at least one row with the values of some row of ``values``.

        Args:
            pinned: a snapshot whose files are the table's own (``is_bare``).
            values: wanted values, in columns named like the table's.
        """
        ...

    def staging_prefix(self, ref: TableRef, run_id: str) -> str:
        """A fresh folder on this machine for one run's files, which publishing adopts.

        In a local lake it lies inside the table's data folder, so that nothing is copied: an unreferenced file
        there is invisible to readers. To a lake on S3 the files are uploaded when they are published.
        """
        ...

    def staging_uri(self, ref: TableRef, prefix: str) -> str:
        """Where an engine elsewhere writes what belongs into that folder; empty for a lake on this machine."""
        ...

    def publish(self, ref: TableRef, staged: StagedOutput, publication: Publication) -> Snapshot:
        """Replace the table's rows by the staged files, or add to them, in one commit; create it when it is new.

        Readers see the old rows or the new ones, never a mixture and never none. Publishing the same
        ``run_id`` again changes nothing and returns its snapshot.

        Raises:
            PublishConflictError: other writers won every attempt, or one changed what the rows are based on.
            StorageFullError: no space left for the metadata; the table is unchanged.
        """
        ...

    def history(self, ref: TableRef) -> Sequence[Snapshot]:
        """Every published state that is still kept, newest first; one line per publication."""
        ...

    def profiles(self, ref: TableRef, *, most: int = 30) -> Sequence[TableProfile]:
        """Profiles of the latest publications that are still kept, newest first.

        Those without one are left out, and those that a rollback left behind: the past led to the rows of today.

        Raises:
            NotFoundError: no such table.
        """
        ...

    def record(self, ref: TableRef) -> str:
        """The record that the current snapshot was published with; empty without one, or without a table."""
        ...

    def rollback(self, ref: TableRef, snapshot_id: int) -> Snapshot:
        """Make an earlier snapshot current again. Later ones stay in the history.

        Raises:
            NotFoundError: no such table, or no such snapshot of it.
        """
        ...
