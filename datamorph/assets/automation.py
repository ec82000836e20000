"""When an asset runs without being asked: on news upstream; when it is late; how many at once."""

from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

import dagster as dg

from datamorph.core.spec import Schedule
from datamorph.core.table import TableRef
from datamorph.settings import Settings


def engine_pool(engine: str) -> str:
    """The pool that runs of an engine share."""
    return f"engine_{engine}"


def automation(table: TableRef, schedule: Schedule | None, settings: Settings) -> dict[str, Any]:
    """A table's freshness policy, and an automation condition where the settings want one, for its ``AssetSpec``.

    It is computed when what it reads was published, and when it was never computed although all that it reads is
    there: once, and again when its code changes. A table with a schedule is late when it was not materialised for
    longer than its schedule lets pass.
    """
    is_eager = any(fnmatchcase(str(table), pattern) for pattern in settings.run_on_updates)
    return {
        "automation_condition": _on_news() if is_eager else None,
        "freshness_policy": dg.FreshnessPolicy.time_window(fail_window=longest_gap(schedule)) if schedule else None,
    }


def _on_news() -> dg.AutomationCondition:
    """Dagster's ``eager``, which leaves alone what was missing when it first looked, and that besides."""
    now = dg.AutomationCondition
    again = now.any_deps_updated() | now.code_version_changed()
    is_new = now.in_latest_time_window() & now.missing() & ~now.newly_requested().since(again)
    is_free = ~now.any_deps_missing() & ~now.any_deps_in_progress() & ~now.in_progress()
    return (now.eager() | (is_new & is_free)).with_label("on_news")


def longest_gap(schedule: Schedule) -> timedelta:
    """At most so much time lies between two ticks, and an hour for the run itself."""
    _, hour, day, month, weekday = schedule.cron.split()
    if month != "*":
        gap = timedelta(days=366)
    elif day != "*":
        gap = timedelta(days=31)
    elif weekday != "*":
        gap = timedelta(days=7)
    elif "*" not in hour:
        gap = timedelta(days=1)
    else:
        gap = timedelta(hours=1) if hour == "*" else timedelta(hours=int(hour.rpartition("/")[2] or 24))
    return gap + timedelta(hours=1)


def update_sensors(settings: Settings) -> list[dg.AutomationConditionSensorDefinition]:
    """What evaluates the automation conditions; none where no table has one."""
    if not settings.run_on_updates:
        return []
    sensor = dg.AutomationConditionSensorDefinition(
        "upstream_updates",
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=10,
        description="Materialises the tables of run_on_updates when what they read was published.",
    )
    return [sensor]
