"""One local file as a table: CSV, TSV, JSON, JSON lines or Parquet, the text kinds also gzipped."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

import duckdb

from datamorph.adapters.sources.failures import told
from datamorph.adapters.sources.inference import infer_types
from datamorph.adapters.sources.text import check_text, read_header
from datamorph.adapters.sources.types import TargetType, literal, quoted, target_type
from datamorph.core.table import Column, TableSchema, unique_names
from datamorph.errors import SourceError
from datamorph.ports import Report, StagedOutput

VIEW = "source"
PART = "part-00000.parquet"
NO_DATE = "\x1fnever a date\x1f"


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of the view over the file, with its type there, and what becomes of it."""

    source: str
    type: str
    name: str
    target: TargetType

    def expression(self) -> str:
        value = f"{quoted(self.source)} ->> '$'" if self.type == "JSON" else quoted(self.source)
        return f"CAST({value} AS {self.target.duckdb}) AS {quoted(self.name)}"


Reader: TypeAlias = Callable[[duckdb.DuckDBPyConnection, Path, Sequence[str]], list[_Field]]


class FileSource:
    """Source port over one local file. Column names are the file's own; types come from every row."""

    def stage(self, location: str, into: str, report: Report, *, nulls: Sequence[str] = ()) -> StagedOutput:
        """See Source.stage."""
        started = time.monotonic()
        path, folder = Path(location), Path(into)
        try:
            read = _reader(path)
            report("read", {"bytes": path.stat().st_size})
            with _fresh(folder), duckdb.connect(config={"temp_directory": str(folder / ".spill")}) as connection:
                connection.execute("SET TimeZone = 'UTC'")
                fields = read(connection, path, nulls)
                rows = _write(connection, fields, folder / PART)
            size = (folder / PART).stat().st_size
        except (duckdb.Error, OSError) as error:
            raise told(error, path) from error
        report("read", {"rows": rows, "columns": len(fields), "bytes": size})
        return StagedOutput(
            prefix=into,
            files=(str(folder / PART),),
            schema=TableSchema(tuple(Column(field.name, field.target.spark) for field in fields)),
            rows=rows,
            bytes=size,
            seconds=time.monotonic() - started,
        )


def _reader(path: Path) -> Reader:
    """How to read the file, by the ending of its name.

    Raises:
        SourceError: there is no such file, or no way to read it.
    """
    if path.is_dir():
        raise SourceError(f"{str(path)!r} is a folder", fix="name one file in it")
    if path.is_symlink() and not path.exists():
        raise SourceError(f"{str(path)!r} is a link to {str(path.readlink())!r}, which is missing", fix="restore it")
    if not path.exists():
        near = get_close_matches(path.name, _neighbours(path), cutoff=0.6)
        fix = f"did you mean {' or '.join(near)}?" if near else "check the path, relative to the current folder"
        raise SourceError(f"there is no file {str(path)!r}", fix=fix)
    ending = "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if ending not in READERS:
        raise SourceError(
            f"{str(path)!r}: files ending in {ending!r} cannot be loaded",
            fix=f"convert it to one of {', '.join(READERS)}",
        )
    with path.open("rb") as file:
        if not file.read(1):
            raise SourceError(f"{str(path)!r} is empty", fix="give a file with at least a header line")
    return READERS[ending]


def _neighbours(path: Path) -> list[str]:
    return [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []


def _read_delimited(connection: duckdb.DuckDBPyConnection, path: Path, nulls: Sequence[str]) -> list[_Field]:
    check_text(path)
    delimiter, header = read_header(path, "\t" if ".tsv" in path.name.lower() else None)
    names = _clean_names(header, path)
    columns = [f"column {position}" for position in range(len(names))]
    types = "{" + ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns) + "}"
    missing = "[" + ", ".join(map(literal, ["", *nulls])) + "]"
    options = f"""columns = {types}, auto_detect = false, header = true, delim = {literal(delimiter)}, quote = '"',
        escape = '"', comment = '', nullstr = {missing}, strict_mode = true, null_padding = false"""
    connection.execute(f"CREATE VIEW {VIEW} AS FROM read_csv({literal(str(path))}, {options})")
    found = infer_types(connection, VIEW, columns, only_times=False)
    return [_Field(column, "VARCHAR", name, found[column]) for column, name in zip(columns, names, strict=True)]


