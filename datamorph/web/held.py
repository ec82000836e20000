"""Connections that stay open: event streams, websockets, waiting tools. One person holds so many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from fastapi import Depends, Request

from datamorph.web.access.identity import Identity
from datamorph.web.failures import RequestError

AGAIN_S = 5
"""Who is refused may ask again after that."""


class Held:
    """Counts the open connections of everybody; used by one event loop.

    Args:
        most: of one person at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, who: Identity | None) -> Iterator[None]:
        """Around a connection.

        Raises:
            RequestError: 429, that one would be too many.
        """
        name = who.name if who else ""
        if self._open[name] >= self._most:
            raise RequestError(
                429, "too_many_streams", f"{name or 'you'} has {self._most} live connections open already",
                fix="close pages that follow a run, or raise serve_streams", headers={"retry-after": str(AGAIN_S)},
            )  # fmt: skip
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]

    def count(self, name: str) -> int:
        """How many somebody has open."""
        return self._open[name]


async def _held(request: Request) -> AsyncIterator[None]:
    with request.app.state.site.held.one(request.scope.get("identity")):
        yield


HELD = Depends(_held)
"""Of a route whose answer stays open: it counts until its end."""
