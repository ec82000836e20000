"""What services that run jobs have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """Where a job stands, whatever its service calls it."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    TIMED_OUT = "timed out"

    @property
    def is_over(self) -> bool:
        """Nothing of it runs any more."""
        return self not in (Phase.WAITING, Phase.RUNNING)


@dataclass(frozen=True, slots=True)
class JobOrder:
    """A job to start.

    Attributes:
        token: ordering twice under one token gives one job.
        script: URI of the entry script.
        modules: URI of a zip with what the script imports and the service has not.
        arguments: of the script.
        input_bytes: what it will read.
        timeout_s: the service itself ends it then, should nobody else.
    """

    token: str
    script: str
    modules: str
    arguments: Sequence[str]
    input_bytes: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class JobState:
    """What a service tells of a job.

    Attributes:
        told: the state in the service's own word.
        message: why it failed, in the service's words.
        usage: what is billed, by unit (``core.usage``); empty until it is known.
        billed_s: seconds that it has been billed so far, where its start is billed, too; else 0.
    """

    phase: Phase
    told: str
    message: str = ""
    usage: Mapping[str, float] = field(default_factory=dict[str, float])
    billed_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Nothing of it runs any more."""
        return self.phase.is_over


def order_name(token: str) -> str:
    """What an order is called where a service has names: by it, a lost one is found again."""
    return f"datamorph-{token}"


class JobService(Protocol):
    """Runs jobs: Glue, EMR Serverless, EMR, ECS. Errors are botocore's own.

    Attributes:
        name: of the engine.
        has_tokens: the service itself takes an order twice under one token for one.
        start_s: about so many billed seconds pass before a job begins.
    """

    name: str
    has_tokens: bool
    start_s: float

    def start(self, order: JobOrder) -> str:
        """Start a job and return its id."""
        ...

    def find(self, token: str) -> str | None:
        """The job that was started under a token; None where none was."""
        ...

    def state(self, job_id: str) -> JobState:
        """Where a job stands."""
        ...

    def stop(self, job_id: str) -> None:
        """Ask for a job's end; nothing happens when it has ended."""
        ...

    def log(self, job_id: str) -> tuple[str, str] | None:
        """Group and stream of CloudWatch Logs with the job's output; None where the service writes none."""
        ...
