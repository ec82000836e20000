"""A run as a person follows it: plan, confirm, progress, checks, first rows, where the time went."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.outcomes import settle
from datamorph.cli.progress import Progress
from datamorph.cli.render_diff import render_diff
from datamorph.cli.render_plan import render_plan
from datamorph.cli.render_run import render_checks, render_result, render_times
from datamorph.cli.session import Session
from datamorph.cli.tables import show_first_rows

if TYPE_CHECKING:
    from datetime import date

    from datamorph.core.diff import TableDiff
    from datamorph.core.plan import Plan
    from datamorph.core.result import RunResult
    from datamorph.core.spec import PipelineSpec
    from datamorph.platform import Platform

DECLINED = 1


class Running:
    """One plan and its run.

    Attributes:
        progress: what the platform is told to report to.
    """

    def __init__(self, session: Session, *, will_run: bool = True) -> None:
        """``will_run`` starts the engine while the prompt is still being planned."""
        self._session, self._will_run = session, will_run
        self._started = time.perf_counter()
        self._waited_before = session.waited_s
        self.progress = Progress(None if session.as_json else session.err)

    def plan_prompt(
        self, prompt: str, domains: Sequence[str] | None, answers: dict[str, str], *, is_why: bool = False
    ) -> Plan:
        """Plan a prompt; ask what is open, and add what is answered to the answers."""

        def plan(given: Mapping[str, str]) -> Any:
            with self.progress:
                return self._platform().plan(prompt, domains=domains, answers=given, observe=self.progress)

        return settle(self._session, plan, answers, is_why=is_why)

    def resume(self, run_id: str, answers: dict[str, str], *, is_approved: bool) -> tuple[Plan, RunResult]:
        """Take up a waiting run and bring it to its end; ask what is still open."""
        from datamorph.core.run import Stage
        from datamorph.platform.stages import Word

        stages = self._platform().stages
        word = Word(approve=is_approved)
        planning, work = list(Stage)[: list(Stage).index(Stage.DRY_RUN)], stages.resume(run_id)

        def plan(given: Mapping[str, str]) -> Any:
            nonlocal work
            with self.progress:
                work = stages.go(stages.resume(run_id, answers=given), planning, observe=self.progress)
            return work.plan or work.outcome

        found = work.plan or settle(self._session, plan, answers)
        with self.progress:
            work = stages.go(work, word=word, observe=self.progress)
        assert work.result is not None  # noqa: S101 (all stages are done)
        self._show_result(work.result)
        return found, work.result

    def plan_spec(
        self, spec: PipelineSpec, *, is_full: bool = False, partition: str = "", day: date | None = None
    ) -> Plan:
        """Plan a spec against the tables of today."""
        with self.progress:
            return self._platform().plan_spec(spec, full=is_full, partition=partition, day=day, observe=self.progress)

    def confirm(self, plan: Plan) -> None:
        """Let a person read the plan before it runs.

        Raises:
            typer.Exit: they said no.
        """
        if not self._session.is_interactive:
            return
        from rich.prompt import Confirm

        question = Text(f"\nRun it and publish {plan.spec.target.table}?", style="bold")
        with self._session.waiting():
            is_wanted = Confirm.ask(question, console=self._session.out, default=True)
        if not is_wanted:
            self._session.tell(Text("nothing was run"))
            raise typer.Exit(DECLINED)

    def publish(self, plan: Plan, *, is_forced: bool, is_approved: bool) -> RunResult:
        """Run the plan and show what came of it."""
        session = self._session
        session.tell(Text(""))
        with self.progress:
            result = session.platform.run(
                plan,
                force=is_forced,
                approve=is_approved,
                decide=self._accepts if session.is_interactive else None,
                observe=self.progress,
            )
        self._show_result(result)
        return result

    def _show_result(self, result: RunResult) -> None:
        session = self._session
        session.show(*render_checks([documents.check(check) for check in result.checks]), *render_result(result))
        if not session.as_json:
            show_first_rows(session, result)
        session.show(*render_times(self.progress.seconds, self._total))

    def _accepts(self, diff: TableDiff) -> bool:
        """Ask a person about the rows that an edited pipeline would remove or change."""
        from rich.prompt import Confirm

        session = self._session
        with self.progress.paused(), session.waiting():
            session.show(*render_diff(diff))
            question = Text(f"\nPublish these changes of {diff.table}?", style="bold")
            return Confirm.ask(question, console=session.out, default=False)

    def document(self, plan: Plan, result: RunResult) -> dict[str, Any]:
        """The run for ``--json``; its seconds are all of planning and running."""
        seconds = {**self.progress.seconds, "total": self._total}
        return {"plan": documents.plan(plan), "result": {**documents.result(result), "seconds": seconds}}

    def show_plan(self, plan: Plan) -> None:
        """How the prompt was read and what will happen."""
        self._session.show(*render_plan(plan))

    def _platform(self) -> Platform:
        platform = self._session.platform
        if self._will_run:
            platform.prepare()
        return platform

    @property
    def _total(self) -> float:
        """Seconds since the start, without those in which a person was asked."""
        return time.perf_counter() - self._started - (self._session.waited_s - self._waited_before)
