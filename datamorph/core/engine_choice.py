"""Which engine a run takes, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine with the reason that a person reads in the plan.

    Attributes:
        estimate_usd: about what it will cost; None where nothing is billed by the job, or no rate is known.
        rates_as_of: the day of the rates; empty where none were used.
    """

    engine: str = "sail"
    reason: str = "the default"
    estimate_usd: float | None = None
    rates_as_of: str = ""


def choose_engine(
    *, wanted: str, pipeline: str, pipelines: Mapping[str, str], input_bytes: int, local_bytes: int,
    costs: Mapping[str, float | None],
) -> tuple[str, str]:  # fmt: skip
    """Engine and reason.

    Args:
        wanted: of the settings or the run; ``auto`` chooses by size and cost.
        pipelines: pipeline name to its own engine.
        local_bytes: up to so many are read on this machine.
        costs: engines on AWS that are set up, with their estimates.
    """
    if pipeline in pipelines and pipelines[pipeline] != "auto":
        return pipelines[pipeline], f"set for pipeline {pipeline}"
    if wanted != "auto" and pipeline not in pipelines:
        return wanted, "set by engine"
    size = f"{input_bytes / GIGABYTE:.1f} GB" if input_bytes >= GIGABYTE / 10 else f"{input_bytes:,} bytes"
    limit = f"auto_local_gb = {local_bytes / GIGABYTE:g}"
    if input_bytes <= local_bytes:
        return "sail", f"auto: it reads {size}, not more than {limit}"
    priced = {name: cost for name, cost in costs.items() if cost is not None}
    if not costs:
        return "sail", f"auto: it reads {size}, more than {limit}, but no engine on AWS is set up"
    if not priced:
        first = next(iter(costs))
        return first, f"auto: it reads {size}, more than {limit}"
    best = min(priced, key=lambda name: priced[name])
    others = ", ".join(f"{name} {cost:.2f} USD" for name, cost in sorted(priced.items()) if name != best)
    return best, f"auto: it reads {size}, more than {limit}; cheapest" + (f" (others: {others})" if others else "")
