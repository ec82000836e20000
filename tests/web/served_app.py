"""An application of a test, served by real HTTP on a socket that listens already."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute


@contextmanager
def serving_routes(listening: socket.socket, routes: Sequence[BaseRoute]) -> Iterator[None]:
    """Serve until the end of the block."""
    config = uvicorn.Config(Starlette(routes=list(routes)), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=60)
        listening.close()
