"""``POST /mcp``: tools for other assistants over HTTP, for whoever the door knows, with the rights that they have."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from datamorph.web.held import HELD
from datamorph.web.inside import InsideApi

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

_LOG = logging.getLogger(__name__)
router = APIRouter()
PATH = "/mcp"


@router.post(PATH, dependencies=[HELD])
async def ask(request: Request) -> Response:
    """One message of the Model Context Protocol; its answer may be a stream."""
    manager = await request.app.state.assistants.manager()
    return _Passed(manager.asgi_app)


class Assistants:
    """The protocol's own machinery, started with the first message; no session is kept between two.

    Args:
        server: makes the server; it is imported then, not before.
    """

    def __init__(self, server: Callable[[], Any]) -> None:
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._started: asyncio.Future[StreamableHTTPSessionManager] | None = None
        self._ended = asyncio.Event()

    async def manager(self) -> StreamableHTTPSessionManager:
        """What speaks the protocol."""
        if self._started is None:
            self._started = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run(self._started))
        return await asyncio.shield(self._started)

    async def close(self) -> None:
        """End what is still open."""
        self._ended.set()
        if self._task:
            await asyncio.wait([self._task])

    async def _run(self, started: asyncio.Future[StreamableHTTPSessionManager]) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415 (half a second)

        try:
            manager = StreamableHTTPSessionManager(self._server(), stateless=True)
            async with manager.run():
                started.set_result(manager)
                await self._ended.wait()
        except Exception as error:
            _LOG.exception("the tools for assistants do not start")
            if started.done():
                raise
            self._started = None  # the next message tries again
            started.set_exception(error)


def open_assistants(app: Any) -> Assistants:
    """The tools of an application, each in the name of whoever sent the message."""

    def build() -> Any:
        from datamorph.mcp.server import build_server  # noqa: PLC0415

        return build_server(lambda request: InsideApi(app, request.scope["identity"]))

    return Assistants(build)


class _Passed(Response):
    """An answer that another application gives."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Any]) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await self._app(scope, receive, send)
