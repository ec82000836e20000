"""The lake in a folder: Iceberg tables, with their catalog in SQLite."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import cast
from uuid import uuid4

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.table import Table
from sqlalchemy.exc import IntegrityError

from datamorph.adapters.lake.failures import told_as_lake_errors
from datamorph.adapters.lake.folder import open_folder
from datamorph.adapters.lake.history import make_current, publications
from datamorph.adapters.lake.pinning import pin_snapshot
from datamorph.adapters.lake.profiles import read_profile, write_profile
from datamorph.adapters.lake.publishing import (
    ATTEMPTS,
    DESCRIPTION,
    KEY,
    ORDER_BY,
    PROFILE,
    RUN_ID,
    TABLE_PROPERTIES,
    commit,
    find_publication,
    plan_commit,
)  # fmt: skip
from datamorph.adapters.lake.schema import new_schema, read_schema
from datamorph.core.catalog import Catalog, CatalogTable, TableProfile
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError
from datamorph.ports import Publication, Snapshot, StagedOutput


class IcebergLake:
    """Lake port over a folder; opened at first use, created when it is new.

    Args:
        root: holds ``catalog.db``, ``format.json``, ``tables/`` and ``pinned/``.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def catalog(self) -> Catalog:
        """See Lake.catalog."""
        with told_as_lake_errors(self._root):
            tables = [(ref, self._iceberg.load_table(_identifier(ref))) for ref in self._refs()]
            return Catalog(tuple(_catalog_table(ref, table) for ref, table in tables if table.current_snapshot()))

    def pin(self, ref: TableRef, snapshot_id: int | None = None) -> PinnedTable:
        """See Lake.pin."""
        with told_as_lake_errors(self._root):
            table = self._table(ref)
            wanted = table.metadata.current_snapshot_id if snapshot_id is None else snapshot_id
            snapshot = table.snapshot_by_id(cast(int, wanted))
            if snapshot is None:
                raise self._no_snapshot(ref, table, cast(int, wanted))
            return pin_snapshot(table, snapshot, ref, copies=self._root / "pinned")

    def staging_prefix(self, ref: TableRef, run_id: str) -> str:
        """See Lake.staging_prefix."""
        with told_as_lake_errors(self._root):
            try:
                location = self._iceberg.load_table(_identifier(ref)).location()
            except NoSuchTableError:
                location = self._location(ref)
            data = Path(location.removeprefix("file://")) / "data"
            data.mkdir(parents=True, exist_ok=True)
            prefix = data / run_id
            return str(prefix if not prefix.exists() else data / f"{run_id}-{uuid4().hex[:8]}")

    def publish(self, ref: TableRef, staged: StagedOutput, publication: Publication) -> Snapshot:
        """See Lake.publish."""
        run_id = publication.properties.get(RUN_ID) or uuid4().hex
        with told_as_lake_errors(self._root):
            table = self._created(ref, staged)
            profile = _profiles(table) / f"profile-{run_id}-{uuid4().hex[:8]}.json"
            change = plan_commit(_identifier(ref), staged, publication, run_id=run_id, profile=profile.name)
            if find_publication(table, run_id) is None:
                try:
                    write_profile(publication.profile, profile)
                    table = commit(self._iceberg, change)
                except BaseException:
                    profile.unlink(missing_ok=True)
                    raise
            return next(found for found in publications(table) if found.properties.get(RUN_ID) == run_id)

    def history(self, ref: TableRef) -> Sequence[Snapshot]:
        """See Lake.history."""
        with told_as_lake_errors(self._root):
            return publications(self._table(ref))

    def profiles(self, ref: TableRef, *, most: int = 30) -> Sequence[TableProfile]:
        """See Lake.profiles."""
        with told_as_lake_errors(self._root):
            table = self._table(ref)
            names = [found.properties.get(PROFILE) for found in publications(table)]
            files = [_profiles(table) / name for name in names if name]
            return [read_profile(file) for file in files[:most] if file.exists()]

    def rollback(self, ref: TableRef, snapshot_id: int) -> Snapshot:
        """See Lake.rollback."""
        with told_as_lake_errors(self._root):
            for attempt in range(ATTEMPTS):
                table = self._table(ref)
                snapshot = table.snapshot_by_id(snapshot_id)
                if snapshot is None or snapshot_id not in [known.snapshot_id for known in publications(table)]:
                    raise self._no_snapshot(ref, table, snapshot_id)
                try:
                    make_current(table, snapshot)
                    break
                except CommitFailedException:
                    if attempt == ATTEMPTS - 1:
                        raise
            return next(known for known in publications(self._table(ref)) if known.snapshot_id == snapshot_id)

    @cached_property
    def _iceberg(self) -> SqlCatalog:
        return open_folder(self._root)

    def _refs(self) -> list[TableRef]:
        """Every table in the catalog whose name DataMorph can say, published or not."""
        iceberg, found = self._iceberg, list[TableRef]()
        for tier in iceberg.list_namespaces():
            for namespace in iceberg.list_namespaces(tier):
                for identifier in iceberg.list_tables(namespace):
                    try:
                        found.append(TableRef.parse(".".join(identifier)))
                    except ValueError:
                        continue
        return sorted(found)

    def _table(self, ref: TableRef) -> Table:
        """A published table.

        Raises:
            NotFoundError: with the nearest names.
        """
        try:
            table = self._iceberg.load_table(_identifier(ref))
            if table.current_snapshot() is not None:
                return table
        except NoSuchTableError:
            pass
        known = [str(table.ref) for table in self.catalog().tables]
        near = get_close_matches(str(ref), known, cutoff=0.5)
        fix = f"did you mean {' or '.join(near)}?" if near else "list the tables: datamorph tables"
        raise NotFoundError(f"there is no table {str(ref)!r}", fix=fix)

    def _created(self, ref: TableRef, staged: StagedOutput) -> Table:
        """The table to publish to; new ones have no snapshot, so no reader sees them before the commit."""
        identifier, iceberg = _identifier(ref), self._iceberg
        try:
            return iceberg.load_table(identifier)
        except NoSuchTableError:
            schema = new_schema(staged.schema)
        try:
            iceberg.create_namespace_if_not_exists(identifier[:-1])
        except IntegrityError:
            pass  # another process was faster
        try:
            return iceberg.create_table(  # pyright: ignore[reportUnknownMemberType]
                identifier, schema, location=self._location(ref), properties=TABLE_PROPERTIES
            )
        except TableAlreadyExistsError:
            return iceberg.load_table(identifier)

    def _location(self, ref: TableRef) -> str:
        return f"file://{self._root}/tables/{'/'.join(_identifier(ref))}"

    def _no_snapshot(self, ref: TableRef, table: Table, snapshot_id: int) -> NotFoundError:
        known = ", ".join(str(snapshot.snapshot_id) for snapshot in publications(table)[:10])
        return NotFoundError(f"{ref} has no snapshot {snapshot_id}", fix=f"choose one of {known}")


def _identifier(ref: TableRef) -> tuple[str, str, str]:
    return ref.tier.value, ref.domain, ref.name


def _profiles(table: Table) -> Path:
    return Path(table.location().removeprefix("file://")) / "metadata"


def _catalog_table(ref: TableRef, table: Table) -> CatalogTable:
    snapshot = table.current_snapshot()
    facts: Mapping[str, str] = (snapshot.summary if snapshot else None) or {}
    name = facts.get(PROFILE)
    return CatalogTable(
        ref=ref,
        schema=read_schema(table.schema()),
        snapshot_id=snapshot.snapshot_id if snapshot else 0,
        description=table.properties.get(DESCRIPTION, ""),
        profile=read_profile(_profiles(table) / name) if name else TableProfile(),
        primary_key=tuple(json.loads(facts.get(KEY) or "[]")),
        order_by=tuple(json.loads(facts.get(ORDER_BY) or "[]")),
    )
