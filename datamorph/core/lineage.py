"""Column lineage of a spec: which source columns every output column is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from datamorph.core.steps.step import Origin
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec

SourceColumn: TypeAlias = tuple[TableRef, str]


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a table comes from.

    Attributes:
        columns: output column to the source columns whose values it is computed from.
        rows: source columns that decide which rows there are (filters, join keys, groups, ranks).
    """

    columns: Mapping[str, frozenset[SourceColumn]]
    rows: frozenset[SourceColumn]

    @property
    def read(self) -> frozenset[SourceColumn]:
        """Every source column that matters for the result."""
        return self.rows.union(*self.columns.values())


def trace(checked: CheckedSpec) -> Lineage:
    """Follow every column through the steps back to the sources."""
    spec = checked.spec
    columns: dict[Origin, frozenset[SourceColumn]] = {
        (frame, name): frozenset({(ref, name)})
        for frame, ref in spec.sources.items()
        for name in checked.frames[frame].names
    }
    rows: dict[str, frozenset[SourceColumn]] = dict.fromkeys(spec.sources, frozenset())
    for step in spec.steps:
        found = step.step.lineage(checked.frames)
        for name, origins in found.columns.items():
            columns[step.name, name] = frozenset().union(*(columns[origin] for origin in origins))
        inherited = [rows[frame] for frame in step.step.inputs()]
        rows[step.name] = frozenset().union(*inherited, *(columns[origin] for origin in found.rows))
    result = spec.result
    return Lineage({name: columns[result, name] for name in checked.schema.names}, rows[result])
