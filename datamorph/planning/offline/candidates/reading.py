"""A reading: one thing that a question may ask, over the columns of one table or of tables that are joined."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.planning.offline.candidates.hits import Hit


@dataclass(frozen=True, slots=True)
class Show:
    """A column as it stands, or an aggregate; column -1 counts rows."""

    function: str
    column: int
    is_distinct: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything of a reading but its conditions.

    Attributes:
        limit: rows that are kept of the order, 0 for all.
        having: ``(aggregate, operator, number)``.
    """

    shown: tuple[Show, ...]
    groups: tuple[int, ...] = ()
    orders: tuple[tuple[Show, bool], ...] = ()
    limit: int = 0
    having: tuple[tuple[Show, str, float], ...] = ()
    is_distinct: bool = False


@dataclass(slots=True)
class Reading:
    """A shape with conditions, weighed.

    Attributes:
        table: place of the table among those looked at.
        features: what speaks for it and against it.
        explained: words that it gives a meaning.
    """

    table: int
    shape: Shape
    hits: tuple[Hit, ...]
    features: dict[str, float] = field(default_factory=dict[str, float])
    explained: int = 0
    score: float = 0.0
    probability: float = 0.0
