"""The way from the console to Dagster's webserver: a socket in the file system, or an address that is set."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote, urlsplit

import httpx
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from datamorph.assets.running_ui import PREFIX, READ_ONLY, UNIX, find_server
from datamorph.settings import Settings
from datamorph.web.failures import RequestError
from datamorph.web.outgoing import no_cookies

_TIMEOUT = httpx.Timeout(connect=5, read=120, write=30, pool=10)
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)
_ASKED = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since", "range", "if-range"})
"""Headers that are passed on; cookies, tokens and whatever speaks about a connection are not."""
_ANSWERED = frozenset({
    "content-type", "content-length", "content-encoding", "content-disposition", "content-range", "accept-ranges",
    "etag", "last-modified", "vary",
})  # fmt: skip
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/=_-]{8,128})'")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
AGAIN_S = 5


class Upstream:
    """Dagster's webserver of one project, wherever it is just now.

    Attributes:
        look_s: so often an open websocket is asked whether who opened it may still come in.
    """

    def __init__(self, settings: Settings, *, look_s: float = 15) -> None:
        self._settings, self.look_s = settings, look_s
        self._client: httpx.AsyncClient | None = None
        self._of: str | None = None

    @property
    def address(self) -> str | None:
        """``unix:PATH`` or a URL; None when no UI runs for this project."""
        return self._settings.dagster_url or find_server(self._settings)

    def reached(self) -> str:
        """The address.

        Raises:
            RequestError: 503, no UI runs for this project.
        """
        found = self.address
        if found is None:
            raise RequestError(503, "no_dagster", "no Dagster UI runs for this project", fix="start it: datamorph up")
        return found

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str],
        body: bytes | None = None,
        is_reader: bool,
    ) -> Response:
        """Pass a request on, and its answer back while it arrives.

        Args:
            path: below ``PREFIX``, decoded; it cannot lead elsewhere.
            body: JSON.
            is_reader: Dagster shall change nothing for this request.

        Raises:
            RequestError: 404 for a path that is none, 503 when nobody answers, 504 when not in time.
        """
        address = self.reached()
        passed = {name: value for name, value in headers.items() if name in _ASKED}
        if body is not None:
            passed["content-type"] = "application/json"
        if is_reader:
            passed[READ_ONLY] = "1"
        client = await self._connected(address)
        request = client.build_request(method, target(path, query), headers=passed, content=body)
        try:
            answer = await client.send(request, stream=True)
        except httpx.ReadTimeout as error:
            raise RequestError(504, "dagster_slow", "the Dagster UI takes too long", fix="ask for less") from error
        except httpx.TransportError as error:
            raise restarting() from error
        return _Relayed(answer, path)

    async def close(self) -> None:
        """Give connections back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = self._of = None

    async def _connected(self, address: str) -> httpx.AsyncClient:
        if self._client is None or self._of != address:
            await self.close()
            is_file = address.startswith(UNIX)
            transport = httpx.AsyncHTTPTransport(
                uds=address.removeprefix(UNIX) if is_file else None, limits=_LIMITS, trust_env=False
            )
            base = "http://localhost" if is_file else address.rstrip("/")
            self._client = httpx.AsyncClient(
                transport=transport, base_url=base, timeout=_TIMEOUT, trust_env=False, cookies=no_cookies()
            )
            self._of = address
        return self._client


def target(path: str, query: str = "") -> str:
    """Path and query as they are sent on.

    Raises:
        RequestError: 404, the path has parts that might lead out of the prefix.
    """
    parts = path.split("/")
    if _UNSAFE.search(path) or any(part in (".", "..") for part in parts) or "" in parts[:-1]:
        raise RequestError(404, "not_found", f"there is no page {path[:200]!r}", fix=f"start at {PREFIX}/")
    whole = f"{PREFIX}/{quote(path, safe='/:@!$&()*+,;=~')}"
    return f"{whole}?{query}" if query else whole


def restarting() -> RequestError:
    """Nobody answers just now."""
    return RequestError(
        503, "dagster_restarts", "the Dagster UI is restarting",
        fix="this page loads itself again in a few seconds; if it stays, start datamorph up",
        headers={"retry-after": str(AGAIN_S), "refresh": str(AGAIN_S)},
    )  # fmt: skip


class _Relayed(StreamingResponse):
    """An answer of Dagster's, given back as it arrives; the connection is free again however that ends."""

    def __init__(self, answer: httpx.Response, path: str) -> None:
        super().__init__(_parts(answer), answer.status_code, _passed_back(answer, path))
        self._answer = answer
        self.policy = _policy(answer.headers.get("content-security-policy", ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["policy"] = self.policy
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._answer.aclose()


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for part in answer.aiter_raw():
        yield part


def _passed_back(answer: httpx.Response, path: str) -> dict[str, str]:
    found = {name: value for name, value in answer.headers.items() if name in _ANSWERED}
    if path.startswith("_next/static/") and answer.is_success:
        found["cache-control"] = "private, max-age=86400"  # named by what is in it
    if answer.is_redirect:
        found["location"] = _local(answer.headers.get("location", ""))
    return found


def _local(location: str) -> str:
    """Where a redirect leads: below the prefix, whatever host it names."""
    parts = urlsplit(location)
    path = parts.path if parts.path.startswith(f"{PREFIX}/") else f"{PREFIX}/"
    return f"{path}?{parts.query}" if parts.query else path


def _policy(given: str) -> str:
    """What pages of the UI may do: scripts with the nonce of this answer, connections to this server only."""
    nonce = _NONCE.search(given)
    scripts = f"'nonce-{nonce[1]}' 'strict-dynamic'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
        " font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
