"""Planning and running behind the door: in threads of this process, each over a platform of its own."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunEvent, RunState
from datamorph.core.spec import PipelineSpec
from datamorph.errors import ApprovalError, DataMorphError, NotFoundError
from datamorph.platform import Platform, open_platform
from datamorph.platform.stages import Request, Word, Work
from datamorph.web.failures import RequestError
from datamorph.web.lookup import find_run, recorded_spec
from datamorph.web.staging import STAGED, stage_and_hold
from datamorph.web.superseding import require_latest

_LOG = logging.getLogger(__name__)
Outcome = Plan | Questions | Refusal
MOST_KEPT = 400
MOST_BUSY = 200
"""So many prompts are planned, run or wait for their turn at a time."""


@dataclass
class Job:
    """Something that happens in the background, with the run that records it.

    Attributes:
        run_id: known as soon as the run is on record.
        ended: resolves when there is no more to come; it never fails.
        word: what was said when it began.
    """

    word: Word = field(default_factory=Word)
    run_id: Future[str] = field(default_factory=Future)
    ended: threading.Event = field(default_factory=threading.Event)
    error: DataMorphError | None = None
    result: RunResult | None = None

    def observe(self, run: Run, _event: RunEvent) -> None:
        """Told of every event."""
        if not self.run_id.done():
            self.run_id.set_result(run.run_id)


class Runner:
    """Plans at once, and lets at most so many engines run side by side; the others wait for their turn."""

    def __init__(self, platform: Platform, *, on_end: Callable[[str], None] = lambda run_id: None) -> None:
        self._platform, self._settings, self._on_end = platform, platform.settings, on_end
        self._turns = threading.BoundedSemaphore(self._settings.serve_runs)
        self._threads = ThreadPoolExecutor(MOST_BUSY, thread_name_prefix="run")
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._asked: OrderedDict[str, Job] = OrderedDict()
        self._one = threading.RLock()

    def plan(self, prompt: str, answers: Mapping[str, str], *, observe: Callable[[Run, RunEvent], None]) -> Outcome:
        """Plan a prompt in this thread; the outcome is kept under its run."""
        with closing(self._open()) as platform:
            return self._keep(platform.plan(prompt, answers=answers, observe=observe))

    def plan_spec(self, spec: PipelineSpec, *, full: bool = False, edits: str = "", planner: str = "") -> Plan:
        """Plan a spec in this thread; the plan is kept under its run.

        Args:
            edits: the run whose plan this one takes the place of.
            planner: which program wrote it; nobody for a person.

        Raises:
            NotFoundError: no such run is there to be edited.
        """
        with closing(self._open()) as platform:
            if edits:
                find_run(platform, edits)
            written = platform.stages.plan_written
            plan = written(spec, planner=planner, full=full) if planner else platform.plan_spec(spec, full=full)
            if edits:
                platform.stages.mark_edited(edits, by=plan.run_id)
        self._keep(plan)
        return plan

    def start(self, prompt: str, answers: Mapping[str, str], *, runs: bool = True) -> Job:
        """Plan a prompt in the background and, if it comes to a plan, run it."""

        def work(job: Job) -> None:
            outcome = self.plan(prompt, answers, observe=job.observe)
            if runs and isinstance(outcome, Plan):
                self._run(outcome, job, approve=False)

        return self._begin(work)

    def run(self, plan: Plan, *, approve: bool = False, force: bool = False) -> Job:
        """Run a plan in the background."""
        job = Job(word=Word(approve=approve, force=force))
        if find_run(self._platform, plan.run_id).state is RunState.PLANNED:
            job.run_id.set_result(plan.run_id)  # it goes on; otherwise another run begins
        return self._begin(lambda job: self._run(plan, job, approve=approve, force=force), job)

    def go_on(self, run_id: str, *, approve: bool = False, force: bool = False) -> Job:
        """Run what a run has planned; one that is held goes on itself, and what it has staged is not done again.

        Whoever asks for it while it is under way, or approves what is published already, gets that very run.

        Raises:
            NotFoundError: no such run, or one that never came to a plan.
            ApprovalError: it waits for a person's word, and that is not given here.
            RequestError: 409, somebody edited the plan, or it is under way without that word.
        """
        word = Word(approve=approve, force=force)
        with self._one:
            if job := self._under_way(run_id, word):
                return job
            require_latest(self._platform, run_id)
            run = find_run(self._platform, run_id)
            if run.state is not RunState.HELD:
                return self._remember_asked(run_id, self.run(self.plan_of(run_id), approve=approve, force=force))
            if not approve and run.reason != STAGED:
                raise ApprovalError(run.reason, fix="look at it, then approve it: that needs the role operator")
            return self._remember_asked(run_id, self._begin(self._resuming(run_id, word), _job_of(run_id, word)))

    def stage(self, run_id: str) -> Job:
        """Stage and audit what a run has planned, and let it wait: what it would change is seen before it is published.

        Raises:
            NotFoundError: no such run, or one that never came to a plan.
            RequestError: 409, the plan was edited, or is no longer about to be run.
        """
        with self._one:
            if job := self._under_way(run_id, Word()):
                return job
            require_latest(self._platform, run_id)
            run = find_run(self._platform, run_id)
            if run.state is RunState.HELD:
                return self._remember_asked(run_id, self._begin(self._staging(run, None), _job_of(run_id, Word())))
            if run.state is not RunState.PLANNED:
                raise RequestError(409, "not_waiting", f"run {run_id} is {run.state.value}: there is nothing to stage",
                                   fix="plan it anew, then stage that")  # fmt: skip
            plan = self.plan_of(run_id)
            planned = find_run(self._platform, plan.run_id)
            job = self._begin(self._staging(planned, plan), _job_of(plan.run_id, Word()))
            return self._remember_asked(run_id, job)

    def rerun(self, run_id: str, *, same_inputs: bool, approve: bool) -> Job:
        """Repeat a run in the background."""

        def work(job: Job) -> None:
            with self._turns, closing(self._open()) as platform:
                platform.rerun(run_id, same_inputs=same_inputs, approve=approve, observe=job.observe)

        return self._begin(work)

    def outcome(self, run_id: str) -> Outcome | None:
        """What planning came to, as long as this process remembers it."""
        return self._outcomes.get(run_id)

    def plan_of(self, run_id: str) -> Plan:
        """The plan of a run; planned again from its recorded spec, on the tables of today, when it is forgotten.

        Raises:
            NotFoundError: no such run, or one that never came to a plan.
        """
        kept = self._outcomes.get(run_id)
        if isinstance(kept, Plan):
            return kept
        if not recorded_spec(self._platform, run_id):
            raise NotFoundError(f"run {run_id!r} has no plan", fix="answer its questions, or say the prompt otherwise")
        with closing(self._open()) as platform:
            plan = platform.stages.plan_anew(run_id)
        self._keep(plan)
        return plan

    def job(self, run_id: str) -> Job | None:
        """What this process does for a run; None when it does nothing for it."""
        return self._jobs.get(run_id)

    def is_busy(self, run_id: str) -> bool:
        """True while this process still does something for a run."""
        job = self._jobs.get(run_id)
        return job is not None and not job.ended.is_set()

    def close(self) -> None:
        """Take no more work. What runs goes on until the process ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self, plan: Plan, job: Job, *, approve: bool, force: bool = False) -> None:
        with self._turns, closing(self._open()) as platform:
            job.result = platform.run(plan, approve=approve, force=force, observe=job.observe)

    def _resuming(self, run_id: str, word: Word) -> Callable[[Job], None]:
        def work(job: Job) -> None:
            with self._turns, closing(self._open()) as platform:
                stages = platform.stages
                job.result = stages.go(stages.resume(run_id), word=word, observe=job.observe).result

        return work

    def _staging(self, run: Run, plan: Plan | None) -> Callable[[Job], None]:
        """Without a plan at hand the run's own record has it; whatever needed approval before needs it afterwards."""

        def work(job: Job) -> None:
            with self._turns, closing(self._open()) as platform:
                stages = platform.stages
                begun = Work(run.run_id, Request(run.prompt), plan=plan) if plan else stages.resume(run.run_id)
                if begun.ready is None:
                    job.result = stage_and_hold(stages, begun, run, job.observe)

        return work

    def _under_way(self, run_id: str, word: Word) -> Job | None:
        """What is done for a run already; what another process does or did is told as done."""
        job = self._asked.get(run_id) or self._jobs.get(run_id)
        if job is not None and not job.ended.is_set():
            if word.approve and not job.word.approve:
                raise RequestError(409, "under_way", f"run {run_id} is under way without approval",
                                   fix="approve it when it waits for that")  # fmt: skip
            return job
        state = find_run(self._platform, run_id).state
        if state is RunState.RUNNING or (state is RunState.PUBLISHED and word.approve and not word.force):
            done = _job_of(run_id, word)
            done.ended.set()
            return done
        return None

    def _remember_asked(self, run_id: str, job: Job) -> Job:
        _bounded(self._asked, run_id, job)
        return job

    def _begin(self, work: Callable[[Job], None], job: Job | None = None) -> Job:
        if sum(not known.ended.is_set() for known in list(self._jobs.values())) >= MOST_BUSY:
            raise RequestError(503, "busy", f"{MOST_BUSY} runs wait for their turn", fix="try again later",
                               headers={"retry-after": "30"})  # fmt: skip
        job = job or Job()
        job.run_id.add_done_callback(lambda done: self._remember(done, job))
        self._threads.submit(self._work, work, job)
        return job

    def _remember(self, done: Future[str], job: Job) -> None:
        if done.exception() is None:
            _bounded(self._jobs, done.result(), job)

    def _work(self, work: Callable[[Job], None], job: Job) -> None:
        try:
            work(job)
        except DataMorphError as error:
            job.error = error
        except Exception as error:
            _LOG.exception("a run ended with an unexpected error")
            job.error = DataMorphError(f"unexpected error: {type(error).__name__}: {error}", fix="see the server's log")
        finally:
            if not job.run_id.done():
                job.run_id.set_exception(job.error or DataMorphError("nothing was recorded", fix="try again"))
            job.ended.set()
            if job.run_id.exception() is None:
                self._on_end(job.run_id.result())

    def _open(self) -> Platform:
        return open_platform(self._settings.home)

    def _keep(self, outcome: Outcome) -> Outcome:
        _bounded(self._outcomes, outcome.run_id, outcome)
        return outcome


def _job_of(run_id: str, word: Word) -> Job:
    job = Job(word=word)
    job.run_id.set_result(run_id)
    return job


def _bounded(kept: OrderedDict, key: str, value: object) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
