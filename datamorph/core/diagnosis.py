"""Why a run ended as it did, told from its events alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from datamorph.core.run import EventKind, Run, RunEvent, RunState, Stage

_DOING = {
    Stage.GROUND: "looking at the tables of the lake",
    Stage.PLAN: "turning the prompt into a spec",
    Stage.CHECK: "checking the spec against the tables",
    Stage.COMPILE: "compiling the spec to PySpark and SQL",
    Stage.DRY_RUN: "computing the result on the query engine",
    Stage.STAGE: "computing the rows on the engine",
    Stage.AUDIT: "checking the staged rows",
    Stage.PUBLISH: "publishing the staged rows",
    Stage.REGISTER: "saving the pipeline",
}
_MEANING = {
    "CheckFailedError": "the rows were computed, but they break what was asked of them",
    "SpecError": "the spec does not fit the tables of today: something was renamed, retyped or removed",
    "QueryError": "the result cannot be computed from the rows that are there",
    "EngineError": "the engine stopped; the rows of its output may be incomplete, so they are not used",
    "StorageFullError": "the disk is full",
    "PublishConflictError": "another run published into the same table in between",
    "SourceError": "the data that was to be read is not as it must be",
    "NotFoundError": "something that the run needs does not exist",
    "LanguageModelError": "the language model gave no answer",
    "BudgetError": "the language model would have cost more than allowed",
}
_ENGINES = "expect_table_rows_to_match_other_engine"
ROW = "  row: "
"""How a finding begins that is a row of the data."""
_AFTER_PUBLISH = frozenset({Stage.REGISTER})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An explanation for the person who operates the pipeline.

    Attributes:
        summary: what happened, in one sentence.
        findings: what the events tell about the reason, most telling first.
        effect: what the run has changed.
        next_steps: what to do, likeliest first.
        timeline: the stages that were reached, with their seconds.
        spec: the spec as YAML, where the run got so far.
    """

    run_id: str
    state: str
    stage: str
    summary: str
    findings: tuple[str, ...] = ()
    effect: str = ""
    next_steps: tuple[str, ...] = ()
    timeline: tuple[str, ...] = ()
    spec: str = ""


def diagnose(run: Run, events: Sequence[RunEvent]) -> Diagnosis:
    """Explain a run.

    Args:
        events: all of its events, in order.
    """
    failed = next((event for event in reversed(events) if event.kind is EventKind.FAILED), None)
    last = failed or (events[-1] if events else None)
    stage = last.stage if last else Stage.GROUND
    return Diagnosis(
        run_id=run.run_id,
        state=run.state.value,
        stage=stage.value,
        summary=_summary(run, stage),
        findings=tuple(_findings(failed.facts)) if failed else (),
        effect=_effect(run, stage),
        next_steps=tuple(_next_steps(run, failed)),
        timeline=tuple(_timeline(events)),
        spec=next((str(event.facts["spec"]) for event in reversed(events) if event.facts.get("spec")), ""),
    )


def _summary(run: Run, stage: Stage) -> str:
    about = f"run {run.run_id} ({run.pipeline or 'no pipeline yet'})"
    if run.state is RunState.FAILED:
        return f"{about} failed while {_DOING[stage]}"
    if run.state is RunState.INTERRUPTED:
        return f"{about} was stopped while {_DOING[stage]}: {run.reason}"
    if run.state is RunState.ASKED:
        return f"{about} waits for an answer: {run.reason}"
    if run.state is RunState.HELD:
        return f"{about} waits for approval: {run.reason}"
    if run.state is RunState.REFUSED:
        return f"{about} was refused: {run.reason}"
    told = {
        RunState.PUBLISHED: f"published {run.table}; it did not fail",
        RunState.PLANNED: "was planned and not run",
    }
    return f"{about} {told.get(run.state, f'is at work: {_DOING[stage]}')}"


def _findings(facts: Mapping[str, Any]) -> Iterator[str]:
    failing = [check for check in _checks(facts) if not check.get("passed")]
    for check in failing:
        yield from _check(check)
    kind = str(facts.get("kind", ""))
    if kind in _MEANING:
        yield _MEANING[kind]
    if not failing:
        yield from (line.strip() for line in str(facts.get("error", "")).splitlines() if line.strip())


def _checks(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", facts.get("checks") or [])


def _check(check: Mapping[str, Any]) -> Iterator[str]:
    observed: Mapping[str, Any] = check.get("observed", {})
    asked = ", ".join(f"{name} {value}" for name, value in dict(check.get("kwargs", {})).items())
    effect = "blocks" if check.get("severity") == "error" else "warns only"
    found = ", ".join(f"{str(name).replace('_', ' ')} {value}" for name, value in observed.items())
    if check.get("type") == _ENGINES:
        yield f"two engines computed different rows ({found}): order, ties or an overflow decide, or it is a defect"
    else:
        yield f"check {check.get('name')} ({asked}) {effect}: {found}"
    for row in check.get("failing", []):
        yield ROW + ", ".join(f"{name}={value}" for name, value in dict(row).items())


def _effect(run: Run, stage: Stage) -> str:
    if run.state is RunState.PUBLISHED:
        return f"{run.table} was published"
    if stage in _AFTER_PUBLISH and run.state in (RunState.FAILED, RunState.INTERRUPTED):
        return f"{run.table} was published; only the pipeline's files were not saved"
    if stage is Stage.PUBLISH and run.state is RunState.INTERRUPTED:
        return f"whether {run.table} was published tells: datamorph history {run.table}"
    return f"no row of {run.table} was changed" if run.table else "no table was changed"


def _next_steps(run: Run, failed: RunEvent | None) -> Iterator[str]:
    facts: Mapping[str, Any] = failed.facts if failed else {}
    if fix := str(facts.get("fix") or ""):
        yield fix
    if any(not c.get("passed") and c.get("severity") == "error" for c in _checks(facts)):
        yield from () if "--staged" in fix else (f"look at the rows: datamorph show --staged {run.run_id}",)
        yield "correct the data and run again, or correct the pipeline if the rows are as they should be"
    if failed and run.pipeline and failed.stage is not Stage.PLAN:
        yield f"read what it does: datamorph explain {run.pipeline}"
    if run.state in (RunState.INTERRUPTED, RunState.PLANNED):
        again = f"datamorph run --pipeline {run.pipeline}" if run.pipeline else "datamorph run with the same prompt"
        yield f"run it again: {again}"
    if run.state is RunState.REFUSED:
        yield "say it otherwise, or load what is missing"
    if run.state is RunState.ASKED:
        yield f"answer: datamorph resume {run.run_id} shows the questions with the option that answers each"
    if run.state is RunState.HELD:
        yield f"let it go on: datamorph resume {run.run_id} --approve"


def _timeline(events: Sequence[RunEvent]) -> Iterator[str]:
    for event in events:
        if event.kind in (EventKind.FINISHED, EventKind.FAILED) and event.duration_s is not None:
            note = f", {event.facts['note']}" if event.facts.get("note") else ""
            yield f"{event.stage.value} {event.kind.value} in {event.duration_s:.2f} s{note}"
