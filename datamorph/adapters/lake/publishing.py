"""One commit that makes the staged files of a run the table's rows, in place of all, some or none of the others."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.io.pyarrow import PyArrowFileIO, parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table, TableProperties
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from datamorph.adapters.lake.manifests import Manifests
from datamorph.adapters.lake.place import Place
from datamorph.adapters.lake.properties import (
    APPENDED,
    DESCRIPTION,
    EXACT,
    KEY,
    ORDER_BY,
    PROFILE,
    RUN_ID,
    TABLE_PROPERTIES,
    is_known_exact,
)
from datamorph.adapters.lake.publication import PublicationSnapshot
from datamorph.adapters.lake.rewriting import is_exact, rewrite
from datamorph.adapters.lake.schema import Evolution, SetSchema, evolve, read_schema
from datamorph.errors import PublishConflictError
from datamorph.ports import Publication, StagedOutput

ATTEMPTS = 8
FIRST_WAIT_S = 0.05
FILE_PATH = 1
"""Position of the path in a data file's record."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything that goes into one commit: what was staged and the text recorded with it."""

    identifier: tuple[str, ...]
    staged: StagedOutput
    publication: Publication
    table_properties: Mapping[str, str]
    snapshot_properties: Mapping[str, str]


@dataclass(slots=True)
class _Files:
    """The staged files as the table gets them."""

    local: list[str]
    uris: list[str]
    rewritten: list[str] = field(default_factory=list[str])


def plan_commit(
    identifier: tuple[str, ...], staged: StagedOutput, publication: Publication, *, run_id: str, profile: str
) -> Commit:
    """Gather the properties of a publication.

    Args:
        run_id: publishes once, however often it is tried.
        profile: name of the file that holds the publication's profile.
    """
    order_and_key = {ORDER_BY: json.dumps(publication.order_by), KEY: json.dumps(publication.key)}
    appended = {APPENDED: "true"} if publication.keeps_files else {}
    description = {} if publication.description is None else {DESCRIPTION: publication.description}
    return Commit(
        identifier=identifier,
        staged=staged,
        publication=publication,
        table_properties={**TABLE_PROPERTIES, **order_and_key, **description},
        snapshot_properties={**publication.properties, **order_and_key, RUN_ID: run_id, PROFILE: profile, **appended},
    )


def commit(catalog: Catalog, change: Commit, place: Place, known: Manifests) -> Table:
    """Publish, again from the start whenever another writer was faster.

    Returns:
        The table with the publication in it; see ``find_publication``.

    Raises:
        CommitFailedException, ValidationException: other writers won every attempt.
        PublishConflictError: the rows were computed from another snapshot than the current one.
    """
    for attempt in range(ATTEMPTS):
        table = _prepared(catalog, change.identifier)
        if find_publication(table, change.snapshot_properties[RUN_ID]) is not None:
            return table
        _check_base(table, change)
        try:
            return _write_rows(catalog, table, change, place, known)
        except (CommitFailedException, ValidationException):
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 (spreads writers)
    raise AssertionError("unreachable")


def find_publication(table: Table, run_id: str) -> Snapshot | None:
    """The final snapshot that a run has published, or None."""
    found = [s for s in table.metadata.snapshots if s.summary and s.summary.get(RUN_ID) == run_id]
    return found[-1] if found else None


def _check_base(table: Table, change: Commit) -> None:
    """What was computed from an older state must not undo what others published since."""
    current, base = table.metadata.current_snapshot_id or 0, change.publication.based_on
    if base is not None and current != base:
        name = ".".join(change.identifier)
        problem = f"{name} was published by another run meanwhile (snapshot {current}, computed from {base})"
        raise PublishConflictError(problem, fix="run it again: it will start from the rows of today")


def _prepared(catalog: Catalog, identifier: tuple[str, ...]) -> Table:
    """The table, with the properties that safe commits need (another writer may have created it)."""
    table = catalog.load_table(identifier)
    retries = TableProperties.COMMIT_NUM_RETRIES
    if table.properties.get(retries) != TABLE_PROPERTIES[retries]:
        with table.transaction() as transaction:
            transaction.set_properties(TABLE_PROPERTIES)
        table = catalog.load_table(identifier)
    return table


