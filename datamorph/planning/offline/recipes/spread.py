"""What stands in the cells of a matrix: a count of rows, or a sum of a column or of a product of columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cells import Cells
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.shape_words import Mention, mentions, name_words, reachable

_TIMES = frozenset({"*", "x", "times", "×", "multiplied"})  # noqa: RUF001 (what people type)
_COUNTS = frozenset("count counts counted counting many crosstab".split())
_REFUSES = frozenset("not don't doesn't never aren't isn't no".split())
_WORTH = frozenset(
    """
    money amount cost costs value sum sums total paid spent spend charged billed revenue sales fee fees cent cents
    """.split()
)
"""Words that say that something is added up, and not counted."""
_HUNDRED = ("/", "by", "÷")
_MEANS = frozenset("average avg mean averages".split())
_OTHERS = frozenset("median maximum max minimum min highest lowest distinct different unique".split())
_MONEY = frozenset("euro eur dollar usd gbp pound".split())
_CENTS = frozenset("cent ct cts cents pence".split())
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """What is counted or added up.

    Attributes:
        columns: that are multiplied with each other; empty for a count.
        is_cents: the columns are in cents, the result is not.
    """

    table: TableRef
    call: str
    columns: tuple[str, ...] = ()
    is_cents: bool = False

    def sql(self, flow: Flow) -> str:
        """Over the current frame."""
        return " * ".join(quote(name) for name in self.columns)


def find_amount(brief: Brief, cells: Cells) -> Amount | None:
    """What the prompt wants in the cells; None where that is not clear."""
    if brief.has(*_OTHERS):
        return None
    tables = [t for t in brief.said.tables if _reaches(brief, t, cells)]
    spelled = _numbers(brief, cells, tables, spelled=True)
    counted = _counted(brief, tables)
    if spelled:
        many = [place for place in _count_places(brief) if brief.words[place] in ("many", "count", "counts")]
        return None if counted is not None and many else _of_columns(brief, spelled)
    if counted is not None or _count_places(brief):
        return Amount(counted, "count") if counted is not None and not brief.has(*_MEANS) else None
    worded = _numbers(brief, cells, [t for t in tables if t in brief.mentioned], spelled=False)
    if worded:
        return _of_columns(brief, worded)
    return _only_amount(brief, cells) or _named_rows(brief, cells, tables)


def _only_amount(brief: Brief, cells: Cells) -> Amount | None:
    """The one number of the table of the values, where something is added up: ``dollars paid under each kind``."""
    if cells.table is None or not (brief.has(*_WORTH) or brief.has(*_MONEY)):
        return None
    held = [c.name for c in brief.said.tables[cells.table].schema if is_number(c.type)]
    names = tuple(name for name in held if not _is_key(brief, cells.table, name))
    if len(names) != 1:
        return None
    brief.work.dialog.assume(f"{names[0]} of {cells.table.name} is added up")
    return Amount(cells.table, "avg" if brief.has(*_MEANS) else "sum", names, _is_cents(brief, cells.table, names))


def _named_rows(brief: Brief, cells: Cells, tables: Iterable[TableRef]) -> Amount | None:
    """``Shipments per driver and year``: the table named before ``per`` and ``by``, whose rows are counted."""
    if brief.has(*_WORTH) or brief.has(*_MEANS) or brief.has(*_MONEY):
        return None
    allowed = set(tables)
    stops = brief.places(("per", "by", "for"))
    near = [(stop - at, ref) for at, ref in brief.tables_at() for stop in stops if 0 < stop - at < _NEAR]
    found = [ref for _, ref in sorted(near, key=lambda one: one[0]) if ref in allowed]
    names = {word for one in cells.cells for word in words_of(one.name)}
    found += [ref for ref in allowed if words_of(ref.name)[-1:] and words_of(ref.name)[-1] in names]
    if not found:
        return None
    brief.work.dialog.assume(f"rows of {found[0].name} are counted")
    return Amount(found[0], "count")


def _count_places(brief: Brief) -> list[int]:
    """Where something is counted, unlike ``cancelled ones don't count``."""
    places = brief.places(_COUNTS) + [p for p in brief.places(("number",)) if brief.words[p + 1 : p + 2] == ("of",)]
    return [place for place in places if not _REFUSES & set(brief.words[max(place - 2, 0) : place])]


