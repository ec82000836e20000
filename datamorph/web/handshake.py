"""What happens to every websocket before its route: whom it comes from, by which page, and the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datamorph.web.access.origin import check_host, check_origin
from datamorph.web.failures import Failure, RequestError
from datamorph.web.site import Site


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
            check_host(self._site.host, headers)
            check_origin(headers)
            scope["identity"] = await run_in_threadpool(self._site.gate.identify, headers, cookies_of(headers))
            client = scope["identity"].name if scope["identity"] else (scope.get("client") or ("", 0))[0]
            if wait := self._site.throttle.wait_s(client):
                raise RequestError(429, "too_many_requests", "too many requests", fix=f"again in {wait:.1f} s")
            await self._app(scope, receive, told)
        except RequestError as refused:
            body = Failure(error=refused.problem).model_dump()
            await JSONResponse(body, refused.status, refused.headers)(scope, receive, told)

    async def _record(self, scope: Scope, status: int) -> None:
        who = scope["identity"].name if scope.get("identity") else "nobody"
        await run_in_threadpool(self._site.audit.append, who, f"WS {scope['path']}", "denied", {"status": status})


def headers_of(scope: Scope) -> Mapping[str, str]:
    """Headers by name; of one that comes twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def cookies_of(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Cookies by name."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}
