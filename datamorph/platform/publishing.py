"""From a plan to a table: dry run, stage, audit, publish, register."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from datamorph.core.check_text import sentences
from datamorph.core.checks import CheckResult
from datamorph.core.expectations import STAGED
from datamorph.core.plan import Plan
from datamorph.core.result import RunResult
from datamorph.core.run import EventKind, Run, RunState, Stage
from datamorph.core.table import TableRef
from datamorph.errors import ApprovalError, CheckFailedError, NotFoundError, QueryError
from datamorph.platform.approval import check_model_plan, code_change
from datamorph.platform.auditing import recorded, told
from datamorph.platform.increments import WATERMARKS
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.platform.quarantine import audit_rows, publish_quarantine
from datamorph.platform.verification import compare_rows
from datamorph.ports import Pipeline, Publication, Snapshot, StagedOutput, TransformJob

SPEC_HASH, INPUTS, RUN_ID, PIPELINE = "spec_hash", "inputs", "run_id", "pipeline"
APPROVED_CODE = "approved_code"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the dry run computed: the rows on the second engine, or why it did not."""

    rows: pa.Table | None
    reason: str = ""


def run_plan(ports: Ports, plan: Plan, *, force: bool, approve: bool, observe: Observe | None) -> RunResult:
    """Run a plan to its published table; see ``Platform.run``."""
    journal = _journal(ports, plan, observe)
    _check_target(ports, plan, approve=approve)
    current = None if force else _current(ports, plan)
    if current is not None:
        return _unchanged(ports, plan, current)
    with journal.stage(Stage.DRY_RUN, begins=RunState.RUNNING) as facts:
        expected = _dry_run(ports, plan)
        facts.update(rows=expected.rows.num_rows if expected.rows is not None else None, note=expected.reason)
    with journal.stage(Stage.STAGE) as facts:
        staged = _stage(ports, plan, journal, facts)
    with journal.stage(Stage.AUDIT) as facts:
        checks, staged, apart = _audit(ports, plan, staged, expected, journal.run, facts)
        _stop_on_failure(journal.run, plan, checks)
    with journal.stage(Stage.PUBLISH) as facts:
        _publish_quarantine(ports, plan, apart, journal)
        snapshot = _publish(ports, plan, staged, journal.run.run_id)
        facts.update(snapshot_id=snapshot.snapshot_id, rows=snapshot.rows, files=len(staged.files))
    with journal.stage(Stage.REGISTER, ends=RunState.PUBLISHED) as facts:
        folder = facts["folder"] = _register(ports, plan)
    return RunResult(
        run_id=journal.run.run_id,
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=tuple(checks),
        quarantined=apart.rows if apart else 0,
        seconds=journal.seconds,
        folder=folder,
    )


def _register(ports: Ports, plan: Plan) -> str:
    """Where the pipeline is kept for people; a SQL model is where it was written."""
    return plan.model or _save(ports, plan).folder


def _journal(ports: Ports, plan: Plan, observe: Observe | None) -> Journal:
    """Go on with the plan's own run, or begin another when that one was used already."""
    now = ports.now()
    run = next((run for run in ports.log.runs(most=1000) if run.run_id == plan.run_id), None)
    if run is None or run.state is not RunState.PLANNED:
        table, pipeline = str(plan.spec.target.table), plan.spec.name
        run = Run(ports.new_id(), plan.prompt, RunState.PLANNED, now, now, pipeline=pipeline, table=table)
        ports.log.open(run)
    return Journal(ports.log, run, clock=ports.now, observe=observe)


def _check_target(ports: Ports, plan: Plan, *, approve: bool) -> None:
    """Hand-written code, a table that is not this pipeline's own or readers that would break need a person's word."""
    _check_code(ports, plan, approve=approve)
    if approve:
        return
    check_model_plan(ports, plan)
    if plan.change is None:
        return
    table = plan.spec.target.table
    owner = next(iter(ports.lake.history(table))).properties.get(PIPELINE, "")
    if owner != plan.spec.name:
        made_by = f"pipeline {owner!r}" if owner else "something else"
        raise ApprovalError(f"{table} was made by {made_by}", fix="choose another target, or run again with --approve")
    if plan.change.kind == "breaking":
        gone = ", ".join((*plan.change.removed, *plan.change.retyped))
        raise ApprovalError(f"{table} would lose or retype {gone}", fix="keep them, or run again with --approve")


def _check_code(ports: Ports, plan: Plan, *, approve: bool) -> None:
    """Code that was approved once may run until it changes; the published snapshot remembers it."""
    code = plan.spec.code_to_approve
    if not code or approve:
        return
    current = next(iter(ports.lake.history(plan.spec.target.table)), None) if plan.change else None
    if current is None or current.properties.get(APPROVED_CODE) != _digest(code):
        shown = textwrap.indent(code_change(ports, plan), "    ")
        problem = f"pipeline {plan.spec.name!r} runs hand-written code:\n{shown}"
        raise ApprovalError(problem, fix="read it, then run again with --approve; that holds until it changes")


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _inputs(plan: Plan) -> str:
    sources = (table for table in plan.inputs.values() if table.ref != plan.spec.target.table)
    pinned = sorted((str(table.ref), str(table.snapshot_id)) for table in sources)
    return json.dumps(dict(pinned))


def _current(ports: Ports, plan: Plan) -> Snapshot | None:
    """The current snapshot if it is what this plan would publish again."""
    if plan.change is None:
        return None
    snapshot = next((s for s in ports.lake.history(plan.spec.target.table) if s.is_current), None)
    wanted = {SPEC_HASH: plan.spec.hash(), INPUTS: _inputs(plan)}
    is_same = snapshot is not None and all(snapshot.properties.get(k) == v for k, v in wanted.items())
    return snapshot if is_same else None


