"""Table profiles as JSON files beside a table's metadata, one per publication.

The second line of a file, where it has one, is the record of what the table has loaded so far.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

from pyiceberg.io import FileIO

from datamorph.core.catalog import ColumnProfile, TableProfile


def write_profile(profile: TableProfile, io: FileIO, uri: str, *, record: str = "") -> None:
    """Write a profile, and a record of one line, to a place of its own, before anything names it."""
    data = {"rows": profile.rows, "columns": {name: _dump(column) for name, column in profile.columns.items()}}
    with io.new_output(uri).create() as file:
        line = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        file.write(f"{line}\n{record}".encode() if record else line.encode())


def read_profile(io: FileIO, uri: str) -> TableProfile:
    """Read a profile; an empty one when it is gone or unreadable, since a table is whole without it."""
    try:
        with io.new_input(uri).open(seekable=False) as file:
            data: dict[str, Any] = json.loads(file.read().partition(b"\n")[0])
        return TableProfile(data["rows"], {name: _load(column) for name, column in data["columns"].items()})
    except (FileNotFoundError, ValueError, KeyError, TypeError, struct.error):
        return TableProfile()


def read_record(io: FileIO, uri: str) -> str:
    """The record beside a profile; empty where there is none.

    Raises:
        OSError: the file is gone or unreadable: what was loaded is not known then, so nothing may be loaded.
    """
    with io.new_input(uri).open(seekable=False) as file:
        return file.read().partition(b"\n")[2].decode()


def _dump(column: ColumnProfile) -> dict[str, Any]:
    data: dict[str, Any] = {"nulls": column.nulls, "distinct": column.distinct}
    if column.minimum is not None or column.maximum is not None:
        data |= {"minimum": column.minimum, "maximum": column.maximum}
    if column.values:
        data["values"] = column.values
    if column.mean is not None:
        data |= {"mean": column.mean, "quantiles": column.quantiles}
    if column.longest is not None:
        data["longest"] = column.longest
    if column.sketch:
        packed = struct.pack(f"<{len(column.sketch)}Q", *column.sketch)
        data["sketch"] = base64.b64encode(packed).decode()
    return data


def _load(data: dict[str, Any]) -> ColumnProfile:
    packed = base64.b64decode(data.get("sketch", ""))
    return ColumnProfile(
        nulls=data["nulls"],
        distinct=data["distinct"],
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        values=tuple(data.get("values", ())),
        sketch=struct.unpack(f"<{len(packed) // 8}Q", packed),
        mean=data.get("mean"),
        quantiles=tuple(data.get("quantiles", ())),
        longest=data.get("longest"),
    )
