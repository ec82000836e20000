"""What a request comes down to: rows or groups of them, and what is shown of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.spans import Span


@dataclass
class Key:
    """What rows are told apart by: a column, a part of a date, or a thing with its name.

    Attributes:
        part: of the calendar; empty for the column itself.
        form: how the part is written.
        owner: the thing whose name the column is: two things of one name stay two.
        place: where the prompt names it.
        is_spelled: by the very name of the column, which is then shown beside the thing's name.
    """

    link: Link
    part: str = ""
    form: str = ""
    owner: TableRef | None = None
    place: int = -1
    is_spelled: bool = False


@dataclass(frozen=True)
class Formula:
    """What is reckoned of each row.

    Attributes:
        sql: of columns, which stand for ``{0}`` and so on.
    """

    links: tuple[Link, ...]
    sql: str


@dataclass
class Measure:
    """One number of each group.

    Attributes:
        of: the column; None for rows that are counted.
        formula: what is measured instead of the column itself, which is the first one of it.
        distinct: each value counts once.
        value: only rows count whose column holds it.
        where: only rows count that are so.
        is_shown: it is in the result, and not only what is made of it.
        is_implied: nothing says that it is wanted but that rows stand per something.
        percent: 100 for a share of the rows that is wanted in percent.
    """

    function: str
    of: Link | None = None
    distinct: bool = False
    value: str = ""
    is_shown: bool = True
    is_implied: bool = False
    formula: Formula | None = None
    where: list[Condition] = field(default_factory=list["Condition"])
    name: str = ""
    percent: int = 1

    @property
    def what(self) -> tuple[object, ...]:
        """What is measured, however it is called."""
        return self.function, self.of, self.distinct, self.value, self.formula, self.where


@dataclass
class Extra:
    """A number made of a measure and its neighbours.

    Attributes:
        kind: ``running``, ``change`` or ``share``.
        percent: 100 where it is wanted in percent.
    """

    kind: str
    of: Measure
    percent: int = 1
    name: str = ""


@dataclass
class Test:
    """``column operator number`` on rows; on the measure where there is no column."""

    operator: str
    number: object
    link: Link | None = None
    measure: Measure | None = None
    is_denied: bool = False


@dataclass
class Picked:
    """Rows whose column holds one of some values, or none of them."""

    link: Link
    values: list[str]
    is_denied: bool = False


@dataclass
class Condition:
    """What is asked of a row.

    Attributes:
        sql: over columns, which stand for ``{0}`` and so on.
        place: of the mark that says so.
    """

    links: list[Link]
    sql: str
    place: int


@dataclass
class Gist:
    """A request.

    Attributes:
        fact: the table whose rows are counted or added up.
        count: so many come first; 0 for all.
        each: they are the first of each of these keys.
        inner: rows that belong to nothing they are grouped by do not count.
        outer: of this table, things without rows are in the result too.
        by_value: the column whose values the measures are of, one each.
        digits: to how many decimals fractions are rounded; None for all of them.
        is_ratio: a share is told by what is divided.
    """

    fact: TableRef
    keys: list[Key] = field(default_factory=list[Key])
    measures: list[Measure] = field(default_factory=list[Measure])
    picked: list[Picked] = field(default_factory=list[Picked])
    spans: list[tuple[Link, Span]] = field(default_factory=list[tuple[Link, Span]])
    tests: list[Test] = field(default_factory=list[Test])
    conditions: list[Condition] = field(default_factory=list[Condition])
    count: int = 0
    descending: bool | None = None
    sorted_by: Key | Measure | None = None
    each: list[Key] = field(default_factory=list[Key])
    digits: int | None = None
    inner: bool = False
    outer: TableRef | None = None
    by_value: Link | None = None
    extras: list[Extra] = field(default_factory=list[Extra])
    is_ratio: bool = False

    def has_count(self) -> bool:
        """True where rows are counted."""
        return any(measure.of is None for measure in self.measures)


@dataclass
class Existence:
    """Rows that have a row of another table, or none; that row holds some values.

    Attributes:
        picked: columns of the other table with the value they hold.
        where: what else is asked of that row, as SQL over its table.
    """

    table: TableRef
    is_denied: bool = False
    picked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    where: list[str] = field(default_factory=list[str])


@dataclass
class Window:
    """The rows that a column is made over.

    Attributes:
        order: columns, each with whether its largest come first.
        rows: how many before the row itself; ``running`` for all of them; ``partition`` for those behind it too.
    """

    partition: list[Link] = field(default_factory=list[Link])
    order: list[tuple[Link, bool]] = field(default_factory=list[tuple[Link, bool]])
    rows: int | str = "partition"


@dataclass
class Made:
    """A column that is made of others.

    Attributes:
        sql: of columns, which stand for ``{0}`` and so on.
        place: of the token where the prompt speaks of it.
        replaces: it stands in the place of its first column.
        is_firm: a whole phrase tells it, not words wherever they stand.
    """

    links: list[Link]
    sql: str
    name: str
    place: int
    replaces: bool = False
    window: Window | None = None
    is_firm: bool = False


@dataclass
class Best:
    """One row of those that share a key: the first in an order.

    Attributes:
        count: so many rows of each.
        is_firm: a whole phrase tells it, not words wherever they stand.
    """

    keys: list[Link]
    order: list[tuple[Link, bool]]
    count: int = 1
    is_firm: bool = False


@dataclass
class RowGist:
    """A request for rows.

    Attributes:
        outputs: the columns that are shown; all of the table's, if none or behind them if ``is_whole``.
        places: where they are named.
        is_any: one of the conditions is enough.
        order: columns, each with whether its largest come first.
        best: only the best row of each stays.
    """

    fact: TableRef
    picked: list[Picked] = field(default_factory=list[Picked])
    spans: list[tuple[Link, Span]] = field(default_factory=list[tuple[Link, Span]])
    tests: list[Test] = field(default_factory=list[Test])
    conditions: list[Condition] = field(default_factory=list[Condition])
    existence: list[Existence] = field(default_factory=list[Existence])
    outputs: list[Link] = field(default_factory=list[Link])
    places: dict[Link, int] = field(default_factory=dict[Link, int])
    dropped: list[Link] = field(default_factory=list[Link])
    order: list[tuple[Link | Made, bool]] = field(default_factory=list[tuple[Link | Made, bool]])
    made: list[Made] = field(default_factory=list[Made])
    best: Best | None = None
    count: int = 0
    is_any: bool = False
    is_whole: bool = False
    is_distinct: bool = False

    def told(self) -> Literal["", "words", "phrases"]:
        """By what it is told what is made of columns or which rows stay; empty where there is no such work."""
        works = [*self.made, *([self.best] if self.best is not None else [])]
        if not works:
            return ""
        return "phrases" if all(one.is_firm for one in works) else "words"

    def is_of_itself(self) -> bool:
        """True where nothing of another table is asked for."""
        links = [*self.outputs, *(one.link for one in self.picked), *(link for link, _ in self.spans)]
        links += [link for one in self.made for link in one.links]
        links += [link for one in self.conditions for link in one.links]
        return not self.existence and all(link.table == self.fact for link in links)
