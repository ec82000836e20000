"""What runs took and cost, day by day, told from their events."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from pydantic import BaseModel

from datamorph.core.engine_choice import EngineChoice
from datamorph.core.run import ACTIVE, EventKind, Run, RunEvent, RunState, Stage
from datamorph.core.spending import planning_usd
from datamorph.platform import Platform

MOST_RUNS = 500
RECENT = 200
OWN, OTHERS = 5, 15
"""From so many of its own latest runs, or of all pipelines', it is told how long a plan will take."""
HERE = ("sail", "jvm")
"""Engines of this machine: nobody bills them."""


class Day(BaseModel):
    """One day, UTC."""

    day: str
    runs: int = 0
    published: int = 0
    planning_usd: float = 0.0
    engine_s: float = 0.0
    total_s: float = 0.0
    rows: int = 0


class Spending(BaseModel):
    """The latest runs by day, newest first."""

    days: list[Day]
    runs: int
    planning_usd: float
    engine_s: float


class Spendings:
    """Adds up the latest runs; what a run has spent is read once, as long as its record does not change."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._kept: dict[str, tuple[datetime, Day]] = {}

    def latest(self) -> Spending:
        """The latest runs by day."""
        runs = self._platform.runs(most=MOST_RUNS)
        self._kept = {run.run_id: (run.updated_at, self._of_run(run)) for run in runs}
        days: dict[str, Day] = {}
        for _, spent in self._kept.values():
            days[spent.day] = _added(days[spent.day], spent) if spent.day in days else spent
        found = sorted(days.values(), key=lambda day: day.day, reverse=True)
        usd, engine = sum(day.planning_usd for day in found), sum(day.engine_s for day in found)
        return Spending(days=found, runs=len(runs), planning_usd=usd, engine_s=engine)

    def _of_run(self, run: Run) -> Day:
        updated_at, spent = self._kept.get(run.run_id, (None, None))
        if spent is None or updated_at != run.updated_at or run.state in ACTIVE:
            spent = _spent(run, [event for _, event in self._platform.events(run.run_id)])
        return spent


class Expected(BaseModel):
    """How long a plan will about take.

    ``runs`` is of how many earlier runs that is the median; ``is_own`` when they are its own pipeline's.
    """

    seconds: float
    runs: int
    is_own: bool


def expected_of(platform: Platform, pipeline: str) -> Expected | None:
    """Told from what runs took before; None as long as nothing has run here."""
    published = [run for run in platform.runs(most=RECENT) if run.state is RunState.PUBLISHED and run.pipeline]
    own = [run for run in published if run.pipeline == pipeline]
    for runs, is_own in ((own[:OWN], True), (published[:OTHERS], False)):
        times = [took for run in runs if (took := _ran_s(platform, run))]
        if times:
            return Expected(seconds=median(times), runs=len(times), is_own=is_own)
    return None


def _ran_s(platform: Platform, run: Run) -> float:
    """Seconds from the dry run to the end; 0 where nothing had to be computed."""
    ran = list(Stage)[list(Stage).index(Stage.DRY_RUN) :]
    took = {e.stage: e.duration_s or 0.0 for _, e in platform.events(run.run_id) if e.kind is EventKind.FINISHED}
    return sum(took.get(stage, 0.0) for stage in ran) if Stage.STAGE in took else 0.0


def price_of(engine: EngineChoice) -> str:
    """What a run will about cost, in words."""
    if engine.estimate_usd is not None:
        return f"about {engine.estimate_usd:.2f} USD on {engine.engine} (rates as of {engine.rates_as_of})"
    if engine.engine in HERE:
        return f"0 USD: {engine.engine} runs on this machine"
    return f"not known: there is no rate for {engine.engine}"


def _added(one: Day, other: Day) -> Day:
    numbers = {name: getattr(one, name) + getattr(other, name) for name in Day.model_fields if name != "day"}
    return Day(day=one.day, **numbers)


def _spent(run: Run, events: list[RunEvent]) -> Day:
    """A day on which there was this run alone."""
    ended = [event for event in events if event.kind in (EventKind.FINISHED, EventKind.FAILED)]
    staged = [event for event in ended if event.stage is Stage.STAGE]
    return Day(
        day=run.created_at.date().isoformat(),
        runs=1,
        published=run.state is RunState.PUBLISHED,
        planning_usd=planning_usd(events),
        engine_s=sum(event.duration_s or 0.0 for event in staged),
        total_s=sum(event.duration_s or 0.0 for event in ended),
        rows=sum(int(event.facts.get("rows") or 0) for event in staged),
    )
