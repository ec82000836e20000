"""From a prompt to a plan: ground, plan, check, compile."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Literal

from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from datamorph.core.catalog import Catalog
from datamorph.core.partition import restricted
from datamorph.core.plan import PinnedTable, Plan, Proposal, Questions, Refusal, Understanding, Writing
from datamorph.core.prediction import explain_with_rows, predict
from datamorph.core.pyspark import WIDTH, compile_pyspark
from datamorph.core.run import Run, RunState, Stage
from datamorph.core.run_day import day_of_run, on_day
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import exact
from datamorph.core.table import TableRef, TableSchema, compare_schemas
from datamorph.core.target import Target
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.core.writing import batch_of, merge_of, merge_sql, sets_rows_apart, spec_of_run
from datamorph.errors import NotFoundError, PromptError, QuestionsOpenError, RefusedError, SpecError
from datamorph.planning.reach import reachable
from datamorph.platform.contracts import require_kept
from datamorph.platform.engines import choice_for
from datamorph.platform.increments import advance, read_watermarks
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.platform.recorded import plan_facts
from datamorph.platform.vocabulary import with_vocabulary

MAX_PROMPT = 20_000
PERSON = "person"


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
    catalog, scope = ground(ports, journal, domains)
    outcome = propose(ports, journal, scope, mode=mode, answers=answers)
    if not isinstance(outcome, Proposal):
        return outcome
    checked = check_spec(ports, journal, catalog, outcome.spec)
    return compile_plan(ports, journal, catalog, outcome, checked, planner=planner_of(ports, outcome))


def ground(
    ports: Ports, journal: Journal, domains: Sequence[str] | None, *, asked: Mapping[str, Any] | None = None
) -> tuple[Catalog, Catalog]:
    """The first stage: all tables, and those that the prompt is about. ``asked`` is put on the record."""
    with journal.stage(Stage.GROUND, begins=_planning_again(journal)) as facts:
        catalog = _catalog(ports)
        scope = _within(catalog, domains)
        facts.update(tables=len(scope.tables), columns=sum(len(table.schema) for table in scope.tables))
        if domains is not None:
            facts["domains"] = list(domains)
        facts.update(asked or {})
    return catalog, scope


def propose(
    ports: Ports, journal: Journal, scope: Catalog, *, mode: Literal["pipeline", "question"] = "pipeline",
    answers: Mapping[str, str] | None = None,
) -> Proposal | Questions | Refusal:  # fmt: skip
    """The second stage: what the prompt means. Questions and a refusal bring the run to rest."""
    prompt, run_id = journal.run.prompt, journal.run.run_id
    with journal.stage(Stage.PLAN) as facts:
        outcome = ports.planner.plan(prompt, reachable(prompt, scope), mode=mode, answers=answers)
        facts.update(_told(ports, outcome), answers=dict(answers or {}))
    if isinstance(outcome, Questions):
        journal.end(Stage.PLAN, RunState.ASKED, reason="; ".join(q.text for q in outcome.questions))
        return replace(outcome, run_id=run_id)
    if isinstance(outcome, Refusal):
        journal.end(Stage.PLAN, RunState.REFUSED, reason=outcome.message)
        return replace(outcome, run_id=run_id)
    return outcome


def _planning_again(journal: Journal) -> RunState | None:
    return RunState.PLANNING if journal.run.state is RunState.ASKED else None


def planner_of(ports: Ports, outcome: Proposal | Questions | Refusal) -> str:
    """Who gave this outcome."""
    provenance = outcome.understanding.provenance
    return provenance.planner if provenance else ports.planner.name


def _told(ports: Ports, outcome: Proposal | Questions | Refusal) -> dict[str, Any]:
    """The facts of a planning: who planned, and the whole record where a language model took part."""
    told: dict[str, Any] = {"planner": planner_of(ports, outcome), "outcome": type(outcome).__name__.lower()}
    if isinstance(outcome, Questions):
        told["questions"] = [asdict(question) for question in outcome.questions]
    provenance = outcome.understanding.provenance
    return {**told, "note": provenance.notice, "provenance": provenance.facts()} if provenance else told


def plan_spec(  # noqa: PLR0913 (what a plan is made of)
    ports: Ports, spec: PipelineSpec, *, full: bool = False, partition: str = "", day: date | None = None,
    model: str = "", proposal: Proposal | None = None, planner: str = PERSON, observe: Observe | None = None,
) -> Plan:  # fmt: skip
    """Plan a spec that exists already: a saved pipeline, or one that a person wrote; see ``Platform.plan_spec``.

    Args:
        model: the file of the SQL model that it was compiled from.
        proposal: the spec with what was understood, where a planner made it earlier; and ``planner``, which one.
    """
    journal = open_run(ports, spec.prompt or spec.name, observe=observe)
    with journal.stage(Stage.GROUND):
        catalog = ports.lake.catalog()
    checked = check_spec(ports, journal, catalog, spec)
    return compile_plan(
        ports, journal, catalog, proposal or Proposal(spec), checked, planner=planner, full=full, partition=partition,
        day=day, model=model,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Computed:
    """What one run computes.

    Attributes:
        checked: the spec over the rows that are new, and over those that are published.
        writing: how its rows become the table.
        schema: columns of the table.
        read: sources as its watermarks were taken from them: the same rows must be computed.
        day: what ``current_date()`` is; None where the spec does not ask for the day.
    """

    checked: CheckedSpec
    writing: Writing
    schema: TableSchema
    read: Mapping[TableRef, PinnedTable] = field(default_factory=dict[TableRef, PinnedTable])
    day: date | None = None


def check_spec(ports: Ports, journal: Journal, catalog: Catalog, spec: PipelineSpec) -> CheckedSpec:
    """The third stage: the spec against the tables that it reads and writes."""
    with journal.stage(Stage.CHECK) as facts:
        checked = require_checked(spec, _schemas(catalog), writable=ports.settings.writable)
        facts.update(steps=len(spec.steps), columns=len(checked.schema))
    return checked


def compile_plan(  # noqa: PLR0913 (what a plan is made of)
    ports: Ports, journal: Journal, catalog: Catalog, proposal: Proposal, checked: CheckedSpec, *, planner: str,
    full: bool = False, partition: str = "", day: date | None = None, model: str = "",
) -> Plan:  # fmt: skip
    """The fourth stage: code, pinned inputs and what will happen."""
    spec = proposal.spec
    table = str(spec.target.table)
    with journal.stage(Stage.COMPILE, ends=RunState.PLANNED, pipeline=spec.name, table=table) as facts:
        today = day_of_run(spec, ports.now())
        if day is not None and today is None:
            raise SpecError(f"the rows of {table} depend on no day", fix="run it without a day")
        computed = _of_run(ports, checked, catalog, full=full, partition=partition, day=day or today)
        plan = replace(compose_plan(ports, journal, catalog, proposal, computed), planner=planner, model=model)
        facts.update(plan_facts(plan, computed.checked.spec))
    return plan


def plan_again(ports: Ports, journal: Journal, plan: Plan) -> Plan:
    """The same spec over the tables of today, within the same run."""
    with journal.stage(Stage.COMPILE) as facts:
        catalog = ports.lake.catalog()
        checked = require_checked(plan.spec, _schemas(catalog), writable=ports.settings.writable)
        computed = _of_run(
            ports, checked, catalog, full=plan.writing.is_full, partition=plan.writing.partition, day=plan.day
        )
        proposal = Proposal(plan.spec, plan.understanding)
        again = compose_plan(ports, journal, catalog, proposal, computed)
        again = replace(again, planner=plan.planner, model=plan.model)
        facts.update(plan_facts(again, computed.checked.spec))
    return again


def compose_plan(
    ports: Ports, journal: Journal, catalog: Catalog, proposal: Proposal, computed: Computed,
    pinned: Mapping[str, PinnedTable] | None = None,
) -> Plan:  # fmt: skip
    """Everything that will happen, from what the run computes.

    Args:
        pinned: the inputs by frame name, where they are not the tables of today.
    """
    spec, target = proposal.spec, catalog.get(proposal.spec.target.table)
    run, schema = computed.checked, computed.schema
    predicted = predict(run.spec, {table.ref: table for table in catalog.tables})
    change = compare_schemas(target.schema, schema) if target else None
    inputs = pinned or {name: computed.read.get(ref) or ports.lake.pin(ref) for name, ref in run.spec.sources.items()}
    return Plan(
        run_id=journal.run.run_id,
        prompt=journal.run.prompt,
        spec=spec,
        schema=schema,
        order=run.order,
        transform=format_python(compile_pyspark(run)),
        query=compile_sql(run),
        inputs=inputs,
        engine=choice_for(ports, spec.name, inputs),
        change=change,
        demanded=require_kept(ports, spec.target.table, schema, change, _schemas(catalog)),
        understanding=_with_assumptions(proposal),
        explanation=explain_with_rows(run.spec, predicted),
        predicted_rows={name: facts.rows for name, facts in predicted.items() if facts.rows is not None},
        writing=computed.writing,
        day=computed.day,
    )


def _of_run(
    ports: Ports, checked: CheckedSpec, catalog: Catalog, *, full: bool, partition: str, day: date | None
) -> Computed:
    if day is not None:
        checked = replace(checked, spec=on_day(checked.spec, day))
    return replace(_of_rows(ports, checked, catalog, full=full, partition=partition), day=day)


def _of_rows(ports: Ports, checked: CheckedSpec, catalog: Catalog, *, full: bool, partition: str) -> Computed:
    if partition:
        spec = restricted(checked.spec, checked.schema, partition)
        checked = require_checked(spec, _schemas(catalog), writable=ports.settings.writable)
    spec, target = checked.spec, catalog.get(checked.spec.target.table)
    if spec.target.write == "replace":
        return Computed(checked, Writing(), checked.schema)
    current = next((s for s in ports.lake.history(target.ref) if s.is_current), None) if target else None
    before = {} if full else read_watermarks(spec, current)
    read = {ref: ports.lake.pin(ref) for ref in dict.fromkeys(spec.sources[name] for name in spec.incremental)}
    inputs = {name: read[spec.sources[name]] for name in spec.incremental}
    writing = Writing(
        appends=spec.target.write == "append" and target is not None and not full,
        based_on=target.snapshot_id if target else 0,
        watermarks=before if partition else advance(ports, spec, inputs, before),
        is_full=full,
        partition=partition,
    )
    published = target.schema if target and not full else None
    since = {} if partition else before
    compose = partial(spec_of_run, result=checked.schema, sources=checked.frames, watermarks=since)
    check = partial(require_checked, tables=_schemas(catalog), may_read_target=True)
    batch = batch_of(spec)
    if sets_rows_apart(spec):
        return replace(_merging(ports, checked, check(compose(batch)), writing, published), read=read)
    run = check(compose(spec, published=published))
    frame = next((name for name, ref in run.spec.sources.items() if ref == spec.target.table), "")
    touches = _touches(check(compose(batch)), spec.target) if frame else ""
    return Computed(run, replace(writing, frame=frame, touches=touches), run.schema, read)


def _merging(
    ports: Ports, checked: CheckedSpec, batch: CheckedSpec, writing: Writing, published: TableSchema | None
) -> Computed:
    """Only the new rows: those that pass their checks meet the published ones afterwards."""
    merge = merge_of(checked, published)
    pinned = ports.lake.pin(checked.spec.target.table) if published is not None else None
    return Computed(batch, replace(writing, merge=merge_sql(merge), batch=batch.schema, published=pinned), merge.schema)


def _touches(new: CheckedSpec, target: Target) -> str:
    """The distinct keys of the new rows; or their partitions, where these are what is replaced."""
    sql = compile_sql(new)
    names = target.partition_by if target.write == "replace_partitions" else target.key
    columns = [exact(name, new.schema) for name in names]
    quoted = ", ".join(identifier(name, "duckdb") for name in columns)
    return f"SELECT DISTINCT {quoted} FROM ({sql}) AS touched" if sql else ""


def _schemas(catalog: Catalog) -> dict[TableRef, TableSchema]:
    return {table.ref: table.schema for table in catalog.tables}


def _with_assumptions(proposal: Proposal) -> Understanding:
    understanding = proposal.understanding
    return replace(understanding, assumptions=understanding.assumptions or proposal.spec.assumptions)


def _catalog(ports: Ports) -> Catalog:
    catalog = ports.lake.catalog()
    catalog = replace(catalog, tables=tuple(table for table in catalog.tables if not table.ref.is_quarantine))
    if not catalog.tables:
        raise NotFoundError("the lake has no table yet", fix="datamorph load FILE raw.DOMAIN.NAME, or make demo")
    return with_vocabulary(ports.settings.home, catalog)


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


def require_plan(outcome: Plan | Questions | Refusal) -> Plan:
    """The plan, where it is one.

    Raises:
        QuestionsOpenError: it is not a plan yet: a question is open.
        RefusedError: it is not a plan: the prompt was refused.
    """
    if isinstance(outcome, Questions):
        answers = " ".join(f"--answer {q.id}={q.choices[0].value}" for q in outcome.questions)
        raise QuestionsOpenError("; ".join(q.text for q in outcome.questions), fix=f"answer, such as {answers}")
    if isinstance(outcome, Refusal):
        raise RefusedError(outcome.message, fix=outcome.hint)
    return outcome
