"""What a question asks for, with every column settled."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.model import Condition, Constant


@dataclass(frozen=True, slots=True)
class Shown:
    """A column, an aggregate of one, or (``table``) a count of rows.

    Attributes:
        function: ``avg``, ``sum``, ``min``, ``max``, ``count``, or empty for the column as it stands.
    """

    function: str = ""
    leaf: ColumnLeaf | None = None
    table: TableRef | None = None
    is_distinct: bool = False


@dataclass(frozen=True, slots=True)
class Beyond:
    """``age over the average``: a column against a measure of all rows of its table, or of those that are told.

    Attributes:
        among: conditions of the rows that are measured; their columns are of the same table.
    """

    leaf: ColumnLeaf
    operator: str
    function: str
    measured: ColumnLeaf
    among: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """``of the largest city``: the first rows of a table that others refer to; only what belongs to them counts."""

    leaf: ColumnLeaf
    is_descending: bool
    most: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of one query that are in the other, too (``intersect``), or are not (``except``)."""

    how: str
    one: tuple[Condition, ...]
    other: tuple[Condition, ...]


@dataclass(slots=True)
class Query:
    """One question.

    Attributes:
        implied: what is shown when no column is named: the label of ``which singer``.
        lacks: what is shown has no row that meets a condition: ``without a company in banking``.
        quantities: columns that hold what ``number of`` asks for.
        lists_values: the question is about the values of a column, each of which stands once.
    """

    shown: list[Shown] = field(default_factory=list[Shown])
    implied: list[Shown] = field(default_factory=list[Shown])
    conditions: list[Condition] = field(default_factory=list["Condition"])
    condition_leaves: list[ColumnLeaf] = field(default_factory=list[ColumnLeaf])
    beyond: list[Beyond] = field(default_factory=list[Beyond])
    having: list[tuple[Shown, str, Constant]] = field(default_factory=list[tuple[Shown, str, Constant]])
    groups: list[ColumnLeaf] = field(default_factory=list[ColumnLeaf])
    entities: list[TableRef] = field(default_factory=list[TableRef])
    orders: list[tuple[Shown, bool]] = field(default_factory=list[tuple[Shown, bool]])
    sides: Sides | None = None
    best: Best | None = None
    limit: int = 0
    quantities: list[ColumnLeaf] = field(default_factory=list[ColumnLeaf])
    present: list[TableRef] = field(default_factory=list[TableRef])
    absent: list[TableRef] = field(default_factory=list[TableRef])
    mentioned: list[TableRef] = field(default_factory=list[TableRef])
    lacks: bool = False
    is_distinct: bool = False
    lists_values: bool = False
