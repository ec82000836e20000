"""The Dagster UI below ``/dagster``: pages, GraphQL, live updates."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, WebSocket
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from datamorph.assets.running_ui import PREFIX
from datamorph.web.access.checking import refuse
from datamorph.web.access.identity import Role, Scope
from datamorph.web.access.rules import Rule
from datamorph.web.dagster_ui.operations import Operations, read_operations
from datamorph.web.dagster_ui.subscriptions import PROTOCOL, open_upstream, relay
from datamorph.web.failures import RequestError
from datamorph.web.handshake import cookies_of, headers_of
from datamorph.web.site import Here, Site, Who

router = APIRouter(prefix=PREFIX)
_CHANGE = Rule(Role.OPERATOR, Scope.WRITE)
_CLOSED = ("notebook", "dagit/")
"""Pages of Dagster's webserver that read files of the machine, or are old names of others."""


@router.get("")
def start() -> Response:
    """The UI itself is one level below."""
    return RedirectResponse(f"{PREFIX}/", 307)


@router.get("/graphql")
async def query(request: Request, site: Here, who: Who) -> Response:
    """A GraphQL query in an address: nothing that changes anything."""
    given = request.query_params
    data = {name: given.get(name) for name in ("query", "variables", "operationName")}
    found = await run_in_threadpool(read_operations, data)
    if found.mutations:
        raise RequestError(405, "method_not_allowed", "a mutation is not sent by GET", fix="send it by POST")
    return await _ask(request, site, who, found)


@router.post("/graphql")
async def operate(request: Request, site: Here, who: Who) -> Response:
    """One GraphQL operation, if its sender may do what it does."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RequestError(415, "not_json", "GraphQL is sent as JSON", fix="content-type: application/json")
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "bad_graphql", "the body is no JSON", fix='send {"query": "..."}') from error
    found = await run_in_threadpool(read_operations, data)
    if found.mutations:
        request.scope["rule"] = found.rule
        request.scope["about"].update(found.about)
    if not found.rule.allows(who):
        return _not_allowed(request, refuse(who, found.rule))
    return await _ask(request, site, who, found)


@router.post("/report_asset_materialization/{asset_key:path}")
@router.post("/report_asset_check/{asset_key:path}")
@router.post("/report_asset_observation/{asset_key:path}")
async def report(request: Request, site: Here, who: Who) -> Response:
    """What happened to an asset elsewhere."""
    path = request.scope["path"].removeprefix(f"{PREFIX}/")
    body = await request.body()
    return await site.dagster.ask("POST", path, headers=request.headers, body=body, is_reader=_is_reader(who))


@router.get("/{path:path}")
async def page(request: Request, path: str, site: Here, who: Who) -> Response:
    """A page, a script, a log."""
    if path.startswith(_CLOSED):
        raise RequestError(404, "not_found", f"there is no page {path!r}", fix=f"start at {PREFIX}/")
    return await site.dagster.ask(
        "GET", path, query=request.url.query, headers=request.headers, is_reader=_is_reader(who)
    )


@router.websocket("/graphql")
async def live(socket: WebSocket) -> None:
    """Subscriptions."""
    site: Site = socket.app.state.site
    if PROTOCOL not in socket.scope.get("subprotocols", ()):
        raise RequestError(400, "bad_protocol", f"this websocket speaks {PROTOCOL} only", fix=f"offer {PROTOCOL}")
    upstream = await open_upstream(site.dagster.reached())
    await socket.accept(PROTOCOL)
    headers, rule = headers_of(socket.scope), socket.scope["rule"]
    cookies = cookies_of(headers)

    def is_welcome() -> bool:
        return rule.allows(site.gate.identify(headers, cookies))

    tried = await relay(socket, upstream, is_welcome=is_welcome, look_s=site.dagster.look_s)
    if tried:
        who = socket.scope["identity"].name
        await run_in_threadpool(site.audit.append, who, f"WS {PREFIX}/graphql", "denied", {"mutations": tried[:20]})


async def _ask(request: Request, site: Site, who: Any, found: Operations) -> Response:
    if found.has_subscription:
        raise RequestError(400, "bad_graphql", "a subscription needs a websocket", fix="open one at this address")
    body = json.dumps(found.body).encode()
    return await site.dagster.ask("POST", "graphql", headers=request.headers, body=body, is_reader=_is_reader(who))


def _not_allowed(request: Request, refused: RequestError) -> Response:
    """Said in GraphQL's words as well, so that the UI shows it."""
    told = {"status": "error", "error": refused.problem.model_dump()}
    message = f"{refused}: {refused.problem.fix}"
    return JSONResponse({"data": None, "errors": [{"message": message}], **told}, refused.status)


def _is_reader(who: Any) -> bool:
    return not _CHANGE.allows(who)
