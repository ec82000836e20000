"""A run as it happens: the current stage on a terminal, one line per finished stage everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from datamorph.cli.render_run import facts_line, render_checks, stage_line
from datamorph.cli.session import print_part
from datamorph.core.run import EventKind, Run, RunEvent

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """Give it to the platform as ``observe``; use it as a context manager around the work.

    Attributes:
        seconds: duration of every finished stage, by name.
    """

    def __init__(self, console: Console | None, *, keeps_lines: bool = True) -> None:
        """Tell it on ``console``; None tells nothing and only measures.

        ``keeps_lines`` leaves a line for each stage that ended well; failed stages always get theirs.
        """
        self.seconds: dict[str, float] = {}
        self._keeps_lines = keeps_lines
        self._console = console
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        if self._console is not None and self._console.is_terminal:
            self._bar = _bar(self._console)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Around a question to a person: nothing moves on the terminal meanwhile."""
        if self._bar is not None:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.start()

    def __call__(self, run: Run, event: RunEvent) -> None:
        """Told of every event of the run."""
        if event.kind in (EventKind.STARTED, EventKind.PROGRESS):
            self._show_current(event)
            return
        if event.duration_s is not None:
            self.seconds[event.stage.value] = event.duration_s
            self._show_ended(event)

    def _show_current(self, event: RunEvent) -> None:
        if self._bar is None:
            return
        facts = facts_line(event.facts)
        title = event.stage.value.replace("_", " ") + (f": {facts}" if facts else "")
        if event.kind is EventKind.PROGRESS and self._task is not None:
            self._bar.update(self._task, description=title)
            return
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(title, total=None)

    def _show_ended(self, event: RunEvent) -> None:
        is_failed = event.kind is EventKind.FAILED
        if self._console is None or not (self._keeps_lines or is_failed):
            return
        print_part(self._console, stage_line(event))
        if is_failed:
            for part in render_checks(event.facts.get("checks", [])):
                print_part(self._console, part)


def _bar(console: Console) -> Bar:
    from rich import progress

    title = progress.TextColumn("{task.description}", markup=False)
    columns = (progress.TextColumn(" "), progress.SpinnerColumn(), title, progress.TimeElapsedColumn())
    return progress.Progress(*columns, console=console, transient=True)


class Counting:
    """How many of a known number of things are done; give it to the platform as ``report``."""

    def __init__(self, console: Console | None, title: str, total: int) -> None:
        self._console, self._title, self._total = console, title, total
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Counting:
        if self._console is not None and self._console.is_terminal:
            from rich import progress

            title = progress.TextColumn("{task.description}", markup=False)
            columns = (title, progress.BarColumn(), progress.MofNCompleteColumn(), progress.TimeRemainingColumn())
            self._bar = progress.Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self._title, total=self._total)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int) -> None:
        """So many are done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)
