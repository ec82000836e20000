"""Sources: where raw tables come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.table import TableSchema
from datamorph.errors import DataMorphError
from datamorph.ports.engine import Report


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that is loaded as a whole or not at all: a file, what a query yields.

    Attributes:
        name: under which the table's record remembers it.
        write: ``piece``: its rows take the place of those that it had before; ``all``: they are the whole table;
            ``merge``: they take the place of rows with the same key.
        loaded: what is known of it before it is read.
    """

    name: str
    write: Literal["piece", "all", "merge"] = "piece"
    loaded: LoadedPiece = field(default_factory=LoadedPiece)


@dataclass(frozen=True, slots=True)
class Pending:
    """What there is to load.

    Attributes:
        pieces: in the order in which their rows go into the table.
        refused: pieces that cannot be loaded, with the reason, by name.
        gone: pieces of the record that are not there any more; their rows stay.
    """

    pieces: tuple[Piece, ...] = ()
    refused: Mapping[str, DataMorphError] = field(default_factory=dict[str, DataMorphError])
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovered:
    """The columns that a piece has, with the types that every row shows; ``void`` where there is no value.

    Attributes:
        key: columns that identify a row, where the source knows them.
    """

    schema: TableSchema
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedPiece:
    """A piece as Parquet files.

    Attributes:
        file: its rows, with the columns that were asked for.
        apart: Parquet file of the lines that could not be read (``_file``, ``_line``, ``_reason``, ``_text``); empty
            where there are none.
        loaded: what the table's record remembers of it.
        cursor: largest value of the cursor column, as text.
    """

    file: str
    bytes: int
    loaded: LoadedPiece
    apart: str = ""
    cursor: str | None = None


class Source(Protocol):
    """Data outside the lake, in pieces, that becomes Parquet files."""

    def pending(self, record: LoadRecord) -> Pending:
        """What there is to load, given what was.

        Raises:
            SourceError: the place cannot be reached, or there is nothing at all.
        """
        ...

    def glance(self, record: LoadRecord) -> Pending:
        """About the same, as cheaply as it can be told and without taking anything: for those who ask often."""
        ...

    def settle(self, record: LoadRecord) -> None:
        """The table holds what this record says: others that remember what is to be loaded may forget it now.

        Raises:
            SourceError: they could not be told; what was loaded is loaded all the same.
        """
        ...

    def discover(self, piece: Piece, work: str, report: Report) -> Discovered:
        """The columns of a piece, from all of its rows. ``work`` is a folder for what is in between.

        Raises:
            SourceError: missing, unreadable, empty, malformed (with the line where it is known).
            StorageFullError: no space left.
        """
        ...

    def stage(self, piece: Piece, columns: TableSchema, into: str, report: Report) -> StagedPiece:
        """Write all rows of a discovered piece as the Parquet file ``into``, with these columns in this order.

        Args:
            columns: of the table; those that the piece lacks are NULL.

        Raises:
            SourceError: see ``discover``; also when the piece changed since.
            StorageFullError: no space left; no half file stays.
        """
        ...
