"""A run: its stages, its events, and which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """What happens to a prompt, in order."""

    GROUND = "ground"
    PLAN = "plan"
    CHECK = "check"
    COMPILE = "compile"
    DRY_RUN = "dry_run"
    STAGE = "stage"
    AUDIT = "audit"
    PUBLISH = "publish"
    REGISTER = "register"


class RunState(StrEnum):
    """Where a run stands. ``planning`` and ``running`` need a living process; the rest are at rest.

    ``asked`` waits for an answer, ``held`` for a person's approval: both go on where they stopped. A run that finds
    its rows published already is ``published`` without having run.
    """

    PLANNING = "planning"
    ASKED = "asked"
    REFUSED = "refused"
    PLANNED = "planned"
    HELD = "held"
    RUNNING = "running"
    PUBLISHED = "published"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ACTIVE = frozenset({RunState.PLANNING, RunState.RUNNING})

_ENDINGS = frozenset({RunState.FAILED, RunState.INTERRUPTED})
TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
    RunState.PLANNING: frozenset({RunState.PLANNED, RunState.ASKED, RunState.REFUSED}) | _ENDINGS,
    RunState.ASKED: frozenset({RunState.PLANNING}),
    RunState.PLANNED: frozenset({RunState.RUNNING, RunState.HELD, RunState.PUBLISHED}),
    RunState.HELD: frozenset({RunState.RUNNING, RunState.PUBLISHED}),
    RunState.RUNNING: frozenset({RunState.PUBLISHED, RunState.HELD}) | _ENDINGS,
}
"""Legal next states; a state that is not a key is final."""


EDITED_AS = "edited_as"
"""Fact of an event: the run whose plan took the place of this one's."""


class EventKind(StrEnum):
    """What a run event reports about its stage."""

    STARTED = "started"
    PROGRESS = "progress"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One line of a run's record.

    Attributes:
        at: when it happened, UTC.
        duration_s: seconds since the stage started; None for ``started``.
        facts: JSON values such as row counts, file counts, the error's text.
    """

    stage: Stage
    kind: EventKind
    at: datetime
    duration_s: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Run:
    """One prompt or pipeline on its way to a table."""

    run_id: str
    prompt: str
    state: RunState
    created_at: datetime
    updated_at: datetime
    pipeline: str = ""
    table: str = ""
    reason: str = ""
    """Why it is asked, held, refused, failed or interrupted, in one sentence."""
