"""What every kind of step is: a frozen model that knows its types, code, words and lineage."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier
from datamorph.core.table import TableSchema, unique_names

FrameName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ColumnName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
SqlText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$"), Field(json_schema_extra={"maxLength": 4000})
]
"""An expression; how long it may be is a matter of ``parse_expression``, which says in which step."""
Frames: TypeAlias = Mapping[str, TableSchema]
Origin: TypeAlias = tuple[str, str]
"""A column of an input frame: ``(frame, column)``."""
Order: TypeAlias = tuple[str, ...]
"""Order of rows as order items, such as ``("flights desc", "origin")``; empty when rows have none."""


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
    """One operation on named frames.

    A subclass with a ``kind`` is a step that a spec may hold; its docstring and its ``example`` are its documentation.
    ``output`` checks; all other methods may assume that it reported no problem.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, ser_json_inf_nan="constants")
    kind: ClassVar[str]
    example: ClassVar[str]
    has_sql: ClassVar[bool] = True
    """False for a step that only an engine can run."""
    expressions: ClassVar[tuple[str, ...]] = ()
    """Fields that hold an expression, or several by name."""

    def rewritten(self, change: Callable[[str], str]) -> Self:
        """The same step with its expressions changed."""
        fields: dict[str, str | dict[str, str]] = {name: getattr(self, name) for name in self.expressions}
        changed = {
            name: change(held) if isinstance(held, str) else {column: change(text) for column, text in held.items()}
            for name, held in fields.items()
        }
        return self.model_copy(update=changed)

    @abstractmethod
    def inputs(self) -> tuple[str, ...]:
        """Names of the frames that the step reads."""

    @abstractmethod
    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """The schema it yields; what is wrong goes to ``problems``."""

    @abstractmethod
    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """Python statements; the last one assigns the output frame to the variable ``name``."""

    @abstractmethod
    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """The same as one SELECT over the frames' names; columns in schema order."""

    @abstractmethod
    def explain(self) -> str:
        """One sentence for people, without a full stop."""

    @abstractmethod
    def lineage(self, frames: Frames) -> StepLineage:
        """Which input columns each output column is computed from."""

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Order of the output's rows, given the order of each input's rows."""
        return ()

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """What is known of the output's rows, given what is known of each input's; nothing where not said."""
        return RowFacts()

    def explain_rows(self, inputs: Mapping[str, RowFacts]) -> str:
        """What people should know about the number of rows, such as a join that multiplies them."""
        return ""


class UnaryStep(Step):
    """A step over one frame, written ``from: name``."""

    from_: FrameName = Field(alias="from", description="The frame that the step reads.")

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return (self.from_,)

    def source(self, frames: Frames) -> TableSchema:
        """The schema of the one input."""
        return frames[self.from_]

    def table(self, dialect: Dialect) -> str:
        """Name of the one input as it stands in SQL."""
        return identifier(self.from_, dialect)

    def origins(self, columns: Iterable[str]) -> frozenset[Origin]:
        """Columns of the one input as lineage origins."""
        return frozenset((self.from_, column) for column in columns)

    def passed_on(self, frames: Frames) -> dict[str, frozenset[Origin]]:
        """Lineage of an input whose columns all go through unchanged."""
        return {name: self.origins([name]) for name in self.source(frames).names}


def select(columns: Sequence[str], source: str, *clauses: str) -> str:
    """Text of a SELECT, one column a line where there are several."""
    listed = f" {columns[0]}" if len(columns) == 1 else "\n  " + ",\n  ".join(columns)
    return "\n".join([f"SELECT{listed}", f"FROM {source}", *(clause for clause in clauses if clause)])


def aliased(expression: str, name: str, dialect: Dialect) -> str:
    """``expression AS name``, or the bare name where both are the same."""
    alias = identifier(name, dialect)
    return alias if expression == alias else f"{expression} AS {alias}"


def require_columns(names: Iterable[str], schema: TableSchema, problems: Problems) -> bool:
    """Report every name that the schema lacks; True when it has them all."""
    missing = [name for name in names if name not in schema]
    for name in missing:
        problems.unknown_column(name, schema.names)
    return not missing


def require_unique(names: Iterable[str], problems: Problems) -> None:
    """Report names that differ in nothing but case, which no engine tells apart."""
    listed = list(names)
    if unique_names(listed) != listed:
        problems.add("duplicate_column", f"a column is named twice in {listed}", hint="give each a name of its own")


def spare(name: str, taken: Iterable[str]) -> str:
    """A name made from this one that is not taken yet."""
    folded = {other.casefold() for other in taken}
    while name.casefold() in folded:
        name = f"{name}_"
    return name


def exact(name: str, schema: TableSchema) -> str:
    """The column's own spelling of a name that may differ in case."""
    column = schema.get(name)
    return column.name if column else name


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *head, last = list(items) or [""]
    return f"{', '.join(head)} and {last}" if head else last
