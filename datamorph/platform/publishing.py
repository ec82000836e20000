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
from datamorph.errors import ApprovalError, NotFoundError, PublishConflictError
from datamorph.platform.approval import Approval, changes_of_edit, check_changes, check_target, digest
from datamorph.platform.auditing import recorded_checks, stop_on_failure, told
from datamorph.platform.engines import run_job
from datamorph.platform.increments import WATERMARKS
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.narrowing import kept_files, narrow
from datamorph.platform.planning import plan_again
from datamorph.platform.ports import Ports
from datamorph.platform.properties import (
    APPROVED_CODE,
    CHECKS,
    INPUTS,
    PARTITION,
    PIPELINE,
    RERUN_OF,
    ROWS_HASH,
    RUN_DAY,
    RUN_ID,
    SPEC_HASH,
)
from datamorph.platform.quarantine import audit_rows, publish_quarantine
from datamorph.platform.states import run_in, same_states
from datamorph.platform.verification import Expected, agreement, dry_run
from datamorph.ports import Pipeline, Publication, Snapshot, StagedOutput, TransformJob

MOST_ATTEMPTS = 5
"""So often a run starts again from the rows of others that were faster."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A plan, over the published files that it touches, and the rows that a second engine expects of it."""

    plan: Plan
    expected: Expected


@dataclass(frozen=True, slots=True)
class StagedRows:
    """What an engine has staged for a plan."""

    rehearsed: Rehearsed
    staged: StagedOutput


@dataclass(frozen=True, slots=True)
class Ready:
    """Audited rows, ready to be published.

    Attributes:
        apart: rows for the quarantine; None where there are none.
    """

    plan: Plan
    staged: StagedOutput
    checks: Sequence[CheckResult]
    apart: StagedOutput | None = None


def run_plan(ports: Ports, plan: Plan, *, force: bool, approval: Approval, observe: Observe | None) -> RunResult:
    """Run a plan to its published table; see ``Platform.run``."""
    journal = _journal(ports, plan, observe)
    admit(ports, plan, journal, approval)
    unchanged = None if force else find_unchanged(ports, plan, journal)
    if unchanged is not None:
        return unchanged
    ready = _computed(ports, plan, journal, approval)
    ready, snapshot = publish_ready(ports, ready, journal, approval)
    return register(ports, ready, snapshot, journal)


def admit(ports: Ports, plan: Plan, journal: Journal, approval: Approval) -> None:
    """Before anything is computed: whether this plan may write its table without a person's word.

    Raises:
        ApprovalError: it may not; the run is held and goes on when somebody approves.
    """
    try:
        check_target(ports, plan, approve=approval.is_given)
    except ApprovalError as error:
        if journal.run.state is not RunState.HELD:
            journal.hold(Stage.DRY_RUN, reason=error.problem)
        go_on = f"to go on with this run: datamorph resume {journal.run.run_id} --approve"
        raise _waiting(ApprovalError(error.problem, fix=f"{error.fix}; {go_on}"), journal) from error


def _waiting(error: ApprovalError, journal: Journal) -> ApprovalError:
    error.run_id = journal.run.run_id
    return error


def admit_rows(ports: Ports, ready: Ready, journal: Journal, approval: Approval) -> None:
    """Before audited rows of a run that was held are published.

    Raises:
        ApprovalError: nobody has approved of them yet.
    """
    admit(ports, ready.plan, journal, approval)
    if not approval.is_given:
        _check_edit(ports, ready, journal, approval, {})


def register(ports: Ports, ready: Ready, snapshot: Snapshot, journal: Journal) -> RunResult:
    """The last stage: the pipeline is saved where people read it."""
    plan = ready.plan
    with journal.stage(Stage.REGISTER, ends=RunState.PUBLISHED) as facts:
        folder = facts["folder"] = _register(ports, plan)
    return RunResult(
        run_id=journal.run.run_id,
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=tuple(ready.checks),
        quarantined=ready.apart.rows if ready.apart else 0,
        seconds=journal.seconds,
        folder=folder,
    )


def publish_ready(ports: Ports, ready: Ready, journal: Journal, approval: Approval) -> tuple[Ready, Snapshot]:
    """Publish; compute again from the rows of today when others published what the rows were computed from.

    Raises:
        PublishConflictError: that happened too often.
    """
    begins = RunState.RUNNING if journal.run.state is RunState.HELD else None
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with journal.stage(Stage.PUBLISH, begins=begins) as facts:
            snapshot = _try_publish(ports, ready, journal, facts, attempt)
        if snapshot is not None:
            return ready, snapshot
        begins = None
        time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 (spreads writers)
        plan = plan_again(ports, journal, ready.plan)
        admit(ports, plan, journal, approval)
        ready = _computed(ports, plan, journal, approval)
    raise AssertionError("unreachable")


