"""What a prompt says, before it is known which columns and frames are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Choice
from typing import TypeAlias

from datamorph.core.catalog import Scalar
from datamorph.planning.offline.names import Link


@dataclass(frozen=True, slots=True)
class Noun:
    """Words that name a column, a table or something that the prompt itself defines.

    Attributes:
        links: what the catalog offers, best first; may be empty for names that the prompt defines.
        position: index of the first token.
    """

    text: str
    words: tuple[str, ...]
    links: tuple[Link, ...] = ()
    position: int = -1


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, date or boolean, with the unit that stands beside it."""

    value: Scalar
    unit: str = ""
    is_date: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Elapsed:
    """``later - earlier`` in a unit of time; of numbers it is a plain difference."""

    later: Expression
    earlier: Expression
    unit: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A scalar function: ``template`` has ``{}`` where the operands go, in order."""

    template: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Shifted:
    """A date some days, weeks or months later; of a moment it is not said whether the time of day stays."""

    of: Noun
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a date: ``month`` of a column; ``of`` None means the only date there is."""

    part: str
    of: Noun | None = None
    style: str = ""


@dataclass(frozen=True, slots=True)
class Conditional:
    """``case when ... then ... else ... end``."""

    branches: tuple[tuple[Condition, Expression], ...]
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over a group; without an argument it counts rows of ``counted``.

    Attributes:
        per: what rows have in common with the row that the measure stands beside.
        separator: what stands between the values that are put into one text; ``?`` for a comma that is not spelled out.
        beside: what is said behind the measure without a word on which rows it is of: ``average price of the shop``.
    """

    function: str
    argument: Expression | None = None
    counted: Noun | None = None
    condition: Condition | None = None
    is_distinct: bool = False
    fraction: float = 0.0
    is_in_time: bool = False
    per: tuple[Noun, ...] = ()
    beside: Noun | None = None
    separator: str = ""


WindowKind: TypeAlias = Choice[
    "running",
    "moving",
    "share",
    "share_pct",
    "previous",
    "change",
    "change_pct",
    "rank",
    "dense_rank",
    "number",
    "gap",
    "forward",
    "next",
    "session",
    "moving_sum",
    "running_share",
    "year_before",
    "year_change",
    "year_change_pct",
]
"""What is made of neighbouring rows."""


@dataclass(frozen=True, slots=True)
class Window:
    """A value over neighbouring rows.

    Attributes:
        operand: what is added up, compared or shared; None means the main measure.
        per: where the neighbours start anew.
        rows: how many rows a moving average sees, this one included.
        said: the measure that the operand names, which may be said nowhere else.
        earlier: the date of the previous row that a gap is counted from; None means the same as of this row.
        unit: of a gap, ``?`` where none is said; of an average over rows, what a row has to be for that, such as a day.
        periods: parts of dates that are said with it: the rows are groups by these.
        things: the table whose rows follow each other.
        value: what is added up of every row where it is no column: an amount with the sign of its kind.
        is_ahead: a gap is that to the next row; a session ends with a pause of just that length already.
    """

    kind: WindowKind
    operand: Noun | None = None
    per: tuple[Noun, ...] = ()
    order: tuple[SortKey, ...] = ()
    rows: int = 0
    said: Aggregate | None = None
    earlier: Noun | None = None
    unit: str = ""
    periods: tuple[Period, ...] = ()
    things: Noun | None = None
    value: Expression | None = None
    is_ahead: bool = False


Expression: TypeAlias = (
    Noun | Constant | Arithmetic | Elapsed | Apply | Shifted | Period | Conditional | Aggregate | Window
)


@dataclass(frozen=True, slots=True)
class Compare:
    """``left operator right``."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class OneOf:
    """The left side has one of these values; a Noun None means any column that holds them."""

    left: Noun
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The operand has no value."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Within:
    """``low <= left <= high``."""

    left: Expression
    low: Constant
    high: Constant


@dataclass(frozen=True, slots=True)
class Text:
    """A test of text: ``contains``, ``startswith`` or ``endswith``."""

    left: Noun
    test: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Exists:
    """A row of another table refers to this one, or this one to it; ``where`` says which rows count.

    Attributes:
        role: the side of a journey that the column which refers to it is of: ``source`` or ``target``.
        on: the column by which rows belong together, where the prompt says one.
    """

    other: Noun
    where: Condition | None = None
    role: str = ""
    on: Noun | None = None


@dataclass(frozen=True, slots=True)
class Both:
    """Conditions tied by ``and`` or ``or``."""

    operator: Choice["and", "or"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """Not."""

    part: Condition


Condition: TypeAlias = Compare | OneOf | Missing | Within | Text | Exists | Both | Negation


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing to sort by; ``noun`` None means the main measure, the groups (``alphabetically``) or a date.

    Attributes:
        quality: the adjective that says by which column, without a noun: ``cheapest``.
    """

    noun: Noun | None
    is_descending: bool = False
    is_by_group: bool = False
    is_in_time: bool = False
    is_tie: bool = False
    quality: str = ""
