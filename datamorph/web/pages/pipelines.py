"""Saved pipelines, their versions, and one more run."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from datamorph.web.api.v1.pipelines import line
from datamorph.web.pages.rendering import page
from datamorph.web.site import Here
from datamorph.web.versions import versions_of

router = APIRouter(prefix="/pipelines")
RECENT = 10
RECORDED_S = 60.0


@router.get("")
def pipelines(request: Request, site: Here) -> Response:
    """The list."""
    return page(request, "pipelines.html", pipelines=[line(site, name) for name in site.platform.pipelines()])


@router.get("/{name}")
def pipeline(request: Request, name: str, site: Here) -> Response:
    """One pipeline: prompt, spec, code, versions, latest runs."""
    found = site.platform.pipeline(name)
    runs = [run for run in site.platform.runs(most=1000) if run.pipeline == name][:RECENT]
    return page(
        request,
        "pipeline.html",
        name=name,
        pipeline=found,
        spec=found.spec,
        versions=versions_of(site.platform, name),
        runs=runs,
    )


@router.post("/{name}/run")
def run(request: Request, name: str, site: Here) -> Response:
    """Plan it on the tables of today and run it."""
    plan = site.runner.plan_spec(site.platform.pipeline(name).spec)
    run_id = site.runner.run(plan).run_id.result(timeout=RECORDED_S)
    request.scope["about"].update(run_id=run_id)
    return RedirectResponse(f"/runs/{run_id}", 303)
