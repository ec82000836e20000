"""One run as single stages, each a call: for whoever orders the stages itself, and for runs that go on later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Plan, Proposal, Questions, Refusal, Understanding
from datamorph.core.provenance import Provenance
from datamorph.core.result import RunResult
from datamorph.core.run import ACTIVE, EDITED_AS, EventKind, Run, RunEvent, RunState, Stage
from datamorph.core.spec import PipelineSpec, Schedule
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec
from datamorph.errors import PromptError
from datamorph.platform import planning, publishing, rerunning, resuming
from datamorph.platform.approval import Approval
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.platform.publishing import Ready, Rehearsed, StagedRows
from datamorph.platform.recorded import find_run
from datamorph.ports import Snapshot

T = TypeVar("T")
_AT_REST = frozenset({RunState.ASKED, RunState.PLANNED, RunState.HELD})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        domains: plan over the tables of these domains only; None for all.
        answers: to the questions of an earlier planning.
        target: publish as this table, whatever the planner would call it.
        schedule: run it by itself from then on, whatever the prompt says.
    """

    prompt: str
    domains: tuple[str, ...] | None = None
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    target: TableRef | None = None
    schedule: Schedule | None = None

    def facts(self) -> dict[str, Any]:
        """What a run has to remember of it, besides what planning records anyway."""
        told = {"target": str(self.target) if self.target else None,
                "schedule": self.schedule.model_dump() if self.schedule else None}  # fmt: skip
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about a run beforehand.

    Attributes:
        approve: see ``Platform.run``.
        force: compute even if nothing changed.
        engine: where the transform runs, if not where the settings say.
    """

    approve: bool = False
    force: bool = False
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """How far a run has come: what each of its stages gave. It can be kept and carried to another process.

    Attributes:
        catalog: all tables, and those that the prompt is about.
        result: set early where nothing has to be computed.
    """

    run_id: str
    request: Request
    catalog: tuple[Catalog, Catalog] | None = None
    outcome: Proposal | Questions | Refusal | None = None
    checked: CheckedSpec | None = None
    plan: Plan | None = None
    rehearsed: Rehearsed | None = None
    staged: StagedRows | None = None
    ready: Ready | None = None
    published: tuple[Ready, Snapshot] | None = None
    result: RunResult | None = None

    @property
    def is_stopped(self) -> bool:
        """A question is open, or the prompt was refused."""
        return isinstance(self.outcome, Questions | Refusal)

    def has(self, stage: Stage) -> bool:
        """True when a stage needs no more work."""
        later = list(Stage)[list(Stage).index(stage) :]
        return self.result is not None or any(getattr(self, _OUTCOMES[one]) is not None for one in later)


_OUTCOMES: Mapping[Stage, str] = dict(zip(Stage, (
    "catalog", "outcome", "checked", "plan", "rehearsed", "staged", "ready", "published", "result"), strict=True,
))  # fmt: skip


class Stages:
    """The stages of runs, over the same functions as ``Platform.plan`` and ``Platform.run``.

    Args:
        ports: of the platform.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def begin(self, request: Request) -> Work:
        """Begin the record of a new run.

        Raises:
            PromptError: it is no prompt at all.
        """
        planning.check_prompt(request.prompt)
        return Work(planning.open_run(self._ports, request.prompt, observe=None).run.run_id, request)

    def resume(self, run_id: str, *, answers: Mapping[str, str] | None = None) -> Work:
        """Take up a run that waits for an answer, for approval, or to be run at all. Nothing is computed twice.

        Raises:
            NotFoundError: no such run, or what it has read or staged is gone.
            PromptError: it has ended, or answers are given and no question is open.
        """
        run = find_run(self._ports, run_id)
        if run.state not in _AT_REST:
            problem = f"run {run_id!r} is {run.state.value}: it waits for nothing"
            raise PromptError(problem, fix=f"to repeat it: datamorph rerun {run_id}")
        if run.state is RunState.ASKED:
            found = resuming.recorded_request(self._ports, run_id)
            domains, target, schedule = (found.get(name) for name in ("domains", "target", "schedule"))
            request = Request(
                run.prompt,
                tuple(domains) if domains is not None else None,
                {**found.get("answers", {}), **(answers or {})},
                TableRef.parse(target) if target else None,
                Schedule.model_validate(schedule) if schedule else None,
            )
            return Work(run_id, request)
        if answers:
            raise PromptError(f"run {run_id!r} has no open question", fix=f"datamorph resume {run_id}")
        plan = resuming.recorded_plan(self._ports, run)
        return Work(run_id, Request(run.prompt), plan=plan, ready=resuming.recorded_rows(self._ports, run, plan))

    def plan_anew(self, run_id: str) -> Plan:
        """Plan what a run has planned, on the tables of today; see ``rerunning.plan_anew``."""
        return rerunning.plan_anew(self._ports, run_id)

    def plan_written(self, spec: PipelineSpec, *, planner: str, full: bool = False) -> Plan:
        """Plan a spec that a program wrote which no person read: it may do what a language model's plan may."""
        origin = Provenance(planner, model="", template="", prompt_hash="")
        proposal = Proposal(spec, Understanding(assumptions=spec.assumptions, provenance=origin))
        return planning.plan_spec(self._ports, spec, full=full, proposal=proposal, planner=planner)

    def advance(self, work: Work, stage: Stage, *, word: Word | None = None, observe: Observe | None = None) -> Work:
        """Do one stage; a stage that is done already, or has nothing to do, changes nothing.

        A run that failed in between goes on as a new one, from the last stage that went well.
        """
        if work.has(stage) or (work.is_stopped and stage is not Stage.PLAN):
            return work
        word, (work, journal) = word or Word(), self._journal(work, observe)
        ports = self._ports.with_engine(word.engine) if word.engine else self._ports
        return _DO[stage](ports, journal, work, word)

    def go(
        self, work: Work, stages: Sequence[Stage] = tuple(Stage), *, word: Word | None = None,
        observe: Observe | None = None,
    ) -> Work:  # fmt: skip
        """Do these stages one after the other."""
        for stage in stages:
            work = self.advance(work, stage, word=word, observe=observe)
        return work

    def hold(self, work: Work, *, reason: str, observe: Observe | None = None) -> Work:
        """Let a run wait for a person's word, with what it has staged, before anything is published."""
        work, journal = self._journal(work, observe)
        journal.hold(Stage.PUBLISH, reason=reason)
        return work

    def mark_edited(self, run_id: str, *, by: str) -> None:
        """Put on a run's record that a person has changed its plan into that of another run."""
        told = {"what": f"edited, as plan {by}", EDITED_AS: by}
        event = RunEvent(Stage.COMPILE, EventKind.PROGRESS, self._ports.now(), None, told)
        self._ports.log.append(run_id, [event])

    def _journal(self, work: Work, observe: Observe | None) -> tuple[Work, Journal]:
        ports = self._ports
        run = find_run(ports, work.run_id)
        if run.state not in (*ACTIVE, *_AT_REST):
            run = self._another(work, run)
        took = {
            event.stage.value: event.duration_s
            for _, event in ports.log.events(run.run_id)
            if event.kind is EventKind.FINISHED and event.duration_s is not None
        }
        return replace(work, run_id=run.run_id), Journal(ports.log, run, clock=ports.now, observe=observe, seconds=took)

    def _another(self, work: Work, ended: Run) -> Run:
        now = self._ports.now()
        state = RunState.PLANNING if work.plan is None else RunState.PLANNED
        state = state if work.rehearsed is None and work.ready is None else RunState.RUNNING
        run = Run(self._ports.new_id(), ended.prompt, state, now, now, pipeline=ended.pipeline, table=ended.table)
        self._ports.log.open(run)
        return run


