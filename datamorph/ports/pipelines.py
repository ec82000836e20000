"""Where pipelines are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from datamorph.core.spec import PipelineSpec


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A saved pipeline: its spec and the files compiled from it.

    Attributes:
        folder: where it is kept, for people; empty before it is saved.
        document: the spec as it stands there, with a person's own comments; empty before it is saved.
        plan: how a language model planned it, as JSON; empty where none did. A save without it keeps what is there.
    """

    spec: PipelineSpec
    transform: str
    query: str
    folder: str = ""
    document: str = ""
    plan: str = ""


class PipelineStore(Protocol):
    """Keeps pipelines as readable files that people may edit and review."""

    def save(self, pipeline: Pipeline) -> Pipeline:
        """Write or replace a pipeline at once: a reader sees all of the old or all of the new."""
        ...

    def load(self, name: str) -> Pipeline:
        """Read one pipeline.

        Raises:
            NotFoundError: no such pipeline, with the nearest names.
            SpecError: its spec does not parse, with the line.
        """
        ...

    def names(self) -> Sequence[str]:
        """Names of all pipelines, sorted; broken ones included."""
        ...

    def version(self) -> str:
        """Text that changes when a pipeline is saved, edited or removed; cheap to find out."""
        ...

    def remove(self, name: str) -> None:
        """Delete a pipeline; its table stays."""
        ...
