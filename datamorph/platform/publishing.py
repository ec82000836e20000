"""From a plan to a table: dry run, stage, audit, publish, register."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.checks import CheckResult
from datamorph.core.plan import Plan
from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunState, Stage
from datamorph.errors import PublishConflictError
from datamorph.platform.approving import Decide, changes_of_edit, check_changes, check_target, digest
from datamorph.platform.auditing import audit, dry_run, recorded_checks, stop_on_failure, told_check
from datamorph.platform.increments import WATERMARKS
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.narrowing import kept_files, narrow
from datamorph.platform.planning import plan_again
from datamorph.platform.ports import Ports
from datamorph.platform.properties import APPROVED_CODE, CHECKS, INPUTS, PIPELINE, RERUN_OF, RUN_ID, SPEC_HASH
from datamorph.ports import Pipeline, Publication, Snapshot, StagedOutput, TransformJob

MOST_ATTEMPTS = 5
"""So often a run starts again from the rows of others that were faster."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's word: given beforehand, or asked for when it is known what would change."""

    is_given: bool = False
    decide: Decide | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """Audited rows, ready to be published."""

    plan: Plan
    staged: StagedOutput
    checks: Sequence[CheckResult]


def run_plan(ports: Ports, plan: Plan, *, force: bool, approval: Approval, observe: Observe | None) -> RunResult:
    """Run a plan to its published table; see ``Platform.run``."""
    journal = _journal(ports, plan, observe)
    check_target(ports, plan, approve=approval.is_given)
    current = None if force else _current(ports, plan)
    if current is not None:
        return _unchanged(ports, plan, current)
    ready, snapshot = _published(ports, plan, journal, approval)
    with journal.stage(Stage.REGISTER, ends=RunState.PUBLISHED) as facts:
        saved = ports.pipelines.save(Pipeline(plan.spec, plan.transform, plan.query))
        facts["folder"] = saved.folder
    return RunResult(
        run_id=journal.run.run_id,
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=tuple(ready.checks),
        seconds=journal.seconds,
        folder=saved.folder,
    )


def _published(ports: Ports, plan: Plan, journal: Journal, approval: Approval) -> tuple[_Ready, Snapshot]:
    """Compute and publish; again from the rows of today when others published what the rows were computed from.

    Raises:
        PublishConflictError: that happened too often.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        ready = _computed(ports, plan, journal, approval)
        with journal.stage(Stage.PUBLISH) as facts:
            snapshot = _try_publish(ports, ready, journal, facts, is_last=attempt == MOST_ATTEMPTS)
        if snapshot is not None:
            return ready, snapshot
        time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 (spreads writers)
        plan = plan_again(ports, journal, plan)
        check_target(ports, plan, approve=approval.is_given)
    raise AssertionError("unreachable")


def _computed(ports: Ports, plan: Plan, journal: Journal, approval: Approval) -> _Ready:
    """Stage the rows and audit them."""
    begins = RunState.RUNNING if journal.run.state is RunState.PLANNED else None
    with journal.stage(Stage.DRY_RUN, begins=begins) as facts:
        plan = narrow(ports, plan)
        if plan.writing.replaces is not None:
            facts["rewritten_files"] = len(plan.writing.replaces)
        expected = dry_run(ports, plan)
        facts.update(rows=expected.rows.num_rows if expected.rows is not None else None, note=expected.reason)
    with journal.stage(Stage.STAGE) as facts:
        staged = _stage(ports, plan, journal, facts)
    with journal.stage(Stage.AUDIT) as facts:
        kept = kept_files(ports, plan)
        checks = audit(ports, plan, staged, expected, () if plan.writing.appends else kept)
        facts["checks"] = [told_check(result) for result in checks]
        stop_on_failure(journal.run, plan, checks)
        if not (approval.is_given or ports.settings.approve_changes):
            _check_edit(ports, plan, staged, kept, journal, approval, facts)
    return _Ready(plan, staged, checks)


def _check_edit(
    ports: Ports, plan: Plan, staged: StagedOutput, kept: Sequence[str], journal: Journal, approval: Approval,
    facts: dict[str, Any],
) -> None:  # fmt: skip
    diff = changes_of_edit(ports, plan, staged, kept, _current_snapshot(ports, plan))
    if diff is not None:
        facts["diff"] = diff.told()
        check_changes(diff, run_id=journal.run.run_id, decide=approval.decide)


def _try_publish(
    ports: Ports, ready: _Ready, journal: Journal, facts: dict[str, Any], *, is_last: bool
) -> Snapshot | None:
    """Publish; None when others did meanwhile and the rows can be computed from theirs."""
    try:
        snapshot = _publish(ports, ready, journal.run.run_id)
    except PublishConflictError as error:
        if is_last or ready.plan.writing.based_on is None or ready.plan.rerun_of:
            raise
        facts["conflict"] = error.problem
        return None
    facts.update(snapshot_id=snapshot.snapshot_id, rows=snapshot.rows, files=len(ready.staged.files))
    return snapshot


def _journal(ports: Ports, plan: Plan, observe: Observe | None) -> Journal:
    """Go on with the plan's own run, or begin another when that one was used already."""
    now = ports.now()
    run = next((run for run in ports.log.runs(most=1000) if run.run_id == plan.run_id), None)
    if run is None or run.state is not RunState.PLANNED:
        table, pipeline = str(plan.spec.target.table), plan.spec.name
        run = Run(ports.new_id(), plan.prompt, RunState.PLANNED, now, now, pipeline=pipeline, table=table)
        ports.log.open(run)
    return Journal(ports.log, run, clock=ports.now, observe=observe)


