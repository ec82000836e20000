"""A webserver that tells what reached it, in the place of Dagster's: real HTTP and websockets on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from served_app import serving_routes
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from datamorph.web.listening import listen


class Seen:
    """What reached it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.messages: list[object] = []
        self.handshakes: list[dict[str, str]] = []

    async def answer(self, request: Request) -> Response:
        raw, query = request.scope["raw_path"].decode(), request.url.query
        address = f"{self.url}{raw}" + (f"?{query}" if query else "")
        self.requests.append((request.method, address, dict(request.headers), await request.body()))
        if request.url.path.endswith("/elsewhere"):
            return RedirectResponse("https://evil.example/dagster/assets?x=1")
        if request.url.path.endswith("/parts"):
            return StreamingResponse((b"x" * 1000 for _ in range(1000)), media_type="text/plain")
        if request.url.path.endswith("/page"):
            headers = {
                "set-cookie": "datamorph_session=theirs", "x-frame-options": "ALLOWALL",
                "content-security-policy": "script-src 'nonce-0123456789abcdef' 'unsafe-inline' https:",
            }  # fmt: skip
            return Response("<p>hello</p>", media_type="text/html", headers=headers)
        return JSONResponse({"data": {"ok": True}})

    async def talk(self, socket: WebSocket) -> None:
        self.handshakes.append(dict(socket.headers))
        await socket.accept("graphql-ws")
        try:
            while True:
                message = json.loads(await socket.receive_text())
                self.messages.append(message)
                await socket.send_json({"type": "data", "id": message.get("id"), "payload": {"data": {"n": 1}}})
        except WebSocketDisconnect:
            pass


@contextmanager
def telling_server() -> Iterator[Seen]:
    """Serve until the end of the block."""
    listening = listen("127.0.0.1", 0)
    seen = Seen(f"http://127.0.0.1:{listening.getsockname()[1]}")
    routes = [
        WebSocketRoute("/dagster/graphql", seen.talk),
        Route("/{path:path}", seen.answer, methods=["GET", "POST"]),
    ]
    with serving_routes(listening, routes):
        yield seen