def _read_json(connection: duckdb.DuckDBPyConnection, path: Path, nulls: Sequence[str]) -> list[_Field]:
    """DuckDB would guess at dates in many formats: a format that never fits leaves them to ``infer_types``."""
    _refuse_nulls(path, nulls)
    check_text(path)
    options = "records = 'true', sample_size = -1, maximum_depth = -1, "
    options += f"dateformat = {literal(NO_DATE)}, timestampformat = {literal(NO_DATE)}"
    connection.execute(f"CREATE TEMP TABLE {VIEW} AS FROM read_json({literal(str(path))}, {options})")
    fields = _described(connection, path)
    texts = [field.source for field in fields if field.type == "VARCHAR"]
    found = infer_types(connection, VIEW, texts, only_times=True)
    return [replace(field, target=found.get(field.source, field.target)) for field in fields]


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, nulls: Sequence[str]) -> list[_Field]:
    _refuse_nulls(path, nulls)
    connection.execute(f"CREATE VIEW {VIEW} AS FROM read_parquet({literal(str(path))})")
    return _described(connection, path)


def _refuse_nulls(path: Path, nulls: Sequence[str]) -> None:
    if nulls:
        raise SourceError(f"{path.name!r} says itself what is missing, nulls = {list(nulls)}", fix="leave nulls out")


READERS: Mapping[str, Reader] = {
    ".csv": _read_delimited, ".csv.gz": _read_delimited, ".tsv": _read_delimited, ".tsv.gz": _read_delimited,
    ".json": _read_json, ".json.gz": _read_json, ".jsonl": _read_json, ".jsonl.gz": _read_json,
    ".ndjson": _read_json, ".ndjson.gz": _read_json, ".parquet": _read_parquet,
}  # fmt: skip


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> list[_Field]:
    columns = connection.execute(f"FROM {VIEW} LIMIT 0").description
    names = _clean_names([column[0] for column in columns], path)
    return [
        _Field(column[0], str(column[1]), name, target_type(column[1]))
        for column, name in zip(columns, names, strict=True)
    ]


def _clean_names(names: Sequence[str], path: Path) -> list[str]:
    """Names without control characters and outer spaces, made unique.

    Raises:
        SourceError: a column has no name.
    """
    clean = ["".join(c for c in name if unicodedata.category(c) != "Cc").strip() for name in names]
    if "" in clean:
        raise SourceError(
            f"{str(path)!r}: column {clean.index('') + 1} of {len(clean)} has no name",
            fix="name it in the first line, or remove it (pandas: to_csv(index=False))",
        )
    while len({name.casefold() for name in clean}) < len(clean):
        clean = unique_names(clean)
    return clean


def _write(connection: duckdb.DuckDBPyConnection, fields: Sequence[_Field], target: Path) -> int:
    """Write the rows in the file's order and return how many there are."""
    columns = ", ".join(field.expression() for field in fields)
    row = connection.execute(
        f"COPY (SELECT {columns} FROM {VIEW}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    ).fetchone()
    shutil.rmtree(target.parent / ".spill", ignore_errors=True)
    return row[0] if row else 0


@contextmanager
def _fresh(folder: Path) -> Generator[None]:
    """Make the folder; when something fails, leave nothing in it that was not there before."""
    was_there = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for leftover in [folder] if not was_there else [folder / PART, folder / f"tmp_{PART}", folder / ".spill"]:
            shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else leftover.unlink(missing_ok=True)
        raise
