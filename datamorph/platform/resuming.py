"""Runs that wait, taken up again from their record: what was asked, planned and staged is not done a second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from datamorph.core.increment import Watermark
from datamorph.core.plan import PinnedTable, Plan, Writing
from datamorph.core.prediction import explain_with_rows, predict
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.run import EventKind, Run, RunState, Stage
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.table import Column, TableRef, TableSchema, compare_schemas
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.platform.auditing import recorded
from datamorph.platform.contracts import require_kept
from datamorph.platform.narrowing import count_rows
from datamorph.platform.planning import format_python
from datamorph.platform.ports import Ports
from datamorph.platform.publishing import Ready
from datamorph.platform.recorded import day_of, finished_facts, spec_of, understanding_of
from datamorph.ports import StagedOutput

_ASKED = ("domains", "target", "schedule", "answers")


def recorded_request(ports: Ports, run_id: str) -> Mapping[str, Any]:
    """Domains, target and answers of a run's latest planning."""
    found: dict[str, Any] = {}
    for _, event in ports.log.events(run_id):
        found.update({name: event.facts[name] for name in _ASKED if name in event.facts})
    return found


def recorded_plan(ports: Ports, run: Run) -> Plan:
    """The plan of a run, over the very snapshots that it has pinned.

    Raises:
        NotFoundError: it never came to a plan, or a snapshot has expired.
    """
    spec, found = spec_of(ports, run.run_id), finished_facts(ports, run.run_id)[Stage.COMPILE]
    run_spec = PipelineSpec.model_validate(found["run_spec"]) if found["run_spec"] else spec
    inputs = {n: ports.lake.pin(TableRef.parse(ref), int(known)) for n, (ref, known) in found["pinned"].items()}
    catalog = ports.lake.catalog()
    today = {table.ref: table.schema for table in catalog.tables}
    checked = require_checked(
        run_spec, today | {table.ref: table.schema for table in inputs.values()}, may_read_target=True
    )
    schema = TableSchema(tuple(Column(name, type_) for name, type_ in found["output"]))
    target, predicted = catalog.get(spec.target.table), predict(run_spec, {t.ref: t for t in catalog.tables})
    change = compare_schemas(target.schema, schema) if target else None
    return Plan(
        run_id=run.run_id,
        prompt=run.prompt,
        spec=spec,
        schema=schema,
        order=checked.order,
        transform=format_python(compile_pyspark(checked)),
        query=compile_sql(checked),
        inputs=inputs,
        change=change,
        demanded=require_kept(ports, spec.target.table, schema, change, today),
        understanding=understanding_of(ports, run.run_id),
        explanation=explain_with_rows(run_spec, predicted),
        planner=str(found["planned_by"]),
        model=str(found["model"]),
        writing=_writing(ports, spec, checked, inputs, found["writing"]),
        day=day_of(found),
    )


def recorded_rows(ports: Ports, run: Run, plan: Plan) -> Ready | None:
    """The rows that a held run has staged and audited; None where it stopped before, or they are gone."""
    if run.state is not RunState.HELD:
        return None
    events = [event for _, event in ports.log.events(run.run_id)]
    compiled = max(i for i, e in enumerate(events) if e.stage is Stage.COMPILE and e.kind is EventKind.FINISHED)
    since = events[compiled:]
    staged = next((e.facts for e in since if e.stage is Stage.STAGE and e.kind is EventKind.FINISHED), None)
    audit = next((e.facts for e in since if e.stage is Stage.AUDIT and "checks" in e.facts), None)
    if staged is None or audit is None or audit.get("quarantined"):
        return None
    files = tuple(str(file) for file in audit.get("files", staged["files"]))
    if not all(Path(file).exists() for file in files):
        return None
    replaced = staged.get("replaces")
    writing = replace(plan.writing, replaces=None if replaced is None else tuple(replaced))
    rows, size = count_rows(ports, files), sum(Path(file).stat().st_size for file in files)
    output = StagedOutput(str(staged["into"]), files, plan.schema, rows, size)
    return Ready(replace(plan, writing=writing), output, [recorded(found) for found in audit["checks"]])


def _writing(
    ports: Ports, spec: PipelineSpec, checked: CheckedSpec, inputs: Mapping[str, PinnedTable], told: Mapping[str, Any]
) -> Writing:
    published = told["published"]
    return Writing(
        appends=told["appends"],
        based_on=None if told["based_on"] is None else int(told["based_on"]),
        watermarks={name: Watermark.from_json(mark) for name, mark in told["watermarks"].items()},
        merge=told["merge"],
        batch=checked.schema if told["merge"] else None,
        published=ports.lake.pin(spec.target.table, int(published)) if published else None,
        is_full=bool(told.get("is_full")),
        partition=str(told.get("partition", "")),
        frame=next((name for name, table in inputs.items() if table.ref == spec.target.table), ""),
    )
