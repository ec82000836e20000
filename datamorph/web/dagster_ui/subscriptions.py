"""Live updates of the Dagster UI: a websocket that carries subscriptions and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from datamorph.assets.running_ui import READ_ONLY, UNIX
from datamorph.web.dagster_ui.operations import Operations, read_operations
from datamorph.web.dagster_ui.upstream import restarting, target
from datamorph.web.failures import RequestError

PROTOCOL = "graphql-ws"
MOST_MESSAGE = 32_000_000
_SIGNED_OUT = 1008
_GONE = 1012
_PLAIN = frozenset({"connection_init", "connection_terminate", "stop"})


async def open_upstream(address: str) -> ClientConnection:
    """A websocket to Dagster's webserver; it may read only, whoever opened it.

    Raises:
        RequestError: 503, nobody answers.
    """
    options: dict[str, Any] = {
        "subprotocols": [Subprotocol(PROTOCOL)], "additional_headers": {READ_ONLY: "1"}, "compression": None,
        "open_timeout": 10, "max_size": MOST_MESSAGE, "user_agent_header": None, "proxy": None,
    }  # fmt: skip
    path = target("graphql")
    try:
        if address.startswith(UNIX):
            return await unix_connect(address.removeprefix(UNIX), f"ws://localhost{path}", **options)
        return await connect(f"ws{address.removeprefix('http').rstrip('/')}{path}", **options)
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
        raise restarting() from error


async def relay(
    socket: WebSocket, upstream: ClientConnection, *, is_welcome: Callable[[], bool], look_s: float
) -> list[str]:
    """Carry messages both ways until one side ends.

    Args:
        is_welcome: whether who opened the socket may still come in.
        look_s: so often that is asked.

    Returns:
        The mutations that were tried, none of which was passed on.
    """
    tried: list[str] = []
    tasks = [
        asyncio.create_task(work)
        for work in (_out(socket, upstream, tried), _back(socket, upstream), _watch(socket, is_welcome, look_s))
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await upstream.close()
    return tried


async def _out(socket: WebSocket, upstream: ClientConnection, tried: list[str]) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed):
        while True:
            told = await socket.receive_text()
            message: object = None
            try:
                message = json.loads(told)
                await upstream.send(json.dumps(await run_in_threadpool(_allowed, message, tried)))
            except RequestError as refused:
                await socket.send_text(_error(message, refused))
            except (ValueError, RecursionError):
                await socket.send_text(_error(None, _bad("a message that is no JSON")))


async def _back(socket: WebSocket, upstream: ClientConnection) -> None:
    with suppress(ConnectionClosed, WebSocketDisconnect, RuntimeError):
        async for message in upstream:
            await socket.send_text(message if isinstance(message, str) else message.decode())
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(_GONE)


async def _watch(socket: WebSocket, is_welcome: Callable[[], bool], look_s: float) -> None:
    while await run_in_threadpool(is_welcome):
        await asyncio.sleep(look_s)
    await socket.close(_SIGNED_OUT)


def _allowed(message: object, tried: list[str]) -> Mapping[str, Any]:
    """A message as it is passed on.

    Raises:
        RequestError: it is none of the protocol, or starts something else than a subscription.
    """
    if not isinstance(message, Mapping):
        raise _bad("a message that is no JSON object")
    kind, number = message.get("type"), message.get("id")
    if number is not None and not isinstance(number, str | int):
        raise _bad("an id that is neither text nor a number")
    if kind in _PLAIN:
        return {"type": kind, "id": number}
    if kind != "start":
        raise _bad(f"a message of type {kind!r}")
    return {"type": kind, "id": number, "payload": _subscription(message.get("payload"), tried).body}


def _subscription(payload: object, tried: list[str]) -> Operations:
    found = read_operations(payload)
    if not found.is_subscription:
        tried.extend(found.mutations)
        raise RequestError(403, "not_allowed", "a websocket carries subscriptions only", fix="send it by POST")
    return found


def _error(message: object, refused: RequestError) -> str:
    number = message.get("id") if isinstance(message, Mapping) else None
    return json.dumps({"type": "error", "id": number, "payload": {"message": f"{refused}: {refused.problem.fix}"}})


def _bad(what: str) -> RequestError:
    return RequestError(400, "bad_message", f"{what} is not passed on to Dagster", fix="speak graphql-ws")
