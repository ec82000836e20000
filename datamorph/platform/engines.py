"""The engine of a run: chosen, opened, and kept within what it may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from datamorph.core.engine_choice import GIGABYTE, EngineChoice, choose_engine
from datamorph.core.engine_size import HOUR_S, LEAST_S, estimated_s, rented
from datamorph.core.plan import PinnedTable
from datamorph.core.usage import UsageRates, parse_usage_rates
from datamorph.errors import BudgetError, EngineBudgetError, SettingsError
from datamorph.platform.ports import Ports
from datamorph.ports import Report, StagedOutput, TransformJob
from datamorph.settings import Settings

RATES = Path(__file__).parents[1] / "adapters" / "engines" / "rates.yaml"


def choice_for(ports: Ports, pipeline: str, inputs: Mapping[str, PinnedTable]) -> EngineChoice:
    """The engine for these inputs, with the reason and what it will about cost."""
    settings, size = ports.settings, sum(table.bytes for table in inputs.values())
    costs = {name: _estimate_usd(ports, name, size) for name in settings.engines_set_up}
    engine, reason = choose_engine(
        wanted=settings.engine, pipeline=pipeline, pipelines=settings.engines, input_bytes=size,
        local_bytes=int(settings.auto_local_gb * GIGABYTE), costs=costs,
    )  # fmt: skip
    estimate = _estimate_usd(ports, engine, size)
    return EngineChoice(engine, reason, estimate, rates(ports).as_of if estimate is not None else "")


def run_job(ports: Ports, engine: str, job: TransformJob, report: Report, facts: dict[str, Any]) -> StagedOutput:
    """Run a job on an engine, within its caps; ``facts`` get what it cost.

    Raises:
        EngineBudgetError: it would cost more than the run or the day may; nothing was started.
    """
    size = sum(table.bytes for table in job.inputs.values())
    units = _rented(ports, engine, size)
    hourly = rates(ports).price(units) if units else None
    if hourly is None:
        return ports.engine_named(engine).run(job, report)
    limited, reservation = _within_caps(ports, engine, job, size, hourly)
    used, has_begun = dict[str, float](), False

    def note(what: str, told: Mapping[str, Any]) -> None:
        nonlocal has_begun
        has_begun = has_begun or what in ("submitted", "re-attached")
        if what == "usage":
            for unit, amount in told.items():
                if isinstance(amount, float):
                    used[unit] = used.get(unit, 0.0) + amount
        report(what, told)

    try:
        return ports.engine_named(engine).run(limited, note)
    finally:
        cost = rates(ports).price(used) if has_begun else 0.0
        if cost is not None:
            ports.engine_spending.settle(reservation, cost)
        if cost:
            facts.update(cost_usd=round(cost, 6), usage=used, rates_as_of=rates(ports).as_of)


def _within_caps(ports: Ports, engine: str, job: TransformJob, size: int, hourly: float) -> tuple[TransformJob, str]:
    """The job with the seconds after which it has cost the cap, its start included, and what is set aside for it."""
    settings = ports.settings
    estimate = _estimate_usd(ports, engine, size) or 0.0
    cap = settings.engine_usd_per_run
    if estimate > cap:
        raise EngineBudgetError(
            f"{engine} would cost about {estimate:.2f} USD, engine_usd_per_run is {cap:g}; nothing was started",
            fix="raise engine_usd_per_run, filter earlier, or choose another --engine",
        )
    try:
        reservation = ports.engine_spending.reserve(ports.now().date(), estimate, cap=settings.engine_usd_per_day)
    except BudgetError as error:
        spent = ports.engine_spending.spent(ports.now().date())
        raise EngineBudgetError(
            f"jobs have cost {spent:.2f} USD today, this one would cost about {estimate:.2f}, and engine_usd_per_day "
            f"is {settings.engine_usd_per_day:g}; nothing was started",
            fix="raise engine_usd_per_day, or go on tomorrow (UTC)",
        ) from error
    return replace(job, billed_s=max(LEAST_S, cap / hourly * HOUR_S)), reservation


def _estimate_usd(ports: Ports, engine: str, size: int) -> float | None:
    settings = ports.settings
    units = _rented(ports, engine, size)
    hourly = rates(ports).price(units) if units else None
    if hourly is None:
        return None
    worker, workers, _ = _machines(settings, engine)
    return hourly * estimated_s(engine, size, worker=worker, workers=workers) / HOUR_S


def _rented(ports: Ports, engine: str, size: int) -> dict[str, float]:
    worker, workers, is_spare = _machines(ports.settings, engine)
    return rented(engine, size, worker=worker, workers=workers, is_spare=is_spare)


def _machines(settings: Settings, engine: str) -> tuple[str, int, bool]:
    """Kind, number and whether they are spare ones, as the settings say."""
    if engine == "emr":
        return settings.emr_instance if settings.makes_clusters else "", settings.emr_workers, settings.emr_spot
    return settings.glue_worker, settings.glue_workers, settings.glue_flex if engine == "glue" else settings.ecs_spot


def rates(ports: Ports) -> UsageRates:
    """Those of the project's own file, else those that are shipped.

    Raises:
        SettingsError: the file cannot be read.
    """
    own = ports.settings.engine_rates
    file = ports.settings.home / own if own else RATES
    try:
        return parse_usage_rates(file.read_text(encoding="utf-8"), origin=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"engine_rates: {file} cannot be read: {error}", fix="name a YAML file of rates") from error
