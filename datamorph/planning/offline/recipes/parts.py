"""One measure of the rows that belong to something, and where such measures are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import told
from datamorph.planning.offline.recipes.slots import Condition


@dataclass(frozen=True)
class Part:
    """One measure of the rows of a table.

    Attributes:
        kind: ``count``, ``distinct``, or an aggregate.
        of: the column, or two that are multiplied; empty for a number of rows.
        only: the rows that count for this one alone.
        divisor: 100 where cents become whole units.
        is_day: of a moment only the day is shown.
    """

    one: Listed
    kind: str
    fact: TableRef
    of: tuple[Link, ...] = ()
    only: tuple[Condition, ...] = ()
    divisor: int = 1
    digits: int | None = None
    is_day: bool = False

    @property
    def is_number(self) -> bool:
        """True for what is never empty where there are rows."""
        return self.kind in ("count", "distinct")

    def sql(self, flow: Flow, *, fills: bool) -> str:
        """Over the rows of the current frame.

        Args:
            fills: a total of no rows is 0 where other rows are there.
        """
        test = " and ".join(one.sql(flow.column(one.table, one.column)) for one in self.only)
        if self.kind == "count":
            return f"count_if({test})" if test else "count(*)"
        value = " * ".join(quote(flow.name(link.table, link.column)) for link in self.of)
        if test:
            rest = " else 0" if fills and self.kind == "sum" else ""
            value = f"case when {test} then {value}{rest} end"
        call = f"count(distinct {value})" if self.kind == "distinct" else f"{self.kind}({value})"
        call = f"cast({call} as date)" if self.is_day else call
        call = f"{call} / {self.divisor}" if self.divisor > 1 else call
        return call if self.digits is None else f"round({call}, {self.digits})"


@dataclass
class Scope:
    """Where parts are looked for.

    Attributes:
        owner: the table to whose rows others belong.
        facts: tables whose rows lead to it, the nearest ones first.
        bridges: things that many rows belong to, with the table that pairs them: tracks of a playlist.
    """

    brief: Brief
    owner: TableRef
    facts: tuple[TableRef, ...]
    conditions: tuple[Condition, ...] = ()
    bridges: dict[TableRef, TableRef] = field(default_factory=dict[TableRef, TableRef])

    def reaches(self, table: TableRef, other: TableRef) -> bool:
        """True where rows of a table find one row of the other."""
        return table == other or bool(self.brief.said.relations.paths(table, other))

    def finest(self, tables: Sequence[TableRef]) -> TableRef | None:
        """The one of the facts from whose rows all these tables are found, the nearest one."""
        found = [fact for fact in self.facts if all(self.reaches(fact, table) for table in tables)]
        return found[0] if found else None

    def depth(self, table: TableRef) -> int:
        """How many joins lead to the owner."""
        paths = self.brief.said.relations.paths(table, self.owner)
        return len(paths[0]) if paths else 0


def runs_of(brief: Brief, one: Listed) -> list[tuple[int, int]]:
    """What is told of a listed column: in the list, and, of a name that is no plain word, elsewhere."""
    first, *others = told(brief, one)
    is_plain = one.name.isalpha() and one.name[1:].islower()
    return [first] if is_plain and (first[0] < first[1] or not _is_defined(brief, one)) else [first, *others]


def _is_defined(brief: Brief, one: Listed) -> bool:
    """``net is amount less rebate``, ``spend - spend is ...``."""
    spots = [i for i in brief.places({one.name.casefold()}) if i != one.place]
    return any(brief.words[i + 1 : i + 2] in (("is",), ("=",), ("being",), ("means",), ("are",)) for i in spots)
