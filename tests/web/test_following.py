"""Readers of a run's events."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from datamorph import open_platform
from datamorph.errors import NotFoundError
from datamorph.web.following import Feeds, Wording


@pytest.fixture
def recorded(shop_home):
    """A platform, the id of a run that ended, and the numbers of its events."""
    with closing(open_platform(shop_home)) as platform:
        run = [run for run in platform.runs() if run.pipeline == "customer_totals"][-1]
        yield platform, run.run_id, [number for number, _ in platform.events(run.run_id)]


def test_what_many_readers_are_told_is_put_into_words_once(recorded):
    platform, run_id, numbers = recorded
    worded = []

    def word(number, event):
        worded.append(number)
        return f"{number} {event.stage}\n"

    wording = Wording(event=word, end=lambda run: f"end {run.state}\n")

    async def read():
        feeds = Feeds(platform)
        return await asyncio.gather(*(told(feeds, after) for after in [0] * 20 + [3] * 20))

    async def told(feeds, after):
        return "".join([text async for text in feeds.follow(run_id, after, wording)])

    texts = asyncio.run(read())

    assert len(set(texts[:20])) == len(set(texts[20:])) == 1
    assert texts[0].splitlines()[3:] == texts[20].splitlines()
    assert texts[0].endswith("end published\n")
    assert worded == numbers


def test_an_unknown_run_is_told_before_anything_is_sent(recorded):
    with pytest.raises(NotFoundError, match="no_such_run"):
        asyncio.run(Feeds(recorded[0]).require("no_such_run"))
