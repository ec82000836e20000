"""What the record of a run tells: its spec, its pinned inputs, the files that it has staged."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from datamorph.core.plan import Phrase, Plan, Understanding
from datamorph.core.provenance import Provenance
from datamorph.core.run import EventKind, Run, Stage
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.errors import NotFoundError
from datamorph.platform.ports import Ports

MOST_RUNS = 100_000


@dataclass(frozen=True, slots=True)
class Staged:
    """The table as it would be after a run: the files that stay and those that it has staged."""

    table: TableRef
    schema: TableSchema
    files: tuple[str, ...]
    rows: int
    key: tuple[str, ...]


def plan_facts(plan: Plan, run_spec: PipelineSpec) -> dict[str, Any]:
    """Everything that is needed to compute a plan again, years later: the facts of its ``compile`` event."""
    return {
        "spec_hash": plan.spec.hash(),
        "lines": plan.transform.count("\n"),
        "planned_by": plan.planner,
        "understood": _understood(plan.understanding),
        "spec": plan.spec.to_yaml(),
        "model": plan.model,
        "day": plan.day.isoformat() if plan.day else "",
        "run_spec": None if run_spec == plan.spec else run_spec.model_dump(mode="json"),
        "pinned": {name: [str(table.ref), str(table.snapshot_id)] for name, table in plan.inputs.items()},
        "output": [[column.name, column.type] for column in plan.schema],
        "writing": {
            "appends": plan.writing.appends,
            "based_on": None if plan.writing.based_on is None else str(plan.writing.based_on),
            "watermarks": {name: mark.to_json() for name, mark in plan.writing.watermarks.items()},
            "merge": plan.writing.merge,
            "is_full": plan.writing.is_full,
            "partition": plan.writing.partition,
            "published": str(plan.writing.published.snapshot_id) if plan.writing.published else None,
        },
    }


def find_run(ports: Ports, run_id: str) -> Run:
    """A run by its id.

    Raises:
        NotFoundError: no such run.
    """
    return ports.log.find(run_id)


def finished_facts(ports: Ports, run_id: str) -> Mapping[Stage, Mapping[str, Any]]:
    """The facts of the stages that a run has finished; of one that was repeated, the last."""
    return {e.stage: e.facts for _, e in ports.log.events(run_id) if e.kind is EventKind.FINISHED}


def spec_of(ports: Ports, run_id: str) -> PipelineSpec:
    """The spec that a run was planned with.

    Raises:
        NotFoundError: no such run, or one that never came to a plan.
    """
    found = finished_facts(ports, run_id).get(Stage.COMPILE, {})
    if "spec" not in found:
        raise NotFoundError(f"run {run_id!r} has no plan to repeat", fix="datamorph runs lists the runs")
    return parse_spec(found["spec"], origin=f"the spec of run {run_id}")


def day_of(compiled: Mapping[str, Any]) -> date | None:
    """The day that a run was for, from the facts of its ``compile`` event; None where its rows depend on none."""
    return date.fromisoformat(compiled["day"]) if compiled.get("day") else None


def understanding_of(ports: Ports, run_id: str) -> Understanding:
    """How the prompt of a run was read, and by whom: a plan that is taken up again stays that planner's."""
    facts = finished_facts(ports, run_id)
    told = facts.get(Stage.COMPILE, {}).get("understood") or {}
    planned = next((f["provenance"] for stage, f in facts.items() if stage is Stage.PLAN and "provenance" in f), None)
    provenance = told.get("provenance") or planned
    return Understanding(
        phrases=tuple(Phrase(text, meaning) for text, meaning in told.get("phrases", ())),
        assumptions=tuple(told.get("assumptions", ())) or spec_of(ports, run_id).assumptions,
        provenance=Provenance.of_facts(provenance) if provenance else None,
        answered=tuple(Phrase(text, meaning) for text, meaning in told.get("answered", ())),
    )


