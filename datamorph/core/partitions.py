"""What an incremental read gives in part: partitions whose other rows would go, groups whose totals would shrink."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from datamorph.core.copies import copied_columns
from datamorph.core.problem import Problems
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.steps.sql import Sql
from datamorph.core.steps.step import Frames, exact, listed

_OVER_ROWS = frozenset({"aggregate", "pivot", "window", "top"})


def check_whole_partitions(spec: PipelineSpec, frames: Frames, problems: Problems) -> None:
    """Report incremental reads that may give a part of a partition only.

    Rows with one value of the column that is read by are read together or not at all. So a partition is whole where
    one of its columns is that column: a month of days, or a column of another source, is not.
    """
    target = spec.target
    if target.write != "replace_partitions" or not spec.incremental:
        return
    copies = copied_columns(spec, frames)
    whole = {copies.get(name.casefold()) for name in target.partition_by}
    for frame, how in spec.incremental.items():
        if (frame, exact(how.by, frames[frame])) not in whole:
            message = (
                f"{spec.sources[frame]} is read by {how.by}, which may give a part of a partition by "
                f"{listed(target.partition_by)}: its other rows would be lost"
            )
            hint = f"partition by {how.by} as it is in {frame}, write: merge, or read the source whole"
            problems.add("torn_partition", message, hint=hint)


def check_whole_groups(spec: PipelineSpec, frames: Frames, problems: Problems) -> None:
    """Report values over several rows that are computed of the new rows alone and then take the place of older ones.

    With ``merge``, a total per customer would become the total of the rows since the last run. A group is whole where
    its key has the column that is read by, for the same reason as a partition.
    """
    target = spec.target
    if target.write not in ("merge", "scd2") or not spec.incremental:
        return
    copies = copied_columns(spec, frames)
    whole = {copies.get(name.casefold()) for name in target.key}
    for frame, how in spec.incremental.items():
        step = _first_over_rows(spec, frame)
        if step is not None and (frame, exact(how.by, frames[frame])) not in whole:
            message = (
                f"{step.name} computes over rows of {spec.sources[frame]}, of which only new ones are read: with "
                f"write: {target.write}, what it yields for them would replace what all rows gave"
            )
            hint = f"read {frame} whole, or put {how.by} as it is in {frame} into the key"
            problems.add("partial_group", message, hint=hint)


def _first_over_rows(spec: PipelineSpec, frame: str) -> NamedStep | None:
    """The first step behind a frame that makes values of several rows."""
    reached = {frame}
    for step in spec.steps:
        if reached & set(step.step.inputs()):
            if _is_over_rows(step):
                return step
            reached.add(step.name)
    return None


def _is_over_rows(step: NamedStep) -> bool:
    if not isinstance(step.step, Sql):
        return step.step.kind in _OVER_ROWS
    tree = sqlglot.parse_one(step.step.query, dialect="spark")
    return tree.find(exp.AggFunc, exp.Window, exp.Group) is not None
