"""Where a sentence begins: the prompt, the latest runs, the tables there are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from datamorph.core.table import Tier
from datamorph.web.pages.rendering import page
from datamorph.web.running import Job
from datamorph.web.site import Here, Site

router = APIRouter()
RECENT = 8
PLANNED_S = 3.0
RECORDED_S = 60.0


@router.get("/")
def home(request: Request, site: Here, prompt: Annotated[str, Query(max_length=20_000)] = "") -> Response:
    """The prompt box, the latest runs and the tables."""
    tables = site.catalogue.tables()
    tiers = [(tier.value, [table for table in tables if table.ref.tier is tier]) for tier in Tier]
    runs = site.platform.runs(most=RECENT)
    return page(request, "home.html", prompt=prompt, runs=runs, tiers=tiers, has_tables=bool(tables),
                example=_example(site))  # fmt: skip


@router.post("/prompts")
def plan(request: Request, site: Here, prompt: Annotated[str, Form(max_length=20_000)] = "") -> Response:
    """Plan a sentence; its page shows what was understood."""
    return show_plan(request, site.runner.start(prompt, {}, runs=False))


def show_plan(request: Request, job: Job) -> Response:
    """To the page of what is being planned; nearly always it is planned by then."""
    run_id = job.run_id.result(timeout=RECORDED_S)
    request.scope["about"].update(run_id=run_id)
    job.ended.wait(timeout=PLANNED_S)
    return RedirectResponse(f"/plans/{run_id}", 303)


def _example(site: Site) -> str:
    """A sentence that works on the first table of the lake."""
    for table in sorted(site.catalogue.tables(), key=lambda table: table.ref.tier is not Tier.RAW):
        few = next((c.name for c in table.schema if 1 < len(_values(table.profile.columns.get(c.name))) < 20), None)  # noqa: PLR2004
        if few:
            return f"count {table.ref.name} per {few}"
    return "count orders per status"


def _values(profile: object) -> tuple[object, ...]:
    return getattr(profile, "values", ())
