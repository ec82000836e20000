"""Limits on how often: wrong passwords, and requests in all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 10_000
FREE_TRIES = 5
LONGEST_S = 30.0
"""Longer would let an attacker lock others out, who share a name or a proxy's address."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Throttle:
    """A bucket of requests for each key, refilled evenly.

    Args:
        per_minute: so many go through at once, and so many again within a minute.
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float]) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._mutex = threading.Lock()

    def wait_s(self, key: str) -> float:
        """0 when a request may pass (it is counted then), else the seconds until the next one may."""
        with self._mutex:
            now = self._clock()
            bucket = self._buckets.setdefault(key, _Bucket(self._per_minute, now))
            self._buckets.move_to_end(key)
            bucket.left = min(self._per_minute, bucket.left + (now - bucket.at) * self._per_minute / 60)
            bucket.at = now
            while len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
            if bucket.left < 1:
                return (1 - bucket.left) * 60 / self._per_minute
            bucket.left -= 1
            return 0.0


class LoginThrottle:
    """After a few wrong passwords each further one doubles the wait, for a name and for an address."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._mutex = threading.Lock()

    def wait_s(self, *keys: str) -> float:
        """Seconds until another try is looked at."""
        with self._mutex:
            return max((self._wait(key) for key in keys), default=0.0)

    def failed(self, *keys: str) -> None:
        """A wrong password."""
        with self._mutex:
            for key in keys:
                count, _ = self._failures.get(key, (0, 0.0))
                self._failures[key] = (count + 1, self._clock())
                self._failures.move_to_end(key)
            while len(self._failures) > MOST_KEYS:
                self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        """The right one: what was before does not count any more."""
        with self._mutex:
            for key in keys:
                self._failures.pop(key, None)

    def _wait(self, key: str) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count < FREE_TRIES:
            return 0.0
        return max(0.0, last + min(LONGEST_S, 2.0 ** (count - FREE_TRIES)) - self._clock())
