"""Engines: what turns a transform into staged files."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableSchema

Report: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Progress while something runs: ``(what, facts)``."""


@dataclass(frozen=True, slots=True)
class StagedOutput:
    """Parquet files that one run has written; no reader sees them until a lake publishes them.

    Attributes:
        prefix: the folder or S3 prefix that belongs to this run alone.
        files: absolute paths or URIs, in row order where the transform sorts.
        bytes: their size.
        uris: where files lie in the lake already, by path: such need not be brought there.
    """

    prefix: str
    files: tuple[str, ...]
    schema: TableSchema
    rows: int
    bytes: int
    seconds: float = 0.0
    uris: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class TransformJob:
    """What an engine needs to know, and all that it may see.

    Attributes:
        code: Python source that defines ``transform(**frames) -> DataFrame``.
        inputs: frame name to the pinned table that it is read from.
        into: a prefix that does not exist yet; the output's Parquet files go there.
        columns: the output's columns in order, with the types that they must have.
        timeout_s: the engine is stopped after that many seconds.
        into_uri: where an engine elsewhere writes, so that the lake has the files already; empty for a lake on this
            machine.
        billed_s: an engine that is billed is stopped after that many seconds of it, whatever ``timeout_s`` says.
    """

    run_id: str
    code: str
    inputs: Mapping[str, PinnedTable]
    into: str
    columns: TableSchema
    timeout_s: float = 3600.0
    into_uri: str = ""
    billed_s: float = math.inf


class Engine(Protocol):
    """Executes ``glue_scripts/run_transform.py`` with a job: Sail, JVM Spark, Glue or EMR."""

    name: str

    def prepare(self) -> None:
        """Begin to start up, so that a job that follows soon waits less. Never needed, never waits itself."""
        ...

    def release(self) -> None:
        """Give back what was prepared and not used."""
        ...

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """Run the transform and write its rows under ``job.into``.

        Raises:
            EngineError: the engine failed; ``into`` may hold partial files, no table changed.
            StorageFullError: no space left for the output.
        """
        ...
