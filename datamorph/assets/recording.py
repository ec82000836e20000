"""What a run tells, in Dagster's words: log lines, check results, a materialisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from logging import Logger
from typing import Any

import dagster as dg

from datamorph.assets.metadata import provenance_metadata, rows_table, scalar, spec_metadata
from datamorph.assets.naming import ENGINES_AGREE, check_names
from datamorph.core.check_text import describe
from datamorph.core.plan import Plan
from datamorph.core.result import RunResult
from datamorph.core.run import EventKind, Run, RunEvent, Stage
from datamorph.platform import Platform

SHOWN_ROWS = 10
_QUIET = frozenset(
    {
        "checks",
        "files",
        "into",
        "folder",
        "answers",
        "spec",
        "provenance",
        "questions",
        "pinned",
        "writing",
        "output",
        "run_spec",
        "understood",
    }
)


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """The result of one check under its name in Dagster."""

    name: str
    passed: bool
    severity: dg.AssetCheckSeverity
    description: str
    metadata: Mapping[str, dg.MetadataValue]

    def evaluation(self, key: dg.AssetKey) -> dg.AssetCheckEvaluation:
        """The result as an event of Dagster's history."""
        return dg.AssetCheckEvaluation(
            asset_key=key,
            check_name=self.name,
            passed=self.passed,
            severity=self.severity,
            description=self.description,
            metadata=self.metadata,
            blocking=self.severity is dg.AssetCheckSeverity.ERROR,
        )

    def result(self, key: dg.AssetKey) -> dg.AssetCheckResult:
        """The result as an asset's own step yields it."""
        return dg.AssetCheckResult(
            asset_key=key,
            check_name=self.name,
            passed=self.passed,
            severity=self.severity,
            description=self.description,
            metadata=self.metadata,
        )


class Recorder:
    """Observes a run: every event becomes a log line at once, the audit's results are kept."""

    def __init__(self, log: Logger, *, on_run: Callable[[Run], None] | None = None) -> None:
        """``on_run`` is told of every run that events come from, once."""
        self._on_run, self._run_id = on_run, ""
        self.told: list[Mapping[str, Any]] = []
        self.outcomes: tuple[CheckOutcome, ...] = ()
        self._log = log

    def __call__(self, run: Run, event: RunEvent) -> None:
        """Take one event of the run; see ``datamorph.platform.journal.Observe``."""
        if self._on_run and run.run_id != self._run_id:
            self._run_id = run.run_id
            self._on_run(run)
        log = self._log.error if event.kind is EventKind.FAILED else self._log.info
        log(event_line(event))
        if event.stage is Stage.AUDIT and "checks" in event.facts:
            self.told = list(event.facts["checks"])
            self.outcomes = tuple(check_outcomes(event.facts["checks"]))


def event_line(event: RunEvent) -> str:
    """One event as a line: ``stage finished in 0.82 s: rows 4, bytes 1204, engine sail``."""
    facts = {name: value for name, value in event.facts.items() if name not in _QUIET and value not in (None, "")}
    if event.kind is EventKind.PROGRESS:
        head = f"{event.stage.value}: {facts.pop('what', 'goes on')}"
    else:
        took = f" in {event.duration_s:.2f} s" if event.duration_s is not None else ""
        head = f"{event.stage.value} {event.kind.value}{took}"
    if checks := event.facts.get("checks"):
        facts["checks"] = f"{sum(check['passed'] for check in checks)} of {len(checks)} passed"
    return f"{head}{': ' if facts else ''}{', '.join(f'{name} {value}' for name, value in facts.items())}"


def check_outcomes(told: Iterable[Mapping[str, Any]]) -> list[CheckOutcome]:
    """The audit's results as they stand in its run event."""
    told = list(told)
    named = [check for check in told if check["name"] != ENGINES_AGREE]
    names = iter(check_names(check["name"] for check in named))
    return [_outcome(ENGINES_AGREE if check["name"] == ENGINES_AGREE else next(names), check) for check in told]


def _outcome(name: str, told: Mapping[str, Any]) -> CheckOutcome:
    is_error = told["severity"] == "error"
    severity = dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN
    metadata = {key: scalar(value) for key, value in told["observed"].items()}
    if told["failing"]:
        metadata["failing_rows"] = rows_table(told["failing"])
    found = describe(told["type"], told["kwargs"], told["observed"])
    return CheckOutcome(name, told["passed"], severity, f"{told['type']}: {found}", metadata)


def run_metadata(platform: Platform, plan: Plan, result: RunResult) -> dict[str, Any]:
    """What a materialisation records: rows, snapshot, run, seconds of every stage, first rows, columns."""
    first = platform.read(plan.spec.target.table, snapshot_id=result.snapshot_id, most=SHOWN_ROWS)
    provenance = plan.understanding.provenance
    columns = spec_metadata(plan.spec, {table.ref: table.schema for table in plan.inputs.values()})
    return {
        "dagster/row_count": result.rows,
        "snapshot_id": scalar(str(result.snapshot_id)),
        "run_id": scalar(result.run_id),
        "first_rows": rows_table(first.to_pylist()),
        "seconds": scalar(round(sum(result.seconds.values()), 3)),
        **{f"seconds_{stage}": scalar(round(seconds, 3)) for stage, seconds in result.seconds.items()},
        **(provenance_metadata(provenance.facts()) if provenance else {}),
        **columns,
    }
