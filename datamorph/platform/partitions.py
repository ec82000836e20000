"""The partitions of a pipeline's table, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datamorph.core.partition import require_partitioning
from datamorph.core.spec import PipelineSpec
from datamorph.core.typecheck import require_checked

if TYPE_CHECKING:
    from datamorph.platform.platform import Platform


def partition_keys(platform: Platform, spec: PipelineSpec, first: str, last: str) -> Sequence[str]:
    """The keys of a spec's partitions from the first to the last, both included.

    Raises:
        SpecError: its table is not partitioned so, or one of the two is no key.
    """
    tables = {table.ref: table.schema for table in platform.tables()}
    checked = require_checked(spec, tables, writable=platform.settings.writable)
    return list(require_partitioning(spec, checked.schema).keys(first, last))