def _reaches(brief: Brief, table: TableRef, cells: Cells) -> bool:
    return cells.table is None or cells.table in reachable(brief, table)


def _numbers(
    brief: Brief, cells: Cells, tables: Iterable[TableRef], *, spelled: bool
) -> list[tuple[TableRef, Mention]]:
    """Numbers that the prompt names and that are no keys."""
    found: list[tuple[TableRef, Mention]] = []
    for table in tables:
        for one in mentions(brief, table, spelled=spelled):
            held = brief.said.tables[table].schema.get(one.column)
            is_word = one.end - one.start == 1 and "_" not in one.column  # unlike *the loan fees*
            is_table = is_word and brief.said.table(one.start) is not None
            if (
                held is not None
                and not is_table
                and is_number(held.type)
                and not _is_key(brief, table, one.column)
                and one.start not in cells.places
            ):
                found.append((table, one))
    return found


def _is_key(brief: Brief, table: TableRef, column: str) -> bool:
    refers = {name for ref in brief.said.tables for r in brief.said.relations.between(table, ref) for name in r.columns}
    last = words_of(column)[-1]
    return (
        column in refers or column in brief.said.relations.key(table) or last in ("id", "number", "key", "code", "year")
    )


def _of_columns(brief: Brief, found: list[tuple[TableRef, Mention]]) -> Amount | None:
    tables = {table for table, _ in found}
    if len(tables) != 1:
        return None
    (table,) = tables
    columns = tuple(dict.fromkeys(one.column for _, one in found))
    if len(columns) > 1 and not _is_product(brief, [one for _, one in found], columns):
        return None
    call = "avg" if brief.has(*_MEANS) else "sum"
    return Amount(table, call, columns, _is_cents(brief, table, columns))


def _is_product(brief: Brief, found: list[Mention], columns: tuple[str, ...]) -> bool:
    """``qty * unit_price``, ``quantity times price``: all of the columns, multiplied once."""
    ordered = sorted(found, key=lambda one: one.start)
    for start in range(len(ordered) - len(columns) + 1):
        run = ordered[start : start + len(columns)]
        if {one.column for one in run} == set(columns) and all(_multiplies(brief, a, b) for a, b in pairwise(run)):
            for a, b in pairwise(run):
                brief.explain(a.end, b.start, "multiplied")
            return True
    return False


def _multiplies(brief: Brief, one: Mention, other: Mention) -> bool:
    between = set(brief.words[one.end : other.start])
    return bool(between & _TIMES) and between <= _TIMES | {"by", "the"}


def _is_cents(brief: Brief, table: TableRef, columns: tuple[str, ...]) -> bool:
    """True where the columns hold cents and the result is wanted in the whole unit."""
    held = any(set(name_words(name)) & _CENTS for name in columns) or brief.has("cents", "cent")
    if _divides(brief):
        return True
    units = [
        place for place in range(len(brief))
        if name_words(brief.words[place] or "-") & _MONEY
        and brief.words[place + 1 : place + 2] not in (("cents",), ("cent",))
        and brief.said.tokens[place].text not in columns
    ]  # fmt: skip
    for place in brief.places(_CENTS | {"cent"}):
        if held and brief.words[place - 1] == "not":
            brief.explain(place - 1, place + 1, "in the whole unit")
    return held and bool(units)


def _divides(brief: Brief) -> bool:
    """``amt_ct / 100``, ``divided by 100``."""
    for place in brief.numbers():
        if brief.said.tokens[place].value == 100 and brief.said.tokens[place - 1].lower in _HUNDRED:  # noqa: PLR2004
            brief.explain(place - 1, place + 1, "in the whole unit")
            return True
    return False


def _counted(brief: Brief, tables: Iterable[TableRef]) -> TableRef | None:
    """The table whose rows are counted: the one named beside the word that tells so."""
    allowed = set(tables)
    spots = list(brief.tables_at())
    found: set[TableRef] = set()
    places = _count_places(brief)
    for place in places:
        near = [(abs(at - place), at < place, ref) for at, ref in spots if abs(at - place) < _NEAR and ref in allowed]
        if near:
            found.add(min(near, key=lambda one: one[:2])[2])
    if len(found) > 1:
        return None
    if found:
        return found.pop()
    named = {ref for _, ref in spots if ref in allowed}
    return named.pop() if places and len(named) == 1 else None
