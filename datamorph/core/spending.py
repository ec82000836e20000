"""What runs cost and took, told from their events and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datamorph.core.run import EventKind, Run, RunEvent, Stage

PLANNING = "language model"
ENDED = (EventKind.FINISHED, EventKind.FAILED)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run, or several, cost and took.

    Attributes:
        runs: how many.
        planning_usd: for calls of a language model.
        engine_usd: for jobs on AWS; what runs here costs nothing.
        engine_s: seconds that engines worked.
        rows: that they wrote.
    """

    runs: int = 0
    planning_usd: float = 0.0
    engine_usd: float = 0.0
    engine_s: float = 0.0
    rows: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.runs + other.runs,
            self.planning_usd + other.planning_usd,
            self.engine_usd + other.engine_usd,
            self.engine_s + other.engine_s,
            self.rows + other.rows,
        )

    @property
    def usd(self) -> float:
        """Both together."""
        return self.planning_usd + self.engine_usd


@dataclass(frozen=True, slots=True)
class RunCost:
    """What one run cost, with what it is added up by."""

    run_id: str
    at: datetime
    pipeline: str
    table: str
    engine: str
    cost: Cost


def cost_of(run: Run, events: Iterable[RunEvent]) -> RunCost:
    """Read it off a run's events; a stage that failed has cost what it says, too."""
    events = tuple(events)
    cost, engine = Cost(runs=1, planning_usd=planning_usd(events)), ""
    for event in events:
        if event.kind in ENDED and event.stage is Stage.STAGE:
            engine = str(event.facts.get("engine") or engine)
            cost += Cost(
                engine_usd=_number(event.facts.get("cost_usd")),
                engine_s=event.duration_s or 0.0,
                rows=int(_number(event.facts.get("rows"))),
            )
    return RunCost(run.run_id, run.created_at, run.pipeline, run.table, engine, cost)


def planning_usd(events: Iterable[RunEvent]) -> float:
    """What a run's calls of a language model cost, also those that were made later to explain it."""
    told: Iterable[Mapping[str, Any]] = (event.facts.get("provenance") or {} for event in events)
    return sum(_number(provenance.get("cost_usd")) for provenance in told)


BY: Mapping[str, Callable[[RunCost], str]] = {
    "pipeline": lambda found: found.pipeline,
    "table": lambda found: found.table,
    "day": lambda found: found.at.date().isoformat(),
    "engine": lambda found: found.engine,
}


def totals(found: Sequence[RunCost], by: str) -> dict[str, Cost]:
    """Sums by pipeline, table, day or engine: the dearest first, days by date.

    What was planned for no pipeline, or ran on no engine, stands under an empty name; by engine, the language model's
    calls have a line of their own.
    """
    sums = dict[str, Cost]()
    for one in found:
        for name, cost in _parts(one, by):
            sums[name] = sums.get(name, Cost()) + cost
    names = sorted(sums, reverse=True) if by == "day" else sorted(sums, key=lambda name: (-sums[name].usd, name))
    return {name: sums[name] for name in names}


def _parts(one: RunCost, by: str) -> list[tuple[str, Cost]]:
    if by != "engine":
        return [(BY[by](one), one.cost)]
    cost = one.cost
    engine = Cost(cost.runs, 0.0, cost.engine_usd, cost.engine_s, cost.rows)
    planning = [(PLANNING, Cost(cost.runs, cost.planning_usd))] if cost.planning_usd else []
    return [*([(one.engine, engine)] if one.engine else []), *planning]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
