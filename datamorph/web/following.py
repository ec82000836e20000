"""Events of runs as they happen, for any number of readers: one look at the run log serves all of a run's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool

from datamorph.core.run import ACTIVE, Run, RunEvent, RunState
from datamorph.platform import Platform
from datamorph.web.lookup import find_run

POLL_S = 0.15
GRACE_S = 5.0
"""A plan that was made so recently may be about to run."""


@dataclass(frozen=True)
class Wording:
    """How a kind of reader is told of a run.

    Attributes:
        event: an event and its number, as text.
        end: what is said last, of the run at rest.
    """

    event: Callable[[int, RunEvent], str]
    end: Callable[[Run], str]


@dataclass
class _Feed:
    """The events of one run that were seen so far, and their texts: each is put into words once for all readers."""

    events: list[tuple[int, RunEvent]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    readers: int = 0
    at_rest: Run | None = None
    is_ended: bool = False
    task: asyncio.Task[None] | None = None
    _texts: dict[Wording, list[str]] = field(default_factory=dict)

    def text(self, wording: Wording, after: int) -> str:
        """All events behind that number; they are numbered from 1 without gaps: the n-th stands at n - 1."""
        texts = self._texts.setdefault(wording, [])
        texts += [wording.event(number, event) for number, event in self.events[len(texts) :]]
        return "".join(texts[after:])


class Feeds:
    """Follows runs in the run log, whichever process writes it.

    Args:
        is_awaited: True for a planned or held run that will go on in this process.
    """

    def __init__(self, platform: Platform, *, is_awaited: Callable[[str], bool] = lambda run_id: False) -> None:
        self._platform, self._is_awaited = platform, is_awaited
        self._feeds: dict[str, _Feed] = {}

    async def require(self, run_id: str) -> None:
        """Make sure that there is such a run, before an answer begins.

        Raises:
            NotFoundError: no such run.
        """
        if run_id not in self._feeds:
            await run_in_threadpool(find_run, self._platform, run_id)

    async def follow(self, run_id: str, after: int, wording: Wording) -> AsyncIterator[str]:
        """Events after that number, then those to come, several at once where they are there, until the run rests."""
        feed = self._feeds.setdefault(run_id, _Feed())
        feed.readers += 1
        try:
            if feed.task is None:
                feed.task = asyncio.create_task(self._read(run_id, feed))
            async for text in _texts(feed, after, wording):
                yield text
        finally:
            feed.readers -= 1
            if not feed.readers and self._feeds.get(run_id) is feed:
                del self._feeds[run_id]
                if feed.task:
                    feed.task.cancel()

    def is_at_rest(self, run: Run) -> bool:
        """True when no more events are to be expected."""
        if run.state is RunState.HELD:
            return not self._is_awaited(run.run_id)
        if run.state is not RunState.PLANNED:
            return run.state not in ACTIVE
        age_s = (datetime.now(UTC) - run.updated_at).total_seconds()
        return not self._is_awaited(run.run_id) and age_s > GRACE_S

    async def _read(self, run_id: str, feed: _Feed) -> None:
        """Look at the log until the run is at rest; the state is read before the events, so none is missed."""
        try:
            while not feed.is_ended:
                run, events = await run_in_threadpool(self._look, run_id, len(feed.events))
                async with feed.changed:
                    feed.events.extend(events)
                    feed.at_rest = run if self.is_at_rest(run) else None
                    feed.is_ended = feed.at_rest is not None
                    feed.changed.notify_all()
                if not feed.is_ended:
                    await asyncio.sleep(POLL_S)
        finally:
            async with feed.changed:
                feed.is_ended = True
                feed.changed.notify_all()

    def _look(self, run_id: str, after: int) -> tuple[Run, list[tuple[int, RunEvent]]]:
        return find_run(self._platform, run_id), list(self._platform.events(run_id, after=after))


async def _texts(feed: _Feed, after: int, wording: Wording) -> AsyncIterator[str]:
    while True:
        async with feed.changed:
            while len(feed.events) <= after and not feed.is_ended:
                await feed.changed.wait()
            is_ended = feed.is_ended
        if text := feed.text(wording, after):
            after = len(feed.events)
            yield text
        if is_ended and after >= len(feed.events):
            break
    if feed.at_rest:  # otherwise the log could not be read on: the reader comes back
        yield wording.end(feed.at_rest)
