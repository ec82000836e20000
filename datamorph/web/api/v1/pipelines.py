"""Saved pipelines: what they say, how they came to say it, and to run one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from datamorph.errors import DataMorphError
from datamorph.web.api.shapes import Shape
from datamorph.web.api.v1.plans import RunRequest
from datamorph.web.api.v1.runs import Begun, begun
from datamorph.web.failures import documented
from datamorph.web.site import Here, Site
from datamorph.web.versions import Version, versions_of

router = APIRouter(prefix="/api/v1/pipelines", tags=["pipelines"])


class PipelineLine(Shape):
    """One pipeline."""

    name: str
    table: str | None
    schedule: str | None
    prompt: str
    problem: str | None = Field(description="Why it cannot be read; null where it can.")


class PipelineList(Shape):
    """All of them."""

    pipelines: list[PipelineLine]


class PipelineDocument(Shape):
    """One pipeline with its spec and code."""

    name: str
    table: str
    spec: dict[str, Any]
    document: str = Field(description="The spec as it stands in its file.")
    transform: str = Field(description="PySpark.")
    query: str = Field(description="The same meaning as one SELECT in DuckDB's dialect.")


class VersionList(Shape):
    """How a pipeline's spec changed, newest first."""

    versions: list[Version]


@router.get("", responses=documented())
def pipelines(site: Here) -> PipelineList:
    """All saved pipelines; a broken one is a line that says so."""
    return PipelineList(pipelines=[line(site, name) for name in site.platform.pipelines()])


def line(site: Site, name: str) -> PipelineLine:
    """One line of the list."""
    try:
        spec = site.platform.pipeline(name).spec
    except DataMorphError as error:
        return PipelineLine(name=name, table=None, schedule=None, prompt="", problem=error.problem)
    schedule = spec.schedule.cron if spec.schedule else None
    return PipelineLine(name=name, table=str(spec.target.table), schedule=schedule, prompt=spec.prompt, problem=None)


@router.get("/{name}", responses=documented(404, 422))
def pipeline(name: str, site: Here) -> PipelineDocument:
    """One pipeline."""
    found = site.platform.pipeline(name)
    spec = found.spec.model_dump(mode="json", exclude_defaults=True)
    return PipelineDocument(name=name, table=str(found.spec.target.table), spec=spec, document=found.document,
                            transform=found.transform, query=found.query)  # fmt: skip


@router.get("/{name}/versions", responses=documented(404, 422))
def versions(name: str, site: Here) -> VersionList:
    """How its spec changed, from the runs that published it."""
    site.platform.pipeline(name)
    return VersionList(versions=versions_of(site.platform, name))


@router.post("/{name}/run", status_code=202, responses=documented(404, 409, 422, 503))
def run(request: Request, name: str, body: RunRequest, site: Here) -> Begun:
    """Plan it on the tables of today and run it, in the background."""
    plan = site.runner.plan_spec(site.platform.pipeline(name).spec)
    return begun(site, site.runner.run(plan, force=body.force), request=request)
