"""Ordering a job so that there is one, whatever becomes of requests and answers."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from datamorph.adapters.engines.remote.claim import Claim, Record
from datamorph.adapters.engines.remote.doubts import Doubts
from datamorph.adapters.engines.remote.failures import is_full, is_unclear, may_pass, words_of
from datamorph.adapters.engines.remote.room import Room, pause
from datamorph.adapters.engines.remote.service import JobOrder, JobService
from datamorph.errors import DataMorphError

PASSING_S = 900.0
"""So long a service may refuse what it may take a little later, such as requests that are too many."""
LATE_ORDER_S = 5.0
"""So long after an interruption an order may still arrive."""


class Ordering:
    """Places the orders of one run.

    Args:
        unclear_s: so long the job of an order without an answer is looked for, before it is ordered again.
    """

    def __init__(self, service: JobService, doubts: Doubts, *, unclear_s: float) -> None:
        self._service, self._doubts, self._unclear_s = service, doubts, unclear_s
        self._is_on_its_way = False

    def place(self, claim: Claim, room: Room, make: Callable[[Record], JobOrder]) -> str:
        """Order the claim's job; its id. An error that is raised has ordered nothing, and given up the claim.

        Args:
            make: the order as the claim's record says it.

        Raises:
            NoRoomError: the service had no room for too long.
        """
        passing = Room(self._service.name, PASSING_S)
        while True:
            try:
                order = make(claim.record)
            except BaseException:
                claim.release()
                raise
            try:
                self._is_on_its_way = True
                return self._service.start(order)
            except (ClientError, BotoCoreError, DataMorphError) as error:
                self._is_on_its_way = is_unclear(error)
                if not self._is_waited_for(error, claim, room if is_full(error) else passing):
                    raise
            if self._is_on_its_way and (found := self._again(claim, order.token)):
                return found

    def _is_waited_for(self, error: Exception, claim: Claim, room: Room) -> bool:
        """Whether the order may be given again now; else the claim is given up, unless the order may have arrived."""
        if is_full(error) or may_pass(error):
            if room.has_time:
                room.wait(claim, words_of(error))
                return True
            if is_full(error):
                claim.release()
                raise room.over(words_of(error)) from error
        if not self._is_on_its_way:
            claim.release()
        return False

    def take_back(self, claim: Claim, end: Callable[[str], None]) -> None:
        """After an interruption: end the job of an order that is on its way and may arrive a moment later yet."""
        with suppress(ClientError, BotoCoreError):
            if self._is_on_its_way:
                token = claim.record.order
                if found := self._arrived(claim, token, LATE_ORDER_S):
                    end(found)
                    return
                self._doubts.note(token)
            claim.release()

    def _again(self, claim: Claim, token: str) -> str | None:
        """The job of an order whose answer was lost; where there is none, the claim is made ready for another order.

        Should the lost one arrive yet, it has a name and a place of its own, and is ended where it is found.
        """
        if self._service.has_tokens:
            return None
        if found := self._arrived(claim, token, self._unclear_s):
            return found
        self._doubts.note(token)
        claim.write(next_attempt(claim.record, is_counted=False))
        return None

    def _arrived(self, claim: Claim, token: str, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        while not (found := self._service.find(token)) and time.monotonic() < deadline:
            pause(claim, 0.5)
        return found


def next_attempt(record: Record, *, is_counted: bool = True) -> Record:
    """Another job with another place to write to: the lost one may write yet.

    Args:
        is_counted: it uses up one of the attempts that a run has.
    """
    number = record.attempt + 1
    into = record.into.removesuffix(f"-{record.attempt}") if record.attempt > 1 else record.into
    uncounted = record.uncounted + (not is_counted)
    return replace(record, attempt=number, uncounted=uncounted, into=f"{into}-{number}", job_id="")
