"""What every kind of step is: a frozen model that knows its types, code, words and lineage."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlglot import exp

from datamorph.core.problem import Problems
from datamorph.core.table import TableSchema

FrameName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ColumnName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255)]
SqlText: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Frames: TypeAlias = Mapping[str, TableSchema]
Origin: TypeAlias = tuple[str, str]
"""A column of an input frame: ``(frame, column)``."""


@dataclass(frozen=True, slots=True)
class StepLineage:
    """Where a step's output comes from.

    Attributes:
        columns: output column to the input columns its values are computed from.
        rows: input columns that decide which rows exist (filters, keys, ranks).
    """

    columns: Mapping[str, frozenset[Origin]]
    rows: frozenset[Origin] = frozenset()


class Step(BaseModel):
    """One operation on named frames. Subclasses are registered in ``datamorph.core.steps``.

    All methods but ``output`` may assume that ``output`` reported no problem.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    kind: ClassVar[str]

    @abstractmethod
    def inputs(self) -> tuple[str, ...]:
        """Names of the frames that the step reads."""

    @abstractmethod
    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """The schema it yields; what is wrong goes to ``problems``."""

    @abstractmethod
    def pyspark(self, frames: Frames) -> str:
        """A Python expression over the frames' variables that yields the output frame."""

    @abstractmethod
    def sql(self, frames: Frames) -> exp.Select | exp.SetOperation:
        """The same as a query over the frames' names; its output columns are in schema order."""

    @abstractmethod
    def explain(self) -> str:
        """One sentence for people, without a full stop."""

    @abstractmethod
    def lineage(self, frames: Frames) -> StepLineage:
        """Which input columns each output column is computed from."""


class UnaryStep(Step):
    """A step over one frame, written ``from: name``."""

    from_: FrameName = Field(alias="from", description="The frame that the step reads.")

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return (self.from_,)

    def schema(self, frames: Frames) -> TableSchema:
        """The schema of the one input."""
        return frames[self.from_]

    def origins(self, columns: Iterable[str]) -> frozenset[Origin]:
        """Columns of the one input as lineage origins."""
        return frozenset((self.from_, column) for column in columns)

    def passed_on(self, schema: TableSchema) -> dict[str, frozenset[Origin]]:
        """Lineage of columns that go through unchanged."""
        return {name: self.origins([name]) for name in schema.names}
