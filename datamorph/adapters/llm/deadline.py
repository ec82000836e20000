"""A limit for a whole response: a server that sends a byte now and then is stopped, too."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, cast

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
        """Hook for the HTTP client: at the deadline the connection is hung up, whatever is read from it."""
        line = response.extensions.get("network_stream")
        response.stream = _Watched(cast("httpx2.SyncByteStream", response.stream), line, self)


class _Watched(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, line: Any, deadline: Deadline) -> None:
        self._inner, self._line, self._deadline = inner, line, deadline
        self._is_over = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        timer = threading.Timer(self._deadline.left, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield from self._inner
        except httpx2.TransportError as error:
            if self._is_over.is_set():
                raise httpx2.ReadTimeout("the answer took too long") from error
            raise
        finally:
            timer.cancel()
        if self._is_over.is_set():
            raise httpx2.ReadTimeout("the answer took too long")

    def close(self) -> None:
        self._inner.close()

    def _hang_up(self) -> None:
        """Wake the thread that reads: closing alone would leave it waiting."""
        self._is_over.set()
        with contextlib.suppress(OSError):
            self._line.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
