"""Rows that come one after the other, kept as JSON lines until all are there: then they are a file like any other."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import duckdb

from datamorph.adapters.sources.fields import VIEW, write_rows
from datamorph.adapters.sources.files import FileSource
from datamorph.adapters.sources.listing import measure
from datamorph.adapters.sources.places import LocalFiles
from datamorph.core.load_record import LoadedPiece
from datamorph.core.source_spec import Files
from datamorph.core.table import TableSchema
from datamorph.errors import SourceError
from datamorph.ports import Discovered, Piece, Report, StagedPiece


class Spool:
    """The rows of one piece.

    Args:
        name: what errors call the place that they come from.
        key: columns that identify a row; of rows with the same key the last one stays.
        cursor: column whose largest value is remembered.
    """

    def __init__(self, name: str, *, key: Sequence[str], cursor: str | None, types: Mapping[str, str]) -> None:
        self._name, self._key, self._column, self._types = name, tuple(key), cursor, dict(types)
        self._file: Path | None = None
        self._reader: FileSource | None = None
        self._largest: Any = None
        self._rows = 0

    def fill(self, rows: Iterable[object], work: Path, report: Report) -> None:
        """Take all rows.

        Raises:
            SourceError: one is no object, or its cursor is of another kind than those before.
        """
        work.mkdir(parents=True, exist_ok=True)
        self._file, last = work / "rows.jsonl", dict[str, int]()
        with self._file.open("w", encoding="utf-8") as lines:
            for number, found in enumerate(rows):
                if not isinstance(found, dict):
                    problem = f"{self._name}: row {number + 1} is no object: {found!r:.80}"
                    raise SourceError(problem, fix="say where the list of rows is: rows: data.items")
                row = cast("dict[str, Any]", found)
                self._note(row)
                if self._key:
                    last[json.dumps([row.get(name) for name in self._key], default=_plain)] = number
                lines.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
                self._rows = number + 1
                if self._rows % 10_000 == 0:
                    report("read", {"rows": self._rows})
        if self._key and len(last) < self._rows:
            self._keep_only(set(last.values()))

    def discover(self, work: Path, report: Report) -> Discovered:
        """Columns of the rows; none where there is no row."""
        if not self._rows or self._file is None:
            return Discovered(TableSchema(()), self._key)
        files = Files(path=str(self._file), format="jsonl", types=self._types, bad_lines="refuse")
        self._reader = FileSource(files, LocalFiles(files, self._file.parent))
        found = self._reader.discover(self._piece(), str(work / "reading"), report)
        return Discovered(found.schema, self._key)

    def stage(self, piece: Piece, columns: TableSchema, into: str, report: Report) -> StagedPiece:
        """Write the rows as a Parquet file."""
        if not columns.columns:
            raise SourceError(f"{self._name} has no row yet", fix="load it again once it has")
        if self._reader is None:
            Path(into).parent.mkdir(parents=True, exist_ok=True)
            with duckdb.connect() as connection:
                connection.execute(f"CREATE VIEW {VIEW} AS SELECT 1 WHERE false")
                write_rows(connection, [], columns, into)
            return StagedPiece(into, Path(into).stat().st_size, LoadedPiece())
        found = self._reader.stage(self._piece(), columns, into, report)
        cursor = None if self._largest is None else str(self._largest)
        return replace(found, loaded=LoadedPiece(rows=found.loaded.rows), cursor=cursor)

    def _piece(self) -> Piece:
        assert self._file is not None  # noqa: S101 (fill has set it)
        return Piece(self._file.name, "all", measure(self._file))

    def _note(self, row: Mapping[str, Any]) -> None:
        value = row.get(self._column) if self._column else None
        if value is None:
            return
        try:
            self._largest = value if self._largest is None else max(self._largest, value)
        except TypeError as error:
            problem = f"{self._name}: {self._column} is {self._largest!r:.40} in one row and {value!r:.40} in another"
            raise SourceError(problem, fix="choose a cursor that is a number or a text throughout") from error

    def _keep_only(self, numbers: set[int]) -> None:
        assert self._file is not None  # noqa: S101 (fill has set it)
        kept = self._file.with_name("kept.jsonl")
        with self._file.open(encoding="utf-8", newline="\n") as lines, kept.open("w", encoding="utf-8") as out:
            out.writelines(line for number, line in enumerate(lines) if number in numbers)
        kept.replace(self._file)
        self._rows = len(numbers)


def _plain(value: object) -> object:
    """What JSON does not have, as text that says it exactly."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)
