"""Whether staged rows may be published: a second engine's rows, and the checks."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from datamorph.core.checks import STAGED, Check, CheckResult, audit_results, audit_sql, failing_rows_sql
from datamorph.core.plan import Plan
from datamorph.core.run import EventKind, Run, Stage
from datamorph.errors import CheckFailedError, NotFoundError, QueryError
from datamorph.platform.ports import Ports
from datamorph.platform.verification import compare_rows
from datamorph.ports import StagedOutput


@dataclass(frozen=True, slots=True)
class Expected:
    """What the dry run computed: the rows on the second engine, or why it did not."""

    rows: pa.Table | None
    reason: str = ""


def recorded_checks(ports: Ports, run_id: str) -> tuple[CheckResult, ...]:
    """The verdicts that let a published snapshot through, from the run log where it still has them."""
    try:
        events = ports.log.events(run_id)
    except NotFoundError:
        return ()
    audits = (e.facts for _, e in events if e.stage is Stage.AUDIT and e.kind is EventKind.FINISHED)
    return tuple(
        CheckResult(
            told["name"],
            Check(type=told["type"], kwargs=told["kwargs"], severity=told["severity"]),
            told["passed"],
            told["observed"],
            tuple(told["failing"]),
        )
        for told in next(audits, {}).get("checks", [])
    )


def dry_run(ports: Ports, plan: Plan) -> Expected:
    """Compute the result on the query engine, where the inputs are small enough for that."""
    if not plan.query:
        return Expected(None, "hand-written code runs on the engine only")
    rows = sum(table.rows for table in plan.inputs.values())
    limit = ports.settings.verify_rows
    if rows > limit:
        return Expected(None, f"{rows:,} input rows are more than verify_rows = {limit:,}")
    inputs = {name: table.files for name, table in plan.inputs.items()}
    try:
        found = ports.queries.query(plan.query, inputs=inputs, timeout_s=ports.settings.query_timeout_s)
    except QueryError as error:
        raise QueryError(f"the dry run failed: {error.problem}", fix=error.fix) from error
    return Expected(found)


def audit(ports: Ports, plan: Plan, staged: StagedOutput, expected: Expected, kept: Sequence[str]) -> list[CheckResult]:
    """Check the table as it will be.

    Args:
        kept: published files that stay beside the staged ones, where checks are about the whole table.
    """
    inputs = {STAGED: (*kept, *staged.files)}
    row = ports.queries.query(audit_sql(plan.spec.all_checks), inputs=inputs).to_pylist()[0]
    results = [
        result if result.passed else replace(result, failing=_failing(ports, result, inputs))
        for result in audit_results(plan.spec.all_checks, row)
    ]
    if expected.rows is not None:
        rows = ports.queries.query(f"SELECT * FROM {STAGED}", inputs={STAGED: staged.files})
        results.insert(0, compare_rows(rows, expected.rows, engine=ports.engine.name))
    return results


def _failing(ports: Ports, result: CheckResult, inputs: Mapping[str, Sequence[str]]) -> tuple[Mapping[str, Any], ...]:
    sql = failing_rows_sql(result.check)
    return tuple(ports.queries.query(sql, inputs=inputs).to_pylist()) if sql else ()


def told_check(result: CheckResult) -> dict[str, Any]:
    """A verdict as the run log keeps it."""
    return {
        "name": result.name,
        "type": result.check.type,
        "kwargs": dict(result.check.kwargs),
        "severity": result.check.severity,
        "passed": result.passed,
        "observed": dict(result.observed),
        "failing": [{key: str(value) for key, value in row.items()} for row in result.failing],
    }


def stop_on_failure(run: Run, plan: Plan, checks: Sequence[CheckResult]) -> None:
    """Nothing is published over a failed check.

    Raises:
        CheckFailedError: with what was observed, and failing rows.
    """
    blocking = [result for result in checks if result.blocks]
    if not blocking:
        return
    lines = [f"{result.name}: {dict(result.observed)}" for result in blocking]
    rows = [f"  failing row: {dict(row)}" for result in blocking for row in result.failing]
    problem = "\n".join([f"nothing was published: {plan.spec.target.table} fails its checks", *lines, *rows])
    raise CheckFailedError(problem, fix=f"look at the staged rows: datamorph show --staged {run.run_id}")
