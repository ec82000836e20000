"""Tables: what there is, rows, schema, snapshots, what differs, checks, and back to an earlier state."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from datamorph import documents
from datamorph.core.catalog import CatalogTable
from datamorph.core.table import Tier
from datamorph.documents import plain, rows
from datamorph.errors import NotFoundError
from datamorph.web.api.shapes import ColumnDocument, Row, Shape
from datamorph.web.failures import documented
from datamorph.web.lookup import find_table
from datamorph.web.site import Here

router = APIRouter(prefix="/api/v1/tables", tags=["tables"])
State = Annotated[str | None, Query(max_length=64, description="A snapshot's id, a tag, or a time in ISO 8601.")]
MOST_ID = 2**63 - 1


class TableLine(Shape):
    """One table."""

    table: str = Field(examples=["curated.sales.totals"])
    tier: Tier
    rows: int
    columns: int
    snapshot_id: str
    description: str


class TablePage(Shape):
    """Tables in order of their names."""

    tables: list[TableLine]
    total: int = Field(description="How many there are that fit.")


class Columns(Shape):
    """Columns in table order."""

    table: str
    columns: list[ColumnDocument]


class RowPage(Shape):
    """Rows in the table's reading order."""

    table: str
    rows: list[Row]


class SnapshotDocument(Shape):
    """One published state."""

    snapshot_id: str
    published_at: str
    operation: str
    rows: int
    files: int
    is_current: bool
    properties: dict[str, str]
    tags: list[str]
    state: str = Field(description="The snapshot that first had these rows: another one where only files were joined.")
    is_undone: bool = Field(description="A rollback left it behind; the current rows are not made from its.")
    current_since: list[str] = Field(description="When readers began to see it: published, and at each rollback to it.")


class Snapshots(Shape):
    """Every published state that is kept, newest first."""

    table: str
    snapshots: list[SnapshotDocument]


class CheckDocument(Shape):
    """A check and its verdict on the rows of today."""

    name: str
    type: str
    kwargs: dict[str, Any]
    severity: str
    passed: bool
    observed: dict[str, Any]
    failing: list[Row]


class Checks(Shape):
    """All checks of the pipeline that makes a table."""

    table: str
    pipeline: str
    checks: list[CheckDocument]


class RollbackRequest(Shape):
    """Which snapshot becomes current again."""

    snapshot_id: str = Field(pattern=r"^\d{1,19}$", examples=["5713637754680689157"])


@router.get("", responses=documented())
def tables(
    site: Here,
    tier: Tier | None = None,
    search: Annotated[str, Query(max_length=200, description="Part of a table's or a column's name.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> TablePage:
    """Published tables."""
    found = [t for t in site.platform.tables() if (tier is None or t.ref.tier == tier) and fits(t, search)]
    return TablePage(tables=[line(table) for table in found[offset : offset + limit]], total=len(found))


def fits(table: CatalogTable, search: str) -> bool:
    """True when every word is part of the table's name, its description or a column's name."""
    text = " ".join([str(table.ref), table.description, *table.schema.names]).casefold()
    return all(word in text for word in search.casefold().split())


def line(table: CatalogTable) -> TableLine:
    """One line of the list."""
    return TableLine(table=str(table.ref), tier=table.ref.tier, rows=table.profile.rows, columns=len(table.schema),
                     snapshot_id=str(table.snapshot_id), description=table.description)  # fmt: skip


@router.get("/{table}", responses=documented(404))
def table(table: str, site: Here) -> dict[str, Any]:
    """One table with the statistics of its columns."""
    return documents.table(find_table(site.platform, table), {})


@router.get("/{table}/schema", responses=documented(404))
def schema(table: str, site: Here) -> Columns:
    """Its columns."""
    found = find_table(site.platform, table)
    columns = [ColumnDocument(name=column.name, type=column.type) for column in found.schema]
    return Columns(table=str(found.ref), columns=columns)


@router.get("/{table}/rows", responses=documented(404))
def table_rows(table: str, site: Here, limit: Annotated[int, Query(ge=0, le=10_000)] = 50) -> RowPage:
    """Its first rows."""
    found = find_table(site.platform, table)
    return RowPage(table=str(found.ref), rows=rows(site.platform.read(found.ref, most=limit)))


@router.get("/{table}/snapshots", responses=documented(404))
def snapshots(table: str, site: Here) -> Snapshots:
    """Its published states."""
    found = find_table(site.platform, table)
    listed = [SnapshotDocument(**plain(s)) for s in site.platform.history(found.ref)]
    return Snapshots(table=str(found.ref), snapshots=listed)


@router.get("/{table}/diff", responses=documented(404))
def diff(table: str, site: Here, before: State = None, after: State = None) -> dict[str, Any]:
    """What differs between two states, by default the current one and the one before."""
    found = find_table(site.platform, table)
    compared = site.platform.diff(found.ref, before, after)
    return {**plain(compared), "is_empty": compared.is_empty}


@router.get("/{table}/checks", responses=documented(404, 409, 422))
def checks(table: str, site: Here) -> Checks:
    """The verdicts of its pipeline's checks on the rows of today."""
    found = find_table(site.platform, table)
    pipeline = next((s.properties.get("pipeline", "") for s in site.platform.history(found.ref) if s.is_current), "")
    if not pipeline:
        raise NotFoundError(f"no pipeline makes {found.ref}", fix="tables of a pipeline have checks")
    results = [CheckDocument(**documents.check(result)) for result in site.platform.check(pipeline)]
    return Checks(table=str(found.ref), pipeline=pipeline, checks=results)


@router.post("/{table}/rollback", responses=documented(404))
def rollback(request: Request, table: str, body: RollbackRequest, site: Here) -> SnapshotDocument:
    """Make an earlier snapshot current again; later ones stay in the history."""
    found = find_table(site.platform, table)
    request.scope["about"].update(snapshot_id=body.snapshot_id)
    if int(body.snapshot_id) > MOST_ID:
        raise NotFoundError(f"{found.ref} has no snapshot {body.snapshot_id}", fix=f"datamorph history {found.ref}")
    return SnapshotDocument(**plain(site.platform.rollback(found.ref, int(body.snapshot_id))))
