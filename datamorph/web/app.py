"""The application: all routes behind one door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response

from datamorph import __version__
from datamorph.errors import DataMorphError
from datamorph.web import assistants
from datamorph.web.access.checking import SignInNeeded, authorise
from datamorph.web.api import seed, v1
from datamorph.web.dagster_ui import routes as dagster_ui
from datamorph.web.description import describe
from datamorph.web.door import Door
from datamorph.web.failures import Failure, Problem, RequestError, problem_of
from datamorph.web.pages import home, pipelines, plans, provider, query, records, runs, sign_in, tables
from datamorph.web.pages.rendering import error_page
from datamorph.web.site import Site

STATIC = Path(__file__).with_name("static")
_PROGRAMS = ("/api/v1/", "/get/", "/execute/", "/start", "/health", "/openapi.json", "/mcp",
             "/dagster/graphql")  # fmt: skip


def create_app(site: Site) -> FastAPI:
    """The API and the console of one project."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        try:
            await app.state.assistants.close()
            await site.dagster.close()
        finally:
            site.close()

    app = FastAPI(
        title="DataMorph",
        version=__version__,
        description="One sentence becomes a typed, checked, atomically published data pipeline.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(authorise)],
    )
    app.state.site = site
    app.state.assistants = assistants.open_assistants(app)
    for router in (seed.router, *v1.ROUTERS):
        app.include_router(router)
    for page in (home, sign_in, provider, plans, runs, tables, query, pipelines, records):
        app.include_router(page.router, include_in_schema=False)
    app.include_router(dagster_ui.router, include_in_schema=False)
    app.include_router(assistants.router, include_in_schema=False)
    app.add_api_route("/openapi.json", _describe, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(DataMorphError, _of_platform)
    app.add_exception_handler(RequestError, _of_request)
    app.add_exception_handler(RequestValidationError, _of_shape)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_middleware(Door, site=site)
    return app


def _describe(request: Request) -> JSONResponse:
    return JSONResponse(describe(request.app))


async def _of_platform(request: Request, error: Exception) -> Response:
    assert isinstance(error, DataMorphError)  # noqa: S101 (what it is registered for)
    status, problem = problem_of(error)
    return _answer(request, status, problem)


async def _of_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)  # noqa: S101
    if isinstance(error, SignInNeeded) and request.scope.get("method") == "GET" and not _is_program(request):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?{urlencode({'next': target})}", 303)
    return _answer(request, error.status, error.problem, error.headers)


async def _of_shape(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = [(".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()]
    message = "; ".join(f"{place}: {text}" for place, text in found[:5])
    fix = "correct it; the shape is in /openapi.json"
    return _answer(request, 400, Problem(code="bad_request", message=message, fix=fix))


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    known = {
        404: Problem(code="not_found", message=f"there is no page {request.url.path!r}", fix="start at /"),
        405: Problem(
            code="method_not_allowed", message=f"{request.method} is not possible here", fix="see /openapi.json"
        ),
    }
    problem = known.get(error.status_code) or Problem(code="refused", message=str(error.detail), fix="correct it")
    return _answer(request, error.status_code, problem, dict(error.headers or {}))


def _answer(request: Request, status: int, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    if _is_program(request) or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(Failure(error=problem).model_dump(), status, headers=headers)
    return error_page(request, status, problem, headers)


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(_PROGRAMS)
