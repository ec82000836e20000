"""Where a sentence begins: the prompt, the latest runs, the tables there are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from datamorph.core.catalog import CatalogTable
from datamorph.core.table import Tier
from datamorph.web.pages.rendering import page
from datamorph.web.running import Job
from datamorph.web.site import Here, Site

router = APIRouter()
RECENT = 8
PLANNED_S = 3.0
RECORDED_S = 60.0
MOST_GROUPS, MOST_TABLES = 20, 100


@router.get("/")
def home(request: Request, site: Here, prompt: Annotated[str, Query(max_length=20_000)] = "") -> Response:
    """The prompt box, the latest runs and the tables."""
    tables = site.catalogue.tables()
    tiers = [(tier.value, [table for table in tables if table.ref.tier is tier]) for tier in Tier]
    runs = site.platform.runs(most=RECENT)
    return page(request, "home.html", prompt=prompt, runs=runs, tiers=tiers, has_tables=bool(tables),
                examples=_examples(site))  # fmt: skip


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


def _examples(site: Site) -> list[str]:
    """Sentences that work on a table of the lake, the raw ones first: one that counts and, best, one that adds up."""
    tables = sorted(site.catalogue.tables(), key=lambda table: table.ref.tier is not Tier.RAW)
    found = [told for told in map(_sentences, tables[:MOST_TABLES]) if told]
    return max(found, key=len, default=["count orders per status"])


def _sentences(table: CatalogTable) -> list[str]:
    group = next((column.name for column in table.schema if _is_group(table, column.name)), None)
    amounts = [c.name for c in table.schema if c.name != group and c.type.startswith(("double", "decimal"))]
    if group is None:
        return []
    more = [f"total {amounts[0]} per {group} from {table.ref.name}"] if amounts else []
    return [f"count {table.ref.name} per {group}", *more]


def _is_group(table: CatalogTable, name: str) -> bool:
    """True for a column with a few values that come again and again."""
    profile = table.profile.columns.get(name)
    return profile is not None and 1 < len(profile.values) < min(MOST_GROUPS, table.profile.rows)
