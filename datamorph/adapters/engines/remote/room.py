"""Waiting for a service that has no room for another job now: longer and longer, told, and not for ever."""

from __future__ import annotations

import time

from datamorph.adapters.engines.remote.claim import Claim
from datamorph.adapters.engines.remote.failures import NoRoomError, no_room
from datamorph.ports import Report

FIRST_S, LONGEST_S, GROWTH = 0.5, 15.0, 1.5
TOLD_EVERY_S = 60.0


class Room:
    """The waits of one run.

    Args:
        engine: what errors call it.
        most_s: so long is waited in all, from the first refusal on; what fails in between counts too.
        report: told why it waits, now and then; None to say nothing.
    """

    def __init__(self, engine: str, most_s: float, report: Report | None = None) -> None:
        self._engine, self._most_s, self._report = engine, most_s, report
        self._pause_s, self._tell_at_s = FIRST_S, 0.0
        self._since: float | None = None

    @property
    def _waited_s(self) -> float:
        return 0.0 if self._since is None else time.monotonic() - self._since

    @property
    def has_time(self) -> bool:
        """It was not waited for long enough yet."""
        return self._waited_s < self._most_s

    def wait(self, claim: Claim, because: str) -> None:
        """Pause, with the claim renewed.

        Args:
            because: in the service's words.
        """
        self._since = time.monotonic() if self._since is None else self._since
        if self._report and self._waited_s >= self._tell_at_s:
            self._report("waiting", {"because": because, "seconds": round(self._waited_s)})
            self._tell_at_s = self._waited_s + TOLD_EVERY_S
        pause(claim, min(self._pause_s, max(0.0, self._most_s - self._waited_s)))
        self._pause_s = min(self._pause_s * GROWTH, LONGEST_S)

    def over(self, because: str) -> NoRoomError:
        """The error of a run that has waited for too long."""
        return no_room(
            f"{self._engine} had no room for another job for {self._waited_s:.0f} s: {because}",
            fix="run it later, raise the quota that it names, or wait longer: DATAMORPH_ENGINE_TIMEOUT_S",
        )


def pause(claim: Claim, seconds: float) -> None:
    """Sleep, with the claim renewed as often as it must be."""
    began = time.monotonic()
    while (left := began + seconds - time.monotonic()) > 0:
        time.sleep(min(left, claim.renewed_every_s))
        claim.renew()
