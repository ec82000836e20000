"""When new files of a source are asked to be loaded: at once, one run at a time, and again after a failure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import dagster as dg

from datamorph.assets.interrupted import SINCE, will_go_on
from datamorph.core.table import TableRef
from datamorph.ports import Piece

FILES = "datamorph/files"
"""The tag that a run has from the files that asked for it, as people read it."""
SOURCE = "datamorph/source"
"""The tag that a run has from the source whose files asked for it."""
WAITED_FOR = "datamorph/waited_for"
"""The tag that tells the very files, as they were then."""
ACTIVE = [
    dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip
FIRST_WAIT, MOST_WAIT = timedelta(minutes=10), timedelta(days=1)
MOST_TRIES = 50
BREATH = timedelta(seconds=30)
"""Events that cannot be loaded, and many small ones, are waited for that long for each load of the last hour."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One run that is to be requested; the same key is the same request."""

    run_key: str
    tags: Mapping[str, str]


def ask_for(
    instance: dg.DagsterInstance, ref: TableRef, pieces: Sequence[Piece], *, now: datetime, are_named: bool = True
) -> Asked | str:
    """The run that these files need now, or why there is none.

    What was asked for and failed, or was canceled, is asked for again after ten minutes, and after twice that each
    time: what was wrong may have passed. Files that change are new files.

    Args:
        are_named: the pieces say which files they are; how many events there are says nothing of that, and the same
            number after a load is of others.
    """
    listed = "\n".join([str(ref), *(f"{one.name} {one.loaded.size} {one.loaded.changed_ns}" for one in pieces)])
    digest, count = hashlib.sha256(listed.encode()).hexdigest(), _files(len(pieces))
    tries = instance.get_run_records(dg.RunsFilter(tags={WAITED_FOR: digest}), limit=MOST_TRIES)
    if instance.get_runs_count(dg.RunsFilter(tags={SOURCE: str(ref)}, statuses=ACTIVE)):
        return "a load is at work"
    recent = [record for record in tries if now - _ended(record) < SINCE]
    if any(will_go_on(instance, record.dagster_run) for record in recent):
        return "a load was broken off, and begins again in a moment"
    if are_named and (done := next((record.dagster_run for record in tries if record.dagster_run.is_success), None)):
        return f"{count} not in the table after run {done.run_id[:8]}: refused, or rolled back; loaded when changed"
    done = [record for record in tries if record.dagster_run.is_success and now - _ended(record) < timedelta(hours=1)]
    if done and now < _ended(done[0]) + BREATH * len(done):
        return f"{count} waiting: {len(done)} loads ended within the hour, more are gathered"
    failed = list(takewhile(lambda record: not record.dagster_run.is_success, tries))
    if failed:
        last = failed[0].dagster_run
        again = _ended(failed[0]) + (min(FIRST_WAIT * 2 ** (len(failed) - 1), MOST_WAIT) if are_named else FIRST_WAIT)
        if now < again:
            when = f"{again:%Y-%m-%d %H:%M} UTC"
            how = "failed" if last.status is dg.DagsterRunStatus.FAILURE else "was canceled"
            return f"{count} waiting: run {last.run_id[:8]} {how}; it is tried again at {when}, or when a file changes"
    names = ", ".join(one.name for one in pieces[:3])
    tags = {FILES: f"{len(pieces)}: {names}"[:200], SOURCE: str(ref), WAITED_FOR: digest}
    return Asked(f"{digest}-{tries[0].dagster_run.run_id}" if tries else digest, tags)


def _ended(record: dg.RunRecord) -> datetime:
    """When a run ended, or was heard of last."""
    return datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), UTC)


def _files(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"
