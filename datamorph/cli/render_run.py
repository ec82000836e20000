"""Stages, checks and results of runs for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from datamorph.cli.cells import safe, seconds, text
from datamorph.cli.render_plan import INDENT, heading
from datamorph.core.run import EventKind, RunEvent, Stage

if TYPE_CHECKING:
    from datamorph.core.result import RunResult

ENGINE_STAGE = Stage.STAGE
"""The one stage in which the engine works; all others are the platform's."""
_HIDDEN = frozenset({
    "provenance", "model", "into", "files", "checks", "answers", "spec_hash", "outcome", "state", "fix", "kind", "spec",
    "run_spec", "pinned", "output", "writing", "replaces", "planned_by", "questions", "understood",
})  # fmt: skip
_MARKS = {EventKind.FINISHED: ("✓", "green"), EventKind.FAILED: ("✗", "red"), EventKind.PROGRESS: ("·", "dim")}


def stage_line(event: RunEvent) -> Text:
    """One line for a stage that ended: mark, name, duration, facts."""
    mark, style = _MARKS.get(event.kind, ("→", "dim"))
    took = seconds(event.duration_s) if event.duration_s is not None else ""
    name = event.stage.value.replace("_", " ")
    line = Text.assemble("  ", (mark, style), f" {name:<9}{took:>9}  ", (facts_line(event.facts), "dim"))
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def facts_line(facts: Mapping[str, Any]) -> str:
    """The facts of an event that people care for, such as ``rows 16, snapshot_id 42``."""
    shown = {key: value for key, value in facts.items() if key not in _HIDDEN and value not in (None, "")}
    if isinstance(checks := facts.get("checks"), list):
        passed = sum(bool(check.get("passed")) for check in checks)
        shown.pop("error", None)
        shown["checks"] = f"{passed} of {len(checks)} passed"
    return ", ".join(_fact(key, value) for key, value in shown.items())


def _fact(key: str, value: object) -> str:
    if key.endswith("_id"):
        return f"{key.removesuffix('_id')} {value}"
    if key == "bytes" and isinstance(value, int):
        return size(value)
    if key in ("rows", "tables", "columns", "files", "steps", "lines") and isinstance(value, int):
        return counted(value, key.removesuffix("s"))
    if isinstance(value, Mapping):
        return f"{len(value)} {key}"
    return text(value) if key in ("what", "note", "error", "folder") else f"{key.replace('_', ' ')} {text(value)}"


def size(count: int) -> str:
    """Bytes in decimal units: ``12.3 MB``."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"


def render_checks(checks: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """Each check with its verdict and what was observed; failing rows below it."""
    if not checks:
        return
    yield heading("Checks")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="dim")
    for check in checks:
        table.add_row(_verdict(check), Text(safe(str(check["name"]))), Text(_observed(check)))
        for row in check.get("failing", ()):
            table.add_row("", "", Text("failing row: " + ", ".join(f"{k}={text(v)}" for k, v in row.items())))
    yield Padding(table, INDENT, expand=False)


def _verdict(check: Mapping[str, Any]) -> Text:
    if check["passed"]:
        return Text("✓", style="green")
    return Text("✗", style="red") if check.get("severity") == "error" else Text("! warning", style="yellow")


def _observed(check: Mapping[str, Any]) -> str:
    """What was found and, in brackets, what was wanted."""
    from datamorph.core.check_text import describe

    return safe(describe(check["type"], check.get("kwargs", {}), check["observed"]))


def render_result(result: RunResult) -> Iterator[RenderableType]:
    """Which table was published, or why nothing had to be."""
    mark, verb = ("=", "Unchanged") if result.is_unchanged else ("✓", "Published")
    yield Text.assemble("\n", (mark, "green"), (f" {verb} {result.table}", "bold"))
    yield Text(
        f"  {counted(result.rows, 'row')}, {counted(len(result.schema), 'column')}, snapshot {result.snapshot_id}"
    )
    if result.quarantined:
        yield Text(f"  {counted(result.quarantined, 'row')} in quarantine: {result.table}__quarantine", style="yellow")
    if result.is_unchanged:
        yield Text("  its inputs are those of this snapshot; --force computes it again", style="dim")


def counted(count: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``336,776 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def render_times(stages: Mapping[str, float], total: float) -> Iterator[RenderableType]:
    """Where the time went: the engine's own work against everything else."""
    engine = stages.get(ENGINE_STAGE.value, 0.0)
    rest = total - sum(stages.values())
    platform = seconds(total - engine)
    yield heading("Time", f"{seconds(total)} = engine {seconds(engine)} + platform {platform}")
    parts = [f"{name.replace('_', ' ')} {took:.2f}" for name, took in stages.items()]
    yield Padding(Text(" · ".join([*parts, f"start and display {rest:.2f}"]), style="dim"), INDENT, expand=False)
