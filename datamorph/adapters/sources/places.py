"""Where files lie that are a source: what the reading of files asks of a place, and the place that is a disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from datamorph.adapters.sources.failures import told
from datamorph.adapters.sources.listing import find_files, fingerprint, measure, piece_name
from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.source_spec import Files
from datamorph.errors import DataMorphError, SourceError
from datamorph.ports import Pending, Piece


@dataclass(frozen=True, slots=True)
class Listing:
    """Files that may have to be loaded, by the names that a record knows them by.

    Attributes:
        is_whole: what is not in it is not there.
        refused: what cannot be told to be a file, with the reason.
    """

    names: Sequence[str]
    is_whole: bool = True
    refused: Mapping[str, DataMorphError] = field(default_factory=dict[str, DataMorphError])


class FilePlace(Protocol):
    """Where files lie."""

    def listing(self, record: LoadRecord) -> Listing:
        """The files that may be new to a record."""
        ...

    def glance(self, record: LoadRecord) -> Pending | None:
        """What seems to wait, where it can be told without a listing; None where it cannot."""
        ...

    def measure(self, name: str) -> LoadedPiece:
        """What is known of a file that is not read."""
        ...

    def is_same(self, name: str, before: LoadedPiece, now: LoadedPiece) -> bool:
        """Whether a file is as it was when it was loaded."""
        ...

    def expect(self, pieces: Sequence[Piece]) -> None:
        """These will be fetched, in this order, and then perhaps all once more."""
        ...

    def fetch(self, piece: Piece, work: Path) -> Path:
        """The file on this machine."""
        ...

    def as_read(self, piece: Piece, file: Path) -> LoadedPiece:
        """What is remembered of a file that was read: its bytes are those that were seen first.

        Raises:
            SourceError: it changed meanwhile.
        """
        ...

    def settle(self, record: LoadRecord) -> None:
        """The table holds what this record says."""
        ...


class LocalFiles:
    """FilePlace of this machine.

    Args:
        home: where relative paths start.
    """

    def __init__(self, files: Files, home: Path) -> None:
        self._files, self._home = files, home.absolute()

    def listing(self, record: LoadRecord) -> Listing:
        """See FilePlace.listing."""
        return Listing([piece_name(path, self._home) for path in find_files(self._files, self._home)])

    def glance(self, record: LoadRecord) -> Pending | None:
        """See FilePlace.glance: a listing costs nothing here."""

    def measure(self, name: str) -> LoadedPiece:
        """See FilePlace.measure.

        Raises:
            SourceError: it cannot be read.
        """
        try:
            return measure(self._home / name)
        except OSError as error:
            raise told(error, self._home / name, name) from error

    def is_same(self, name: str, before: LoadedPiece, now: LoadedPiece) -> bool:
        """See FilePlace.is_same: by size and time of change, else by its bytes."""
        if (before.size, before.changed_ns) == (now.size, now.changed_ns):
            return True
        try:
            return before.sha256 == fingerprint(self._home / name)
        except OSError as error:
            raise told(error, self._home / name, name) from error

    def expect(self, pieces: Sequence[Piece]) -> None:
        """See FilePlace.expect: they are here."""

    def fetch(self, piece: Piece, work: Path) -> Path:
        """See FilePlace.fetch."""
        return self._home / piece.name

    def as_read(self, piece: Piece, file: Path) -> LoadedPiece:
        """See FilePlace.as_read."""
        digest, now = fingerprint(file), measure(file)
        if (now.size, now.changed_ns) != (piece.loaded.size, piece.loaded.changed_ns):
            raise SourceError(f"{piece.name!r} changed while it was read", fix="load it again once it is written")
        return replace(now, sha256=digest)

    def settle(self, record: LoadRecord) -> None:
        """See FilePlace.settle: nobody else remembers."""
