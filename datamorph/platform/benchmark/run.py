"""Scores cases, in one process or in several."""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NoReturn

from datamorph.errors import EngineError, LanguageModelError, SourceError
from datamorph.platform.benchmark.database import Database, open_database
from datamorph.platform.benchmark.pack import Case, Pack
from datamorph.platform.benchmark.scoring import ENDINGS, Scored, Scoring
from datamorph.platform.ports import Ports
from datamorph.ports import Planner
from datamorph.settings import Settings

UNIT_CASES = 20
HOPELESS = 3
_OPEN_DATABASES = 4


def run_cases(
    pack: Pack,
    cases: Sequence[Case],
    settings: Settings,
    *,
    jobs: int = 1,
    answers: Path | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Sequence[Scored]:
    """Plan and score cases with the planner that the settings name.

    Args:
        jobs: processes.
        answers: a folder that gets every outcome: ``<id>.parquet``, ``<id>.ask.json`` or ``<id>.refuse.json``, and
            ``<id>.meta.json`` for what a spec says besides its rows. Earlier outcomes of these cases go.
        report: told how many cases have been scored.

    Raises:
        SourceError: a table or gold query of the pack cannot be read.
        EngineError: a process died.
        LanguageModelError: it gives no answer to anything.
    """
    if answers is not None:
        _clear(answers, cases)
    done: dict[str, Scored] = {}
    with tempfile.TemporaryDirectory(prefix="datamorph-bench-") as scratch:
        common = replace(pack, cases=())
        units = [_Unit(common, unit, settings, Path(scratch), answers) for unit in _units(cases)]
        for scored in _run_all(units, jobs):
            done.update((one.case.id, one) for one in scored)
            report(len(done))
    if lost := _all_lost(list(done.values())):
        raise_lost(Ports(settings), lost)
    return [done[case.id] for case in cases]


def _all_lost(scored: Sequence[Scored]) -> str:
    """Why a language model that was asked has not answered once; empty where it was not asked, or has."""
    reasons = [one.provenance.lost for one in scored if one.provenance]
    return reasons[0] if reasons and all(reasons) else ""


def raise_lost(ports: Ports, reason: str) -> NoReturn:
    """Raise what keeps the language model from being opened, else why it does not answer."""
    from datamorph.platform.language_model import open_meter  # noqa: PLC0415 (only after a failure)

    open_meter(ports)
    raise LanguageModelError(
        f"the language model answers none of the cases: {reason}", fix="see docs/language-model.md, then measure again"
    )


def _clear(folder: Path, cases: Iterable[Case]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for case in cases:
            for ending in ENDINGS:
                (folder / f"{case.id}.{ending}").unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"cannot write into {folder}: {error.strerror}", fix="choose another --answers") from error


@dataclass(frozen=True, slots=True)
class _Unit:
    """Cases of one database that one process scores in a row."""

    pack: Pack
    cases: tuple[Case, ...]
    settings: Settings
    scratch: Path
    answers: Path | None


def _units(cases: Sequence[Case]) -> Iterator[tuple[Case, ...]]:
    by_database: dict[str, list[Case]] = {}
    for case in cases:
        by_database.setdefault(case.db, []).append(case)
    for group in by_database.values():
        for start in range(0, len(group), UNIT_CASES):
            yield tuple(group[start : start + UNIT_CASES])


def _run_all(units: Sequence[_Unit], jobs: int) -> Iterator[Sequence[Scored]]:
    if jobs == 1 or len(units) == 1:
        worker = _Worker()
        yield from map(worker.run, units)
        return
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(min(jobs, len(units)), context, _leave_stopping_to_parent, (stop,))
    try:
        with _interrupts_held():
            futures = [pool.submit(_run_here, unit) for unit in units]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise EngineError("a process of the measurement died", fix="use fewer --jobs: memory may be short") from error
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Generator[None]:
    """Hold Ctrl-C back while processes are started: cut off halfway, one of them ends in a traceback of its own.

    They inherit the mask, and so never meet Ctrl-C before they leave it to their parent. The parent needs a handler
    too: of its other threads, one without the mask may take the signal.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if pressed:
        signal.raise_signal(signal.SIGINT)


def _leave_stopping_to_parent(stop: Event) -> None:
    """Ctrl-C reaches every process of a terminal; the parent tells the others to go no further than their case."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _WORKER.is_stopped = stop.is_set


class _Worker:
    """Scores units one after the other and keeps the ports, and the databases with their planners that came last."""

    def __init__(self) -> None:
        self._databases: dict[tuple[Path, str], tuple[Database, Planner]] = {}
        self._ports: Ports | None = None
        self._first: list[Scored] = []
        self.is_stopped: Callable[[], bool] = lambda: False

    def run(self, unit: _Unit) -> Sequence[Scored]:
        """Score all cases of a unit, or those before it is stopped."""
        if self.is_stopped():
            return ()
        if self._ports is None:
            self._ports = Ports(unit.settings)
        database, planner = self._open(unit, self._ports)
        found: list[Scored] = []
        for case in takewhile(lambda _: not self.is_stopped(), unit.cases):
            found.append(Scoring(self._ports, planner, database, case, unit.answers).score())
            self._stop_if_all_lost(found[-1], self._ports)
        return found

    def _stop_if_all_lost(self, scored: Scored, ports: Ports) -> None:
        """Where a language model answers none of the first cases, it will answer none of the others."""
        if scored.provenance and len(self._first) < HOPELESS:
            self._first.append(scored)
            if len(self._first) == HOPELESS and (lost := _all_lost(self._first)):
                raise_lost(ports, lost)

    def _open(self, unit: _Unit, ports: Ports) -> tuple[Database, Planner]:
        key = unit.pack.folder, unit.cases[0].db
        if key not in self._databases:
            while len(self._databases) >= _OPEN_DATABASES:
                del self._databases[next(iter(self._databases))]
            own = unit.scratch / f"process-{multiprocessing.current_process().pid}"
            database = open_database(unit.pack, unit.cases[0], own, ports.queries)
            self._databases[key] = database, ports.planner_over(database.pin)
        return self._databases[key]


_WORKER = _Worker()


def _run_here(unit: _Unit) -> Sequence[Scored]:
    return _WORKER.run(unit)
