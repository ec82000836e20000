"""What a crawler finds below a path: tables by folder and format, their partitions, columns from all of the rows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

FORMATS = {"csv": "csv", "tsv": "csv", "json": "json", "jsonl": "json", "ndjson": "json", "parquet": "parquet"}
READS = {
    "csv": "read_csv($files, union_by_name = true, sample_size = -1)",
    "json": "read_json($files, union_by_name = true, sample_size = -1)",
    "parquet": "read_parquet($files, union_by_name = true)",
}
_PLAIN = {"varchar": "string", "integer": "int", "blob": "binary", "timestamp with time zone": "timestamp",
          "timestamp_ns": "timestamp", "hugeint": "decimal(38,0)", "float": "float", "double": "double"}  # fmt: skip
_IN_TEXT = ("date", "timestamp")
"""Glue's classifier of CSV knows no times."""


@dataclass(slots=True)
class FoundTable:
    """Files of one format below one folder.

    Attributes:
        folder: key that ends in a slash.
        files: key to content.
        keys: names of the partitions' folders.
        partitions: their values.
    """

    name: str
    folder: str
    format: str
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    keys: list[str] = field(default_factory=list[str])
    partitions: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])


def find_tables(prefix: str, objects: Iterable[tuple[str, bytes]]) -> list[FoundTable]:
    """Tables of objects below a prefix; folders ``name=value`` are partitions of the folder above them."""
    found = dict[tuple[str, str], FoundTable]()
    for key, content in objects:
        *folders, name = key.removeprefix(prefix).lstrip("/").split("/")
        format_ = _format(name)
        if format_ is None or any(part.startswith(("_", ".")) for part in (*folders, name)) or not content:
            continue
        pairs = [tuple(folder.split("=", 1)) for folder in folders if "=" in folder]
        own = folders[: next((n for n, folder in enumerate(folders) if "=" in folder), len(folders))]
        folder = "/".join([part for part in (prefix.strip("/"), *own) if part])
        if (folder, format_) not in found:
            found[folder, format_] = FoundTable(_name(folder), f"{folder}/", format_, keys=[pair[0] for pair in pairs])
        table = found[folder, format_]
        table.files[key] = content
        if pairs:
            table.partitions.add(tuple(pair[1] for pair in pairs))
    return _distinct(list(found.values()))


def columns_of(table: FoundTable) -> list[dict[str, str]]:
    """Names and types, as Glue writes them.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="datamorph_crawl_") as folder, duckdb.connect() as connection:
        paths = list[str]()
        for number, (key, content) in enumerate(table.files.items()):
            path = Path(folder) / f"{number}-{key.rpartition('/')[2]}"
            path.write_bytes(content)
            paths.append(str(path))
        rows = connection.execute(f"SELECT * FROM {READS[table.format]} LIMIT 0", {"files": paths})
        described: list[tuple[Any, ...]] = rows.description or []
        named = {str(column[0]).lower(): _type(column[1]) for column in described}
    is_text = table.format == "csv"
    return [
        {"Name": name, "Type": "string" if is_text and type_ in _IN_TEXT else type_}
        for name, type_ in named.items()
        if name not in table.keys
    ]


def _format(name: str) -> str | None:
    return FORMATS.get(name.removesuffix(".gz").rpartition(".")[2].lower())


def _name(folder: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", folder.rpartition("/")[2].lower()).strip("_") or "root"


def _distinct(tables: list[FoundTable]) -> list[FoundTable]:
    """Tables whose folders have one name are told apart by the folder above and by their format."""
    seen = set[str]()
    for table in tables:
        if table.name in seen:
            table.name = f"{_name(table.folder.rstrip('/').rpartition('/')[0])}_{table.name}_{table.format}"
        seen.add(table.name)
    return tables


def _type(found: Any) -> str:
    """DuckDB's type as Glue calls it."""
    kind, children = str(found.id), _children(found)
    if kind == "struct":
        return f"struct<{','.join(f'{name}:{_type(child)}' for name, child in children.items())}>"
    if kind in ("list", "array"):
        return f"array<{_type(next(iter(children.values())))}>"
    if kind == "map":
        return f"map<{_type(children['key'])},{_type(children['value'])}>"
    text = str(found).lower()
    return _PLAIN.get(text, text)


def _children(found: Any) -> Mapping[str, Any]:
    return dict(found.children) if str(found.id) in ("struct", "list", "array", "map") else {}
