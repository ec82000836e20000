"""What needs a person's word before it is published."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from datamorph.core.diff import TableDiff
from datamorph.core.plan import Plan
from datamorph.errors import ApprovalError
from datamorph.platform.comparing import State, compare_states, state_of
from datamorph.platform.model_approval import check_model_plan, code_change
from datamorph.platform.narrowing import count_rows
from datamorph.platform.ports import Ports
from datamorph.platform.properties import APPROVED_CODE, PIPELINE, ROWS_HASH, SPEC_HASH
from datamorph.ports import Snapshot, StagedOutput

Decide: TypeAlias = Callable[[TableDiff], bool]
"""Shown what an edited pipeline would change; True publishes it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's word: given beforehand, or asked for when it is known what would change."""

    is_given: bool = False
    decide: Decide | None = None


def check_target(ports: Ports, plan: Plan, *, approve: bool) -> None:
    """Hand-written code, a table that is not this pipeline's own or readers that would break need a person's word."""
    _check_code(ports, plan, approve=approve)
    if approve:
        return
    check_model_plan(ports, plan)
    if plan.change is None:
        return
    table = plan.spec.target.table
    current = _current(ports, plan)
    owner = current.properties.get(PIPELINE, "") if current else ""
    if owner != plan.spec.name:
        made_by = f"pipeline {owner!r}" if owner else "something else"
        raise ApprovalError(f"{table} was made by {made_by}", fix="choose another target, or run again with --approve")
    if plan.change.kind == "breaking":
        gone = ", ".join((*plan.change.removed, *plan.change.retyped))
        raise ApprovalError(f"{table} would lose or retype {gone}", fix="keep them, or run again with --approve")


def changes_of_edit(
    ports: Ports, plan: Plan, staged: StagedOutput, kept: Sequence[str], current: Snapshot | None
) -> TableDiff | None:
    """What an edited pipeline would do to its table; None where its spec is that of the published rows."""
    if current is None or current.properties.get(PIPELINE) != plan.spec.name:
        return None
    made_by = {current.properties.get(ROWS_HASH), current.properties.get(SPEC_HASH)}
    if made_by & {plan.spec.rows_hash(), plan.spec.hash()} or SPEC_HASH not in current.properties:
        return None
    ref = plan.spec.target.table
    before = state_of(ports.lake.pin(ref, current.snapshot_id))
    after = State("this run", plan.schema, (*kept, *staged.files), staged.rows + count_rows(ports, kept))
    return compare_states(ports, ref, before, after, key=plan.spec.target.key)


def check_changes(diff: TableDiff, *, run_id: str, decide: Decide | None) -> None:
    """Rows that an edit takes away or changes need a person's word; rows that it adds do not.

    Raises:
        ApprovalError: nobody was there to ask, or they said no.
    """
    if not diff.takes_away or (decide is not None and decide(diff)):
        return
    problem = f"the edited pipeline would change {diff.table}: {diff.told()}; nothing was published"
    seen = f"datamorph diff --staged {run_id} shows the rows; datamorph resume {run_id} --approve publishes them"
    fix = f"{seen}; or run again with --approve, or set approve_changes = true"
    raise ApprovalError(problem, fix=fix)


def digest(code: str) -> str:
    """What a snapshot remembers of approved code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _check_code(ports: Ports, plan: Plan, *, approve: bool) -> None:
    """Code that was approved once may run until it changes; the published snapshot remembers it."""
    code = plan.spec.code_to_approve
    if not code or approve:
        return
    current = _current(ports, plan)
    if current is None or current.properties.get(APPROVED_CODE) != digest(code):
        shown = textwrap.indent(code_change(ports, plan), "    ")
        problem = f"pipeline {plan.spec.name!r} runs hand-written code:\n{shown}"
        raise ApprovalError(problem, fix="read it, then run again with --approve; that holds until it changes")


def _current(ports: Ports, plan: Plan) -> Snapshot | None:
    """What readers see now: a publication that was rolled back tells nothing, however new it is."""
    if plan.change is None:
        return None
    return next((line for line in ports.lake.history(plan.spec.target.table) if line.is_current), None)
