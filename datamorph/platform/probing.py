"""Computing a proposed spec on the query engine, to tell its planner what only the rows show."""

from __future__ import annotations

# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from datamorph.core.check_text import sentences
from datamorph.core.checks import Check, CheckResult, audit_sql, judge, measured, more_sql
from datamorph.core.expectations import EXPECTATIONS, STAGED, Scope
from datamorph.core.plan import PinnedTable
from datamorph.core.problem import Problem
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec
from datamorph.errors import DataMorphError
from datamorph.platform.ports import Ports

TIMEOUT_S = 20.0


def probe(ports: Ports, pin: Callable[[TableRef], PinnedTable], checked: CheckedSpec) -> tuple[Problem, ...]:
    """What goes wrong when the spec is computed; nothing where its input is large, or it has no SQL.

    Failed checks are told with what was observed. A result without rows may be right, so it is told apart.

    Args:
        pin: where the rows of a table are.
    """
    spec = checked.spec
    if not spec.has_sql or spec.incremental or spec.target.write != "replace":
        return ()
    try:
        pinned = {name: pin(ref) for name, ref in spec.sources.items()}
        if sum(table.rows for table in pinned.values()) > ports.settings.verify_rows:
            return ()
        inputs = {name: table.files for name, table in pinned.items()}
        staged = f"WITH {STAGED} AS (\n{compile_sql(checked).rstrip().rstrip(';')}\n)\n"
        checks = [check for check in spec.all_checks if _is_scanned(check)]
        scope = Scope(checked.schema, now=ports.now())
        row = _row(ports, staged + audit_sql(checks, scope), inputs)
        observed = measured(checks, row)
        for check, values in zip(checks, observed, strict=True):
            if more := more_sql(check, values, scope):
                values.update(_row(ports, staged + more, inputs))
    except DataMorphError as error:
        told = _without_values(error.problem, spec.to_yaml())
        return (Problem("dry_run", "spec", f"computing it fails: {told}"[:1200], error.fix[:600]),)
    if not row["row_count"]:
        hint = "compare the filters and joins with the sample values; if it is right, answer the same again"
        return (Problem("no_rows", "spec", "the result has no row on the data of today", hint),)
    hint = "correct the spec, or the key and the checks if the data is as it should be"
    return tuple(
        Problem("check_fails", "checks", _without_values(text, spec.to_yaml())[:600], hint)
        for text in sentences(_failed(checks, observed, scope))
    )


def _is_scanned(check: Check) -> bool:
    """True for what the one scan of the rows can judge, without another table, a history or another library."""
    expectation = EXPECTATIONS[check.type]
    return expectation.path != "great_expectations" and not check.tables and not expectation.reads_history


def _row(ports: Ports, sql: str, inputs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return ports.queries.query(sql, inputs=inputs, timeout_s=TIMEOUT_S).to_pylist()[0]


def _failed(checks: Sequence[Check], observed: Sequence[Mapping[str, Any]], scope: Scope) -> list[CheckResult]:
    judged = (judge(check, values, scope) for check, values in zip(checks, observed, strict=True))
    return [result for result in judged if result.blocks]


def _without_values(text: str, spec: str) -> str:
    """A message of the query engine without texts of the data: those in quotes that are not of the spec itself."""
    return re.sub(r"'([^']*)'", lambda found: found[0] if found[1] in spec else "'…'", text)
