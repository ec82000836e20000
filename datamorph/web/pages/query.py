"""Queries by hand: one SELECT, its rows, a chart where there is one in them, and the whole as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from datamorph.documents import plain, values
from datamorph.errors import DataMorphError
from datamorph.web.charts import MOST_BARS, bars
from datamorph.web.exporting import export
from datamorph.web.failures import problem_of
from datamorph.web.pages.rendering import is_part, page
from datamorph.web.site import Here

if TYPE_CHECKING:
    import pyarrow as pa

router = APIRouter(prefix="/query")
SHOWN = 200
EXPORTED = 200_000
Sql = Annotated[str, Query(max_length=100_000)]
AsOf = Annotated[str, Query(max_length=64)]


@router.get("")
def query(request: Request, site: Here, sql: Sql = "", as_of: AsOf = "") -> Response:
    """The page; with a query in its address, with its rows."""
    found, problem, status = None, None, 200
    if sql.strip():
        try:
            found = site.platform.query(sql, most_rows=site.settings.query_rows, as_of=as_of or None)
        except DataMorphError as error:
            status, problem = problem_of(error)
    part = is_part(request)
    values = [] if found is None else _rows(found.slice(0, SHOWN))
    return page(
        request,
        "_result.html" if part else "query.html",
        status=200 if part else status,
        sql=sql,
        as_of=as_of,
        problem=problem,
        columns=[] if found is None else [(field.name, str(field.type)) for field in found.schema],
        rows=values,
        total=None if found is None else found.num_rows,
        shown=SHOWN,
        chart=_chart(found) if found is not None else "",
        tables=[] if part else site.catalogue.tables(),
    )


@router.get("/export")
def export_query(site: Here, sql: Sql, format: Literal["csv", "parquet", "xlsx"], as_of: AsOf = "") -> Response:
    """All rows of a query as a file."""
    content, media = export(site.platform.query(sql, most_rows=EXPORTED, as_of=as_of or None), format)
    return Response(
        content, media_type=media, headers={"content-disposition": f'attachment; filename="query.{format}"'}
    )


def _rows(found: pa.Table) -> list[list[object]]:
    columns = [values(column) for column in found.columns]
    return [[plain(value) for value in row] for row in zip(*columns, strict=True)]


def _chart(found: pa.Table) -> str:
    """Bars where the first column has labels, the last has numbers, and there are a few of them."""
    if not 2 <= found.num_rows <= MOST_BARS or found.num_columns < 2:  # noqa: PLR2004
        return ""
    labels, numbers = values(found.column(0)), values(found.column(found.num_columns - 1))
    try:
        heights = [float(number) for number in numbers]
    except (TypeError, ValueError):
        return ""
    if any(isinstance(label, float) for label in labels) or any(height != height for height in heights):  # noqa: PLR0124
        return ""
    return bars([str(label) for label in labels], heights, title=f"{found.column_names[-1]} by {found.column_names[0]}")
