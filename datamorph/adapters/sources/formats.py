"""Formats of files: each makes the view ``source`` over a plain file and says what its columns show to be."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import duckdb

from datamorph.adapters.sources.excel import read_book
from datamorph.adapters.sources.fields import VIEW, Field, clean_names, described
from datamorph.adapters.sources.inference import infer_types
from datamorph.adapters.sources.sifting import APART, NO_LINES, keep_rejects, sift_lines
from datamorph.adapters.sources.text import check_text, read_header
from datamorph.adapters.sources.types import EMPTY_LISTS, NOTHING, TargetType, literal, quoted
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.source_spec import Files
from datamorph.errors import SourceError

NO_DATE = "\x1fnever a date\x1f"


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that is about to be read.

    Attributes:
        path: the plain file.
        shown: what errors call it.
        options: of its source.
        work: a folder for what is in between.
        is_tolerant: lines that cannot be read are set apart.
    """

    path: Path
    shown: str
    options: Files
    work: Path
    is_tolerant: bool = False


Reader: TypeAlias = Callable[[duckdb.DuckDBPyConnection, Opening], list[Field]]


def open_file(connection: duckdb.DuckDBPyConnection, file: Opening, read: Reader) -> list[Field]:
    """Make the view ``source`` over the file, and the table ``apart`` of lines that cannot be read.

    A file without mistakes is read as it is; only after the first one that is met, it is read line by line.

    Raises:
        SourceError, duckdb.Error: it cannot be read, or none of its lines.
    """
    connection.execute(f"CREATE TEMP TABLE {APART} {NO_LINES}")
    try:
        fields = read(connection, file)
    except (duckdb.Error, SourceError):
        if file.options.bad_lines == "refuse" or read not in (_read_delimited, _read_json):
            raise
        connection.execute(f"DROP VIEW IF EXISTS {VIEW}")
        fields = read(connection, replace(file, is_tolerant=True))
    types = {name.casefold(): type_ for name, type_ in file.options.types.items()}
    return [_declared(field, types.get(field.name.casefold())) for field in fields]


def _declared(field: Field, type_: str | None) -> Field:
    return replace(field, target=TargetType(type_, duckdb_type(type_))) if type_ else field


def _read_delimited(connection: duckdb.DuckDBPyConnection, file: Opening) -> list[Field]:
    check_text(file.path, file.shown, is_strict=not file.is_tolerant)
    is_tabbed = file.options.format == "tsv" or ".tsv" in file.shown.rpartition("/")[2].lower()
    delimiter, header = read_header(file.path, file.options.delimiter or ("\t" if is_tabbed else None), file.shown)
    names = clean_names(header, file.shown)
    declared = {name.casefold(): duckdb_type(type_) for name, type_ in file.options.types.items()}
    columns = {f"column {place}": declared.get(name.casefold(), "VARCHAR") for place, name in enumerate(names)}
    types = "{" + ", ".join(f"{literal(column)}: {literal(type_)}" for column, type_ in columns.items()) + "}"
    missing = "[" + ", ".join(map(literal, ["", *file.options.nulls])) + "]"
    options = f"""columns = {types}, auto_detect = false, header = true, delim = {literal(delimiter)}, quote = '"',
        escape = '"', comment = '', nullstr = {missing}, strict_mode = true, null_padding = false"""
    rows = f"read_csv({literal(str(file.path))}, {options}"
    if file.is_tolerant:
        connection.execute(f"CREATE TEMP TABLE {VIEW} AS FROM {rows}, store_rejects = true)")
        keep_rejects(connection, file.path, file.shown)
    else:
        connection.execute(f"CREATE VIEW {VIEW} AS FROM {rows})")
    texts = [column for column, type_ in columns.items() if type_ == "VARCHAR"]
    found = infer_types(connection, VIEW, texts, only_times=False)
    if not file.is_tolerant and len(texts) < len(columns):
        connection.execute(f"SELECT {', '.join(f'max({quoted(column)})' for column in columns)} FROM {VIEW}")
    return [
        Field(column, columns[column], name, found.get(column, NOTHING))
        for column, name in zip(columns, names, strict=True)
    ]


