"""Files that nothing names: what killed runs staged, what lost commits wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.io import FileIO, load_file_io

from datamorph.adapters.lake.dropping import dropped_tables
from datamorph.adapters.lake.place import Place
from datamorph.adapters.lake.references import files_of_table
from datamorph.ports import Freed


def sweep_lake(
    catalog: Catalog, place: Place, before: datetime, *, dropped_before: datetime, alive: Collection[str]
) -> Freed:
    """Remove files below the tables that nothing names and that did not change since ``before``.

    What is listed first and looked up in the catalog then cannot be mistaken: a file that is named later is newer.

    Args:
        dropped_before: tables that were dropped before are given up.
        alive: runs whose staging folders are left alone, however old.
    """
    freed, limit = Freed(), before.timestamp()
    old = [(uri, size) for uri, changed_at, size in place.listing(f"{place.root}/tables") if changed_at < limit]
    io = load_file_io(catalog.properties, place.root)
    needed = _needed(catalog, place, io, dropped_before)
    for uri, size in old:
        if uri not in needed and not _belongs_to(uri, alive):
            io.delete(uri)
            freed += Freed(files=1, bytes=size)
            if uri.startswith("file://"):
                _remove_empty(Path(place.path(uri)).parent)
    place.clean(limit, alive)
    return freed


def _needed(catalog: Catalog, place: Place, io: FileIO, dropped_before: datetime) -> set[str]:
    found = set[str]()
    for location, metadata in dropped_tables(catalog, place, dropped_before):
        found |= files_of_table(metadata, location, io)
    for ref in place.refs(catalog):
        table = catalog.load_table(place.identifier(ref))
        found |= files_of_table(table.metadata, table.metadata_location, io)
    return found


def _belongs_to(uri: str, runs: Collection[str]) -> bool:
    folder = uri.rpartition("/data/")[2].partition("/")[0]
    return any(folder == run or folder.startswith(f"{run}-") for run in runs)


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        pass  # it holds something
