"""Audits of staged rows: one scan for all checks, then what few checks need besides."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from datamorph.core.check_text import sentences
from datamorph.core.checks import (
    Check,
    CheckResult,
    audit_sql,
    failing_rows_sql,
    judge,
    measured,
    more_sql,
)  # fmt: skip
from datamorph.core.expectations import EXPECTATIONS, STAGED, Scope
from datamorph.core.plan import Plan
from datamorph.core.run import EventKind, Run, Stage
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import CheckFailedError, NotFoundError
from datamorph.platform.ports import Ports

PAST = 30
"""Earlier publications that drift is measured against."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Everything that audits of one run share.

    Attributes:
        inputs: files of the other tables that checks read, pinned once.
    """

    ports: Ports
    scope: Scope
    inputs: Mapping[str, Sequence[str]]

    def audit(self, checks: Sequence[Check], files: Sequence[str]) -> list[CheckResult]:
        """Judge every check on these files, in order; failures with a few failing rows."""
        inputs = {**self.inputs, STAGED: files}
        scanned = [check for check in checks if EXPECTATIONS[check.type].path != "great_expectations"]
        observed = measured(scanned, self._row(audit_sql(scanned, self.scope), inputs))
        found: dict[int, CheckResult] = {}
        for check, values in zip(scanned, observed, strict=True):
            if more := more_sql(check, values, self.scope):
                values.update(self._row(more, inputs))
            found[id(check)] = judge(check, values, self.scope)
        found |= self._delegated([check for check in checks if id(check) not in found], files)
        return [self._with_rows(found[id(check)], inputs) for check in checks]

    def _delegated(self, checks: Sequence[Check], files: Sequence[str]) -> dict[int, CheckResult]:
        if not checks:
            return {}
        answers = self.ports.library.run(checks, files)
        rows = self._row(f"SELECT COUNT(*) AS row_count FROM {STAGED}", {STAGED: files})
        return {
            id(check): judge(check, {**answer, **rows}, self.scope)
            for check, answer in zip(checks, answers, strict=True)
        }

    def _with_rows(self, result: CheckResult, inputs: Mapping[str, Sequence[str]]) -> CheckResult:
        sql = "" if result.passed else failing_rows_sql(result.check, self.scope)
        return replace(result, failing=tuple(self.rows(sql, inputs))) if sql else result

    def rows(self, sql: str, inputs: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        """Rows of one SELECT, with the time that an engine may take."""
        timeout_s = self.ports.settings.engine_timeout_s
        return cast(
            "list[dict[str, Any]]", self.ports.queries.query(sql, inputs=inputs, timeout_s=timeout_s).to_pylist()
        )

    def _row(self, sql: str, inputs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        return self.rows(sql, inputs)[0]


def open_auditor(
    ports: Ports, checks: Sequence[Check], schema: TableSchema, table: TableRef, *, is_published: bool = False
) -> Auditor:
    """Pin the tables that the checks read, and read the table's own past where a check asks for it.

    Args:
        is_published: the rows are those of the last publication, which is no past to them.
    """
    others = dict.fromkeys(ref for check in checks for ref in check.tables)
    asks_history = any(EXPECTATIONS[check.type].reads_history for check in checks)
    history = past_profiles(ports, table) if asks_history else ()
    scope = Scope(schema, now=ports.now(), history=history[1:] if is_published else history)
    return Auditor(ports, scope, {str(ref): ports.lake.pin(ref).files for ref in others})


def past_profiles(ports: Ports, table: TableRef, *, most: int = PAST) -> tuple[Any, ...]:
    """Profiles of the latest publications, newest first; none for a new table."""
    try:
        return tuple(ports.lake.profiles(table, most=most))
    except NotFoundError:
        return ()


def told(result: CheckResult) -> dict[str, Any]:
    """A result as the run log keeps it."""
    return {
        "name": result.name,
        "type": result.check.type,
        "kwargs": dict(result.check.kwargs),
        "severity": "warn" if result.is_handled else result.check.severity,
        "passed": result.passed,
        "observed": {name: plain(value) for name, value in result.observed.items()},
        "failing": [{key: str(value) for key, value in row.items()} for row in result.failing],
        **({"on_fail": result.check.on_fail} if result.check.quarantines else {}),
    }


def recorded(told: Mapping[str, Any]) -> CheckResult:
    """A result from the run log."""
    check = Check(type=told["type"], kwargs=told["kwargs"], severity=told["severity"],
                  on_fail=told.get("on_fail", "block"))  # fmt: skip
    is_handled = check.quarantines and not told["passed"]
    return CheckResult(told["name"], check, told["passed"], told["observed"], tuple(told["failing"]), is_handled)


def recorded_checks(ports: Ports, run_id: str) -> tuple[CheckResult, ...]:
    """The verdicts that let a published snapshot through, from the run log where it still has them."""
    try:
        events = ports.log.events(run_id)
    except NotFoundError:
        return ()
    audits = [e.facts for _, e in events if e.stage is Stage.AUDIT and e.kind is EventKind.FINISHED]
    return tuple(recorded(found) for found in audits[-1].get("checks", [])) if audits else ()


def stop_on_failure(run: Run, plan: Plan, checks: Sequence[CheckResult]) -> None:
    """Nothing is published over a failed check.

    Raises:
        CheckFailedError: with what was observed, and failing rows.
    """
    blocking = [result for result in checks if result.blocks]
    if not blocking:
        return
    head = f"nothing was published: {plan.spec.target.table} fails its checks"
    fix = f"look at the staged rows: datamorph show --staged {run.run_id}"
    raise CheckFailedError("\n".join([head, *sentences(blocking)]), fix=fix, results=checks)


def plain(value: Any) -> Any:
    """An observed value as JSON keeps it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in cast("Mapping[object, object]", value).items()}
    return [plain(item) for item in cast("list[object]", value)] if isinstance(value, list | tuple) else value