def _write_rows(catalog: Catalog, table: Table, change: Commit, place: Place, known: Manifests) -> Table:
    evolution = evolve(table.metadata, change.staged.schema)
    files = _files(change.staged, evolution, table.location(), place)
    kept = _kept(table, change.publication)
    exact = kept is None or _keeps_schema(table, kept, evolution)
    properties = {**change.snapshot_properties, **({EXACT: "true"} if exact else {})}
    snapshots = {s.snapshot_id: s for s in (table.current_snapshot(), kept) if s is not None}
    lean = _without_history(table, list(snapshots.values()))
    producer: PublicationSnapshot | None = None
    try:
        with lean.transaction() as transaction:
            with SetSchema(transaction, evolution):
                pass
            changed = {k: v for k, v in change.table_properties.items() if table.properties.get(k) != v}
            if changed:
                transaction.set_properties(changed)
            producer = PublicationSnapshot(
                transaction, table.io, kept=kept, replaced=change.publication.replaces or (), path_of=place.path,
                known=known,
                properties=properties,
            )  # fmt: skip
            with producer:
                producer.add(_data_files(files, transaction.table_metadata))
        published = lean
    except CommitFailedException:
        published = catalog.load_table(change.identifier)
        if producer is None or published.snapshot_by_id(producer.snapshot_id) is None:
            raise
    _settle(files, change.staged, place)
    return published


def _kept(table: Table, publication: Publication) -> Snapshot | None:
    """The snapshot whose files stay, all or some of them."""
    if not publication.keeps_files:
        return None
    if publication.over is None:
        return table.current_snapshot()
    found = table.snapshot_by_id(publication.over)
    if found is None:
        problem = f"snapshot {publication.over} of {'.'.join(table.name())}, whose rows were to stay, is gone"
        raise PublishConflictError(problem, fix="it has expired: run the pipeline anew")
    return found


def _keeps_schema(table: Table, kept: Snapshot, evolution: Evolution) -> bool:
    known = table.schemas().get(kept.schema_id) if kept.schema_id is not None else None
    return is_known_exact(kept) and not evolution.needs_ids and known == evolution.schema


def _files(staged: StagedOutput, evolution: Evolution, location: str, place: Place) -> _Files:
    """The files that hold rows, written anew where their bytes would be misread, at the table's location."""
    footers = {path: pq.read_metadata(path) for path in staged.files}
    local = [path for path, footer in footers.items() if footer.num_rows]
    columns, rewritten = read_schema(evolution.schema), list[str]()
    if evolution.needs_ids or not all(is_exact(footers[f].schema.to_arrow_schema(), columns) for f in local):
        rewritten = local
        local = [rewrite(path, evolution.schema) for path in local]
    return _Files(local, [staged.uris.get(path) or place.adopt(path, location) for path in local], rewritten)


def _data_files(files: _Files, metadata: TableMetadata) -> Sequence[DataFile]:
    """What Iceberg records of each file, read from its local copy."""
    io, found = PyArrowFileIO(), list[DataFile]()
    for path, uri in zip(files.local, files.uris, strict=True):
        described = parquet_file_to_data_file(io, metadata, f"file://{path}")
        described[FILE_PATH] = uri
        found.append(described)
    return found


def _settle(files: _Files, staged: StagedOutput, place: Place) -> None:
    for path, uri in zip(files.local, files.uris, strict=True):
        place.settle(path, uri)
    if files.rewritten:
        for path in staged.files:
            Path(path).unlink(missing_ok=True)


def _without_history(table: Table, snapshots: Sequence[Snapshot]) -> Table:
    """The table with few of its snapshots, to prepare a commit that the catalog applies to the whole table.

    pyiceberg copies all metadata many times in a transaction: 1 s after 200 publications.
    """
    metadata = table.metadata.model_copy(update={"snapshots": list(snapshots), "snapshot_log": []})
    return Table(table.name(), metadata, table.metadata_location, table.io, table.catalog)
