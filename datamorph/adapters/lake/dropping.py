"""Tables that were dropped and can come back: a marker remembers the metadata that the catalog has forgotten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import TableAlreadyExistsError
from pyiceberg.io import load_file_io
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadata

from datamorph.adapters.lake.place import Place
from datamorph.core.table import TableRef
from datamorph.errors import LakeError, NotFoundError


def marker_uri(place: Place, ref: TableRef) -> str:
    """Where the dropped tables of that name are remembered."""
    return f"{place.root}/dropped/{ref}.json"


def drop_table(catalog: Catalog, table: Table, marker: str) -> None:
    """Take a table out of the catalog; its files stay."""
    known = _remembered(catalog, marker)
    if table.metadata_location not in known:
        _write(catalog, marker, [*known, table.metadata_location])
    catalog.drop_table(table.name())


def undrop_table(catalog: Catalog, identifier: tuple[str, ...], ref: TableRef, place: Place) -> None:
    """Bring back the table of that name that was dropped last.

    Raises:
        NotFoundError: none was.
        LakeError: there is a table of that name again.
    """
    marker = marker_uri(place, ref)
    known = _remembered(catalog, marker)
    if not known:
        raise NotFoundError(f"no table {str(ref)!r} was dropped", fix="list the tables: datamorph tables")
    try:
        catalog.create_namespace_if_not_exists(identifier[:-1])
        catalog.register_table(identifier, known[-1])
    except TableAlreadyExistsError as error:
        raise LakeError(f"there is a table {str(ref)!r} again", fix=f"drop it first: datamorph drop {ref}") from error
    _write(catalog, marker, known[:-1])


def dropped_tables(catalog: Catalog, place: Place, before: datetime) -> Sequence[tuple[str, TableMetadata]]:
    """Metadata, with where it lies, of the dropped tables that may come back; older drops are given up."""
    found = list[tuple[str, TableMetadata]]()
    for marker, changed_at, _ in place.listing(f"{place.root}/dropped"):
        io = load_file_io(catalog.properties, marker)
        if changed_at < before.timestamp():
            io.delete(marker)
            continue
        for location in _remembered(catalog, marker):
            found.append((location, FromInputFile.table_metadata(io.new_input(location))))
    return found


def _remembered(catalog: Catalog, marker: str) -> list[str]:
    try:
        with load_file_io(catalog.properties, marker).new_input(marker).open() as file:
            data: dict[str, Any] = json.loads(file.read())
            return [str(location) for location in data["metadata"]]
    except FileNotFoundError:
        return []


def _write(catalog: Catalog, marker: str, locations: Sequence[str]) -> None:
    with load_file_io(catalog.properties, marker).new_output(marker).create(overwrite=True) as file:
        file.write(json.dumps({"metadata": list(locations)}).encode())
