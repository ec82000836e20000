"""A limit for a whole response: a server that sends a byte now and then is stopped, too."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from typing import cast

import httpx2


class Deadline(threading.local):
    """When the call that this thread makes must be over, on the monotonic clock."""

    at: float = math.inf

    def start(self, seconds: float) -> None:
        """Begin to count."""
        self.at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self.at - time.monotonic())

    def watch(self, response: httpx2.Response) -> None:
        """Hook for the HTTP client: the body is read piece by piece until the deadline."""
        response.stream = _Watched(cast("httpx2.SyncByteStream", response.stream), self)


class _Watched(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inner:
            yield piece
            if not self._deadline.left:
                raise httpx2.ReadTimeout("the answer took too long")

    def close(self) -> None:
        self._inner.close()
