"""Where a project is served: sockets, and who could reach them."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from datamorph.errors import SettingsError
from datamorph.web.access.gate import Gate

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (what a person said)


def refuse_open(host: str, public_url: str | None, gate: Gate) -> None:
    """Nothing is served to others without access control.

    Raises:
        SettingsError: others could reach that address, and nobody is asked who they are.
    """
    if (public_url or not is_loopback(host)) and not gate.is_closed:
        raise SettingsError(
            f"{public_url or f'host {host!r}'} can be reached by others, and there is no access control",
            fix="set DATAMORPH_ACCESS_CODE, or add a user: datamorph user add NAME --role admin",
        )


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


def address(host: str, port: int) -> str:
    """The URL under which this machine reaches what listens there."""
    name = _ANY.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
