"""Commands about money: cost, rates."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from datamorph.cli.grid import Grid
from datamorph.cli.session import Session, copyable

FILE = "engine_rates.yaml"


class By(StrEnum):
    """What costs are added up by."""

    PIPELINE = "pipeline"
    TABLE = "table"
    DAY = "day"
    ENGINE = "engine"


def cost(
    session: Session,
    by: Annotated[By, typer.Option("--by", help="What to add up by.")] = By.PIPELINE,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Runs from then on: 2026-01-31, or 7d, 12h, 4w.")
    ] = "30d",
) -> None:
    """Show what runs have cost: language models and jobs on AWS.

    Engines of this machine cost nothing. Prices are those of the day of
    the run, see datamorph rates.

    Example:
      $ datamorph cost
      $ datamorph cost --by day --since 7d
    """
    from datamorph.core.spending import Cost, totals
    from datamorph.platform.spending import costs_since, parse_since, spent_today

    platform, now = session.platform, datetime.now(UTC)
    start = parse_since(since, now)
    found = costs_since(platform, start)
    sums, whole = totals(found, by.value), sum((one.cost for one in found), start=Cost())
    today, settings = spent_today(session.settings, now), session.settings
    session.document({
        "since": start.isoformat(), "by": by.value, "total": _plain(whole),
        "costs": [{by.value: name, **_plain(cost)} for name, cost in sums.items()],
        "today": {
            "engine_usd": round(today.engine_usd, 6), "engine_usd_per_day": settings.engine_usd_per_day,
            "planning_usd": round(today.planning_usd, 6), "llm_usd_per_day": settings.llm_usd_per_day,
        },
    })  # fmt: skip
    if not found:
        session.show(Text(f"there is no run since {start:%Y-%m-%d %H:%M} UTC"))
        return
    session.show(Grid.of_rows([{by.value: name or "-", **_shown(cost)} for name, cost in sums.items()],
                              whole=(by.value,)))  # fmt: skip
    session.show(Text(f"\n{whole.usd:.4f} USD for {whole.runs:,} runs since {start:%Y-%m-%d %H:%M} UTC"))
    session.show(Text(
        f"today: jobs {today.engine_usd:.2f} of {settings.engine_usd_per_day:g} USD, "
        f"language model {today.planning_usd:.2f} of {settings.llm_usd_per_day:g} USD", style="dim",
    ))  # fmt: skip


def rates(
    session: Session,
    *,
    refresh: Annotated[bool, typer.Option("--refresh", help="Read them off AWS's price list, into a file.")] = False,
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Of that region; aws_region by default.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="FILE", help="The file; engine_rates by default.")
    ] = None,
) -> None:
    """Show the rates that jobs on AWS are priced with, or refresh them.

    Example:
      $ datamorph rates
      $ datamorph rates --refresh --region eu-central-1
    """
    from datamorph.platform.spending import rates_in_use, refresh_rates

    settings = session.settings
    file = settings.home / (into or settings.engine_rates or FILE)
    if refresh:
        found = refresh_rates(settings, region=region, file=file, now=datetime.now(UTC))
        is_used = settings.engine_rates is not None and settings.home / settings.engine_rates == file
    else:
        found, file = rates_in_use(settings)
        is_used = True
    session.document({"file": str(file), "is_used": is_used, "as_of": found.as_of, "source": found.source,
                      "units": dict(found.units), "kept": list(found.kept)})  # fmt: skip
    session.show(Grid.of_rows([_rate(unit, usd, unit in found.kept) for unit, usd in found.units.items()],
                              whole=("unit", "USD an hour")))  # fmt: skip
    session.show(Text(f"\nas of {found.as_of}: {found.source}", style="dim"))
    if not is_used:
        session.show(Text("\nTo use them, in datamorph.toml", style="bold"))
        shown = file.relative_to(settings.home) if file.is_relative_to(settings.home) else file
        session.show(copyable(f'engine_rates = "{shown.as_posix()}"'))


def _rate(unit: str, usd: float, is_kept: bool) -> dict[str, object]:
    return {"unit": unit, "USD an hour": f"{usd:.10g}", "note": "not in the price list, as before" if is_kept else ""}


def _plain(cost: Any) -> dict[str, Any]:
    return {
        "runs": cost.runs, "usd": round(cost.usd, 6), "planning_usd": round(cost.planning_usd, 6),
        "engine_usd": round(cost.engine_usd, 6), "engine_s": round(cost.engine_s, 3), "rows": cost.rows,
    }  # fmt: skip


def _shown(cost: Any) -> dict[str, object]:
    return {"runs": cost.runs, "USD": f"{cost.usd:.4f}", "language model": f"{cost.planning_usd:.4f}",
            "jobs": f"{cost.engine_usd:.4f}", "engine s": f"{cost.engine_s:.1f}", "rows": cost.rows}  # fmt: skip
