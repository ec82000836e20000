"""What the project's runs have cost, and the rates that jobs on AWS are priced with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from datamorph.core.run import Run
from datamorph.core.spending import RunCost, cost_of
from datamorph.core.usage import UsageRates, render_usage_rates
from datamorph.errors import SettingsError, StorageFullError
from datamorph.platform.engines import RATES, rates
from datamorph.platform.platform import Platform
from datamorph.platform.ports import Ports
from datamorph.settings import Settings

PAGE = 500
_AGO = re.compile(r"(\d+)([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Today:
    """What of today's caps (UTC) is used up, calls and jobs that are still going on at what is set aside for them."""

    engine_usd: float
    planning_usd: float


def parse_since(text: str, now: datetime) -> datetime:
    """Read ``2026-01-31``, ``2026-01-31T06:00`` or ``7d``, ``12h``, ``4w`` before now.

    Raises:
        SettingsError: it is none of them.
    """
    if found := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"--since {text!r} is no time", fix="write 2026-01-31, or 7d, 12h, 4w") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def costs_since(platform: Platform, since: datetime | None = None) -> Sequence[RunCost]:
    """What every run from then on has cost, newest first."""
    return [
        cost_of(run, [event for _, event in platform.events(run.run_id)])
        for run in _runs(platform, since)
        if since is None or run.created_at >= since
    ]


def _runs(platform: Platform, since: datetime | None) -> Sequence[Run]:
    most = PAGE
    while True:
        found = platform.runs(most=most)
        if len(found) < most or (since is not None and found[-1].created_at < since):
            return found
        most *= 4


def spent_today(settings: Settings, now: datetime) -> Today:
    """What today's caps are used up by."""
    from datamorph.adapters.llm.ledger import SqliteLedger  # noqa: PLC0415 (only here)

    state, day = settings.path("state"), now.date()
    files = (state / "engine_spending.db", state / "llm" / "spending.db")
    engine, planning = (SqliteLedger(file).spent(day) if file.exists() else 0.0 for file in files)
    return Today(engine, planning)


def rates_in_use(settings: Settings) -> tuple[UsageRates, Path]:
    """The rates that jobs are priced with, and their file."""
    own = settings.engine_rates
    return rates(Ports(settings)), settings.home / own if own else RATES


def refresh_rates(settings: Settings, *, region: str | None, file: Path, now: datetime) -> UsageRates:
    """Read the rates of a region off AWS's price list into a file; what the list does not have stays as it is in use.

    Raises:
        SettingsError: no region is known, or the file cannot be written.
        EngineError: the price list cannot be read, or has none of them.
    """
    from datamorph.adapters.engines.remote.prices import read_prices  # noqa: PLC0415 (boto3 takes a third of a second)

    wanted = region or settings.aws_region
    if not wanted:
        raise SettingsError("there is no region to read prices of", fix="give --region, or set aws_region")
    before = rates_in_use(settings)[0]
    found = read_prices(wanted, endpoint=settings.aws_endpoint)
    merged = found.over(before, as_of=now.date().isoformat())
    draft = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(render_usage_rates(merged), encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        kind = StorageFullError if "No space" in str(error) else SettingsError
        raise kind(f"the rates cannot be written to {str(file)!r}: {error}", fix="name another file") from error
    return merged
