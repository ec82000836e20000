"""The API called from inside of this process, in somebody's name: by tools, with the rules of every request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI
from starlette.types import Message

from datamorph.core.run import RunEvent
from datamorph.web.access.identity import Identity
from datamorph.web.access.rules import rule_of
from datamorph.web.description import describe
from datamorph.web.door import CALLER
from datamorph.web.following import Wording
from datamorph.web.site import Site
from datamorph.web.wording import describe as describe_event
from datamorph.web.wording import title_of


class InsideApi:
    """The API of an application in the name of one caller; limits, rules and the audit log apply as to any other.

    Args:
        app: the whole application, its door included.
    """

    def __init__(self, app: FastAPI, caller: Identity | None) -> None:
        self._app, self._caller = app, caller
        self._site: Site = app.state.site

    def description(self) -> Mapping[str, Any]:
        """Of its routes, as OpenAPI."""
        return describe(self._app)

    def allows(self, route: str) -> bool:
        """True when the caller may use that route, such as ``GET /api/v1/runs``."""
        rule = rule_of(*route.split(" ", 1))
        return rule is not None and rule.allows(self._caller)

    async def call(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> tuple[int, dict[str, Any]]:
        """Send one request; its status and its JSON document. Names in the path are quoted already."""
        sent = json.dumps(body).encode() if body is not None else b""
        given = {name: value for name, value in query.items() if value is not None}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
            "path": unquote(path), "raw_path": path.encode(), "root_path": "",
            "query_string": urlencode(given).encode(), "client": None, "server": None, "state": {},
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json"),
                        (b"accept", b"application/json"), (b"content-length", str(len(sent)).encode())],
            CALLER: self._caller,
        }  # fmt: skip
        answer = _Answer(sent)
        await self._app(scope, answer.receive, answer.send)
        return answer.status, json.loads(answer.body)

    async def follow(self, run_id: str) -> AsyncIterator[str]:
        """What a run does, as it happens, one line each; it ends when the run is at rest."""
        async for text in self._site.feeds.follow(run_id, 0, _LINES):
            for line in text.splitlines():
                yield line


def _line(_number: int, event: RunEvent) -> str:
    told = " ".join(describe_event(event).split())
    return f"{title_of(event)}{f' ({told})' if told else ''}\n"


_LINES = Wording(_line, lambda run: "")


class _Answer:
    """One exchange: what is sent, and what came back."""

    def __init__(self, sent: bytes) -> None:
        self._messages = [{"type": "http.request", "body": sent, "more_body": False}]
        self.status, self.body = 0, b""

    async def receive(self) -> Message:
        """See ASGI."""
        return self._messages.pop() if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """See ASGI."""
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")
