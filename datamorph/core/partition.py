"""Partitions of a table that replaces them one by one: their keys, and the rows that belong to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from datamorph.core.increment import literal
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.steps.step import exact, spare
from datamorph.core.table import TableSchema
from datamorph.errors import SpecError

Kind: TypeAlias = Literal["hourly", "daily", "monthly", "values"]
FORMATS = {"hourly": "%Y-%m-%d-%H:%M", "daily": "%Y-%m-%d", "monthly": "%Y-%m-%d"}
RANGE = "..."
"""Between the first and the last key of a range, both included."""
_WHOLE = ("tinyint", "smallint", "int", "bigint")
MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Partitioning:
    """How a table is cut.

    Attributes:
        column: whose values make the partitions.
        type: of that column.
    """

    column: str
    kind: Kind
    type: str

    def condition(self, partition: str) -> str:
        """The rows of a partition, or of a range of them, as an expression of a spec.

        Raises:
            SpecError: not a key of this kind.
        """
        name = f"`{self.column.replace('`', '``')}`"
        first, is_range, last = partition.partition(RANGE)
        if self.kind == "values":
            if is_range:
                raise SpecError(f"{partition!r} is a range of values without an order", fix="name one value at a time")
            return f"{name} = {self._value(first)}"
        start, end = self._instant(first), self._after(self._instant(last or first))
        if end <= start:
            raise SpecError(f"the range {partition!r} ends before it begins", fix=f"write FIRST{RANGE}LAST")
        return f"{name} >= {self._time(start)} and {name} < {self._time(end)}"

    def keys(self, first: str, last: str) -> Iterator[str]:
        """All keys from the first to the last.

        Raises:
            SpecError: keys of values have no order, one is no key, or there are more than 10,000.
        """
        if self.kind == "values":
            raise SpecError(f"partitions by the values of {self.column!r} have no order", fix="run them one by one")
        at, end = self._instant(first), self._instant(last)
        if end < at:
            raise SpecError(f"{last!r} comes before {first!r}", fix="write the earlier one first")
        for _ in range(MOST_KEYS):
            yield at.strftime(FORMATS[self.kind])
            at = self._after(at)
            if at > end:
                return
        raise SpecError(f"{first} to {last} are more than {MOST_KEYS:,} partitions", fix="backfill a shorter range")

    def _instant(self, key: str) -> datetime:
        try:
            found = datetime.strptime(key, FORMATS[self.kind])
        except ValueError as error:
            example = datetime(2024, 1, 31).strftime(FORMATS[self.kind])
            problem = f"{key!r} is no {self.kind} partition of {self.column}"
            raise SpecError(problem, fix=f"write it like {example}") from error
        return found.replace(day=1) if self.kind == "monthly" else found

    def _after(self, at: datetime) -> datetime:
        if self.kind == "monthly":
            return (at.replace(day=1) + timedelta(days=32)).replace(day=1)
        return at + (timedelta(hours=1) if self.kind == "hourly" else timedelta(days=1))

    def _time(self, at: datetime) -> str:
        return literal(at.strftime("%Y-%m-%d" if self.type == "date" else "%Y-%m-%d %H:%M:%S"), self.type)

    def _value(self, key: str) -> str:
        if self.type in _WHOLE:
            if not key.lstrip("-").isdigit():
                raise SpecError(f"{key!r} is no value of {self.column} ({self.type})", fix="write a whole number")
            return key
        escaped = key.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'" if self.type == "string" else f"cast('{escaped}' as {self.type})"


def partitioning_of(spec: PipelineSpec, schema: TableSchema) -> Partitioning | None:
    """How a spec's table is cut; None where it is not, or by several columns at once."""
    target = spec.target
    if target.write != "replace_partitions" or len(target.partition_by) != 1:
        return None
    column = schema.get(target.partition_by[0])
    if column is None:
        return None
    if column.type == "date":
        return Partitioning(column.name, "monthly" if "month" in column.name.casefold() else "daily", column.type)
    return Partitioning(column.name, "hourly" if column.type.startswith("timestamp") else "values", column.type)


def require_partitioning(spec: PipelineSpec, schema: TableSchema) -> Partitioning:
    """The same.

    Raises:
        SpecError: its table has no partitions that could be named.
    """
    found = partitioning_of(spec, schema)
    if found is None:
        fix = "write it with write: replace_partitions and one column in partition_by"
        raise SpecError(f"{spec.target.table} is not partitioned by one column", fix=fix)
    return found


def restricted(spec: PipelineSpec, schema: TableSchema, partition: str) -> PipelineSpec:
    """The same spec for the rows of one partition, or of a range of them."""
    found = require_partitioning(spec, schema)
    name = spare("partition", [*spec.sources, *(step.name for step in spec.steps)])
    where = found.condition(partition).replace(f"`{found.column}`", f"`{exact(found.column, schema)}`")
    step = NamedStep.model_validate({"name": name, "filter": {"from": spec.result, "where": where}})
    return spec.model_copy(update={"steps": (*spec.steps, step)})
