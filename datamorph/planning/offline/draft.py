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


def round_call(digits: int) -> str:
    """The call that rounds ``{}`` to so many decimals; to tens or hundreds for fewer than none."""
    if digits < 0:
        return f"round(({{}}) / {10**-digits}) * {10**-digits}"
    return f"round({{}}, {digits})"


@dataclass(slots=True)
class Item:
    """Something that the result has: a group key, a measure or a computed column.

    Attributes:
        name: given by the prompt; empty until one is chosen.
        digits: decimals to round to; negative for tens, hundreds, ...
        rounding: ``floor`` or ``ceil`` where whole numbers below or above are wanted.
        unit: that the prompt wants the number in.
        is_early: rows are chosen by what it holds, and not by what stood there before.
    """

    expression: Expression
    words: frozenset[str]
    text: str
    name: str = ""
    digits: int | None = None
    unit: str = ""
    is_hidden: bool = False
    is_subject: bool = False
    is_early: bool = False
    rounding: str = ""

    @property
    def rounded(self) -> str:
        """The call around the value, ``{}`` for the value itself; empty where nothing is rounded."""
        if self.rounding:
            return f"{self.rounding}({{}})"
        return round_call(self.digits) if self.digits is not None else ""


@dataclass(slots=True)
class Tag:
    """A word that the prompt gives to some of the rows: ``late``.

    Attributes:
        thing: what the rows are called.
        flag: the column that says which rows these are.
        is_used: the rows were counted or chosen by the word.
    """

    words: frozenset[str]
    thing: frozenset[str]
    condition: Condition
    flag: Item
    is_used: bool = False


@dataclass(slots=True)
class TopRequest:
    """The first N of something.

    Attributes:
        is_bare: nothing but the number is said: ``top 3``.
        is_ordered: the order of the rows was said before.
        is_limit: so many of that order, whatever it is: ``limit 5``.
        quality: the adjective that says which ones come first: ``longest``.
        is_in_time: the latest or the earliest are wanted.
        is_first: ``first 3`` was said, which are the earliest of a time and the highest of a measure.
        then: what decides between rows that are equal in that.
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
    is_limit: bool = False
    quality: str = ""
    is_first: bool = False
    is_in_time: bool = False
    then: list[SortKey] = field(default_factory=list[SortKey])


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
        optional: labels whose rows are there only where their column holds something.
    """

    columns: tuple[Noun, ...]
    name: str = ""
    value: str = ""
    labels: tuple[str, ...] = ()
    is_dates: bool = False
    own: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


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
        operation: which values the list has: those of any column, of all of them, or of the first one alone.
        is_values: the list is asked for by its values, and called as the first column until a name is said.
        order: ``asc`` or ``desc``; empty where no order is said.
    """

    columns: list[Noun]
    name: str = ""
    clean: list[str] = field(default_factory=list[str])
    drops_empty: bool = False
    is_distinct: bool = False
    operation: Choice["union", "intersect", "except"] = "union"
    is_values: bool = False
    order: str = ""


@dataclass(frozen=True, slots=True)
class SaidCheck:
    """What the prompt wants to hold of a column of the result, or the load fails.

    Attributes:
        kind: ``unique``, ``not_null`` or ``between``.
        is_strict: the bounds themselves are out.
        is_explicit: it is said that it is a check; else rows could be meant that are made to fit.
    """

    kind: str
    column: str
    low: float | None = None
    high: float | None = None
    is_strict: bool = False
    is_explicit: bool = False


@dataclass(slots=True)
class LoadRequest:
    """Only what is new is read, and merged by keys into what is there.

    Attributes:
        cursor: the column whose largest value tells how far the last run came.
        since: where the last run stopped, if the prompt says so.
        appends: new rows are added and none is replaced.
    """

    keys: list[Noun] = field(default_factory=list[Noun])
    cursor: Noun | None = None
    since: Constant | None = None
    appends: bool = False


@dataclass(slots=True)
class Output:
    """A column that the prompt wants to see.

    Attributes:
        is_with: said by ``with``, which adds what the rows do not have, and else names what is shown of them.
        pattern: how a date is written.
    """

    noun: Noun
    name: str = ""
    definition: Expression | None = None
    digits: int | None = None
    is_added: bool = False
    is_with: bool = False
    is_strict: bool = False
    fill: Constant | None = None
    pattern: str = ""


@dataclass(slots=True)
class SelfLookup:
    """The row that a column refers to, of the same table or of one that is referred to twice, shown by its name.

    Attributes:
        column: refers to ``key`` of the same table.
        name: of the column that is made.
        fill: what stands where a row refers to none.
        other: the table of the row that is referred to, where that is another one.
        shown: its column that is shown, where that is not what its rows are called.
    """

    table: TableRef
    column: str
    key: str
    name: str
    words: frozenset[str]
    fill: Constant | None = None
    other: TableRef | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Periods of which nothing is there: they stand beside the others, or are all that is shown."""

    part: str
    is_only: bool = False


@dataclass(slots=True)
class Draft:
    """Everything that the prompt said.

    Attributes:
        grouped_by: the words that stand before the first groups: ``per``, ``by``, ``for each``.
        deeds: what is said right behind a table to have been done: ``opened`` in ``tickets opened per month``.
        side: ``source`` or ``target``, where a table refers to places as both and one of them is spoken of.
        owners: tables that only tell whose the rows before them are: ``members of shops in York``.
        lone: tables whose rows stay also where they have no partner; ``keeps_lone`` alone for whichever.
        lone_fill: what stands in the column of the other table for them.
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
    repeats: Item | None = None
    surplus: str = ""
    load: LoadRequest | None = None
    merge_keys: list[str] = field(default_factory=list[str])
    merges: bool = False
    checks: list[SaidCheck] = field(default_factory=list["SaidCheck"])
    dropped: list[Noun] = field(default_factory=list[Noun])
    renames: list[tuple[Noun, str]] = field(default_factory=list["tuple[Noun, str]"])
    union: UnionRequest | None = None
    selves: list[SelfLookup] = field(default_factory=list[SelfLookup])
    gathering: Gathering | None = None
    keep_all: Noun | None = None
    one_row_per: Noun | None = None
    unmatched_zero: bool = False
    keeps_all: bool = False
    keeps_lone: bool = False
    drops_lone: bool = False
    lone: list[Noun] = field(default_factory=list[Noun])
    lone_fill: Constant | None = None
    keeps_empty: bool = False
    is_distinct: bool = False
    is_pivot: bool = False
    pivot: Noun | None = None
    pivot_period: Period | None = None
    pivot_columns: list[SpreadColumn] = field(default_factory=list[SpreadColumn])
    pivot_total: str = ""
    pivot_empty: bool = False
    pivot_zero: bool = False
    unpivot: Unpivot | None = None
    unpivot_drops_nulls: bool = False
    unpivot_outputs: list[Output] = field(default_factory=list[Output])
    scale: float = 1.0
    date_format: str = ""
    dates: list[Noun] = field(default_factory=list[Noun])
    target: TableRef | None = None
    target_name: str = ""
    target_tier: Tier = Tier.CURATED
    cron: str = ""
    timezone: str = ""
    subjects: list[Noun] = field(default_factory=list[Noun])
    owners: list[Noun] = field(default_factory=list[Noun])
    calendar: Calendar | None = None
    deeds: list[str] = field(default_factory=list[str])
    side: str = ""
