"""Runs and run events as rows of SQLite, and how a dead run ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from datamorph.core.run import TRANSITIONS, EventKind, Run, RunEvent, RunState, Stage

INTERRUPTED = "the process that ran it is gone"
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    position INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, prompt TEXT NOT NULL, state TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    pipeline TEXT NOT NULL, "table" TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state);
CREATE INDEX IF NOT EXISTS runs_by_time ON runs (created_at);
CREATE TABLE IF NOT EXISTS events (
    run_id TEXT NOT NULL REFERENCES runs (run_id), sequence INTEGER NOT NULL, stage TEXT NOT NULL,
    kind TEXT NOT NULL, at TEXT NOT NULL, duration_s REAL, facts TEXT NOT NULL,
    PRIMARY KEY (run_id, sequence)
) STRICT, WITHOUT ROWID;
"""
SELECT_RUNS = 'SELECT run_id, prompt, state, created_at, updated_at, pipeline, "table", reason FROM runs'
INSERT_RUN = (
    'INSERT INTO runs (run_id, prompt, state, created_at, updated_at, pipeline, "table", reason)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE_RUN = (
    'UPDATE runs SET prompt = ?, state = ?, updated_at = ?, pipeline = ?, "table" = ?, reason = ? WHERE run_id = ?'
)
SELECT_EVENTS = (
    "SELECT sequence, stage, kind, at, duration_s, facts FROM events"
    " WHERE run_id = ? AND sequence > ? ORDER BY sequence"
)
INSERT_EVENT = (
    "INSERT INTO events (run_id, sequence, stage, kind, at, duration_s, facts)"
    " SELECT ?1, 1 + coalesce(max(sequence), 0), ?2, ?3, ?4, ?5, ?6 FROM events WHERE run_id = ?1"
)


def run_row(run: Run) -> tuple[str, ...]:
    """Parameters of ``INSERT_RUN``."""
    instants = run.created_at.isoformat(), run.updated_at.isoformat()
    return (run.run_id, run.prompt, run.state.value, *instants, run.pipeline, run.table, run.reason)


def change_row(change: Run) -> tuple[str, ...]:
    """Parameters of ``UPDATE_RUN``; when a run was created never changes."""
    updated_at = change.updated_at.isoformat()
    return (change.prompt, change.state.value, updated_at, change.pipeline, change.table, change.reason, change.run_id)


def event_row(run_id: str, event: RunEvent) -> tuple[Any, ...]:
    """Parameters of ``INSERT_EVENT``; facts that JSON has no word for are kept as text."""
    facts = json.dumps(dict(event.facts), ensure_ascii=False, default=str)
    return (run_id, event.stage.value, event.kind.value, event.at.isoformat(), event.duration_s, facts)


def read_run(row: tuple[Any, ...]) -> Run:
    """A row of ``SELECT_RUNS``."""
    run_id, prompt, state, created_at, updated_at, pipeline, table, reason = row
    created, updated = datetime.fromisoformat(created_at), datetime.fromisoformat(updated_at)
    return Run(run_id, prompt, RunState(state), created, updated, pipeline, table, reason)


def read_event(row: tuple[Any, ...]) -> tuple[int, RunEvent]:
    """A row of ``SELECT_EVENTS``."""
    sequence, stage, kind, at, duration_s, facts = row
    event = RunEvent(Stage(stage), EventKind(kind), datetime.fromisoformat(at), duration_s, json.loads(facts))
    return sequence, event


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def check_change(before: Run, change: Run) -> None:
    """Raise ValueError where a run's new state may not follow the recorded one."""
    if change.run_id != before.run_id:
        raise ValueError(f"a change of run {before.run_id!r} was made for {change.run_id!r}")
    if change.state not in TRANSITIONS.get(before.state, ()):
        raise ValueError(f"run {before.run_id!r} is {before.state}: {change.state} may not follow")


def last_event(run: Run, events: Sequence[RunEvent], *, at: datetime) -> RunEvent:
    """The event that ends a dead run, on the stage where it stood."""
    first = Stage.GROUND if run.state is RunState.PLANNING else Stage.STAGE
    stage = events[-1].stage if events else first
    started = next((e.at for e in reversed(events) if e.stage is stage and e.kind is EventKind.STARTED), at)
    return RunEvent(stage, EventKind.FAILED, at, (at - started).total_seconds(), {"error": INTERRUPTED})
