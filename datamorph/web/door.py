"""What happens to every request before and after its route: limits, whom it comes from, headers, the audit log."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datamorph.assets.running_ui import PREFIX
from datamorph.web.access.origin import check_host, check_origin
from datamorph.web.failures import Failure, Problem, RequestError
from datamorph.web.handshake import Handshake, headers_of, identified
from datamorph.web.idempotency import fingerprint
from datamorph.web.site import Site

_LOG = logging.getLogger(__name__)
MOST_BODY = 1_000_000
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FILES = ("/static/", f"{PREFIX}/_next/static/")
"""A page needs many of them at once, and they say nothing of a project."""
CALLER = "datamorph.caller"
"""In a scope that this process made itself, in whose name it asks: no request from outside has it."""
MCP = "mcp"
"""By which way such a request came, as the audit log tells it."""
SIGNED = "datamorph.signed"
"""In a scope, whose session it begins or ends."""
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
SECURITY: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Door:
    """ASGI middleware around all routes."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site
        self._others: Mapping[str, ASGIApp] = {"websocket": Handshake(app, site), "lifespan": app}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._others[scope["type"]](scope, receive, send)
            return
        visit = _Visit(scope, send, self._record)
        scope["about"] = {"by": MCP} if CALLER in scope else {}
        try:
            await self._pass(scope, receive, visit)
        except RequestError as refused:
            await self._refuse(scope, receive, visit, refused)
        except Exception:
            _LOG.exception("request %s: %s %s", visit.request_id, scope["method"], scope["path"])
            problem = Problem(code="unexpected", message="something unexpected happened", fix="see the server's log")
            if not visit.status:
                await _answer(500, problem)(scope, receive, visit.send)

    async def _pass(self, scope: Scope, receive: Receive, visit: _Visit) -> None:
        headers = visit.headers
        check_host(self._site.host, headers, self._site.settings.public_url)
        scope["identity"] = scope[CALLER] if CALLER in scope else await identified(self._site, headers)
        scope["is_https"] = scope["scheme"] == "https" or headers.get("x-forwarded-proto") == "https"
        client = scope["identity"].name if scope["identity"] else (scope.get("client") or ("", 0))[0]
        if not scope["path"].startswith(_FILES) and (wait := self._site.throttle.wait_s(client)):
            raise RequestError(429, "too_many_requests", "too many requests", fix=f"again in {wait:.1f} s",
                               headers={"retry-after": str(int(wait) + 1)})  # fmt: skip
        if scope["method"] in SAFE:
            await self._app(scope, receive, visit.send)
            return
        check_origin(headers, self._site.settings.public_url)
        body = await _read_body(receive, headers)
        await self._change(scope, _replay(body, receive), body, visit)

    async def _change(self, scope: Scope, receive: Receive, body: bytes, visit: _Visit) -> None:
        key = visit.headers.get("idempotency-key")
        if key is None:
            await self._app(scope, receive, visit.send)
            return
        if not _KEY.fullmatch(key):
            raise RequestError(400, "bad_key", "the Idempotency-Key is not 1 to 128 visible characters", fix="a UUID")
        who = scope["identity"].name if scope["identity"] else ""
        whole, request = f"{who}\n{key}", fingerprint(scope["method"], scope["path"], body)
        kept = await run_in_threadpool(self._site.answers.claim, whole, request)
        if kept is None:
            await self._answer_once(scope, receive, visit, whole)
        elif kept.request != request:
            raise RequestError(409, "key_reused", "this Idempotency-Key was used for another request", fix="a new key")
        elif kept.status is None:
            raise RequestError(409, "in_progress", "the first request with this key is not answered yet", fix="wait")
        else:
            replayed = Response(
                kept.body, kept.status, media_type="application/json", headers={"idempotent-replay": "true"}
            )
            await replayed(scope, receive, visit.send)

    async def _answer_once(self, scope: Scope, receive: Receive, visit: _Visit, key: str) -> None:
        """The answer is kept before its last part goes out: who has it may send the request again at once."""
        is_kept = False

        async def keep(answer: bytes) -> None:
            nonlocal is_kept
            if visit.status < 400:  # noqa: PLR2004 (what failed may be tried again)
                await run_in_threadpool(self._site.answers.keep, key, visit.status, answer)
                is_kept = True
            else:
                await run_in_threadpool(self._site.answers.forget, key)

        visit.keep = keep
        try:
            await self._app(scope, receive, visit.send)
        finally:
            if not is_kept:
                await run_in_threadpool(self._site.answers.forget, key)

    async def _record(self, scope: Scope, status: int) -> None:
        """Before the answer goes out: a change, somebody who signed in or out, or an attempt that was denied."""
        rule, route, signed = scope.get("rule"), scope.get("route"), scope.get(SIGNED)
        is_denied = status in (401, 403) or scope.get("is_denied", False)
        if not is_denied and signed is None and (rule is None or not rule.is_change):
            return
        outcome = "denied" if is_denied else "done" if status < 400 else "failed"  # noqa: PLR2004
        path = getattr(route, "path", scope["path"])
        facts = {**scope.get("path_params", {}), **scope.get("about", {}), "status": status}
        facts["request_id"] = scope["request_id"]
        identity = signed or scope.get("identity")
        who = identity.name if identity else "nobody"
        await run_in_threadpool(self._site.audit.append, who, f"{scope['method']} {path}", outcome, facts)

    async def _refuse(self, scope: Scope, receive: Receive, visit: _Visit, refused: RequestError) -> None:
        await _answer(refused.status, refused.problem, refused.headers)(scope, receive, visit.send)


class _Visit:
    """One request: its headers, and what was sent back."""

    def __init__(self, scope: Scope, send: Send, record: Callable[[Scope, int], Awaitable[None]]) -> None:
        self._scope, self._record = scope, record
        self.headers = headers_of(scope)
        given = self.headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex[:16]
        scope["request_id"] = self.request_id
        self.status = 0
        self.keep: Callable[[bytes], Awaitable[None]] | None = None
        self._body = bytearray()
        self._send, self._started = send, time.perf_counter()

    async def send(self, message: Message) -> None:
        """Send on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._record(self._scope, self.status)
            took = (time.perf_counter() - self._started) * 1000
            more = {**SECURITY, "x-request-id": self.request_id, "server-timing": f"app;dur={took:.1f}"}
            known = {name.decode("latin-1").lower() for name, _ in message["headers"]}
            if "cache-control" not in known:
                more["cache-control"] = "no-store"
            if "policy" in self._scope:
                more["content-security-policy"] = self._scope["policy"]
            raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in more.items()]
            message["headers"] = [*message["headers"], *raw]
        elif self.keep is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self.keep(bytes(self._body))
        await self._send(message)


async def _read_body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """The whole body, refused as soon as it is too large."""
    too_large = RequestError(413, "too_large", f"the body has more than {MOST_BODY:,} bytes", fix="send less")
    declared = headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MOST_BODY:
        raise too_large
    body, is_more = bytearray(), True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
        if len(body) > MOST_BODY:
            raise too_large
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives a body that was read already, then whatever comes after it."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


def _answer(status: int, problem: Problem, headers: Mapping[str, Any] | None = None) -> Response:
    body = json.dumps(Failure(error=problem).model_dump(), ensure_ascii=False)
    return Response(body, status, media_type="application/json", headers=dict(headers or {}))
