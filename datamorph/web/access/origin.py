"""Where a request comes from, as a browser says: only our own pages may change anything."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from datamorph.web.failures import RequestError
from datamorph.web.listening import is_loopback


def check_host(listens_on: str, headers: Mapping[str, str], public_url: str | None) -> None:
    """On loopback only names of this machine: a page of the web whose name points here must not get in.

    Args:
        public_url: under which people reach it through a proxy, too.

    Raises:
        RequestError: 400, the Host header is another.
    """
    host = headers.get("host", "").lower()
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    if is_loopback(listens_on) and not is_loopback(name) and host != _place(public_url):
        fix = "use 127.0.0.1 or localhost, or set public_url to the address of the proxy before it"
        raise RequestError(400, "bad_host", f"host {host!r} is not this machine", fix=fix)


def check_origin(headers: Mapping[str, str], public_url: str | None) -> None:
    """Who sends no such headers is no browser, and is asked for a token or a cookie all the same.

    Raises:
        RequestError: 403, a page of another site sends this.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    is_foreign = site is not None and site not in ("same-origin", "none")
    if origin is not None and origin.partition("//")[2].lower() not in (
        headers.get("host", "").lower(),
        _place(public_url),
    ):
        is_foreign = True
    if is_foreign:
        raise RequestError(403, "foreign_origin", f"requests from {origin or site!r} may not change anything",
                           fix="send it from the console, or without an Origin header")  # fmt: skip


def _place(url: str | None) -> str | None:
    """Host and port of an address; None for none."""
    return urlsplit(url).netloc.lower() if url else None