def _computed(ports: Ports, plan: Plan, journal: Journal, approval: Approval) -> Ready:
    """Stage the rows and audit them."""
    return audit_staged(ports, stage_rows(ports, rehearse(ports, plan, journal), journal), journal, approval)


def rehearse(ports: Ports, plan: Plan, journal: Journal) -> Rehearsed:
    """The dry run: what a second engine computes from the same inputs."""
    begins = RunState.RUNNING if journal.run.state in (RunState.PLANNED, RunState.HELD) else None
    with journal.stage(Stage.DRY_RUN, begins=begins) as facts:
        plan = narrow(ports, plan)
        if plan.writing.replaces is not None:
            facts["rewritten_files"] = len(plan.writing.replaces)
        expected = dry_run(ports, plan)
        facts.update(rows=expected.rows.num_rows if expected.rows is not None else None, note=expected.reason)
    return Rehearsed(plan, expected)


def stage_rows(ports: Ports, rehearsed: Rehearsed, journal: Journal) -> StagedRows:
    """The engine's own work: rows in a prefix that no reader sees."""
    with journal.stage(Stage.STAGE) as facts:
        return StagedRows(rehearsed, _stage(ports, rehearsed.plan, journal, facts))


def audit_staged(ports: Ports, found: StagedRows, journal: Journal, approval: Approval) -> Ready:
    """Judge what was staged; a failed check, or a change that needs a person's word, ends the run here."""
    plan, staged = found.rehearsed.plan, found.staged
    with journal.stage(Stage.AUDIT) as facts:
        same = agreement(ports, plan, staged, found.rehearsed.expected)
        beside = () if plan.writing.appends else kept_files(ports, plan)
        audited = audit_rows(ports, plan, staged, journal.run.run_id, beside)
        if audited.kept is not staged:
            apart = audited.apart.rows if audited.apart else 0
            facts.update(
                staged=staged.rows, quarantined=apart, kept=staged.rows - apart, files=list(audited.kept.files)
            )
        checks = (*same, *audited.results)
        facts["checks"] = [told(result) for result in checks]
        stop_on_failure(journal.run, plan, checks)
        ready = Ready(plan, audited.kept, checks, audited.apart)
        if not (approval.is_given or ports.settings.approve_changes):
            _check_edit(ports, ready, journal, approval, facts)
    return ready


def _check_edit(ports: Ports, ready: Ready, journal: Journal, approval: Approval, facts: dict[str, Any]) -> None:
    plan = ready.plan
    diff = changes_of_edit(ports, plan, ready.staged, kept_files(ports, plan), _current_snapshot(ports, plan))
    if diff is not None:
        facts["diff"] = diff.told()
        try:
            check_changes(diff, run_id=journal.run.run_id, decide=approval.decide)
        except ApprovalError as error:
            raise _waiting(error, journal) from None


def _try_publish(ports: Ports, ready: Ready, journal: Journal, facts: dict[str, Any], attempt: int) -> Snapshot | None:
    """Publish; None when others did meanwhile and the rows can be computed from theirs."""
    try:
        _publish_quarantine(ports, ready, journal, attempt)
        snapshot = _publish(ports, ready, journal.run.run_id)
    except PublishConflictError as error:
        if attempt == MOST_ATTEMPTS or ready.plan.writing.based_on is None or ready.plan.rerun_of:
            raise
        facts["conflict"] = error.problem
        return None
    facts.update(snapshot_id=snapshot.snapshot_id, rows=snapshot.rows, files=len(ready.staged.files))
    return snapshot


def _journal(ports: Ports, plan: Plan, observe: Observe | None) -> Journal:
    """Go on with the plan's own run, or begin another when that one was used already."""
    now = ports.now()
    try:
        run = ports.log.find(plan.run_id)
    except NotFoundError:  # planned elsewhere, or so long ago that its record has expired
        run = None
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
    if snapshot is None or PARTITION in snapshot.properties:
        return None
    if snapshot.properties.get(SPEC_HASH) != plan.spec.hash() or snapshot.properties.get(RUN_DAY, "") != _day(plan):
        return None
    read, now = (json.loads(text) for text in (snapshot.properties.get(INPUTS) or "null", _inputs(plan)))
    return snapshot if read is not None and same_states(ports, read, now) else None


def _day(plan: Plan) -> str:
    return plan.day.isoformat() if plan.day else ""


