"""What the API takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from datamorph.core.run import Run, RunEvent
from datamorph.documents import plain, timestamp
from datamorph.web.wording import describe, title_of

Prompt = Annotated[str, Field(min_length=1, max_length=20_000, examples=["count orders per status"])]
TableName = Annotated[str, Field(min_length=1, max_length=400, examples=["curated.sales.totals"])]
Row = dict[str, Any]


class Shape(BaseModel):
    """Nothing more than what is said."""

    model_config = ConfigDict(extra="forbid")


class RunDocument(Shape):
    """One run."""

    run_id: str = Field(examples=["20260131-060000-1a2b3c"])
    prompt: str
    state: Literal["planning", "asked", "refused", "planned", "held", "running", "published", "failed", "interrupted"]
    created_at: str
    updated_at: str
    pipeline: str
    table: str
    reason: str = Field(description="Why it is asked, refused, failed or interrupted.")

    @classmethod
    def of(cls, run: Run) -> RunDocument:
        """From the record."""
        return cls(**plain(run))


class LogLine(Shape):
    """One event of a run."""

    number: int = Field(ge=1)
    timestamp: str
    type: Literal["started", "progress", "finished", "failed"]
    title: str
    description: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, number: int, event: RunEvent) -> LogLine:
        """From the record."""
        metadata = {"stage": event.stage.value, "duration_s": event.duration_s, **plain(dict(event.facts))}
        return cls(number=number, timestamp=timestamp(event.at), type=event.kind.value, title=title_of(event),
                   description=describe(event), metadata=metadata)  # fmt: skip


class Answers(Shape):
    """Question ids to the values of the chosen answers, or to other words where a question takes them."""

    answers: dict[str, str] = Field(default_factory=dict, examples=[{"q1": "raw.shop.orders"}])


class PlanRequest(Answers):
    """A sentence to plan."""

    prompt: Prompt


class ColumnDocument(Shape):
    """A column and its type."""

    name: str
    type: str
