"""The tables of a pack as a catalog, as a lake would describe them, and as files that SQL can read."""

# DuckDB's results are untyped.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from datamorph.core.catalog import Catalog, CatalogTable, ForeignKey
from datamorph.core.nested import struct_of
from datamorph.core.plan import PinnedTable
from datamorph.core.table import Column, TableRef, TableSchema, Tier, snake_case
from datamorph.errors import NotFoundError, SourceError
from datamorph.platform.benchmark.pack import Case, Pack, SourceFile
from datamorph.ports import QueryEngine

_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "int",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
_FIELD = re.compile(r'("(?:[^"]|"")*"|\S+) (.*)', re.DOTALL)
_PIECE = re.compile(r'"(?:[^"]|"")*"|[(),]|[^"(),]+')
_READERS = {
    ".csv": "read_csv({}, header=true)", ".parquet": "read_parquet({})", ".jsonl": "read_json({})",
    ".json": "read_json({})",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Database:
    """What one prompt is planned over.

    Attributes:
        files: the Parquet file of each table.
        names: what gold SQL calls the tables, with their files.
    """

    catalog: Catalog
    files: Mapping[TableRef, str]
    names: Mapping[str, str]

    def pin(self, ref: TableRef) -> PinnedTable:
        """A table's rows, as a lake would pin them.

        Raises:
            NotFoundError: no such table.
        """
        table = self.catalog.get(ref)
        if table is None:
            raise NotFoundError(f"the pack has no table {ref}", fix="name it in the pack")
        file = self.files[ref]
        return PinnedTable(ref, 0, table.schema, (file,), table.profile.rows, Path(file).stat().st_size)


def open_database(pack: Pack, case: Case, scratch: Path, queries: QueryEngine) -> Database:
    """The database of a case.

    Args:
        scratch: a folder for tables that are not Parquet.

    Raises:
        SourceError: a file of the pack is missing or cannot be read.
    """
    try:
        if pack.mode == "question":
            return _of_questions(pack.folder / "data" / case.db, queries)
        return _of_suite(pack, scratch, queries)
    except (duckdb.Error, OSError) as error:
        raise SourceError(f"{pack.folder}: {str(error).splitlines()[0]}", fix="correct the pack's data") from error


def _of_suite(pack: Pack, scratch: Path, queries: QueryEngine) -> Database:
    files = {source.table: _as_parquet(source, scratch) for source in pack.sources}
    schemas = _schemas(files.values())
    tables = [
        CatalogTable(source.table, schema, 1, source.description, queries.profile([file], schema))
        for source, file, schema in zip(pack.sources, files.values(), schemas, strict=True)
    ]
    names = {f"{ref.domain}.{ref.name}": file for ref, file in files.items()}
    return Database(Catalog(tuple(sorted(tables, key=lambda table: table.ref))), files, names)


def _as_parquet(source: SourceFile, scratch: Path) -> str:
    if source.file.suffix == ".parquet":
        return str(source.file)
    if source.file.suffix not in _READERS:
        raise SourceError(f"{source.file} is of no known kind", fix=f"use one of {', '.join(_READERS)}")
    scratch.mkdir(parents=True, exist_ok=True)
    made = scratch / f"{source.table}.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        reader = _READERS[source.file.suffix].format(_text(str(source.file)))
        connection.execute(f"COPY (FROM {reader}) TO {_text(str(made))} (FORMAT parquet)")
    return str(made)


def _of_questions(folder: Path, queries: QueryEngine) -> Database:
    found = {file.stem: file for file in sorted(folder.glob("*.parquet"))}
    if not found:
        raise SourceError(f"{folder} has no table", fix="add <table>.parquet")
    refs = {name: _ref(folder.name, name) for name in found}
    files = {refs[name]: str(file) for name, file in found.items()}
    keys = _keys(folder / "keys.json")
    tables = [
        _with_keys(CatalogTable(refs[name], schema, 1, profile=queries.profile([str(file)], schema)), keys, refs, name)
        for (name, file), schema in zip(found.items(), _schemas(files.values()), strict=True)
    ]
    catalog = Catalog(tuple(sorted(tables, key=lambda table: table.ref)))
    return Database(catalog, files, {name: str(file) for name, file in found.items()})


def _keys(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise SourceError(f"{file} is not a JSON object: {error}", fix="correct it there") from error


def _ref(db: str, name: str) -> TableRef:
    return TableRef(Tier.RAW, snake_case(db), snake_case(name))


def _with_keys(table: CatalogTable, keys: Mapping[str, Any], refs: Mapping[str, TableRef], name: str) -> CatalogTable:
    own = keys.get(name, {})
    foreign = tuple(
        ForeignKey(tuple(key["columns"]), refs[key["table"]], tuple(key["references"]))
        for key in own.get("foreign_keys", [])
        if key["table"] in refs and all(key["references"])
    )
    return replace(table, primary_key=tuple(own.get("primary_key", [])), foreign_keys=foreign)


def _schemas(files: Iterable[str]) -> list[TableSchema]:
    with duckdb.connect() as connection:
        described = [connection.sql(f"DESCRIBE FROM read_parquet({_text(file)})").fetchall() for file in files]
    return [TableSchema(tuple(Column(row[0], spark_type(row[1])) for row in rows)) for rows in described]


def spark_type(duck: str) -> str:
    """Spark's name of a DuckDB type."""
    if duck.endswith("[]"):
        return f"array<{spark_type(duck[:-2])}>"
    if duck.startswith("STRUCT("):
        return struct_of(dict(map(_field, _cut(duck.removeprefix("STRUCT(")[:-1]))))
    return _TYPES.get(duck, duck.lower().replace(" ", ""))


def _field(text: str) -> tuple[str, str]:
    """Name and type of ``unit_price DECIMAL(10,2)``; names that are no words stand in double quotes."""
    found = _FIELD.fullmatch(text)
    assert found is not None  # noqa: S101 (how DuckDB writes a struct)
    name = found[1]
    return (name[1:-1].replace('""', '"') if name[0] == '"' else name), spark_type(found[2])


def _cut(text: str) -> list[str]:
    """The fields of a struct: cut at commas that stand in no parentheses and no quotes."""
    parts, depth = [""], 0
    for token in _PIECE.findall(text):
        depth += {"(": 1, ")": -1}.get(token, 0)
        is_end = token == "," and not depth  # noqa: S105 (a piece of a type)
        if is_end:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
