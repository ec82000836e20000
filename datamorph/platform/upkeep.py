"""Housekeeping that is safe at any time: compact, expire, sweep; who is alive is asked first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from datamorph.core.run import ACTIVE, Run, RunState
from datamorph.core.table import TableRef
from datamorph.errors import PublishConflictError
from datamorph.platform.ports import Ports
from datamorph.platform.recorded import MOST_RUNS, pinned_snapshots
from datamorph.ports import Freed, Snapshot

PLANS_LAST = timedelta(days=1)
"""A plan that nobody ran keeps its inputs that long."""

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Compacted:
    """One table whose files became fewer."""

    table: str
    files_before: int
    files_after: int
    snapshot_id: int


def compact(ports: Ports, refs: Collection[TableRef]) -> Sequence[Compacted]:
    """Join the small files of these tables; those that are busy are left for the next time."""
    found = list[Compacted]()
    for ref in refs:
        before = next(line for line in ports.lake.history(ref) if line.is_current)
        after = _compacted(ports, ref)
        if after is not None:
            found.append(Compacted(str(ref), before.files, after.files, after.snapshot_id))
    return found


def _compacted(ports: Ports, ref: TableRef) -> Snapshot | None:
    for _ in range(ATTEMPTS):
        try:
            return ports.upkeep.compact(ref, run_id=f"compact-{ports.new_id()}")
        except PublishConflictError:
            continue
    return None


def expire(
    ports: Ports, refs: Collection[TableRef], *, keep: int | None = None, days: float | None = None
) -> dict[str, Freed]:
    """Forget old snapshots of these tables; what a living run or a fresh plan reads stays."""
    settings = ports.settings
    since = ports.now() - timedelta(days=settings.keep_days if days is None else days)
    pinned = _in_use(ports)
    return {
        str(ref): ports.upkeep.expire(ref, keep=keep or settings.keep_snapshots, since=since, pinned=pinned)
        for ref in refs
    }


def sweep(ports: Ports, *, days: float | None = None) -> Freed:
    """Remove files that no table names, once they are old enough; never those of living runs."""
    settings, now = ports.settings, ports.now()
    alive = _alive(ports)
    before = now - timedelta(days=settings.sweep_days if days is None else days)
    return ports.upkeep.sweep(
        before=min([before, *(run.created_at for run in alive)]),
        dropped_before=now - timedelta(days=settings.dropped_days),
        alive=[run.run_id for run in alive],
    )


def _alive(ports: Ports) -> Sequence[Run]:
    """Runs whose process lives; the dead are told apart by their locks."""
    ports.log.interrupt_dead()
    return [run for run in ports.log.runs(most=MOST_RUNS) if run.state in ACTIVE]


def _in_use(ports: Ports) -> set[int]:
    fresh = ports.now() - PLANS_LAST
    runs = [
        run
        for run in (*_alive(ports), *ports.log.runs(most=1000))
        if run.state in ACTIVE or (run.state in (RunState.PLANNED, RunState.HELD) and run.updated_at >= fresh)
    ]
    return {found for run in runs for found in pinned_snapshots(ports, run.run_id)}
