"""Everything that computes tables in one project, in the order in which data moves; what cannot be part of it, apart.

Pipelines and SQL models are alike here: each has a target and reads tables, at most one may write a table, and none
may read, through others, what it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from datamorph.core.dependencies import in_order
from datamorph.core.model_spec import CompiledModel, compile_model, spec_name
from datamorph.core.problem import Problem
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql_model import ModelProblem, SqlModel
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import WRITABLE, CheckedSpec, typecheck


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Something that cannot be part of the graph.

    Attributes:
        name: of the pipeline or the model's spec.
        model: the model, where it is one.
    """

    name: str
    reason: str
    model: SqlModel | None = None


Node: TypeAlias = PipelineSpec | SqlModel
Outcome: TypeAlias = CheckedSpec | CompiledModel | tuple[Problem, ...] | tuple[ModelProblem, ...]


@dataclass(frozen=True, slots=True)
class ProjectGraph:
    """What computes tables, in order, and what came of checking it.

    Attributes:
        reads: computed table to the tables that it is computed from.
        schemas: every table that there is or will be.
    """

    nodes: Sequence[tuple[Node, Outcome]]
    misplaced: Sequence[Misplaced]
    reads: Mapping[TableRef, frozenset[TableRef]]
    schemas: Mapping[TableRef, TableSchema]


def target_of(node: Node) -> TableRef:
    """The table that it writes."""
    return node.ref if isinstance(node, SqlModel) else node.target.table


def reads_of(node: Node) -> frozenset[TableRef]:
    """The tables that it reads."""
    return frozenset(node.reads if isinstance(node, SqlModel) else node.sources.values())


def arrange(
    pipelines: Iterable[PipelineSpec],
    models: Iterable[SqlModel],
    tables: Mapping[TableRef, TableSchema],
    *,
    writable: Sequence[str] = WRITABLE,
) -> ProjectGraph:
    """Put pipelines and models in order and check each against the schemas that the ones before will yield.

    Args:
        tables: the published tables. A model's file is newer than its table, so what reads it is checked against
            the columns of the file; a pipeline's table counts as it is published, where it is.
    """
    owners, misplaced = _owners([*pipelines, *models])
    order, circles = in_order({table: reads_of(node) for table, node in owners.items()})
    for circle in circles:
        told = " -> ".join(map(str, (*circle, circle[0])))
        reason = f"these tables are computed from each other: {told}"
        misplaced += [_misplaced(owners[table], reason) for table in circle]
    known, nodes = dict(tables), list[tuple[Node, Outcome]]()
    for table in order:
        node = owners[table]
        outcome: Outcome
        if isinstance(node, SqlModel):
            outcome = compile_model(node, known, writable=writable)
            if isinstance(outcome, CompiledModel):
                known[table] = outcome.checked.published
        else:
            outcome = typecheck(node, known, writable=writable)
            if isinstance(outcome, CheckedSpec):
                known.setdefault(table, outcome.published)
        nodes.append((node, outcome))
    return ProjectGraph(nodes, misplaced, {table: reads_of(owners[table]) for table in order}, known)


def _owners(nodes: Iterable[Node]) -> tuple[dict[TableRef, Node], list[Misplaced]]:
    owners, rivals = dict[TableRef, Node](), list[Misplaced]()
    for node in nodes:
        table = target_of(node)
        owner = owners.setdefault(table, node)
        if owner is not node:
            other = owner.file if isinstance(owner, SqlModel) else f"pipeline {owner.name!r}"
            rivals.append(_misplaced(node, f"{table} is written by {other} too: remove one of them"))
    return owners, rivals


def _misplaced(node: Node, reason: str) -> Misplaced:
    is_model = isinstance(node, SqlModel)
    return Misplaced(spec_name(node.ref) if is_model else node.name, reason, node if is_model else None)
