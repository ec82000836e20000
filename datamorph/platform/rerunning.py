"""Runs that are repeated: on the very snapshots that they read, or on the tables of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from datamorph.core.catalog import Catalog
from datamorph.core.increment import Watermark
from datamorph.core.plan import PinnedTable, Plan, Proposal, Writing
from datamorph.core.result import RunResult
from datamorph.core.run import RunState, Stage
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.errors import ApprovalError, NotFoundError
from datamorph.platform.approval import Approval
from datamorph.platform.journal import Observe
from datamorph.platform.planning import PERSON, Computed, compose_plan, open_run, plan_spec
from datamorph.platform.ports import Ports
from datamorph.platform.properties import RERUN_OF, RUN_ID
from datamorph.platform.publishing import run_plan
from datamorph.platform.recorded import day_of, find_run, finished_facts, plan_facts, spec_of, understanding_of


def rerun(ports: Ports, run_id: str, *, same_inputs: bool, approve: bool, observe: Observe | None) -> RunResult:
    """Repeat a run; see ``Platform.rerun``."""
    if same_inputs:
        plan = plan_rerun(ports, run_id, observe=observe)
        check_rerun(ports, plan, approve=approve)
        return run_plan(ports, plan, force=True, approval=Approval(is_given=True), observe=observe)
    plan = plan_anew(ports, run_id, observe=observe)
    return run_plan(ports, plan, force=True, approval=Approval(approve), observe=observe)


def plan_anew(ports: Ports, run_id: str, *, observe: Observe | None = None) -> Plan:
    """Plan what a run has planned, on the tables of today; it stays the plan of whoever made it.

    Raises:
        NotFoundError: no such run, or one that never came to a plan.
        SpecError: its spec does not fit the tables of today.
    """
    spec, understanding = spec_of(ports, run_id), understanding_of(ports, run_id)
    found = finished_facts(ports, run_id)[Stage.COMPILE]
    planner, model = str(found.get("planned_by", PERSON)), str(found.get("model", ""))
    return plan_spec(ports, spec, model=model, proposal=Proposal(spec, understanding), planner=planner, observe=observe)


def plan_rerun(ports: Ports, run_id: str, *, observe: Observe | None) -> Plan:
    """Plan what a run has planned, over the very snapshots that it read.

    Raises:
        NotFoundError: no such run, one that never came to a plan, or a snapshot that has expired.
    """
    spec = spec_of(ports, run_id)
    found = finished_facts(ports, run_id)[Stage.COMPILE]
    if "pinned" not in found:
        problem = f"the record of run {run_id!r} does not tell the snapshots that it read"
        raise NotFoundError(problem, fix="repeat it on the tables of today: datamorph rerun without --same-inputs")
    run_spec = PipelineSpec.model_validate(found["run_spec"]) if found["run_spec"] else spec
    journal = open_run(ports, find_run(ports, run_id).prompt, observe=observe)
    with journal.stage(Stage.GROUND):
        inputs = {n: ports.lake.pin(TableRef.parse(ref), int(known)) for n, (ref, known) in found["pinned"].items()}
        catalog = ports.lake.catalog()
    with journal.stage(Stage.CHECK):
        schemas = {table.ref: table.schema for table in (*catalog.tables, *inputs.values())}
        run = require_checked(run_spec, schemas, may_read_target=True)
    table = str(spec.target.table)
    with journal.stage(Stage.COMPILE, ends=RunState.PLANNED, pipeline=spec.name, table=table) as facts:
        schema = TableSchema(tuple(Column(name, type_) for name, type_ in found["output"]))
        writing = _writing_again(ports, spec, found["writing"], run, catalog)
        computed = Computed(run, writing, schema, day=day_of(found))
        plan = compose_plan(
            ports, journal, catalog, Proposal(spec, understanding_of(ports, run_id)), computed, pinned=inputs
        )
        plan = replace(plan, planner=str(found["planned_by"]), model=str(found["model"]), rerun_of=run_id)
        facts.update(plan_facts(plan, run.spec))
    return plan


def _writing_again(
    ports: Ports, spec: PipelineSpec, recorded: Mapping[str, Any], run: CheckedSpec, catalog: Catalog
) -> Writing:
    """The repeated run publishes what it did, over what the table is today."""
    target, base = catalog.get(spec.target.table), recorded["based_on"]
    marks = {name: Watermark.from_json(mark) for name, mark in recorded["watermarks"].items()}
    if base is None:
        return Writing(watermarks=marks)
    return Writing(
        appends=recorded["appends"],
        based_on=target.snapshot_id if target else 0,
        watermarks=marks,
        over=int(base),
        merge=recorded["merge"],
        batch=run.schema if recorded["merge"] else None,
        published=_pinned(ports, spec.target.table, recorded["published"]),
    )


def _pinned(ports: Ports, ref: TableRef, snapshot_id: str | None) -> PinnedTable | None:
    return ports.lake.pin(ref, int(snapshot_id)) if snapshot_id else None


def check_rerun(ports: Ports, plan: Plan, *, approve: bool) -> None:
    """A repeated run publishes what it did: what others published since would go.

    Raises:
        ApprovalError: the table has moved on since.
    """
    if plan.change is None or approve:
        return
    table = plan.spec.target.table
    history = ports.lake.history(table)
    since = [line.is_current for line in history].index(True)
    current = next((line for line in history[since:] if line.operation != "compact"), history[since])
    if plan.rerun_of not in (current.properties.get(RUN_ID), current.properties.get(RERUN_OF)):
        made_by = current.properties.get(RUN_ID, "another program")
        problem = f"{table} was published by {made_by} since run {plan.rerun_of}: repeating that would undo it"
        raise ApprovalError(problem, fix="run again with --approve; datamorph rollback can undo it")
