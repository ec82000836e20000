"""Calls that end: at their deadline, and at once when whoever waits for them is stopped."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import httpx2

LOOK_S = 0.25
Answer = TypeVar("Answer")
_CURRENT = threading.local()


def watch(response: httpx2.Response) -> None:
    """Hook for the HTTP client: tells the call of this thread which connection to hang up."""
    line = getattr(_CURRENT, "line", None)
    if line is not None:
        line.stream = response.extensions.get("network_stream")


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

    def run(self, call: Callable[[], Answer]) -> Answer:
        """Make a call in a thread of its own and wait for it here.

        A signal then meets only this loop, never code of others that may lose it; a server that sends a byte now and
        then does not outlast the deadline.

        Raises:
            httpx2.ReadTimeout: the deadline came first; the connection is hung up.
        """
        line = _Line(call)
        line.start()
        try:
            while not line.is_done.wait(min(self.left, LOOK_S)):
                if not self.left:
                    raise httpx2.ReadTimeout("the answer took too long")
        except BaseException:
            line.hang_up()
            raise
        return line.answer()


class _Line(threading.Thread, Generic[Answer]):
    """One call on its way."""

    def __init__(self, call: Callable[[], Answer]) -> None:
        super().__init__(name="language-model-call", daemon=True)
        self._call, self._answer, self._error = call, cast("Answer", None), cast("BaseException | None", None)
        self.is_done = threading.Event()
        self.stream: Any = None

    def run(self) -> None:
        _CURRENT.line = self
        try:
            self._answer = self._call()
        except BaseException as error:  # it is raised where the call is waited for
            self._error = error
        finally:
            self.is_done.set()

    def answer(self) -> Answer:
        """What the call gave, or raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._answer

    def hang_up(self) -> None:
        """Wake the thread that reads: closing alone would leave it waiting."""
        with contextlib.suppress(OSError, AttributeError):  # no connection yet, or none any more
            self.stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
