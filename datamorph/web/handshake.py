"""What happens to every websocket before its route: whom it comes from, by which page, and the audit log."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datamorph.errors import DataMorphError
from datamorph.web.access.identity import Identity
from datamorph.web.access.origin import check_host, check_origin
from datamorph.web.failures import Failure, RequestError
from datamorph.web.site import Site

_LOG = logging.getLogger(__name__)


class Handshake:
    """ASGI middleware around the routes of websockets."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        headers = headers_of(scope)
        scope["about"] = {}

        async def told(message: Message) -> None:
            if message["type"] == "websocket.http.response.start" and message["status"] in (401, 403):
                await self._record(scope, message["status"])
            await send(message)

        try:
            check_host(self._site.host, headers, self._site.settings.public_url)
            check_origin(headers, self._site.settings.public_url)
            scope["identity"] = await identified(self._site, headers)
            client = scope["identity"].name if scope["identity"] else (scope.get("client") or ("", 0))[0]
            if wait := self._site.throttle.wait_s(client):
                raise RequestError(429, "too_many_requests", "too many requests", fix=f"again in {wait:.1f} s")
            with self._site.held.one(scope["identity"]):
                await self._app(scope, receive, told)
        except RequestError as refused:
            body = Failure(error=refused.problem).model_dump()
            await JSONResponse(body, refused.status, refused.headers)(scope, receive, told)

    async def _record(self, scope: Scope, status: int) -> None:
        who = scope["identity"].name if scope.get("identity") else "nobody"
        await run_in_threadpool(self._site.audit.append, who, f"WS {scope['path']}", "denied", {"status": status})


async def identified(site: Site, headers: Mapping[str, str]) -> Identity | None:
    """Who asks; None for nobody who is known.

    Raises:
        RequestError: 503, what it is compared with cannot be read.
    """
    try:
        return await run_in_threadpool(site.gate.identify, headers, cookies_of(headers))
    except DataMorphError as error:
        _LOG.warning("nobody can be identified: %s", error)
        fix = "try again; the server's log has the reason"
        raise RequestError(503, "access_unknown", "who you are cannot be checked just now", fix=fix) from error


def headers_of(scope: Scope) -> Mapping[str, str]:
    """Headers by name; of one that comes twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def cookies_of(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Cookies by name."""
    return cookie_parser(headers.get("cookie", ""))
