"""What runs took and cost, day by day, told from their events."""

from __future__ import annotations

from collections import defaultdict

from pydantic import BaseModel

from datamorph.core.run import EventKind, Run, RunEvent, Stage
from datamorph.platform import Platform

MOST_RUNS = 500


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


def spending_of(platform: Platform) -> Spending:
    """Add up the latest runs."""
    days: dict[str, Day] = defaultdict(lambda: Day(day=""))
    runs = platform.runs(most=MOST_RUNS)
    for run in runs:
        name = run.created_at.date().isoformat()
        day = days[name]
        day.day = name
        _add(day, run, [event for _, event in platform.events(run.run_id)])
    found = sorted(days.values(), key=lambda day: day.day, reverse=True)
    usd, engine = sum(day.planning_usd for day in found), sum(day.engine_s for day in found)
    return Spending(days=found, runs=len(runs), planning_usd=usd, engine_s=engine)


def _add(day: Day, run: Run, events: list[RunEvent]) -> None:
    ended = [event for event in events if event.kind in (EventKind.FINISHED, EventKind.FAILED)]
    day.runs += 1
    day.published += run.state.value == "published"
    day.total_s += sum(event.duration_s or 0.0 for event in ended)
    for event in ended:
        day.planning_usd += float((event.facts.get("provenance") or {}).get("cost_usd") or 0.0)
        if event.stage is Stage.STAGE:
            day.engine_s += event.duration_s or 0.0
            day.rows += int(event.facts.get("rows") or 0)
