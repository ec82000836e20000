"""What the stages of building a spec share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.binding import Binder
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.joins import Joins
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import Term
from datamorph.planning.offline.dialog import Dialog
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Both,
    Compare,
    Condition,
    Conditional,
    Exists,
    Expression,
    Negation,
    Noun,
    Period,
    Within,
)
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.values import ValueIndex


@dataclass(slots=True)
class Group:
    """One grouping key: a term over rows and the name of its column."""

    term: Term
    name: str
    item: Item
    entity: TableRef | None = None

    @property
    def is_column(self) -> bool:
        """True when the key is a column as it stands."""
        return len(self.term.text) == 1


@dataclass(slots=True)
class Measured:
    """One measure with its term over groups."""

    term: Term
    name: str
    item: Item


@dataclass(slots=True)
class Work:
    """One plan in the making.

    Attributes:
        told: by what it is told what is made of columns, or which rows of several stay: ``phrases``, or ``words``
            wherever they stand; empty where there is no such work.
    """

    draft: Draft
    scope: Scope
    frames: Frames
    values: ValueIndex
    binder: Binder = field(init=False)
    joins: Joins = field(init=False)
    groups: list[Group] = field(default_factory=list[Group])
    measures: list[Measured] = field(default_factory=list[Measured])
    taken: list[str] = field(default_factory=list[str])
    consumed: list[Item] = field(default_factory=list[Item])
    late: list[Item] = field(default_factory=list[Item])
    row_windows: list[Item] = field(default_factory=list[Item])
    after: list[Condition] = field(default_factory=list["Condition"])
    made: list[Made] = field(default_factory=list[Made])
    key: tuple[str, ...] = ()
    root: TableRef | None = None
    told: Literal["", "words", "phrases"] = ""

    def __post_init__(self) -> None:
        self.binder = Binder(self.scope, scale=self.draft.scale, date_format=self.draft.date_format)
        self.binder.said_dates = tuple(dates_of(self.draft))
        self.binder.deeds = tuple(self.draft.deeds)
        self.joins = Joins(self.scope, self.draft.joins)
        self.joins.side = self.draft.side
        self.binder.pick = self.joins.pick

    @property
    def dialog(self) -> Dialog:
        """Where questions and assumptions go."""
        return self.scope.dialog

    @property
    def is_grouped(self) -> bool:
        """True when rows are aggregated."""
        return bool(self.draft.measures or self.draft.groups)

    def tables_of(self, term: Term) -> list[TableRef]:
        """Tables that a term reads, also through columns that the prompt defines."""
        found = set(term.tables)
        for item in self.draft.computed:
            if item.name and item.name in term.names and not aggregates_in(item.expression):
                known = self.binder.defined
                self.binder.defined = [other for other in known if other.name != item.name]
                found |= set(self.tables_of(self.binder.expression(item.expression)))
                self.binder.defined = known
        return sorted(found)

    def table_hint(self) -> str:
        """The tables that there are."""
        names = [str(ref) for ref in self.scope.tables][:6]
        return f"there is {', '.join(names)}" if names else "load a table first"


def periods_of(draft: Draft) -> list[Period]:
    """Parts of dates that the draft groups by or compares."""
    compared = [side for found in draft.conditions for side in _sides(found)]
    said = [item.expression for item in (*draft.groups, *draft.computed)] + compared
    return [found for found in said if isinstance(found, Period)]


def _sides(condition: Condition) -> list[Expression]:
    if isinstance(condition, Negation):
        return _sides(condition.part)
    if isinstance(condition, Both):
        return [side for part in condition.parts for side in _sides(part)]
    return [condition.left] if isinstance(condition, Compare | Within) else []


def dates_of(draft: Draft) -> list[Noun]:
    """Columns that the draft compares or groups by in time, where they are dates."""
    compared = [side for found in draft.conditions for side in _sides(found)]
    return [*draft.dates, *(p.of for p in periods_of(draft) if p.of), *(s for s in compared if isinstance(s, Noun))]


def aggregates_in(expression: Expression | None) -> list[Aggregate]:
    """Aggregates inside an expression."""
    if isinstance(expression, Aggregate):
        return [expression]
    if isinstance(expression, Arithmetic):
        return [*aggregates_in(expression.left), *aggregates_in(expression.right)]
    if isinstance(expression, Apply):
        return [found for operand in expression.operands for found in aggregates_in(operand)]
    if isinstance(expression, Conditional):
        return [found for _, value in expression.branches for found in aggregates_in(value)]
    return []


def has_exists(condition: Condition) -> bool:
    """True for a condition that looks into another table."""
    if isinstance(condition, Negation):
        return has_exists(condition.part)
    if isinstance(condition, Both):
        return any(has_exists(part) for part in condition.parts)
    return isinstance(condition, Exists)
