"""What came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from datamorph.core.checks import CheckResult
from datamorph.core.table import TableSchema


@dataclass(frozen=True, slots=True)
class RunResult:
    """A published table and how it got there.

    Attributes:
        table: ``tier.domain.name``.
        rows: rows of the published snapshot.
        seconds: duration of every stage, by name.
        is_unchanged: spec and inputs are those of the current snapshot, so nothing was computed again.
        folder: where the pipeline's spec and code are kept; empty for a load.
        loaded: files, or whatever a source's pieces are, whose rows were loaded.
        refused: those that were left out, with the reason.
    """

    run_id: str
    table: str
    snapshot_id: int
    rows: int
    schema: TableSchema
    checks: tuple[CheckResult, ...] = ()
    quarantined: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    is_unchanged: bool = False
    folder: str = ""
    loaded: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
