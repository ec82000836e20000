"""The Lake and Upkeep ports over Iceberg tables, wherever they lie."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from pyiceberg.catalog import Catalog as IcebergCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot as IcebergSnapshot
from sqlalchemy.exc import IntegrityError

from datamorph.adapters.lake import dropping, tagging
from datamorph.adapters.lake.compaction import same_state, small_files, stage_compacted
from datamorph.adapters.lake.expiry import expire_snapshots
from datamorph.adapters.lake.failures import told_as_lake_errors
from datamorph.adapters.lake.history import make_current, publication_of, publications
from datamorph.adapters.lake.manifests import Manifests
from datamorph.adapters.lake.pinning import pin_snapshot
from datamorph.adapters.lake.place import Place
from datamorph.adapters.lake.profiles import read_profile, read_record, write_profile
from datamorph.adapters.lake.properties import DESCRIPTION, KEY, ORDER_BY, PROFILE, RUN_ID, TABLE_PROPERTIES, text_of
from datamorph.adapters.lake.publishing import ATTEMPTS, commit, find_publication, plan_commit
from datamorph.adapters.lake.schema import new_schema, read_schema
from datamorph.adapters.lake.sweeping import sweep_lake
from datamorph.adapters.lake.touching import files_holding
from datamorph.core.catalog import Catalog, CatalogTable, TableProfile
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError
from datamorph.ports import Freed, Publication, Snapshot, StagedOutput

if TYPE_CHECKING:
    import pyarrow as pa


class IcebergLake:
    """Lake and Upkeep ports over a place; opened at first use."""

    def __init__(self, place: Place) -> None:
        self._place, self._manifests = place, Manifests()
        self._known = dict[TableRef, tuple[str, CatalogTable | None]]()

    def catalog(self) -> Catalog:
        """See Lake.catalog."""
        with told_as_lake_errors(self._place):
            found = [self._read(ref, file) for ref, file in sorted(self._place.refs(self._iceberg).items())]
            return Catalog(tuple(table for table in found if table is not None))

    def pin(self, ref: TableRef, snapshot_id: int | None = None) -> PinnedTable:
        """See Lake.pin."""
        with told_as_lake_errors(self._place):
            table = self._table(ref)
            wanted = table.metadata.current_snapshot_id if snapshot_id is None else snapshot_id
            snapshot = table.snapshot_by_id(cast(int, wanted))
            if snapshot is None:
                raise self._no_snapshot(ref, table, cast(int, wanted))
            return pin_snapshot(table, snapshot, ref, self._place, self._manifests)

    def files_holding(self, pinned: PinnedTable, values: pa.Table) -> tuple[str, ...]:
        """See Lake.files_holding."""
        with told_as_lake_errors(self._place):
            return files_holding(self._table(pinned.ref), pinned, values, self._place, self._manifests)

    def staging_prefix(self, ref: TableRef, run_id: str) -> str:
        """See Lake.staging_prefix."""
        with told_as_lake_errors(self._place):
            prefix = self._place.staging(ref, self._location_of(ref)) / run_id
            return str(prefix if not prefix.exists() else prefix.with_name(f"{run_id}-{uuid4().hex[:8]}"))

    def staging_uri(self, ref: TableRef, prefix: str) -> str:
        """See Lake.staging_uri: inside the table, where an unreferenced file is invisible."""
        if not self._place.is_remote:
            return ""
        with told_as_lake_errors(self._place):
            return f"{self._location_of(ref)}/data/{Path(prefix).name}"

    def publish(self, ref: TableRef, staged: StagedOutput, publication: Publication) -> Snapshot:
        """See Lake.publish."""
        run_id = publication.properties.get(RUN_ID) or uuid4().hex
        with told_as_lake_errors(self._place):
            table = self._created(ref, staged)
            profile = _profile_uri(table, f"profile-{run_id}-{uuid4().hex[:8]}.json")
            name = profile.rpartition("/")[2]
            change = plan_commit(self._place.identifier(ref), staged, publication, run_id=run_id, profile=name)
            if find_publication(table, run_id) is None:
                try:
                    write_profile(publication.profile, table.io, profile, record=publication.record)
                    table = commit(self._iceberg, change, self._place, self._manifests)
                except BaseException:
                    self._forget(table, profile)
                    raise
            return publication_of(table, cast(IcebergSnapshot, find_publication(table, run_id)))

    def history(self, ref: TableRef) -> Sequence[Snapshot]:
        """See Lake.history."""
        with told_as_lake_errors(self._place):
            return publications(self._table(ref))

    def profiles(self, ref: TableRef, *, most: int = 30) -> Sequence[TableProfile]:
        """See Lake.profiles."""
        with told_as_lake_errors(self._place):
            table = self._table(ref)
            lines = (line for line in publications(table) if line.operation != "compact" and not line.is_undone)
            names = [name for line in lines if (name := line.properties.get(PROFILE))]
            profiles = (read_profile(table.io, _profile_uri(table, name)) for name in names)
            return list(islice((profile for profile in profiles if profile.columns), most))

    def record(self, ref: TableRef) -> str:
        """See Lake.record."""
        with told_as_lake_errors(self._place):
            try:
                table = self._iceberg.load_table(self._place.identifier(ref))
            except NoSuchTableError:
                return ""
            snapshot = table.current_snapshot()
            name = text_of(snapshot, PROFILE) if snapshot else ""
            return read_record(table.io, _profile_uri(table, name)) if name else ""

    def rollback(self, ref: TableRef, snapshot_id: int) -> Snapshot:
        """See Lake.rollback."""
        with told_as_lake_errors(self._place):
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

    def tag(self, ref: TableRef, name: str, snapshot_id: int | None) -> Snapshot | None:
        """See Upkeep.tag."""
        with told_as_lake_errors(self._place):
            table = self._table(ref)
            if snapshot_id is None:
                return tagging.remove_tag(table, name)
            if snapshot_id not in [known.snapshot_id for known in publications(table)]:
                raise self._no_snapshot(ref, table, snapshot_id)
            tagging.set_tag(table, name, snapshot_id)
            return next(s for s in publications(self._table(ref)) if s.snapshot_id == snapshot_id)

    def drop(self, ref: TableRef) -> Snapshot:
        """See Upkeep.drop."""
        with told_as_lake_errors(self._place):
            table = self._table(ref)
            dropping.drop_table(self._iceberg, table, dropping.marker_uri(self._place, ref))
            return publication_of(table, cast(IcebergSnapshot, table.current_snapshot()))

    def undrop(self, ref: TableRef) -> Snapshot:
        """See Upkeep.undrop."""
        with told_as_lake_errors(self._place):
            identifier = self._place.identifier(ref)
            dropping.undrop_table(self._iceberg, identifier, ref, self._place)
            table = self._table(ref)
            return next(known for known in publications(table) if known.is_current)

    def compact(self, ref: TableRef, *, run_id: str) -> Snapshot | None:
        """See Upkeep.compact."""
        with told_as_lake_errors(self._place):
            table = self._table(ref)
            pinned = pin_snapshot(
                table, cast(IcebergSnapshot, table.current_snapshot()), ref, self._place, self._manifests
            )
            files = small_files(pinned)
            if not files:
                return None
            staged = stage_compacted(pinned, files, Path(self.staging_prefix(ref, run_id)))
            profile = _catalog_table(ref, table).profile
            record = self.record(ref)
        change = same_state(table, pinned, files, run_id=run_id, profile=profile)
        return self.publish(ref, staged, replace(change, record=record))

    def expire(self, ref: TableRef, *, keep: int, since: datetime, pinned: Collection[int]) -> Freed:
        """See Upkeep.expire."""
        with told_as_lake_errors(self._place):
            return expire_snapshots(self._iceberg, self._table(ref), keep=keep, since=since, pinned=pinned)

    def sweep(self, *, before: datetime, dropped_before: datetime, alive: Collection[str]) -> Freed:
        """See Upkeep.sweep."""
        with told_as_lake_errors(self._place):
            return sweep_lake(self._iceberg, self._place, before, dropped_before=dropped_before, alive=alive)

    @cached_property
    def _iceberg(self) -> IcebergCatalog:
        return self._place.open()

    def _read(self, ref: TableRef, file: str) -> CatalogTable | None:
        """A table as catalogs list it, None while it is not published; read once for each file of its metadata."""
        known = self._known.get(ref)
        if known is not None and file and known[0] == file:
            return known[1]
        table = self._iceberg.load_table(self._place.identifier(ref))
        found = _catalog_table(ref, table) if table.current_snapshot() else None
        self._known[ref] = (table.metadata_location, found)
        return found

    def _table(self, ref: TableRef) -> Table:
        """A published table.

        Raises:
            NotFoundError: with the nearest names.
        """
        try:
            table = self._iceberg.load_table(self._place.identifier(ref))
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
        identifier, iceberg = self._place.identifier(ref), self._iceberg
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

    def _forget(self, table: Table, uri: str) -> None:
        """Delete what nothing names; that it stays when even this fails does no harm."""
        try:
            table.io.delete(uri)
        except OSError:
            pass

    def _location_of(self, ref: TableRef) -> str:
        try:
            return self._iceberg.load_table(self._place.identifier(ref)).location()
        except NoSuchTableError:
            return self._location(ref)

    def _location(self, ref: TableRef) -> str:
        return f"{self._place.root}/tables/{ref.tier.value}/{ref.domain}/{ref.name}"

    def _no_snapshot(self, ref: TableRef, table: Table, snapshot_id: int) -> NotFoundError:
        known = ", ".join(str(snapshot.snapshot_id) for snapshot in publications(table)[:10])
        return NotFoundError(f"{ref} has no snapshot {snapshot_id}", fix=f"choose one of {known}")


def _profile_uri(table: Table, name: str) -> str:
    return f"{table.location()}/metadata/{name}"


def _catalog_table(ref: TableRef, table: Table) -> CatalogTable:
    snapshot = table.current_snapshot()
    facts: Mapping[str, str] = (snapshot.summary if snapshot else None) or {}
    name = facts.get(PROFILE)
    return CatalogTable(
        ref=ref,
        schema=read_schema(table.schema()),
        snapshot_id=snapshot.snapshot_id if snapshot else 0,
        description=table.properties.get(DESCRIPTION, ""),
        profile=read_profile(table.io, _profile_uri(table, name)) if name else TableProfile(),
        primary_key=tuple(json.loads(facts.get(KEY) or "[]")),
        order_by=tuple(json.loads(facts.get(ORDER_BY) or "[]")),
    )