def _understood(found: Understanding) -> dict[str, Any]:
    return {
        "phrases": [[phrase.text, phrase.meaning] for phrase in found.phrases],
        "assumptions": list(found.assumptions),
        "answered": [[phrase.text, phrase.meaning] for phrase in found.answered],
        "provenance": found.provenance.facts() if found.provenance else None,
    }


def pinned_snapshots(ports: Ports, run_id: str) -> set[int]:
    """The snapshots that a run reads, or builds on."""
    found = finished_facts(ports, run_id).get(Stage.COMPILE, {})
    based_on = found.get("writing", {}).get("based_on")
    return {int(known) for _, known in found.get("pinned", {}).values()} | ({int(based_on)} if based_on else set())


def staged_files(ports: Ports, run_id: str) -> Sequence[str]:
    """The Parquet files that a run staged; for a published run, those of its snapshot.

    Raises:
        NotFoundError: no such run, it staged nothing, or its rows are gone.
    """
    facts = finished_facts(ports, run_id)
    if "snapshot_id" in facts.get(Stage.PUBLISH, {}):
        ref = TableRef.parse(find_run(ports, run_id).table)
        return ports.lake.pin(ref, facts[Stage.PUBLISH]["snapshot_id"]).files
    files = facts.get(Stage.STAGE, {}).get("files", [])
    if not files or not all(Path(file).exists() for file in files):
        raise NotFoundError(f"run {run_id!r} has no staged rows", fix="datamorph runs lists the runs")
    return files


def staged_state(ports: Ports, run_id: str) -> Staged:
    """The table as a run would leave it, or has left it.

    Raises:
        NotFoundError: no such run, it staged nothing, or its rows are gone.
    """
    facts = finished_facts(ports, run_id)
    compiled, staged = facts.get(Stage.COMPILE, {}), facts.get(Stage.STAGE, {})
    if "output" not in compiled:
        raise NotFoundError(f"run {run_id!r} is a load, or older than its record", fix="datamorph diff TABLE A B")
    spec = spec_of(ports, run_id)
    schema = TableSchema(tuple(Column(name, type_) for name, type_ in compiled["output"]))
    files = _files_to_publish(ports, run_id, is_merged=bool(compiled["writing"]["merge"]))
    kept = [] if "snapshot_id" in facts.get(Stage.PUBLISH, {}) else _kept(ports, spec, compiled, staged)
    everything = (*kept, *files)
    counted = ports.queries.query("SELECT COUNT(*) AS n FROM frame", inputs={"frame": everything})
    return Staged(spec.target.table, schema, everything, counted.to_pylist()[0]["n"], spec.target.key)


def _files_to_publish(ports: Ports, run_id: str, *, is_merged: bool) -> Sequence[str]:
    """What a run has staged, without the rows that it has set apart."""
    files, facts = staged_files(ports, run_id), finished_facts(ports, run_id)
    if "snapshot_id" in facts.get(Stage.PUBLISH, {}):
        return files
    audits = [event.facts for _, event in ports.log.events(run_id) if event.stage is Stage.AUDIT]
    audited = next((found["files"] for found in reversed(audits) if "files" in found), None)
    if audited is None and is_merged:
        problem = f"run {run_id!r} stopped before its rows met those of the table"
        raise NotFoundError(problem, fix=f"look at its own rows: datamorph show --staged {run_id}")
    return files if audited is None or not all(Path(file).exists() for file in audited) else audited


def _kept(ports: Ports, spec: PipelineSpec, compiled: Mapping[str, Any], staged: Mapping[str, Any]) -> Sequence[str]:
    writing, replaced = compiled["writing"], staged.get("replaces")
    if not writing["based_on"] or (replaced is None and not writing["appends"]):
        return ()
    if int(writing["based_on"]) == 0:
        return ()
    gone: set[str] = set(replaced or ())
    before = ports.lake.pin(spec.target.table, int(writing["based_on"])).files
    return [file for file in before if file not in gone]
