"""Queries: one read-only SELECT, with its columns and their types."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from datamorph.documents import plain, values
from datamorph.web.api.shapes import ColumnDocument, Shape
from datamorph.web.failures import documented
from datamorph.web.site import Here

router = APIRouter(prefix="/api/v1", tags=["query"])


class QueryRequest(Shape):
    """One SELECT in DuckDB's dialect; tables are written tier.domain.name."""

    sql: str = Field(min_length=1, max_length=100_000, examples=["SELECT * FROM curated.sales.totals LIMIT 10"])
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    as_of: str | None = Field(default=None, max_length=64, description="A time, a snapshot's id or a tag.")


class QueryAnswer(Shape):
    """Rows as arrays, in the order of the columns."""

    columns: list[ColumnDocument]
    rows: list[list[Any]]
    row_count: int


@router.post("/query", responses=documented(404))
def query(body: QueryRequest, site: Here) -> QueryAnswer:
    """Run one SELECT. A result with more rows than `limit` is refused: say LIMIT in the query."""
    found = site.platform.query(body.sql, most_rows=body.limit, as_of=body.as_of)
    columns = [ColumnDocument(name=field.name, type=str(field.type)) for field in found.schema]
    columns_of = [values(column) for column in found.columns]
    rows = [[plain(value) for value in row] for row in zip(*columns_of, strict=True)]
    return QueryAnswer(columns=columns, rows=rows, row_count=found.num_rows)
