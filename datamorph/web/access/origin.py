"""Where a request comes from, as a browser says: only our own pages may change anything."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.web.failures import RequestError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_host(listens_on: str, headers: Mapping[str, str]) -> None:
    """On loopback only names of this machine: a page of the web whose name points here must not get in.

    Raises:
        RequestError: 400, the Host header is another.
    """
    host = headers.get("host", "").lower()
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    if listens_on in LOOPBACK and name not in LOOPBACK:
        raise RequestError(400, "bad_host", f"host {host!r} is not this machine", fix="use 127.0.0.1 or localhost")


def check_origin(headers: Mapping[str, str]) -> None:
    """Who sends no such headers is no browser, and is asked for a token or a cookie all the same.

    Raises:
        RequestError: 403, a page of another site sends this.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    is_foreign = site is not None and site not in ("same-origin", "none")
    if origin is not None and origin.partition("//")[2].lower() != headers.get("host", "").lower():
        is_foreign = True
    if is_foreign:
        raise RequestError(403, "foreign_origin", f"requests from {origin or site!r} may not change anything",
                           fix="send it from the console, or without an Origin header")  # fmt: skip
