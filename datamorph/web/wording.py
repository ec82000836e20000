"""Run events and numbers in words that people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from datamorph.core.run import EventKind, RunEvent
from datamorph.documents import timestamp

TITLES: Mapping[str, tuple[str, str]] = {
    "ground": ("Look at the lake", "which tables and columns there are"),
    "plan": ("Understand the prompt", "a spec, a question or a refusal"),
    "check": ("Check the spec", "columns, types and keys against the tables"),
    "compile": ("Compile", "the spec becomes PySpark and SQL"),
    "dry_run": ("Dry run", "a second engine computes what is to be expected"),
    "stage": ("Stage", "the engine writes the rows where no reader looks"),
    "audit": ("Audit", "every check, on the staged rows"),
    "publish": ("Publish", "one atomic commit"),
    "register": ("Register", "spec and code are kept"),
}
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "what": str,
    "tables": lambda n: counted(n, "table"),
    "columns": lambda n: counted(n, "column") if isinstance(n, int) else counted(len(n), "column"),
    "planner": lambda name: f"planner {name}",
    "steps": lambda n: counted(n, "step"),
    "lines": lambda n: counted(n, "line"),
    "engine": lambda name: f"engine {name}",
    "rows": lambda n: counted(n, "row"),
    "bytes": lambda n: size(n),  # noqa: PLW0108 (defined below)
    "quarantined": lambda n: f"{counted(n, 'row')} set apart",
    "snapshot_id": lambda n: f"snapshot {n}",
    "folder": lambda folder: f"pipelines/{PurePath(folder).name}",
    "note": str,
    "conflict": str,
    "error": str,
}


def counted(count: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``336,776 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size(count: int) -> str:
    """Bytes in decimal units: ``12.3 MB``."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"


def seconds(duration: float) -> str:
    """A duration as people read it: ``0.21 s``, ``2 min 5 s``."""
    minutes, rest = divmod(duration, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{rest:.2f} s"


def usd(amount: float) -> str:
    """An amount of money: ``0 USD``, ``0.0123 USD``, ``12.50 USD``."""
    digits = 2 if amount >= 1 else 4
    return f"{amount:,.{digits}f} USD" if amount else "0 USD"


def instant(value: datetime) -> str:
    """An instant to the second, UTC: ``2026-01-31 06:00:00``."""
    return timestamp(value.replace(microsecond=0)).replace("T", " ").removesuffix("Z")


def title_of(event: RunEvent) -> str:
    """``Stage: finished``."""
    return f"{TITLES[event.stage.value][0]}: {event.kind.value}"


def describe(event: RunEvent) -> str:
    """The facts of an event that people care for: ``engine sail, 11 rows, 1.6 kB``."""
    facts = dict(event.facts)
    told = [write(facts[name]) for name, write in _SHOWN.items() if facts.get(name) not in (None, "", [])]
    checks = facts.get("checks")
    if isinstance(checks, list):
        told.insert(0, _passed(checks))
    if not told and event.kind is EventKind.STARTED:
        return TITLES[event.stage.value][1]
    return ", ".join(told)


def _passed(checks: Sequence[Mapping[str, Any]]) -> str:
    passed = sum(bool(check.get("passed")) for check in checks)
    return f"{passed} of {counted(len(checks), 'check')} passed"