def _ground(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    return replace(work, catalog=planning.ground(ports, journal, work.request.domains, asked=work.request.facts()))


def _plan(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    _, scope = _known(work.catalog)
    outcome = planning.propose(ports, journal, scope, answers=work.request.answers)
    if isinstance(outcome, Proposal):
        outcome = replace(outcome, spec=_as_asked(outcome.spec, work.request))
    return replace(work, outcome=outcome)


def _check(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    proposal = _proposal(work)
    return replace(work, checked=planning.check_spec(ports, journal, _known(work.catalog)[0], proposal.spec))


def _compile(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    proposal, (catalog, _) = _proposal(work), _known(work.catalog)
    planner = planning.planner_of(ports, proposal)
    plan = planning.compile_plan(ports, journal, catalog, proposal, _known(work.checked), planner=planner)
    return replace(work, plan=plan, catalog=None, checked=None)


def _dry_run(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    plan = _known(work.plan)
    publishing.admit(ports, plan, journal, Approval(word.approve))
    unchanged = None if word.force else publishing.find_unchanged(ports, plan, journal)
    if unchanged is not None:
        return replace(work, result=unchanged)
    return replace(work, rehearsed=publishing.rehearse(ports, plan, journal))


def _stage(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    return replace(work, staged=publishing.stage_rows(ports, _known(work.rehearsed), journal))


def _audit(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    approval = Approval(word.approve)
    ready = publishing.audit_staged(ports, _known(work.staged), journal, approval)
    return replace(work, ready=ready, rehearsed=None, staged=None)


def _publish(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    ready, approval = _known(work.ready), Approval(word.approve)
    if journal.run.state is RunState.HELD:
        publishing.admit_rows(ports, ready, journal, approval)
    return replace(work, published=publishing.publish_ready(ports, ready, journal, approval))


def _register(ports: Ports, journal: Journal, work: Work, word: Word) -> Work:
    ready, snapshot = _known(work.published)
    return replace(work, result=publishing.register(ports, ready, snapshot, journal))


_Do: TypeAlias = Callable[[Ports, Journal, Work, Word], Work]
_DO: Mapping[Stage, _Do] = dict(zip(Stage, (
    _ground, _plan, _check, _compile, _dry_run, _stage, _audit, _publish, _register), strict=True,
))  # fmt: skip


def _as_asked(spec: PipelineSpec, request: Request) -> PipelineSpec:
    changed: dict[str, Any] = {"schedule": request.schedule} if request.schedule else {}
    if request.target is not None:
        target = spec.target.model_copy(update={"table": request.target})
        changed |= {"name": request.target.name, "target": target}
    return spec.model_copy(update=changed)


def _proposal(work: Work) -> Proposal:
    if not isinstance(work.outcome, Proposal):
        raise PromptError("there is no plan yet", fix="advance through the stages in order")
    return work.outcome


def _known(value: T | None) -> T:
    if value is None:
        raise PromptError("an earlier stage is missing", fix="advance through the stages in order")
    return value
