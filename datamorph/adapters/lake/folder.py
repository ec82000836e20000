"""A lake in a folder: Iceberg tables, with their catalog in SQLite."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from datamorph.adapters.lake.marker import MARKER, check_marker, marker_text
from datamorph.core.table import TableRef
from datamorph.errors import LakeError

CATALOG_NAME = "datamorph"
"""SqlCatalog scopes its rows by this name: another one on the same file sees no tables."""

LOCK_WAIT_S = 30
_UNSAFE_IN_URIS = "#?;"


class FolderPlace:
    """Place of a lake on this machine's disk: staged files are published where they lie.

    Args:
        root: holds ``catalog.db``, ``format.json``, ``tables/``, ``dropped/`` and ``pinned/``.
        lock_wait_s: how long a catalog that another process has locked is waited for.
    """

    is_remote = False

    def __init__(self, root: Path, *, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self.work = root.absolute()
        self.name = str(self.work)
        self.root = f"file://{self.work}"
        self._lock_wait_s = lock_wait_s

    def open(self) -> Catalog:
        """Check the marker, create the folder when it is new, and open its catalog.

        Raises:
            LakeVersionError: the lake was written by a newer version; nothing was touched.
            LakeError: not a folder, not writable, or an unreadable marker.
        """
        root = self.work
        if unsafe := [character for character in _UNSAFE_IN_URIS if character in self.name]:
            raise LakeError(f"the lake folder {self.name!r} contains {unsafe[0]!r}", fix="choose a folder without it")
        if root.exists() and not root.is_dir():
            raise LakeError(f"the lake folder {self.name!r} is a file", fix="choose a folder, or remove that file")
        self._mark(root / MARKER)
        uri = f"sqlite:///{root / 'catalog.db'}?timeout={self._lock_wait_s}"
        try:
            return SqlCatalog(CATALOG_NAME, uri=uri, warehouse=f"{self.root}/tables")
        except OperationalError as error:
            if "already exists" not in str(error):
                raise
            return SqlCatalog(CATALOG_NAME, uri=uri, warehouse=f"{self.root}/tables")

    def identifier(self, ref: TableRef) -> tuple[str, ...]:
        """See Place.identifier."""
        return ref.tier.value, ref.domain, ref.name

    def refs(self, catalog: Catalog) -> Mapping[TableRef, str]:
        """See Place.refs: one look at the catalog's own table."""
        rows = IcebergTables.table_namespace, IcebergTables.table_name, IcebergTables.metadata_location
        found = dict[TableRef, str]()
        with cast(SqlCatalog, catalog).engine.connect() as connection:
            for namespace, name, metadata in connection.execute(
                select(*rows).where(IcebergTables.catalog_name == CATALOG_NAME)
            ):
                with suppress(ValueError):
                    found[TableRef.parse(f"{namespace}.{name}")] = metadata or ""
        return found

    def staging(self, ref: TableRef, location: str) -> Path:
        """See Place.staging: inside the table, where an unreferenced file is invisible."""
        data = Path(self.path(location)) / "data"
        data.mkdir(parents=True, exist_ok=True)
        return data

    def adopt(self, path: str, location: str) -> str:
        """See Place.adopt."""
        return path if "://" in path else f"file://{path}"

    def settle(self, path: str, uri: str) -> None:
        """See Place.settle."""

    def path(self, uri: str) -> str:
        """See Place.path."""
        return uri.removeprefix("file://")

    def fetch(self, uri: str, size: int) -> str:
        """See Place.fetch."""
        return self.path(uri)

    def listing(self, uri: str) -> Iterator[tuple[str, float, int]]:
        """See Place.listing."""
        for file in sorted(Path(self.path(uri)).rglob("*")):
            try:
                facts = file.lstat()
            except FileNotFoundError:
                continue
            if not file.is_dir():
                yield f"file://{file}", facts.st_mtime, facts.st_size

    def clean(self, before: float, alive: Collection[str]) -> None:
        """See Place.clean: a copy of a snapshot can be made again."""
        for copy in self.work.glob("pinned/*/*/*"):
            if copy.stat().st_mtime < before:
                copy.unlink(missing_ok=True)

    def _mark(self, marker: Path) -> None:
        if marker.exists():
            check_marker(marker.read_bytes(), marker=str(marker), lake=self.name)
            return
        marker.parent.mkdir(parents=True, exist_ok=True)
        draft = marker.with_name(f".{MARKER}.tmp")
        draft.write_text(marker_text(), encoding="utf-8")
        draft.replace(marker)
