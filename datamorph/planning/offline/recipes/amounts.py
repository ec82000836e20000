"""By what things are ranked: rows that are counted, or a column or a product of two that is added up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.measured import COUNTS, DIFFERENT
from datamorph.planning.offline.recipes.order import tie_runs
from datamorph.planning.offline.recipes.resolve import numeric, table_called
from datamorph.planning.offline.recipes.slots import digits_of

_TIMES = frozenset({"times", "x", "*", "×", "multiplied"})  # noqa: RUF001 (people type it)
_UNITS = frozenset("dollar dollars usd euro euros eur pound pounds gbp $ € £".split())
_MANY = COUNTS | frozenset("frequent frequently often popular busiest popularity".split())
_SUMS = frozenset("total sum amount value revenue quantity weight sales".split())
_SPREADING = frozenset("average mean avg median maximum minimum max min share percent percentage ratio rate".split())


@dataclass(frozen=True)
class Amount:
    """What is added up.

    Attributes:
        table: whose rows are counted, or have the columns.
        of: the column, or two that are multiplied; empty for a number of rows.
        divisor: 100 where cents become whole units.
    """

    table: TableRef
    of: tuple[Link, ...] = ()
    divisor: int = 1
    digits: int | None = None

    def sql(self, flow: Flow) -> str:
        """Over the rows of the current frame."""
        if not self.of:
            return "count(*)"
        value = f"sum({' * '.join(quote(flow.name(link.table, link.column)) for link in self.of)})"
        value = f"{value} / {self.divisor}" if self.divisor > 1 else value
        return value if self.digits is None else f"round({value}, {self.digits})"


def amount_of(brief: Brief, one: Listed, others: Sequence[Listed] = (), apart: Collection[Link] = ()) -> Amount | None:
    """What a listed column adds up; None where that is not clear.

    Args:
        others: the columns beside it.
    """
    near = {*words_of(one.name), *one.name.lower().split("_"), *brief.lemmas[one.start : one.end]}
    different = [i for i in brief.places(DIFFERENT) if brief.lemmas[i + 1 : i + 2] not in (("problem",), ("issue",))]
    if brief.places(_SPREADING) or different:
        return None
    product = _product(brief)
    if product:
        return Amount(product[0].table, product, _divisor(brief, one, product), digits_of(brief))
    counted = table_called(brief, one.name, brief.said.tables)
    says_count = bool(near & COUNTS)
    if counted is not None and not _said_number(brief, one):
        return Amount(counted)
    summed = _summed(brief, one, apart)
    if summed is not None and not says_count:
        return Amount(summed.table, (summed,), _divisor(brief, one, (summed,)), digits_of(brief))
    if near & _SUMS or (summed is not None and not says_count):
        return None
    return _counted(brief, one, others, says_count=says_count)


def _said_number(brief: Brief, one: Listed) -> bool:
    """True where a listed column is described as a sum."""
    return bool({"total", "sum"} & set(brief.lemmas[one.start : one.end])) and bool(
        numeric(brief, tuple(brief.said.tables), one.start, one.end)
    )


def _product(brief: Brief) -> tuple[Link, ...]:
    """``qty times price``."""
    for place in range(1, len(brief)):
        if brief.said.tokens[place].lower not in _TIMES:
            continue
        start, end = max(place - 5, 0), min(place + 6, len(brief))
        for table in _tables(brief):
            before = [one for one in numeric(brief, (table,), start, place) if one[1] >= place - 1]
            behind = numeric(brief, (table,), place + 1, end)
            if before and behind and before[-1][2].column != behind[0][2].column:
                return before[-1][2], behind[0][2]
    return ()


def _tables(brief: Brief) -> list[TableRef]:
    """The tables that a prompt names, then the others."""
    return [*brief.mentioned, *sorted(table for table in brief.said.tables if table not in brief.mentioned)]


def _divisor(brief: Brief, one: Listed, columns: tuple[Link, ...]) -> int:
    """100 for columns of cents of which the sum is wanted in whole units."""
    in_cents = any("cent" in brief.said.names.column_words[link.table, link.column] for link in columns)
    wants = bool(_UNITS & {*words_of(one.name), *one.name.lower().split("_"), *brief.words})
    return 100 if in_cents and wants else 1


def _summed(brief: Brief, one: Listed, apart: Collection[Link]) -> Link | None:
    """The one number that the name of the output, what is told of it, or the rest of the prompt names."""
    tables = _tables(brief)
    inside = [link for _, _, link in numeric(brief, tables, one.start, one.end)]
    named = [ln for ln in brief.said.names.links(words_of(one.name)) if ln.column and ln.score >= 0.8]  # noqa: PLR2004
    named = [ln for ln in named if ln.table in brief.mentioned and ln.column in brief.said.numbers(ln.table)]
    ties = {i for start, end in tie_runs(brief) for i in range(start, end)}
    anywhere = [link for start, _, link in numeric(brief, tables) if start not in ties and start != one.place]
    for links in (inside, named, anywhere):
        found = {(link.table, link.column) for link in links} - {(link.table, link.column) for link in apart}
        if found:
            return Link(*found.pop(), 1.0) if len(found) == 1 else None
    return None


def _counted(brief: Brief, one: Listed, others: Sequence[Listed], *, says_count: bool) -> Amount | None:
    """Rows of the table that is said to be counted: *number of loans*, *most visits*, or the only one that is named."""
    if not says_count and not brief.places(_MANY):
        return None
    for start, end in (
        (one.start, one.end),
        *((i, min(i + 5, len(brief))) for i in brief.places(COUNTS | {"most", "fewest"})),
    ):
        for place in range(start, end):
            found = brief.said.table(place)
            if found is not None and brief.words[place] != brief.lemmas[place]:
                return Amount(found[1])
    spelled = [t for t in brief.mentioned if all(o.name in brief.said.tables[t].schema for o in others)]
    owners = spelled if others else list(brief.mentioned)
    return Amount(owners[0]) if len(owners) == 1 else None