def _inputs(plan: Plan) -> str:
    sources = (table for table in plan.inputs.values() if table.ref != plan.spec.target.table)
    pinned = sorted((str(table.ref), str(table.snapshot_id)) for table in sources)
    return json.dumps(dict(pinned))


def _current(ports: Ports, plan: Plan) -> Snapshot | None:
    """The current snapshot if it is what this plan would publish again."""
    snapshot = _current_snapshot(ports, plan)
    wanted = {SPEC_HASH: plan.spec.hash(), INPUTS: _inputs(plan)}
    is_same = snapshot is not None and all(snapshot.properties.get(k) == v for k, v in wanted.items())
    return snapshot if is_same else None


def _current_snapshot(ports: Ports, plan: Plan) -> Snapshot | None:
    if plan.change is None:
        return None
    return next((s for s in ports.lake.history(plan.spec.target.table) if s.is_current), None)


def _unchanged(ports: Ports, plan: Plan, snapshot: Snapshot) -> RunResult:
    saved = ports.pipelines.save(Pipeline(plan.spec, plan.transform, plan.query))
    return RunResult(
        run_id=snapshot.properties.get(RUN_ID, ""),
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=recorded_checks(ports, snapshot.properties.get(RUN_ID, "")),
        is_unchanged=True,
        folder=saved.folder,
    )


def _stage(ports: Ports, plan: Plan, journal: Journal, facts: dict[str, Any]) -> StagedOutput:
    into = ports.lake.staging_prefix(plan.spec.target.table, journal.run.run_id)
    facts["into"] = into
    job = TransformJob(
        run_id=journal.run.run_id,
        code=plan.transform,
        inputs=plan.inputs,
        into=into,
        columns=plan.schema,
        timeout_s=ports.settings.engine_timeout_s,
    )
    staged = ports.engine.run(job, journal.reporter(Stage.STAGE))
    facts.update(engine=ports.engine.name, rows=staged.rows, bytes=staged.bytes, files=list(staged.files))
    facts["replaces"] = None if plan.writing.replaces is None else list(plan.writing.replaces)
    return staged


def _publish(ports: Ports, ready: _Ready, run_id: str) -> Snapshot:
    plan, staged, writing = ready.plan, ready.staged, ready.plan.writing
    properties = {
        RUN_ID: run_id,
        PIPELINE: plan.spec.name,
        SPEC_HASH: plan.spec.hash(),
        INPUTS: _inputs(plan),
        CHECKS: json.dumps({"passed": sum(c.passed for c in ready.checks), "of": len(ready.checks)}),
        "engine": ports.engine.name,
        "planner": plan.planner,
    }
    if code := plan.spec.code_to_approve:
        properties[APPROVED_CODE] = digest(code)
    if plan.rerun_of:
        properties[RERUN_OF] = plan.rerun_of
    if writing.watermarks:
        properties[WATERMARKS] = json.dumps({name: mark.to_json() for name, mark in writing.watermarks.items()})
    publication = Publication(
        properties=properties,
        profile=ports.queries.profile([*kept_files(ports, plan), *staged.files], staged.schema),
        description=plan.spec.description or plan.spec.prompt,
        order_by=plan.order,
        key=plan.spec.target.key,
        appends=writing.appends,
        based_on=writing.based_on,
        replaces=writing.replaces,
        over=writing.over,
    )
    return ports.lake.publish(plan.spec.target.table, staged, publication)
