"""A spec against real schemas: the schema of every frame, or the problems, with the nearest names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from datamorph.core.datatype import SIMPLE, is_decimal, is_nested
from datamorph.core.partitions import check_whole_groups, check_whole_partitions
from datamorph.core.problem import Problem, Problems, nearest, told
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.steps.ordering import OrderKey
from datamorph.core.steps.sort import Sort
from datamorph.core.steps.step import Order, exact
from datamorph.core.steps.top import Top
from datamorph.core.table import TableRef, TableSchema, Tier
from datamorph.errors import SpecError

WRITABLE = ("processed.*", "curated.*")


@dataclass(frozen=True, slots=True)
class CheckedSpec:
    """A spec that can run.

    Attributes:
        frames: schema of every source and step by frame name, in order.
        order: order of the result's rows, empty when they have none.
    """

    spec: PipelineSpec
    frames: Mapping[str, TableSchema]
    order: Order = ()

    @property
    def schema(self) -> TableSchema:
        """Schema of the result."""
        return self.frames[self.spec.result]

    @property
    def published(self) -> TableSchema:
        """Columns of the target."""
        return self.spec.target.output(self.schema)


def typecheck(
    spec: PipelineSpec,
    tables: Mapping[TableRef, TableSchema],
    *,
    may_read_target: bool = False,
    writable: Sequence[str] = WRITABLE,
) -> CheckedSpec | tuple[Problem, ...]:
    """Check a spec against the schemas of the tables that exist.

    Args:
        may_read_target: the spec of a run, which may read what it writes (``core.writing``).
        writable: patterns of the tables that pipelines may write, such as ``curated.sales.*``.

    Returns:
        The checked spec, or every problem that could be told, in the order of the spec. A step over a frame
        with problems is not checked: its own problems would be noise.
    """
    problems = Problems()
    frames = _sources(spec, tables, problems.at("sources"))
    orders: dict[str, Order] = dict.fromkeys(frames, ())
    broken: set[str] = set(spec.sources) - set(frames)
    for step in spec.steps:
        before = len(problems.found)
        _check_frames(step, spec, frames, broken, problems.at(step.name))
        if len(problems.found) == before and not broken & set(step.step.inputs()):
            frames[step.name] = step.step.output(frames, problems.at(step.name))
        if len(problems.found) > before or step.name not in frames:
            broken.add(step.name)
        else:
            orders[step.name] = _spelled(step.step.order(orders), frames[step.name])
    _check_unused(spec, problems)
    if spec.result in frames and spec.result not in broken:
        _check_order(spec, orders, problems)
        if not may_read_target:
            _check_cycle(spec, problems.at("target"))
        _check_incremental(spec, frames, problems.at("incremental"))
        _check_writable(spec, writable, problems.at("target"))
        _check_target(spec, frames[spec.result], problems.at("target"))
        _check_checks(spec, frames[spec.result], tables, problems)
    if not problems.found:
        check_whole_partitions(spec, frames, problems.at("incremental"))
        check_whole_groups(spec, frames, problems.at("incremental"))
    return tuple(problems.found) if problems.found else CheckedSpec(spec, frames, orders[spec.result])


def require_checked(
    spec: PipelineSpec,
    tables: Mapping[TableRef, TableSchema],
    *,
    may_read_target: bool = False,
    writable: Sequence[str] = WRITABLE,
) -> CheckedSpec:
    """The checked spec; see ``typecheck``.

    Raises:
        SpecError: lists every problem.
    """
    result = typecheck(spec, tables, may_read_target=may_read_target, writable=writable)
    if isinstance(result, CheckedSpec):
        return result
    lines = "\n  ".join(told(result))
    raise SpecError(f"spec {spec.name!r} cannot run:\n  {lines}", fix="correct the spec as hinted")


def _sources(spec: PipelineSpec, tables: Mapping[TableRef, TableSchema], problems: Problems) -> dict[str, TableSchema]:
    frames: dict[str, TableSchema] = {}
    for name, ref in spec.sources.items():
        if ref in tables:
            frames[name] = tables[ref]
        else:
            problems.add("unknown_table", f"no table {str(ref)!r}", hint=nearest(str(ref), map(str, tables)))
    return frames


def _check_frames(
    step: NamedStep, spec: PipelineSpec, frames: Mapping[str, TableSchema], broken: set[str], problems: Problems
) -> None:
    if step.name in frames or step.name in broken:
        problems.add("duplicate_frame", f"frame {step.name!r} is named twice", hint="give every step its own name")
    for name in step.step.inputs():
        if name not in frames and name not in broken:
            problems.add("unknown_frame", f"no frame {name!r} before this step", hint=nearest(name, frames))


def _check_unused(spec: PipelineSpec, problems: Problems) -> None:
    used = {name for step in spec.steps for name in step.step.inputs()} | {spec.result}
    for name in (*spec.sources, *(step.name for step in spec.steps)):
        if name not in used:
            problems.at(name).add("dead_step", f"nothing reads {name!r}", hint="use it in a later step or remove it")


def _spelled(order: Order, schema: TableSchema) -> Order:
    return tuple(str(OrderKey(exact(key.column, schema), key.is_descending)) for key in map(OrderKey.parse, order))


def _check_order(spec: PipelineSpec, orders: Mapping[str, Order], problems: Problems) -> None:
    """A sort that the result no longer shows would be dropped in silence; rows that join others have no order."""
    sorts: dict[str, NamedStep] = {}
    for step in spec.steps:
        if isinstance(step.step, Sort):
            sorts[step.name] = step
        elif not isinstance(step.step, Top) or step.step.per:
            sorts.update((step.name, sorts[name]) for name in step.step.inputs() if name in sorts)
    lost, write = sorts.get(spec.result), spec.target.write
    if lost and write != "replace":
        message = f"the rows of a table that is written by {write} have no order"
        problems.at(lost.name).add("lost_order", message, hint="remove the sort, or write: replace")
        return
    if not lost or not isinstance(lost.step, Sort) or (lost.step.keep and lost.name == spec.result):
        return
    if len(orders.get(spec.result, ())) < len(lost.step.by):
        message = f"the order by {', '.join(lost.step.by)} does not last to the result"
        hint = "sort in the last step, and keep the columns that it sorts by"
        problems.at(lost.name).add("lost_order", message, hint=hint)


def _check_writable(spec: PipelineSpec, writable: Sequence[str], problems: Problems) -> None:
    """Raw tables belong to their sources; of the others, those that the project allows."""
    table = spec.target.table
    if table.tier is Tier.RAW:
        hint = f"write to curated.{table.domain}.{table.name}"
        problems.add("protected_target", f"pipelines may not write {str(table)!r}", hint=hint)
    elif not any(fnmatchcase(str(table), pattern) for pattern in writable):
        hint = f"the setting writable allows {', '.join(writable)}"
        problems.add("protected_target", f"pipelines may not write {str(table)!r}", hint=hint)


def _check_cycle(spec: PipelineSpec, problems: Problems) -> None:
    if spec.target.table in spec.sources.values():
        problems.add("cycle", f"{spec.target.table} is read and written", hint="choose another target table")


def _check_incremental(spec: PipelineSpec, frames: Mapping[str, TableSchema], problems: Problems) -> None:
    for name, incremental in spec.incremental.items():
        if name not in spec.sources:
            problems.add("unknown_frame", f"no source {name!r}", hint=nearest(name, spec.sources))
        else:
            incremental.check(name, frames[name], spec.target.write, problems)


def _check_target(spec: PipelineSpec, schema: TableSchema, problems: Problems) -> None:
    spec.target.check(schema, is_incremental=bool(spec.incremental), problems=problems)
    for column in schema:
        if column.type == "void" or not (column.type in SIMPLE or is_decimal(column.type) or is_nested(column.type)):
            problems.add("type", f"column {column.name!r} has no type", hint="cast it")
    if len(schema) == 0:
        problems.add("empty", "the result has no column", hint="select at least one")


def _check_checks(
    spec: PipelineSpec, schema: TableSchema, tables: Mapping[TableRef, TableSchema], problems: Problems
) -> None:
    """Rows are set apart before they meet the table: those checks know the result's own columns only."""
    published = spec.target.output(schema)
    for check in spec.checks:
        for problem in check.problems(schema if check.quarantines else published, tables):
            problems.found.append(problem)
