"""Files as a source: CSV, TSV, JSON, JSON lines, Parquet and Excel, one or many, plain or compressed."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from datamorph.adapters.sources.failures import told
from datamorph.adapters.sources.fields import Field, schema_of, write_rows
from datamorph.adapters.sources.formats import Opening, open_file
from datamorph.adapters.sources.listing import reader_of
from datamorph.adapters.sources.places import FilePlace
from datamorph.adapters.sources.sifting import APART
from datamorph.adapters.sources.types import literal
from datamorph.adapters.sources.unpacking import unpacked
from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.source_spec import Files
from datamorph.core.table import TableSchema
from datamorph.errors import DataMorphError, SourceError
from datamorph.ports import Discovered, Pending, Piece, Report, StagedPiece


@dataclass(slots=True)
class _Opened:
    """A file that was discovered and may be staged next."""

    name: str
    connection: duckdb.DuckDBPyConnection
    fields: list[Field]
    fetched: Path
    plain: Path
    work: Path


class FileSource:
    """Source port over files, wherever they lie. Column names are the files' own; types come from every row."""

    def __init__(self, files: Files, place: FilePlace) -> None:
        self._files, self._place = files, place
        self._opened: _Opened | None = None

    def pending(self, record: LoadRecord) -> Pending:
        """See Source.pending."""
        listing = self._place.listing(record)
        pieces, refused = list[Piece](), dict(listing.refused)
        for name in listing.names:
            try:
                piece = self._new(name, record.pieces.get(name))
            except DataMorphError as error:
                refused[name] = error
                continue
            pieces += [piece] if piece else []
        seen = {*listing.names}
        gone = tuple(name for name in record.pieces if name not in seen) if listing.is_whole else ()
        self._place.expect(pieces)
        return Pending(tuple(pieces), refused, gone)

    def glance(self, record: LoadRecord) -> Pending:
        """See Source.glance."""
        return self._place.glance(record) or self.pending(record)

    def settle(self, record: LoadRecord) -> None:
        """See Source.settle."""
        self._place.settle(record)

    def discover(self, piece: Piece, work: str, report: Report) -> Discovered:
        """See Source.discover."""
        self._close()
        report("read", {"file": piece.name, "bytes": piece.loaded.size})
        self._opened = self._open(piece, Path(work))
        return Discovered(schema_of(self._opened.fields))

    def stage(self, piece: Piece, columns: TableSchema, into: str, report: Report) -> StagedPiece:
        """See Source.stage."""
        target = Path(into)
        apart = target.with_suffix(".apart.parquet")
        with _nothing_left(target, apart):
            if self._opened is None or self._opened.name != piece.name:
                self._close()
                self._opened = self._open(piece, target.with_suffix(".work"))
            opened = self._opened
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                rows = write_rows(opened.connection, opened.fields, columns, into)
                bad = _write_apart(opened.connection, apart)
                loaded = self._place.as_read(piece, opened.fetched)
                size = target.stat().st_size
            except (duckdb.Error, OSError) as error:
                raise told(error, opened.plain, piece.name) from error
            finally:
                self._close()
        report("read", {"file": piece.name, "rows": rows, "columns": len(columns), "bytes": size})
        return StagedPiece(into, size, replace(loaded, rows=rows, bad=bad), str(apart) if bad else "")

    def _new(self, name: str, before: LoadedPiece | None) -> Piece | None:
        """The file as a piece; None when the table holds it as it is."""
        reader_of(name, self._files)
        facts = self._place.measure(name)
        if before and self._place.is_same(name, before, facts):
            return None
        if before and self._files.changed == "refuse":
            fix = "give the new rows in a file of another name, or allow it: changed: replace"
            raise SourceError(f"{name!r} changed after it was loaded", fix=fix)
        if facts.size == 0:
            raise SourceError(f"{name!r} is empty", fix="give a file with at least a header line")
        return Piece(name, "piece", facts)

    def _open(self, piece: Piece, work: Path) -> _Opened:
        read, plain, connection = reader_of(piece.name, self._files), work, None
        try:
            work.mkdir(parents=True, exist_ok=True)
            path = plain = self._place.fetch(piece, work)
            plain = unpacked(path, work, piece.name)
            connection = duckdb.connect(config={"temp_directory": str(work / ".spill")})
            connection.execute("SET TimeZone = 'UTC'")
            fields = open_file(connection, Opening(plain, piece.name, self._files, work), read)
        except BaseException as error:
            if connection:
                connection.close()
            found = told(error, plain, piece.name) if isinstance(error, duckdb.Error | OSError) else error
            _remove(work)
            raise found from error
        return _Opened(piece.name, connection, fields, path, plain, work)

    def _close(self) -> None:
        if self._opened:
            self._opened.connection.close()
            shutil.rmtree(self._opened.work, ignore_errors=True)
        self._opened = None


def _write_apart(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    """Write the lines that could not be read; how many there are. No file where there are none."""
    (count,) = connection.execute(f"SELECT count(*) FROM {APART}").fetchone() or (0,)
    if count:
        connection.execute(f"COPY {APART} TO {literal(str(target))} (FORMAT parquet)")
    return int(count)


def _remove(work: Path) -> None:
    """Remove a folder, and the one around it where that is empty then."""
    shutil.rmtree(work, ignore_errors=True)
    with suppress(OSError):
        work.parent.rmdir()


@contextmanager
def _nothing_left(*files: Path) -> Generator[None]:
    """When something fails, none of these files is there, nor their folder where it is empty then."""
    try:
        yield
    except BaseException:
        for leftover in (*files, *(file.with_name(f"tmp_{file.name}") for file in files)):
            leftover.unlink(missing_ok=True)
        with suppress(OSError):
            files[0].parent.rmdir()
        raise
