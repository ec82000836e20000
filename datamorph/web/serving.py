"""Serves a project over HTTP until it is stopped."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

import uvicorn

from datamorph.errors import SettingsError
from datamorph.settings import Settings
from datamorph.web.app import create_app
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
    if not is_loopback(host) and not site.gate.is_closed:
        raise SettingsError(
            f"host {host!r} can be reached by others, and there is no access control",
            fix="set DATAMORPH_ACCESS_CODE, or add a user: datamorph user add NAME --role admin",
        )
    listening = listen(host, port)
    bound = listening.getsockname()[1]
    config = uvicorn.Config(
        create_app(site), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=30,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    server = _Server(config, lambda: ready(f"http://{_shown(host)}:{bound}"))
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


def is_loopback(host: str) -> bool:
    """True when only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        SettingsError: the address is taken, or none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"port {port} on {host} cannot be used: {error.strerror}",
            fix="stop what uses it, or choose another: --port 0 picks a free one",
        ) from error
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
