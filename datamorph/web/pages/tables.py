"""Tables by tier, and one of them: rows, columns, lineage, checks, history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from datamorph.core.catalog import CatalogTable
from datamorph.core.table import Tier
from datamorph.errors import NotFoundError
from datamorph.web.api.v1.tables import MOST_ID, fits
from datamorph.web.charts import spread
from datamorph.web.lineage import draw, lineage_of
from datamorph.web.pages.rendering import is_part, page
from datamorph.web.site import Here

router = APIRouter(prefix="/tables")
SAMPLE = 25
State = Annotated[str | None, Query(max_length=64)]


@router.get("")
def tables(
    request: Request, site: Here, search: Annotated[str, Query(max_length=200)] = "", tier: Tier | None = None
) -> Response:
    """The list; while somebody types, only its part."""
    everything = site.catalogue.tables()
    found = [table for table in everything if fits(table, search) and (tier is None or table.ref.tier is tier)]
    groups = [(tier.value, [table for table in found if table.ref.tier is tier]) for tier in Tier]
    template = "_tables.html" if is_part(request) else "tables.html"
    return page(request, template, groups=groups, search=search, tier=tier, tiers=list(Tier), total=len(everything))


@router.get("/{table}")
def table(request: Request, table: str, site: Here) -> Response:
    """One table."""
    found = site.catalogue.find(table)
    lineage = lineage_of(site.platform, site.catalogue.tables(), found.ref)
    current = next((s for s in site.platform.history(found.ref) if s.is_current), None)
    return page(
        request,
        "table.html",
        table=found,
        name=str(found.ref),
        columns=_columns(found),
        sample=site.catalogue.first_rows(found, SAMPLE),
        current=current,
        pipeline=current.properties.get("pipeline", "") if current else "",
        run_id=current.properties.get("run_id", "") if current else "",
        lineage=lineage,
        drawing=draw(lineage, str(found.ref)),
        readers=site.platform.readers(found.ref),
    )


@router.get("/{table}/history")
def history(request: Request, table: str, site: Here, before: State = None, after: State = None) -> Response:
    """Its snapshots, and what differs between two of them."""
    found = site.catalogue.find(table)
    diff = site.platform.diff(found.ref, before, after) if before and after else None
    snapshots = site.platform.history(found.ref)
    return page(
        request,
        "history.html",
        table=found,
        name=str(found.ref),
        snapshots=snapshots,
        diff=diff,
        before=before,
        after=after,
    )


@router.post("/{table}/rollback")
def rollback(
    request: Request, table: str, site: Here, snapshot_id: Annotated[str, Form(max_length=19, pattern=r"^\d+$")]
) -> Response:
    """Make an earlier snapshot current again."""
    found = site.catalogue.find(table)
    request.scope["about"].update(snapshot_id=snapshot_id)
    if int(snapshot_id) > MOST_ID:
        raise NotFoundError(f"{found.ref} has no snapshot {snapshot_id}", fix=f"see /tables/{found.ref}/history")
    site.platform.rollback(found.ref, int(snapshot_id))
    site.catalogue.forget()
    return RedirectResponse(f"/tables/{found.ref}/history", 303)


def _columns(table: CatalogTable) -> list[dict[str, Any]]:
    """Columns with their statistics and a small chart."""
    found: list[dict[str, Any]] = []
    for column in table.schema:
        profile = table.profile.columns.get(column.name)
        chart = ""
        if profile and profile.quantiles and isinstance(profile.minimum, int | float):
            chart = spread(float(profile.minimum), profile.quantiles, float(profile.maximum or 0))  # type: ignore[arg-type]
        nulls = profile.nulls / table.profile.rows if profile and table.profile.rows else 0.0
        found.append(
            {
                "column": column,
                "profile": profile,
                "chart": chart,
                "nulls": nulls,
                "is_key": column.name in table.primary_key,
            }
        )
    return found