def _read_json(connection: duckdb.DuckDBPyConnection, file: Opening) -> list[Field]:
    """DuckDB would guess at dates in many formats: a format that never fits leaves them to ``infer_types``."""
    _refuse_nulls(file)
    path, is_lines = file.path, file.options.format == "jsonl" or ".json" not in _endings(file.path)
    if file.is_tolerant and is_lines:
        check_text(file.path, file.shown, is_strict=False)
        path = sift_lines(connection, file.path, file.shown, file.work)
    else:
        check_text(file.path, file.shown)
    options = "records = 'true', sample_size = -1, maximum_depth = -1, "
    options += f"dateformat = {literal(NO_DATE)}, timestampformat = {literal(NO_DATE)}"
    connection.execute(f"CREATE TEMP TABLE {VIEW} AS FROM read_json({literal(str(path))}, {options})")
    fields = described(connection, file.shown)
    texts = [field.source for field in fields if field.type == "VARCHAR"]
    found = infer_types(connection, VIEW, texts, only_times=True) | _nothing(connection, fields)
    return [replace(field, target=found.get(field.source, field.target)) for field in fields]


def _nothing(connection: duckdb.DuckDBPyConnection, fields: list[Field]) -> dict[str, TargetType]:
    """Columns without any value, or with empty lists alone: DuckDB calls them JSON and JSON[]."""
    values = {field.source: f"count({quoted(field.source)})" for field in fields if field.type == "JSON"}
    elements = {field.source: f"sum(len({quoted(field.source)}))" for field in fields if field.type == "JSON[]"}
    asked = {**values, **elements}
    if not asked:
        return {}
    counts = connection.execute(f"SELECT {', '.join(asked.values())} FROM {VIEW}").fetchone() or ()
    empty = [column for column, count in zip(asked, counts, strict=True) if not count]
    return {column: NOTHING if column in values else EMPTY_LISTS for column in empty}


def _read_parquet(connection: duckdb.DuckDBPyConnection, file: Opening) -> list[Field]:
    _refuse_nulls(file)
    connection.execute(f"CREATE VIEW {VIEW} AS FROM read_parquet({literal(str(file.path))})")
    return described(connection, file.shown)


def _read_excel(connection: duckdb.DuckDBPyConnection, file: Opening) -> list[Field]:
    rows = read_book(file.path, file.options.sheet, frozenset(file.options.nulls), file.shown)
    connection.register("book", rows)
    connection.execute(f"CREATE TEMP TABLE {VIEW} AS FROM book")
    connection.unregister("book")
    fields = described(connection, file.shown)
    empty = {name for name in rows.column_names if rows[name].null_count == rows.num_rows}
    return [replace(field, target=NOTHING) if field.source in empty else field for field in fields]


def _refuse_nulls(file: Opening) -> None:
    if file.options.nulls:
        nulls = list(file.options.nulls)
        raise SourceError(f"{file.shown!r} says itself what is missing, nulls = {nulls}", fix="leave nulls out")


def _endings(path: Path) -> list[str]:
    return [ending.lower() for ending in path.suffixes[-1:]]


READERS: Mapping[str, Reader] = {
    ".csv": _read_delimited, ".tsv": _read_delimited, ".json": _read_json, ".jsonl": _read_json, ".ndjson": _read_json,
    ".parquet": _read_parquet, ".xlsx": _read_excel, ".xls": _read_excel, ".xlsb": _read_excel, ".ods": _read_excel,
}  # fmt: skip
FORMATS: Mapping[str, Reader] = {
    "csv": _read_delimited, "tsv": _read_delimited, "json": _read_json, "jsonl": _read_json, "parquet": _read_parquet,
    "excel": _read_excel,
}  # fmt: skip
