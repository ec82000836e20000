"""Reads the pipelines folder for Dagster; one bad pipeline never hides the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from datamorph.core.checks import Check
from datamorph.core.problem import Problem
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.platform import Platform
from datamorph.ports import Pipeline


@dataclass(frozen=True, slots=True)
class ScannedPipeline:
    """A pipeline that can be read.

    Attributes:
        version: hash of the spec.
        checked: the spec with all its schemas; None when it cannot run on the tables of today.
        problems: why it cannot.
        demanded: checks of its table's contract.
    """

    pipeline: Pipeline
    version: str
    checked: CheckedSpec | None
    problems: tuple[Problem, ...] = ()
    demanded: tuple[Check, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """What a run judges: the spec's checks, then those of the table's contract; unknown without schemas."""
        own = self.checked.spec.all_checks if self.checked else ()
        return (*own, *(check for check in self.demanded if self.checked and check not in own))


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that cannot be shown as what it is, and why."""

    name: str
    reason: str


def scan_pipelines(
    platform: Platform, tables: Mapping[TableRef, TableSchema]
) -> tuple[Sequence[ScannedPipeline], Sequence[Broken]]:
    """Read and type-check every saved pipeline.

    Args:
        tables: the published tables. A table that is not published yet has the schema that its pipeline
            gives it, so a new project shows its columns before the first run.

    Returns:
        Pipelines in the order in which data moves, and those that cannot be part of the asset graph: not
        readable, writing the table of another one, or reading each other in a circle.
    """
    loaded, unreadable = _load_all(platform)
    owners, rivals = _by_target(loaded)
    ordered, circular = _in_order(owners)
    known, scanned = dict(tables), list[ScannedPipeline]()
    for pipeline in ordered:
        found, version = typecheck(pipeline.spec, known), pipeline.spec.hash()
        if isinstance(found, CheckedSpec):
            known.setdefault(pipeline.spec.target.table, found.published)
            demanded = platform.demanded_checks(pipeline.spec.target.table)
            scanned.append(ScannedPipeline(pipeline, version, found, demanded=tuple(demanded)))
        else:
            scanned.append(ScannedPipeline(pipeline, version, None, found))
    return scanned, [*unreadable, *rivals, *circular]


def _load_all(platform: Platform) -> tuple[list[Pipeline], list[Broken]]:
    loaded, broken = list[Pipeline](), list[Broken]()
    for name in platform.pipelines():
        try:
            loaded.append(platform.pipeline(name))
        except Exception as error:  # the isolation boundary: whatever is wrong with it, it is one pipeline
            broken.append(Broken(name, f"{type(error).__name__}: {error}"))
    return loaded, broken


def _by_target(pipelines: Iterable[Pipeline]) -> tuple[dict[TableRef, Pipeline], list[Broken]]:
    owners, rivals = dict[TableRef, Pipeline](), list[Broken]()
    for pipeline in pipelines:
        table, name = pipeline.spec.target.table, pipeline.spec.name
        owner = owners.setdefault(table, pipeline)
        if owner is not pipeline:
            rivals.append(Broken(name, f"{table} is written by pipeline {owner.spec.name!r} too: remove one of them"))
    return owners, rivals


def _in_order(owners: dict[TableRef, Pipeline]) -> tuple[list[Pipeline], list[Broken]]:
    circular = list[Broken]()
    while True:
        graph = {table: set(pipeline.spec.sources.values()) & set(owners) for table, pipeline in owners.items()}
        try:
            return [owners[table] for table in TopologicalSorter(graph).static_order()], circular
        except CycleError as error:
            circle: list[TableRef] = list(dict.fromkeys(error.args[1]))
            reason = f"these tables are computed from each other: {', '.join(map(str, circle))}"
            circular += [Broken(owners[table].spec.name, reason) for table in circle]
            owners = {table: pipeline for table, pipeline in owners.items() if table not in circle}
