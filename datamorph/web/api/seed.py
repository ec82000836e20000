"""The six short paths: start, logs, schemas, data, query, health."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from datamorph import __version__
from datamorph.core.catalog import CatalogTable
from datamorph.documents import rows, timestamp
from datamorph.web.api.shapes import LogLine, Prompt, Row, Shape, TableName
from datamorph.web.degraded import Degraded, degraded
from datamorph.web.failures import documented
from datamorph.web.lookup import find_run, find_table
from datamorph.web.running import Job
from datamorph.web.site import Here, Site

router = APIRouter(tags=["short paths"])
RECORDED_S = 60.0
"""A run is on record within milliseconds; on a machine that is busy beyond that, the request ends."""
MOST_ROWS = 10_000
POLL_S = 0.05
State = Literal["planning", "asked", "refused", "planned", "held", "running", "published", "failed", "interrupted"]


class StartRequest(Shape):
    """What to build, in one sentence."""

    prompt: Prompt


class StartDetails(Shape):
    """What is known of the pipeline so far; what is not known yet is null."""

    specs_path: str | None = Field(default=None, examples=["pipelines/totals/spec.yaml"])
    glue_code_path: str | None = Field(default=None, examples=["pipelines/totals/transform.py"])
    target_table: str | None = Field(default=None, examples=["curated.sales.totals"])
    validation_status: Literal["pending", "passed", "failed", "asked", "refused"]


class Started(Shape):
    """A run that was begun."""

    status: State = Field(description="The state of the run.")
    run_id: str
    message: str
    details: StartDetails


class Logs(Shape):
    """Everything that a run has recorded so far."""

    status: State
    run_id: str
    logs: list[LogLine]
    created_at: str
    updated_at: str
    log_count: int


class Names(Shape):
    """Which tables."""

    table_names: Annotated[list[TableName], Field(min_length=1, max_length=100)]


class DataRequest(Names):
    """Which tables, and how many rows of each."""

    limit: int = Field(default=10, ge=0, le=MOST_ROWS)


class SchemaColumn(Shape):
    """A column."""

    column_name: str
    data_type: str
    is_nullable: bool
    column_default: None = Field(default=None, description="Tables of the lake have no defaults.")


class TableColumns(Shape):
    """The columns of one table."""

    columns: list[SchemaColumn]


class Schemas(Shape):
    """Tables by the names that they were asked by."""

    status: Literal["success"] = "success"
    schemas: dict[str, TableColumns]


class Data(Shape):
    """First rows by table."""

    status: Literal["success"] = "success"
    data: dict[str, list[Row]]


class QueryRequest(Shape):
    """One read-only SELECT."""

    query: str = Field(min_length=1, max_length=100_000, examples=["SELECT COUNT(*) AS n FROM curated.sales.totals"])


class Results(Shape):
    """The rows of a query."""

    status: Literal["success"] = "success"
    results: list[Row]
    row_count: int


class Health(Shape):
    """Whether everything that is needed is there."""

    status: Literal["ok", "degraded"]
    version: str
    degraded: list[Degraded]


@router.post("/start", status_code=202, responses=documented(409, 422, 503))
async def start(
    request: Request,
    response: Response,
    body: StartRequest,
    site: Here,
    wait: Annotated[float, Query(ge=0, le=600, description="Seconds to wait for the end of the run.")] = 0,
) -> Started:
    """Begin a run: plan the sentence and, if nothing is open, publish its table. It goes on in the background."""
    job = site.runner.start(body.prompt, {})
    run_id = await asyncio.wait_for(asyncio.wrap_future(job.run_id), RECORDED_S)
    request.scope["about"].update(run_id=run_id, prompt=body.prompt[:500])
    until = time.monotonic() + wait
    while not job.ended.is_set() and time.monotonic() < until:
        await asyncio.sleep(POLL_S)  # whoever waits holds no thread
    response.headers["location"] = f"/get/logs/{run_id}"
    return await run_in_threadpool(_started, site, run_id, job)


def _files(root: str, pipeline: str) -> tuple[str | None, str | None]:
    """Where a pipeline's spec and code are; on S3 one object has both."""
    if not pipeline:
        return None, None
    if root.startswith("s3://"):
        return f"{root}/{pipeline}.yaml", f"{root}/{pipeline}.yaml"
    return f"{root}/{pipeline}/spec.yaml", f"{root}/{pipeline}/transform.py"


def _started(site: Site, run_id: str, job: Job) -> Started:
    run = find_run(site.platform, run_id)
    spec, code = _files(site.settings.pipelines, run.pipeline)
    message = {
        "asked": f"a question is open: {run.reason}",
        "refused": f"refused: {run.reason}",
        "held": f"waits for approval: {run.reason}",
        "failed": f"failed: {run.reason}",
        "published": f"published {run.table}",
    }.get(run.state.value, f"follow it at /get/logs/{run_id}")
    if job.error and run.state.value == "planned":
        message = f"not run: {job.error.problem}"
    if job.result and job.result.is_unchanged:
        message = f"unchanged: {run.table} was published by run {job.result.run_id} already"
    checked = {"planned", "held", "running", "published"}
    status = run.state.value if run.state.value in ("asked", "refused") else "pending"
    status = "passed" if run.state.value in checked else "failed" if run.state.value == "failed" else status
    return Started(
        status=run.state.value,
        run_id=run_id,
        message=message,
        details=StartDetails(
            specs_path=spec,
            glue_code_path=code,
            target_table=run.table or None,
            validation_status=status,
        ),
    )


@router.get("/get/logs/{run_id}", responses=documented(404))
def logs(run_id: str, site: Here) -> Logs:
    """The events of a run so far."""
    run = find_run(site.platform, run_id)
    lines = [LogLine.of(number, event) for number, event in site.platform.events(run_id)]
    return Logs(
        status=run.state.value,
        run_id=run_id,
        logs=lines,
        created_at=timestamp(run.created_at),
        updated_at=timestamp(run.updated_at),
        log_count=len(lines),
    )


@router.post("/get/schemas", responses=documented(404))
def schemas(body: Names, site: Here) -> Schemas:
    """The columns of tables."""
    return Schemas(schemas={name: _columns(find_table(site.platform, name)) for name in body.table_names})


def _columns(table: CatalogTable) -> TableColumns:
    return TableColumns(
        columns=[SchemaColumn(column_name=c.name, data_type=c.type, is_nullable=c.nullable) for c in table.schema]
    )


@router.post("/get/data", responses=documented(404))
def data(body: DataRequest, site: Here) -> Data:
    """The first rows of tables, in their reading order."""
    found = {name: find_table(site.platform, name).ref for name in body.table_names}
    return Data(data={name: rows(site.platform.read(ref, most=body.limit)) for name, ref in found.items()})


@router.post("/execute/query", responses=documented(404))
def query(body: QueryRequest, site: Here) -> Results:
    """The rows of one read-only SELECT over the lake; anything else is refused with the reason."""
    found = rows(site.platform.query(body.query, most_rows=MOST_ROWS))
    return Results(results=found, row_count=len(found))


@router.get("/health", responses=documented())
def health(site: Here) -> Health:
    """Whether it works, and what does not."""
    found = degraded(site)
    return Health(status="degraded" if found else "ok", version=__version__, degraded=found)
