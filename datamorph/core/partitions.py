"""Partitions that are replaced must be read as a whole: of one that is read in part, the other rows would be lost."""

from __future__ import annotations

from datamorph.core.copies import copied_columns
from datamorph.core.problem import Problems
from datamorph.core.spec import PipelineSpec
from datamorph.core.steps.step import Frames, exact, listed


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
