"""What a prompt asks for, clause by clause: groups, measures, orders, joins, loads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as Choice

from datamorph.core.table import TableRef, Tier
from datamorph.planning.offline.model import (
    Condition,
    Constant,
    Expression,
    Noun,
    Period,
    SortKey,
)


@dataclass(slots=True)
class Item:
    """Something that the result has: a group key, a measure or a computed column.

    Attributes:
        name: given by the prompt; empty until one is chosen.
        digits: decimals to round to.
        unit: that the prompt wants the number in.
    """

    expression: Expression
    words: frozenset[str]
    text: str
    name: str = ""
    digits: int | None = None
    unit: str = ""
    is_hidden: bool = False
    is_subject: bool = False


@dataclass(slots=True)
class TopRequest:
    """The first N of something.

    Attributes:
        is_bare: nothing but the number is said: ``top 3``.
        is_ordered: the order of the rows was said before.
        quality: the adjective that says which ones come first: ``longest``.
    """

    n: int
    what: Noun | None = None
    per: list[Noun] = field(default_factory=list[Noun])
    by: list[SortKey] = field(default_factory=list[SortKey])
    measure: Item | None = None
    is_descending: bool = True
    rank_as: str = ""
    is_bare: bool = False
    is_ordered: bool = False
    quality: str = ""


@dataclass(slots=True)
class JoinRequest:
    """Tables to bring together."""

    tables: list[Noun]
    keys: list[tuple[Noun, Noun]] = field(default_factory=list["tuple[Noun, Noun]"])
    how: Choice["inner", "left", "right", "full"] = "inner"
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class DedupeRequest:
    """Keep one row of each.

    Attributes:
        by: what makes two rows the same.
        is_open: another sentence may still say what makes rows the same, or which of them stays.
        quality: the adjective that says which one, where no column is named: ``longest``.
        after: which of the kept rows are shown.
        is_of_groups: what there is one row of was said as a group.
    """

    by: tuple[Expression, ...] = ()
    order: tuple[SortKey, ...] = ()
    table: Noun | None = None
    quality: str = ""
    after: Condition | None = None
    is_of_groups: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Unpivot:
    """Columns that become rows: ``name`` holds which column it was, ``value`` what it held.

    Attributes:
        labels: what ``name`` says for each column, where that is not the column's name.
        is_dates: the labels are dates.
        own: what each column's name has of its own, where ``name`` may be meant to say only that.
    """

    columns: tuple[Noun, ...]
    name: str = ""
    value: str = ""
    labels: tuple[str, ...] = ()
    is_dates: bool = False
    own: tuple[str, ...] = ()


@dataclass(slots=True)
class Member:
    """What the rows of one of several tables look like in the list.

    Attributes:
        place: of the table among the tables of the list.
        label: the column that says which table a row is from, and ``value`` what it says.
        signs: a word of the column that is meant, and 1 or -1.
        values: what stands in a column that is not named beside it.
    """

    place: int
    label: str = ""
    value: str = ""
    signs: list[tuple[str, int]] = field(default_factory=list["tuple[str, int]"])
    values: list[Expression] = field(default_factory=list["Expression"])


@dataclass(frozen=True, slots=True)
class SpreadColumn:
    """A value that becomes a column; without a name it is called as the value."""

    condition: Condition
    value: str
    name: str = ""


@dataclass(slots=True)
class UnionRequest:
    """Tables whose rows stand in one list, each noun linked to one table only.

    Attributes:
        label: a column that says which table a row is from, with one value per table.
        special: what a column is in one table: ``(table, name of the column, expression)``.
        dates: columns that are said to be dates.
    """

    tables: list[Noun]
    label: str = ""
    values: list[str] = field(default_factory=list[str])
    special: list[tuple[TableRef, Noun, Expression]] = field(default_factory=list["tuple[TableRef, Noun, Expression]"])
    members: list[Member] = field(default_factory=list[Member])
    dates: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Gathering:
    """Columns of several tables whose values stand in one column.

    Attributes:
        columns: each linked to one column only.
        clean: what is done to the values, as templates with ``{}``.
    """

    columns: list[Noun]
    name: str = ""
    clean: list[str] = field(default_factory=list[str])
    drops_empty: bool = False
    is_distinct: bool = False


@dataclass(slots=True)
class LoadRequest:
    """Only what is new is read, and merged by keys into what is there.

    Attributes:
        cursor: the column whose largest value tells how far the last run came.
        since: where the last run stopped, if the prompt says so.
    """

    keys: list[Noun] = field(default_factory=list[Noun])
    cursor: Noun | None = None
    since: Constant | None = None


@dataclass(slots=True)
class Output:
    """A column that the prompt wants to see.

    Attributes:
        is_with: said by ``with``, which adds what the rows do not have, and else names what is shown of them.
    """

    noun: Noun
    name: str = ""
    definition: Expression | None = None
    digits: int | None = None
    is_added: bool = False
    is_with: bool = False
    is_strict: bool = False
    fill: Constant | None = None


@dataclass(slots=True)
class SelfLookup:
    """The row of the same table that a column refers to, shown by its name.

    Attributes:
        column: refers to ``key`` of the same table.
        name: of the column that is made.
        fill: what stands where a row refers to none.
    """

    table: TableRef
    column: str
    key: str
    name: str
    words: frozenset[str]
    fill: Constant | None = None


@dataclass(slots=True)
class Draft:
    """Everything that the prompt said.

    Attributes:
        grouped_by: the words that stand before the first groups: ``per``, ``by``, ``for each``.
    """

    tables: list[Noun] = field(default_factory=list[Noun])
    groups: list[Item] = field(default_factory=list[Item])
    grouped_by: str = ""
    measures: list[Item] = field(default_factory=list[Item])
    computed: list[Item] = field(default_factory=list[Item])
    conditions: list[Condition] = field(default_factory=list["Condition"])
    windows: list[Item] = field(default_factory=list[Item])
    outputs: list[Output] = field(default_factory=list[Output])
    sorts: list[SortKey] = field(default_factory=list[SortKey])
    joins: list[JoinRequest] = field(default_factory=list[JoinRequest])
    fills: list[tuple[Noun | None, Constant]] = field(default_factory=list["tuple[Noun | None, Constant]"])
    top: TopRequest | None = None
    dedupe: DedupeRequest | None = None
    load: LoadRequest | None = None
    merge_keys: list[str] = field(default_factory=list[str])
    dropped: list[Noun] = field(default_factory=list[Noun])
    renames: list[tuple[Noun, str]] = field(default_factory=list["tuple[Noun, str]"])
    union: UnionRequest | None = None
    selves: list[SelfLookup] = field(default_factory=list[SelfLookup])
    gathering: Gathering | None = None
    keep_all: Noun | None = None
    one_row_per: Noun | None = None
    unmatched_zero: bool = False
    keeps_all: bool = False
    keeps_empty: bool = False
    is_distinct: bool = False
    is_pivot: bool = False
    pivot: Noun | None = None
    pivot_period: Period | None = None
    pivot_columns: list[SpreadColumn] = field(default_factory=list[SpreadColumn])
    pivot_total: str = ""
    pivot_empty: bool = False
    unpivot: Unpivot | None = None
    unpivot_drops_nulls: bool = False
    scale: float = 1.0
    date_format: str = ""
    dates: list[Noun] = field(default_factory=list[Noun])
    target: TableRef | None = None
    target_name: str = ""
    target_tier: Tier = Tier.CURATED
    cron: str = ""
    subjects: list[Noun] = field(default_factory=list[Noun])