def _current_snapshot(ports: Ports, plan: Plan) -> Snapshot | None:
    if plan.change is None:
        return None
    return next((s for s in ports.lake.history(plan.spec.target.table) if s.is_current), None)


def find_unchanged(ports: Ports, plan: Plan, journal: Journal) -> RunResult | None:
    """What is published already, where this plan would publish the same again; the pipeline is saved."""
    snapshot = None if plan.writing.partition else _current(ports, plan)
    if snapshot is None:
        return None
    folder = _register(ports, plan)
    journal.end(Stage.REGISTER, RunState.PUBLISHED, reason="spec and inputs are those of the published snapshot")
    run_id = run_in(ports.lake.history(plan.spec.target.table), snapshot)
    return RunResult(
        run_id=run_id,
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=recorded_checks(ports, run_id),
        is_unchanged=True,
        folder=folder,
    )


def _register(ports: Ports, plan: Plan) -> str:
    """Where the pipeline is kept for people; a SQL model is where it was written."""
    return plan.model or _save(ports, plan).folder


def _save(ports: Ports, plan: Plan) -> Pipeline:
    provenance = plan.understanding.provenance
    record = {"prompt": plan.prompt, "spec_hash": plan.spec.hash(), **(provenance.facts() if provenance else {})}
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n" if provenance else ""
    return ports.pipelines.save(Pipeline(plan.spec, plan.transform, plan.query, plan=text))


def _stage(ports: Ports, plan: Plan, journal: Journal, facts: dict[str, Any]) -> StagedOutput:
    into = ports.lake.staging_prefix(plan.spec.target.table, journal.run.run_id)
    facts["into"] = into
    job = TransformJob(
        run_id=journal.run.run_id,
        code=plan.transform,
        inputs=plan.inputs,
        into=into,
        columns=plan.writing.batch or plan.schema,
        timeout_s=ports.settings.engine_timeout_s,
        into_uri=ports.lake.staging_uri(plan.spec.target.table, into),
    )
    staged = run_job(ports, plan.engine.engine, job, journal.reporter(Stage.STAGE), facts)
    facts.update(engine=plan.engine.engine, rows=staged.rows, bytes=staged.bytes, files=list(staged.files))
    facts["replaces"] = None if plan.writing.replaces is None else list(plan.writing.replaces)
    return staged


def _publish_quarantine(ports: Ports, ready: Ready, journal: Journal, attempt: int) -> None:
    """Before the table itself, and on the record: a run that dies in between has told what it left there.

    A lake publishes once under each name, so that a further attempt of the run needs a name of its own.
    """
    plan, run_id = ready.plan, journal.run.run_id
    if not any(check.quarantines for check in plan.checks):
        return
    properties = {RUN_ID: run_id if attempt == 1 else f"{run_id}-{attempt}", PIPELINE: plan.spec.name}
    snapshot = publish_quarantine(ports, plan, ready.apart, run_id, properties)
    if snapshot is not None:
        report = journal.reporter(Stage.PUBLISH)
        report("quarantine", {"snapshot_id": snapshot.snapshot_id, "rows": snapshot.rows})


def _publish(ports: Ports, ready: Ready, run_id: str) -> Snapshot:
    plan, staged, writing = ready.plan, ready.staged, ready.plan.writing
    properties = {
        RUN_ID: run_id,
        PIPELINE: plan.spec.name,
        SPEC_HASH: plan.spec.hash(),
        ROWS_HASH: plan.spec.rows_hash(),
        INPUTS: _inputs(plan),
        CHECKS: json.dumps({"passed": sum(c.passed for c in ready.checks), "of": len(ready.checks)}),
        "engine": plan.engine.engine,
        "planner": plan.planner,
    }
    if code := plan.spec.code_to_approve:
        properties[APPROVED_CODE] = digest(code)
    if plan.rerun_of:
        properties[RERUN_OF] = plan.rerun_of
    if plan.day is not None:
        properties[RUN_DAY] = _day(plan)
    if writing.partition:
        properties[PARTITION] = writing.partition
    if writing.watermarks:
        properties[WATERMARKS] = json.dumps({name: mark.to_json() for name, mark in writing.watermarks.items()})
    publication = Publication(
        properties=properties,
        profile=ports.queries.profile([*kept_files(ports, plan), *staged.files], staged.schema),
        description=plan.spec.description or plan.spec.prompt,
        order_by=() if writing.appends else plan.order,
        key=plan.spec.target.key,
        appends=writing.appends,
        based_on=writing.based_on,
        replaces=writing.replaces,
        over=writing.over,
    )
    return ports.lake.publish(plan.spec.target.table, staged, publication)
