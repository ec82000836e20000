"""One commit that replaces a table's rows by the staged files of a run, or adds them."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table, TableProperties
from pyiceberg.table.snapshots import Snapshot

from datamorph.adapters.lake.rewriting import is_exact, rewrite
from datamorph.adapters.lake.schema import SetSchema, evolve, read_schema
from datamorph.errors import PublishConflictError
from datamorph.ports import Publication, StagedOutput

ATTEMPTS = 8
RUN_ID = "run_id"
PROFILE = "datamorph.profile"
ORDER_BY = "datamorph.order-by"
KEY = "datamorph.key"
APPENDED = "datamorph.appended"
DESCRIPTION = "comment"
TABLE_PROPERTIES = {
    TableProperties.COMMIT_NUM_RETRIES: "0",
    TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED: "true",
    TableProperties.METADATA_PREVIOUS_VERSIONS_MAX: "20",
}
"""pyiceberg's own retry keeps what the transaction computed from an older state (schema, old rows), so it is off."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything that goes into one commit: what was staged and the text recorded with it."""

    identifier: tuple[str, ...]
    staged: StagedOutput
    table_properties: Mapping[str, str]
    snapshot_properties: Mapping[str, str]
    appends: bool = False
    based_on: int | None = None


def plan_commit(
    identifier: tuple[str, ...], staged: StagedOutput, publication: Publication, *, run_id: str, profile: str
) -> Commit:
    """Gather the properties of a publication.

    Args:
        run_id: publishes once, however often it is tried.
        profile: name of the file that holds the publication's profile.
    """
    order_and_key = {ORDER_BY: json.dumps(publication.order_by), KEY: json.dumps(publication.key)}
    appended = {APPENDED: "true"} if publication.appends else {}
    description = {} if publication.description is None else {DESCRIPTION: publication.description}
    return Commit(
        identifier=identifier,
        staged=staged,
        table_properties={**TABLE_PROPERTIES, **order_and_key, **description},
        snapshot_properties={**publication.properties, **order_and_key, RUN_ID: run_id, PROFILE: profile, **appended},
        appends=publication.appends,
        based_on=publication.based_on,
    )


def commit(catalog: Catalog, change: Commit) -> Table:
    """Publish, again from the start whenever another writer was faster.

    Returns:
        The table with the publication in it; see ``find_publication``.

    Raises:
        CommitFailedException, ValidationException: other writers won every attempt.
        PublishConflictError: the rows were computed from another snapshot than the current one.
    """
    for attempt in range(ATTEMPTS):
        try:
            table = _prepared(catalog, change.identifier)
            if find_publication(table, change.snapshot_properties[RUN_ID]) is None:
                _check_base(table, change)
                _write_rows(table, change)
            return catalog.load_table(change.identifier)
        except (CommitFailedException, ValidationException):
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.05 * 2**attempt)
    raise AssertionError("unreachable")


def _check_base(table: Table, change: Commit) -> None:
    """What was computed from an older state must not undo what others published since."""
    current = table.metadata.current_snapshot_id or 0
    if change.based_on is not None and current != change.based_on:
        name = ".".join(change.identifier)
        problem = f"{name} was published by another run meanwhile (snapshot {current}, computed from {change.based_on})"
        raise PublishConflictError(problem, fix="run it again: it will start from the rows of today")


def find_publication(table: Table, run_id: str) -> Snapshot | None:
    """The final snapshot that a run has published, or None."""
    found = [s for s in table.metadata.snapshots if s.summary and s.summary.get(RUN_ID) == run_id]
    return found[-1] if found else None


def _prepared(catalog: Catalog, identifier: tuple[str, ...]) -> Table:
    """The table, with the properties that safe commits need (another writer may have created it)."""
    table = catalog.load_table(identifier)
    retries = TableProperties.COMMIT_NUM_RETRIES
    if table.properties.get(retries) != TABLE_PROPERTIES[retries]:
        with table.transaction() as transaction:
            transaction.set_properties(TABLE_PROPERTIES)
        table = catalog.load_table(identifier)
    return table


def _write_rows(table: Table, change: Commit) -> None:
    evolution = evolve(table.metadata, change.staged.schema)
    footers = {path: pq.read_metadata(path) for path in change.staged.files}
    files = [path for path, footer in footers.items() if footer.num_rows]
    columns = read_schema(evolution.schema)
    is_plain = not evolution.needs_ids and all(is_exact(footers[f].schema.to_arrow_schema(), columns) for f in files)
    if not is_plain:
        files = [rewrite(path, evolution.schema) for path in files]
    summary = dict(change.snapshot_properties)
    with _without_history(table).transaction() as transaction:
        with SetSchema(transaction, evolution):
            pass
        transaction.set_properties(dict(change.table_properties))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Delete operation did not match")
            if not change.appends:
                transaction.delete(AlwaysTrue(), snapshot_properties=summary)
        transaction.add_files([_uri(path) for path in files], snapshot_properties=summary)
    if not is_plain:
        for path in change.staged.files:
            Path(path).unlink(missing_ok=True)


def _without_history(table: Table) -> Table:
    """The table with its current snapshot only, to prepare a commit that the catalog applies to the whole table.

    pyiceberg copies all metadata some forty times in a transaction: 1 s after 200 publications.
    """
    current = table.current_snapshot()
    less = {"snapshots": [current] if current else [], "snapshot_log": []}
    metadata = table.metadata.model_copy(update=less)
    return Table(table.name(), metadata, table.metadata_location, table.io, table.catalog)


def _uri(path: str) -> str:
    return path if "://" in path else f"file://{path}"
