"""From a prompt to a plan: ground, plan, check, compile."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from datamorph.core.catalog import Catalog
from datamorph.core.increment import Watermark
from datamorph.core.plan import PinnedTable, Plan, Proposal, Questions, Refusal, Understanding, Writing
from datamorph.core.prediction import explain_with_rows, predict
from datamorph.core.pyspark import WIDTH, compile_pyspark
from datamorph.core.run import Run, RunState, Stage
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.steps.step import exact
from datamorph.core.table import TableRef, compare_schemas
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.core.writing import spec_of_run
from datamorph.errors import NotFoundError, PromptError
from datamorph.planning.reach import reachable
from datamorph.platform.increments import advance, read_watermarks
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.platform.recorded import find_run, finished_facts, plan_facts, spec_of

MAX_PROMPT = 20_000


def open_run(ports: Ports, prompt: str, *, observe: Observe | None) -> Journal:
    """Begin the record of a new run."""
    now = ports.now()
    run = Run(ports.new_id(), prompt, RunState.PLANNING, now, now)
    ports.log.open(run)
    return Journal(ports.log, run, clock=ports.now, observe=observe)


def plan_prompt(
    ports: Ports,
    prompt: str,
    *,
    mode: Literal["pipeline", "question"] = "pipeline",
    domains: Sequence[str] | None = None,
    answers: Mapping[str, str] | None = None,
    observe: Observe | None = None,
) -> Plan | Questions | Refusal:
    """Plan a prompt and record the outcome; see ``Platform.plan``."""
    check_prompt(prompt)
    journal = open_run(ports, prompt, observe=observe)
    run_id = journal.run.run_id
    with journal.stage(Stage.GROUND) as facts:
        catalog = _catalog(ports)
        scope = _within(catalog, domains)
        facts.update(tables=len(scope.tables), columns=sum(len(table.schema) for table in scope.tables))
    with journal.stage(Stage.PLAN) as facts:
        outcome = ports.planner.plan(prompt, reachable(prompt, scope), mode=mode, answers=answers)
        facts.update(planner=ports.planner.name, outcome=type(outcome).__name__.lower(), answers=dict(answers or {}))
    if isinstance(outcome, Questions):
        journal.end(Stage.PLAN, RunState.ASKED, reason="; ".join(q.text for q in outcome.questions))
        return replace(outcome, run_id=run_id)
    if isinstance(outcome, Refusal):
        journal.end(Stage.PLAN, RunState.REFUSED, reason=outcome.message)
        return replace(outcome, run_id=run_id)
    return _compiled(ports, journal, catalog, outcome, planner=ports.planner.name)


def plan_spec(ports: Ports, spec: PipelineSpec, *, full: bool = False, observe: Observe | None = None) -> Plan:
    """Plan a spec that exists already: a saved pipeline, or one that a person wrote; see ``Platform.plan_spec``."""
    journal = open_run(ports, spec.prompt or spec.name, observe=observe)
    with journal.stage(Stage.GROUND):
        catalog = ports.lake.catalog()
    return _compiled(ports, journal, catalog, Proposal(spec), planner="person", full=full)


def _compiled(
    ports: Ports, journal: Journal, catalog: Catalog, proposal: Proposal, *, planner: str, full: bool = False
) -> Plan:
    spec = proposal.spec
    with journal.stage(Stage.CHECK) as facts:
        schemas = {table.ref: table.schema for table in catalog.tables}
        checked = require_checked(spec, schemas, writable=ports.settings.writable)
        facts.update(steps=len(spec.steps), columns=len(checked.schema))
    table = str(spec.target.table)
    with journal.stage(Stage.COMPILE, ends=RunState.PLANNED, pipeline=spec.name, table=table) as facts:
        run, writing = _of_run(ports, checked, catalog, full=full)
        plan = _plan(ports, journal, catalog, proposal, run, writing, planner=planner)
        facts.update(plan_facts(plan, run.spec))
    return plan


def plan_again(ports: Ports, journal: Journal, plan: Plan) -> Plan:
    """The same spec over the tables of today, within the same run."""
    with journal.stage(Stage.COMPILE) as facts:
        catalog = ports.lake.catalog()
        schemas = {table.ref: table.schema for table in catalog.tables}
        checked = require_checked(plan.spec, schemas, writable=ports.settings.writable)
        run, writing = _of_run(ports, checked, catalog, full=plan.writing.is_full)
        proposal = Proposal(plan.spec, plan.understanding)
        again = _plan(ports, journal, catalog, proposal, run, writing, planner=plan.planner)
        facts.update(plan_facts(again, run.spec))
    return again


def plan_rerun(ports: Ports, run_id: str, *, observe: Observe | None) -> Plan:
    """Plan what a run has planned, over the very snapshots that it read; see ``Platform.rerun``.

    Raises:
        NotFoundError: no such run, one that never came to a plan, or a snapshot that has expired.
    """
    spec = spec_of(ports, run_id)
    found = finished_facts(ports, run_id)[Stage.COMPILE]
    run_spec = PipelineSpec.model_validate(found["run_spec"] or found["spec"])
    journal = open_run(ports, find_run(ports, run_id).prompt, observe=observe)
    with journal.stage(Stage.GROUND):
        inputs = {n: ports.lake.pin(TableRef.parse(ref), int(known)) for n, (ref, known) in found["pinned"].items()}
        catalog = ports.lake.catalog()
    with journal.stage(Stage.CHECK):
        schemas = {table.ref: table.schema for table in inputs.values()}
        run = require_checked(run_spec, schemas, may_read_target=True)
    table = str(spec.target.table)
    with journal.stage(Stage.COMPILE, ends=RunState.PLANNED, pipeline=spec.name, table=table) as facts:
        writing = _writing_again(spec, found["writing"], catalog)
        plan = _plan(
            ports, journal, catalog, Proposal(spec), run, writing, planner=str(found["planned_by"]), pinned=inputs
        )
        plan = replace(plan, rerun_of=run_id)
        facts.update(plan_facts(plan, run.spec))
    return plan


def _writing_again(spec: PipelineSpec, recorded: Mapping[str, Any], catalog: Catalog) -> Writing:
    """The repeated run publishes what it did, over what the table is today."""
    target, base = catalog.get(spec.target.table), recorded["based_on"]
    marks = {name: Watermark.from_json(mark) for name, mark in recorded["watermarks"].items()}
    if base is None:
        return Writing(watermarks=marks)
    today = target.snapshot_id if target else 0
    return Writing(appends=recorded["appends"], based_on=today, watermarks=marks, over=int(base))


def _plan(  # noqa: PLR0913 (all that a plan is made of)
    ports: Ports, journal: Journal, catalog: Catalog, proposal: Proposal, run: CheckedSpec, writing: Writing, *,
    planner: str, pinned: Mapping[str, PinnedTable] | None = None,
) -> Plan:  # fmt: skip
    spec, target = proposal.spec, catalog.get(proposal.spec.target.table)
    predicted = predict(run.spec, {table.ref: table for table in catalog.tables})
    return Plan(
        run_id=journal.run.run_id,
        prompt=journal.run.prompt,
        spec=spec,
        schema=run.schema,
        order=run.order,
        transform=format_python(compile_pyspark(run)),
        query=compile_sql(run),
        inputs=pinned or {name: ports.lake.pin(ref) for name, ref in run.spec.sources.items()},
        change=compare_schemas(target.schema, run.schema) if target else None,
        understanding=_with_assumptions(proposal),
        explanation=explain_with_rows(run.spec, predicted),
        predicted_rows={name: facts.rows for name, facts in predicted.items() if facts.rows is not None},
        planner=planner,
        writing=writing,
    )


def _of_run(ports: Ports, checked: CheckedSpec, catalog: Catalog, *, full: bool) -> tuple[CheckedSpec, Writing]:
    """What this run computes: the spec over the rows that are new, and over those that are published."""
    spec, target = checked.spec, catalog.get(checked.spec.target.table)
    if spec.target.write == "replace":
        return checked, Writing()
    current = next((s for s in ports.lake.history(target.ref) if s.is_current), None) if target else None
    before = {} if full else read_watermarks(spec, current)
    inputs = {name: ports.lake.pin(spec.sources[name]) for name in spec.incremental}
    published = target.schema if target and not full else None
    compose = partial(spec_of_run, result=checked.schema, sources=checked.frames, watermarks=before)
    schemas = {table.ref: table.schema for table in catalog.tables}
    run = require_checked(compose(spec, published=published), schemas, may_read_target=True)
    frame = next((name for name, ref in run.spec.sources.items() if ref == spec.target.table), "")
    writing = Writing(
        appends=spec.target.write == "append" and target is not None and not full,
        based_on=target.snapshot_id if target else 0,
        watermarks=advance(ports, spec, inputs, before),
        is_full=full,
        frame=frame,
        touches=_touches(require_checked(compose(_appending(spec)), schemas, may_read_target=True)) if frame else "",
    )
    return run, writing


def _appending(spec: PipelineSpec) -> PipelineSpec:
    """The spec whose run yields nothing but the new rows."""
    return spec.model_copy(update={"target": spec.target.model_copy(update={"write": "append"})})


def _touches(new: CheckedSpec) -> str:
    """The distinct keys, or partitions, of the new rows."""
    target, sql = new.spec.target, compile_sql(new)
    columns = [exact(name, new.schema) for name in target.partition_by or target.key]
    quoted = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in columns)
    return f"SELECT DISTINCT {quoted} FROM ({sql}) AS touched" if sql else ""


def _with_assumptions(proposal: Proposal) -> Understanding:
    understanding = proposal.understanding
    return replace(understanding, assumptions=understanding.assumptions or proposal.spec.assumptions)


def _catalog(ports: Ports) -> Catalog:
    catalog = ports.lake.catalog()
    if not catalog.tables:
        raise NotFoundError("the lake has no table yet", fix="datamorph load FILE raw.DOMAIN.NAME, or make demo")
    return catalog


def _within(catalog: Catalog, domains: Sequence[str] | None) -> Catalog:
    """The tables to plan over. The target is looked up in the whole catalog: it may lie in another domain."""
    if domains is None:
        return catalog
    known = sorted({table.ref.domain for table in catalog.tables})
    if missing := [domain for domain in domains if domain not in known]:
        raise NotFoundError(f"no domain {', '.join(missing)}", fix=f"the domains are {', '.join(known)}")
    return catalog.within(domains)


def check_prompt(prompt: str) -> None:
    """Refuse what is no prompt at all.

    Raises:
        PromptError: empty, far too long, or not text.
    """
    if not prompt.strip():
        raise PromptError("the prompt is empty", fix='say what table you want: datamorph run "count orders per status"')
    if len(prompt) > MAX_PROMPT:
        raise PromptError(
            f"the prompt has {len(prompt):,} characters ({len(prompt.split()):,} words)",
            fix=f"at most {MAX_PROMPT:,} characters; split it into several pipelines",
        )
    odd = next((c for c in prompt if not c.isprintable() and c not in "\n\t\r\u200b\u00ad"), None)
    if odd is not None:
        raise PromptError(f"the prompt holds the unprintable character {odd!r}", fix="write it as plain text")


def format_python(source: str) -> str:
    """Python source as ruff formats it."""
    command = [find_ruff_bin(), "format", "--isolated", "--line-length", str(WIDTH), "--stdin-filename", "t.py", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    return done.stdout
