"""Serves a project over HTTP until it is stopped."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from datamorph.settings import Settings
from datamorph.web.app import create_app
from datamorph.web.door import MOST_BODY
from datamorph.web.listening import address, listen, refuse_open
from datamorph.web.site import open_site

GRACE_S = 5


def serve(settings: Settings, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the API and the console until SIGINT or SIGTERM.

    Args:
        port: 0 picks a free one.
        ready: told the address once, when it answers.

    Raises:
        SettingsError: the address cannot be used, or others could reach it and nobody is asked who they are.
    """
    site = open_site(settings, host=host)
    refuse_open(host, site.settings.public_url, site.gate)
    listening = listen(host, port)
    bound = listening.getsockname()[1]
    config = uvicorn.Config(
        create_app(site), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=30, ws_max_size=MOST_BODY,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    server = _Server(config, lambda: ready(address(host, bound)))
    with listening, suppress(KeyboardInterrupt):  # uvicorn stops, then raises the signal again
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        await super().startup(sockets)
        if self.started:
            self._ready()
