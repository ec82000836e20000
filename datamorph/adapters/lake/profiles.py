"""Table profiles as JSON files beside a table's metadata, one per publication."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

from pyiceberg.io import FileIO

from datamorph.core.catalog import ColumnProfile, TableProfile


def write_profile(profile: TableProfile, io: FileIO, uri: str) -> None:
    """Write a profile to a place of its own, before anything names it."""
    data = {"rows": profile.rows, "columns": {name: _dump(column) for name, column in profile.columns.items()}}
    with io.new_output(uri).create() as file:
        file.write(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())


def read_profile(io: FileIO, uri: str) -> TableProfile:
    """Read a profile; an empty one when it is gone or unreadable, since a table is whole without it."""
    try:
        with io.new_input(uri).open(seekable=False) as file:
            data: dict[str, Any] = json.loads(file.read())
        return TableProfile(data["rows"], {name: _load(column) for name, column in data["columns"].items()})
    except (FileNotFoundError, ValueError, KeyError, TypeError, struct.error):
        return TableProfile()


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
