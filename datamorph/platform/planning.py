"""From a prompt to a plan: ground, plan, check, compile."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.plan import Plan, Proposal, Questions, Refusal, Understanding, Writing
from datamorph.core.prediction import explain_with_rows, predict
from datamorph.core.pyspark import WIDTH, compile_pyspark
from datamorph.core.run import Run, RunState, Stage
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableSchema, compare_schemas
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.core.writing import batch_of, merge_of, merge_sql, sets_rows_apart, spec_of_run
from datamorph.errors import NotFoundError, PromptError
from datamorph.planning.reach import reachable
from datamorph.platform.contracts import require_kept
from datamorph.platform.increments import advance, read_watermarks
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.platform.vocabulary import with_vocabulary

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
        facts.update(_told(ports, outcome), answers=dict(answers or {}))
    if isinstance(outcome, Questions):
        journal.end(Stage.PLAN, RunState.ASKED, reason="; ".join(q.text for q in outcome.questions))
        return replace(outcome, run_id=run_id)
    if isinstance(outcome, Refusal):
        journal.end(Stage.PLAN, RunState.REFUSED, reason=outcome.message)
        return replace(outcome, run_id=run_id)
    return _compiled(ports, journal, catalog, outcome, planner=_planner(ports, outcome))


def _planner(ports: Ports, outcome: Proposal | Questions | Refusal) -> str:
    provenance = outcome.understanding.provenance
    return provenance.planner if provenance else ports.planner.name


def _told(ports: Ports, outcome: Proposal | Questions | Refusal) -> dict[str, Any]:
    """The facts of a planning: who planned, and the whole record where a language model took part."""
    told: dict[str, Any] = {"planner": _planner(ports, outcome), "outcome": type(outcome).__name__.lower()}
    provenance = outcome.understanding.provenance
    return {**told, "note": provenance.notice, "provenance": provenance.facts()} if provenance else told


def plan_spec(
    ports: Ports, spec: PipelineSpec, *, full: bool = False, model: str = "", observe: Observe | None = None
) -> Plan:
    """Plan a spec that exists already: a saved pipeline, or one that a person wrote; see ``Platform.plan_spec``.

    ``model`` is the file of the SQL model that it was compiled from.
    """
    journal = open_run(ports, spec.prompt or spec.name, observe=observe)
    with journal.stage(Stage.GROUND):
        catalog = ports.lake.catalog()
    return replace(_compiled(ports, journal, catalog, Proposal(spec), planner="person", full=full), model=model)


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
        plan = _plan(ports, journal, catalog, proposal, checked, planner=planner, full=full)
        facts.update(spec_hash=spec.hash(), lines=plan.transform.count("\n"), spec=spec.to_yaml())
    return plan


def _plan(
    ports: Ports, journal: Journal, catalog: Catalog, proposal: Proposal, checked: CheckedSpec, *, planner: str,
    full: bool,
) -> Plan:  # fmt: skip
    spec, target = proposal.spec, catalog.get(proposal.spec.target.table)
    run, writing, schema = _of_run(ports, checked, target, catalog, full=full)
    predicted = predict(run.spec, {table.ref: table for table in catalog.tables})
    change = compare_schemas(target.schema, schema) if target else None
    schemas = {table.ref: table.schema for table in catalog.tables}
    return Plan(
        run_id=journal.run.run_id,
        prompt=journal.run.prompt,
        spec=spec,
        schema=schema,
        order=run.order,
        transform=format_python(compile_pyspark(run)),
        query=compile_sql(run),
        inputs={name: ports.lake.pin(ref) for name, ref in run.spec.sources.items()},
        change=change,
        demanded=require_kept(ports, spec.target.table, schema, change, schemas),
        understanding=_with_assumptions(proposal),
        explanation=explain_with_rows(run.spec, predicted),
        predicted_rows={name: facts.rows for name, facts in predicted.items() if facts.rows is not None},
        planner=planner,
        writing=writing,
    )


def _of_run(
    ports: Ports, checked: CheckedSpec, target: CatalogTable | None, catalog: Catalog, *, full: bool
) -> tuple[CheckedSpec, Writing, TableSchema]:
    """What this run computes (the spec over the rows that are new, and over those that are published), and columns."""
    spec = checked.spec
    if spec.target.write == "replace":
        return checked, Writing(), checked.schema
    current = next((s for s in ports.lake.history(target.ref) if s.is_current), None) if target else None
    before = {} if full else read_watermarks(spec, current)
    inputs = {name: ports.lake.pin(spec.sources[name]) for name in spec.incremental}
    published = target.schema if target and not full else None
    merge = merge_of(checked, published) if sets_rows_apart(spec) else None
    run = spec_of_run(
        batch_of(spec) if merge else spec,
        result=checked.schema,
        published=published,
        sources=checked.frames,
        watermarks=before,
    )
    writing = Writing(
        appends=spec.target.write == "append" and target is not None and not full,
        based_on=target.snapshot_id if target else 0,
        watermarks=advance(ports, spec, inputs, before),
    )
    schemas = {table.ref: table.schema for table in catalog.tables}
    found = require_checked(run, schemas, may_read_target=True)
    if merge is None:
        return found, writing, found.schema
    pinned = ports.lake.pin(spec.target.table) if published is not None else None
    writing = replace(writing, merge=merge_sql(merge), batch=found.schema, published=pinned)
    return found, writing, merge.schema


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
