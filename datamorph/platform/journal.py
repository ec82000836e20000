"""Writes a run's record while it happens: every stage an event with time, duration and facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from datamorph.core.run import ACTIVE, EventKind, Run, RunEvent, RunState, Stage
from datamorph.errors import ApprovalError, DataMorphError, InterruptedRunError
from datamorph.ports import Report, RunLog

Observe: TypeAlias = Callable[[Run, RunEvent], None]
"""Told of every event after it is on disk."""
Clock: TypeAlias = Callable[[], datetime]


class Journal:
    """The record of one run, open for writing."""

    def __init__(
        self, log: RunLog, run: Run, *, clock: Clock, observe: Observe | None = None,
        seconds: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        self.run = run
        self._log, self._clock, self._observe = log, clock, observe
        self._seconds = dict(seconds or {})

    @property
    def seconds(self) -> Mapping[str, float]:
        """Duration of every finished stage, by name."""
        return dict(self._seconds)

    @contextmanager
    def stage(
        self, stage: Stage, *, begins: RunState | None = None, ends: RunState | None = None, **changes: str
    ) -> Generator[dict[str, Any]]:
        """Record a stage around its work; facts put into the dict end up in its ``finished`` event.

        Args:
            begins: the state that the run has from the start of the stage.
            ends: the state that it has when the stage went well.
            changes: fields of the run that change with ``ends``, such as ``table``.
        """
        started, facts = time.perf_counter(), dict[str, Any]()
        begun = {"state": begins, "reason": ""} if begins else {}
        self._append(RunEvent(stage, EventKind.STARTED, self._clock()), **begun)
        try:
            yield facts
        except BaseException as error:
            self._fail(stage, error, time.perf_counter() - started, facts)
            if isinstance(error, KeyboardInterrupt):
                raise InterruptedRunError("stopped by Ctrl-C; no table changed", fix="run it again") from error
            raise
        seconds = self._seconds[stage.value] = time.perf_counter() - started
        event = RunEvent(stage, EventKind.FINISHED, self._clock(), seconds, facts)
        self._append(event, **({"state": ends} if ends else {}), **changes)

    def reporter(self, stage: Stage) -> Report:
        """What records how far a stage is."""

        def report(what: str, facts: Mapping[str, Any]) -> None:
            self._append(RunEvent(stage, EventKind.PROGRESS, self._clock(), None, {"what": what, **facts}))

        return report

    def end(self, stage: Stage, state: RunState, *, reason: str = "", **changes: str) -> None:
        """Record that the run ends here without an error: asked, refused."""
        event = RunEvent(stage, EventKind.FINISHED, self._clock(), None, {"state": state.value})
        self._append(event, state=state, reason=reason, **changes)

    def hold(self, stage: Stage, *, reason: str) -> None:
        """Record that the run waits for a person's word before this stage."""
        event = RunEvent(stage, EventKind.PROGRESS, self._clock(), None, {"what": "waits for approval"})
        self._append(event, state=RunState.HELD, reason=reason)

    def _fail(self, stage: Stage, error: BaseException, seconds: float, facts: Mapping[str, Any]) -> None:
        if self.run.state not in ACTIVE:
            return
        is_stopped = not isinstance(error, Exception)  # Ctrl-C, exit, an orchestrator's own signal
        reason = "stopped by hand" if is_stopped else _sentence(error)
        needs_word = isinstance(error, ApprovalError) and self.run.state is RunState.RUNNING
        ended = RunState.HELD if needs_word else RunState.FAILED
        state = RunState.INTERRUPTED if is_stopped else ended
        told: dict[str, Any] = {**facts, "error": reason, "kind": type(error).__name__}
        if isinstance(error, DataMorphError):
            told["fix"] = error.fix
        self._append(RunEvent(stage, EventKind.FAILED, self._clock(), seconds, told), state=state, reason=reason)

    def _append(self, event: RunEvent, **changes: Any) -> None:
        run = replace(self.run, **changes, updated_at=event.at)
        self._log.append(run.run_id, [event], run if changes else None)
        self.run = run
        if self._observe:
            self._observe(run, event)


def _sentence(error: BaseException) -> str:
    text = error.problem if isinstance(error, DataMorphError) else f"{type(error).__name__}: {error}"
    return text[:2000]
