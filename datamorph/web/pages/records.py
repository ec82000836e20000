"""What was spent, who did what, how it is set, and what programs can ask."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from datamorph.settings import SECRETS, Settings
from datamorph.web.access.rules import rule_of
from datamorph.web.charts import bars
from datamorph.web.degraded import degraded
from datamorph.web.description import describe
from datamorph.web.pages.rendering import page
from datamorph.web.site import Here

router = APIRouter()
MOST = 200


@router.get("/cost")
def cost(request: Request, site: Here) -> Response:
    """Days with their runs, engine time and what language models cost."""
    found = site.spendings.latest()
    days = list(reversed(found.days[:30]))
    chart = bars([day.day for day in days], [round(day.engine_s, 2) for day in days], title="engine seconds by day")
    return page(request, "cost.html", spending=found, chart=chart if found.days else "")


@router.get("/audit")
def audit(request: Request, site: Here, search: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The latest lines of the audit log."""
    found = [entry for entry in site.audit.entries() if search.casefold() in str(entry).casefold()]
    return page(request, "audit.html", entries=found[::-1][:MOST], total=len(found), search=search)


@router.get("/status")
def status(request: Request, site: Here) -> Response:
    """Health and settings."""
    return page(request, "status.html", degraded=degraded(site), settings=_settings(site.settings))


@router.get("/api")
def api(request: Request) -> Response:
    """The API, told from its own description."""
    paths = describe(request.app)["paths"]
    routes: list[dict[str, Any]] = [
        {"method": method.upper(), "path": path, **operation, "rule": rule_of(method.upper(), path)}
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    return page(request, "api.html", routes=routes)


def _settings(settings: Settings) -> list[tuple[str, str, str, bool]]:
    """Name, value, meaning, and whether it is not the default; what is secret is only said to be there."""
    found: list[tuple[str, str, str, bool]] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("set" if value else "not set") if name in SECRETS else "" if value is None else str(value)
        found.append((name, shown, field.description or "", name != "home" and value != field.default))
    return found