def _unchanged(ports: Ports, plan: Plan, snapshot: Snapshot) -> RunResult:
    return RunResult(
        run_id=snapshot.properties.get(RUN_ID, ""),
        table=str(plan.spec.target.table),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=plan.schema,
        checks=_recorded_checks(ports, snapshot.properties.get(RUN_ID, "")),
        is_unchanged=True,
        folder=_register(ports, plan),
    )


def _save(ports: Ports, plan: Plan) -> Pipeline:
    provenance = plan.understanding.provenance
    told = {"prompt": plan.prompt, "spec_hash": plan.spec.hash(), **(provenance.facts() if provenance else {})}
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n" if provenance else ""
    return ports.pipelines.save(Pipeline(plan.spec, plan.transform, plan.query, plan=text))


def _recorded_checks(ports: Ports, run_id: str) -> tuple[CheckResult, ...]:
    """The verdicts that let a published snapshot through, from the run log where it still has them."""
    try:
        events = ports.log.events(run_id)
    except NotFoundError:
        return ()
    audits = (e.facts for _, e in events if e.stage is Stage.AUDIT and e.kind is EventKind.FINISHED)
    return tuple(recorded(found) for found in next(audits, {}).get("checks", []))


def _dry_run(ports: Ports, plan: Plan) -> Expected:
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
    )
    staged = ports.engine.run(job, journal.reporter(Stage.STAGE))
    facts.update(engine=ports.engine.name, rows=staged.rows, bytes=staged.bytes, files=list(staged.files))
    return staged


def _audit(
    ports: Ports, plan: Plan, staged: StagedOutput, expected: Expected, run: Run, facts: dict[str, Any]
) -> tuple[list[CheckResult], StagedOutput, StagedOutput | None]:
    """Outcomes of all checks, the rows to publish, and those that are set apart."""
    agreement = [] if expected.rows is None else [_compare(ports, staged, expected.rows)]
    found = audit_rows(ports, plan, staged, run.run_id)
    if found.apart or plan.writing.merge:
        apart = found.apart.rows if found.apart else 0
        facts.update(staged=staged.rows, quarantined=apart, kept=staged.rows - apart)
    facts["checks"] = [told(result) for result in (*agreement, *found.results)]
    return [*agreement, *found.results], found.kept, found.apart


def _compare(ports: Ports, staged: StagedOutput, expected: pa.Table) -> CheckResult:
    rows = ports.queries.query(f"SELECT * FROM {STAGED}", inputs={STAGED: staged.files})
    return compare_rows(rows, expected, engine=ports.engine.name)


def _stop_on_failure(run: Run, plan: Plan, checks: Sequence[CheckResult]) -> None:
    blocking = [result for result in checks if result.blocks]
    if not blocking:
        return
    head = f"nothing was published: {plan.spec.target.table} fails its checks"
    fix = f"look at the staged rows: datamorph show --staged {run.run_id}"
    raise CheckFailedError("\n".join([head, *sentences(blocking)]), fix=fix, results=checks)


def _publish_quarantine(ports: Ports, plan: Plan, apart: StagedOutput | None, journal: Journal) -> None:
    """Before the table itself, and on the record: a run that dies in between has told what it left there."""
    if not any(check.quarantines for check in plan.checks):
        return
    properties = {RUN_ID: journal.run.run_id, PIPELINE: plan.spec.name}
    snapshot = publish_quarantine(ports, plan, apart, journal.run.run_id, properties)
    if snapshot is not None:
        report = journal.reporter(Stage.PUBLISH)
        report("quarantine", {"snapshot_id": snapshot.snapshot_id, "rows": snapshot.rows})


def _publish(ports: Ports, plan: Plan, staged: StagedOutput, run_id: str) -> Snapshot:
    properties = {
        RUN_ID: run_id,
        PIPELINE: plan.spec.name,
        SPEC_HASH: plan.spec.hash(),
        INPUTS: _inputs(plan),
        "engine": ports.engine.name,
        "planner": plan.planner,
    }
    if code := plan.spec.code_to_approve:
        properties[APPROVED_CODE] = _digest(code)
    writing, target = plan.writing, plan.spec.target.table
    if writing.watermarks:
        properties[WATERMARKS] = json.dumps({name: mark.to_json() for name, mark in writing.watermarks.items()})
    before = ports.lake.pin(target, writing.based_on).files if writing.appends else ()
    publication = Publication(
        properties=properties,
        profile=ports.queries.profile([*before, *staged.files], staged.schema),
        description=plan.spec.description or plan.spec.prompt,
        order_by=plan.order,
        key=plan.spec.target.key,
        appends=writing.appends,
        based_on=writing.based_on,
    )
    return ports.lake.publish(target, staged, publication)


def staged_files(ports: Ports, run_id: str) -> Sequence[str]:
    """The Parquet files that a run staged; for a published run, those of its snapshot.

    Raises:
        NotFoundError: no such run, it staged nothing, or its rows are gone.
    """
    events = [event for _, event in ports.log.events(run_id) if event.kind is EventKind.FINISHED]
    facts = {event.stage: event.facts for event in events}
    if Stage.PUBLISH in facts:
        table = next(run.table for run in ports.log.runs(most=100_000) if run.run_id == run_id)
        return ports.lake.pin(TableRef.parse(table), facts[Stage.PUBLISH]["snapshot_id"]).files
    files = facts.get(Stage.STAGE, {}).get("files", [])
    if not files or not all(Path(file).exists() for file in files):
        raise NotFoundError(f"run {run_id!r} has no staged rows", fix="datamorph runs lists the runs")
    return files
