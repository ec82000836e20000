"""The language-model planner of a project: adapter, budget, cache and probe as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from datamorph.adapters.llm import shipped_rates
from datamorph.adapters.llm.ledger import SqliteLedger
from datamorph.adapters.llm.plans import FolderPlans
from datamorph.adapters.llm.recording import RecordingModel, ReplayModel
from datamorph.core.cost import Rate, Rates, parse_rates
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.errors import LanguageModelError, SettingsError
from datamorph.planning.language_model import LanguageModelPlanner, PlannerLimits
from datamorph.planning.language_model.meter import Caps, Meter
from datamorph.platform.ports import Ports
from datamorph.platform.probing import probe
from datamorph.platform.secrets import open_secrets
from datamorph.ports import LanguageModel, Planner
from datamorph.settings import Settings

FOLDER = "llm"


def open_planner(ports: Ports, offline: Planner, pin: Callable[[TableRef], PinnedTable]) -> LanguageModelPlanner:
    """The planner that the settings name; the model itself is opened when it is first asked.

    Args:
        pin: where the rows are that a proposed spec is computed on.
    """
    settings = ports.settings
    folder = settings.path("state") / FOLDER
    return LanguageModelPlanner(
        name=settings.planner,
        model=settings.llm_model,
        open_meter=partial(open_meter, ports),
        offline=offline,
        cache=FolderPlans(folder / "plans") if settings.llm_cache else None,
        limits=_limits(settings),
        probe=partial(probe, ports, pin),
    )


def open_meter(ports: Ports) -> Meter:
    """The model with what it may cost.

    Raises:
        LanguageModelError: no key, no region, or no rate.
    """
    settings = ports.settings
    folder = settings.path("state") / FOLDER
    model = open_model(settings)
    rate, price = _rate(settings) if settings.planner != "replay" else (None, "recorded answers cost nothing")
    return Meter(
        model=model,
        rate=rate,
        price=price,
        ledger=SqliteLedger(folder / "spending.db"),
        caps=Caps(settings.llm_usd_per_run, settings.llm_usd_per_day),
        today=lambda: ports.now().date(),
    )


def open_model(settings: Settings) -> LanguageModel:
    """The adapter that the settings name; what it answers is recorded."""
    folder = recordings(settings)
    if settings.planner == "replay":
        return ReplayModel(folder, model=settings.llm_model)
    given: dict[str, Any] = {
        "model": settings.llm_model, "base_url": settings.llm_base_url, "timeout_s": settings.llm_timeout_s,
        "silence_s": settings.llm_silence_s, "retries": settings.llm_retries,
        "structure": settings.llm_structure,
    }  # fmt: skip
    if settings.planner == "bedrock":
        from datamorph.adapters.llm.bedrock import open_bedrock  # noqa: PLC0415 (the SDK takes half a second)

        return RecordingModel(open_bedrock(**given), folder)
    from datamorph.adapters.llm.anthropic import open_anthropic  # noqa: PLC0415 (the SDK takes half a second)

    return RecordingModel(open_anthropic(api_key=open_secrets(settings).optional(settings.llm_key), **given), folder)


def recordings(settings: Settings) -> Path:
    """Where exchanges are kept."""
    given = settings.llm_recordings
    return (settings.home / given) if given else settings.path("state") / FOLDER / "exchanges"


def _limits(settings: Settings) -> PlannerLimits:
    return PlannerLimits(
        catalog_tokens=settings.llm_catalog_tokens,
        max_tokens=settings.llm_max_tokens,
        effort=settings.llm_effort,
        samples=settings.llm_samples,
        writable=settings.writable,
        falls_back=settings.llm_fallback,
    )


def _rate(settings: Settings) -> tuple[Rate, str]:
    """The model's rate and whose it is; without one no cap could be kept, so there is no call."""
    shipped, own = shipped_rates(), _own_rates(settings)
    if own and (rate := own.of(settings.llm_model)):
        return rate, f"{own.source}, {own.as_of}"
    rate = shipped.of(settings.llm_model)
    if rate is None:
        raise LanguageModelError(
            f"there is no rate for {settings.llm_model!r} (rates as of {shipped.as_of}), so its cost cannot be capped",
            fix="write its price into a file and name it with llm_rates; see docs/language-model.md",
        )
    is_listed = settings.planner == "anthropic" and not settings.llm_base_url
    other = "" if is_listed else f", unverified for {settings.llm_base_url or settings.planner}"
    return rate, f"list prices of {shipped.as_of}{other}"


def _own_rates(settings: Settings) -> Rates | None:
    if settings.llm_rates is None:
        return None
    file = settings.home / settings.llm_rates
    try:
        return parse_rates(file.read_text(encoding="utf-8"), origin=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"llm_rates: {file} cannot be read: {error}", fix="name a YAML file of rates") from error
