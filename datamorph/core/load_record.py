"""What a raw table has loaded so far. It is kept with the snapshot, so rows and record change in one commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Cursor: TypeAlias = str | int | float | None

VERSION = 1


@dataclass(frozen=True, slots=True)
class LoadedPiece:
    """A file whose rows are in the table.

    Attributes:
        size: bytes.
        changed_ns: time of its last change, in nanoseconds since 1970.
        sha256: of its bytes.
        rows: in the table.
        bad: lines that were set apart.
        run_id: of the load.
        part: name of the data file that holds its rows, up to the first dot.
        version: what a store of objects calls these bytes; empty for a file.
    """

    size: int = 0
    changed_ns: int = 0
    sha256: str = ""
    rows: int = 0
    bad: int = 0
    run_id: str = ""
    part: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """All that was loaded.

    Attributes:
        reading: hash of the options that it was read with.
        pieces: file, as it is named, to what was loaded of it.
        cursor: largest value of the cursor column, as text; None without one.
    """

    reading: str = ""
    pieces: Mapping[str, LoadedPiece] = field(default_factory=dict[str, LoadedPiece])
    cursor: str | None = None

    @property
    def rows(self) -> int:
        """Rows of all pieces."""
        return sum(piece.rows for piece in self.pieces.values())

    @property
    def bad(self) -> int:
        """Lines of all pieces that were set apart."""
        return sum(piece.bad for piece in self.pieces.values())

    def to_text(self) -> str:
        """The record as one line."""
        data = {"version": VERSION, "reading": self.reading, "cursor": self.cursor,
                "pieces": {name: _plain(piece) for name, piece in self.pieces.items()}}  # fmt: skip
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _plain(piece: LoadedPiece) -> dict[str, Any]:
    found = asdict(piece)
    if not piece.version:
        del found["version"]  # programs that know no versions read it, too
    return found


def parse_record(text: str) -> LoadRecord:
    """Read a record; an empty one from an empty text.

    Raises:
        ValueError: it is no record, or one of a newer version.
    """
    if not text:
        return LoadRecord()
    try:
        data: dict[str, Any] = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"it has version {data['version']}, this reads {VERSION}")
        pieces = {name: LoadedPiece(**piece) for name, piece in data["pieces"].items()}
        return LoadRecord(data["reading"], pieces, data["cursor"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no record of loads: {error!r}") from error
