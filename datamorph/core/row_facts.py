"""How many rows a frame will have, and what identifies them: predicted from statistics before anything runs.

Estimates of joins follow System R (Selinger et al., SIGMOD 1979): values of the smaller side are found in the larger
one, so that ``|L| * |R| / max(distinct(L), distinct(R))`` rows match. Filters are taken to keep all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from datamorph.core.catalog import CatalogTable

Key = frozenset[str]
"""Columns, in lower case, that no two rows have in common."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is known of a frame's rows.

    Attributes:
        rows: predicted number, None when nothing is known.
        is_exact: the number is certain, and no estimate or bound.
        keys: sets of columns that identify a row.
        distinct: number of different values by column in lower case, where it is known.
    """

    rows: int | None = None
    is_exact: bool = False
    keys: frozenset[Key] = frozenset()
    distinct: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def known(self) -> frozenset[str]:
        """Columns of which something is known."""
        return frozenset(self.distinct).union(*self.keys)

    def identifies(self, columns: Iterable[str]) -> bool:
        """True when no two rows have the same values in these columns."""
        wanted = {column.casefold() for column in columns}
        return any(key <= wanted for key in self.keys)

    def groups(self, columns: Sequence[str]) -> int | None:
        """Most combinations of values that these columns can have."""
        product = 1
        for column in columns:
            known = self.distinct.get(column.casefold())
            if known is None:
                return self.rows
            product *= known + 1  # NULL is a value here
        return product if self.rows is None else min(product, self.rows)

    def with_columns(self, names: Mapping[str, str]) -> RowFacts:
        """The facts of the same rows with only these columns: new name by old name."""
        folded = {old.casefold(): new.casefold() for old, new in names.items()}
        keys = frozenset(frozenset(folded[c] for c in key) for key in self.keys if key <= folded.keys())
        distinct = {folded[c]: count for c, count in self.distinct.items() if c in folded}
        return RowFacts(self.rows, self.is_exact, keys, distinct)

    def without(self, changed: Iterable[str]) -> RowFacts:
        """The facts of the same rows when these columns get other values."""
        gone = {column.casefold() for column in changed}
        return self.with_columns({column: column for column in self.known if column not in gone})

    def at_most(self, rows: int | None = None) -> RowFacts:
        """The facts of some of these rows."""
        fewer = min((n for n in (rows, self.rows) if n is not None), default=None)
        return RowFacts(fewer, False, self.keys, self.distinct)


def table_facts(table: CatalogTable) -> RowFacts:
    """What the profile of a table's snapshot tells; a declared key that nothing measured is no fact."""
    profile = table.profile
    if not profile.columns:
        return RowFacts()
    unique = {frozenset({name.casefold()}) for name in profile.columns if profile.is_unique(name)}
    distinct = {name.casefold(): column.distinct for name, column in profile.columns.items()}
    return RowFacts(profile.rows, True, frozenset(unique), distinct)


def joined_facts(how: str, left: RowFacts, right: RowFacts, on: Sequence[tuple[str, str]]) -> RowFacts:
    """Facts of a join by equal keys: bounds where a side is unique by them, estimates elsewhere."""
    if how in ("semi", "anti"):
        return left.at_most()
    if left.rows is None or right.rows is None:
        return RowFacts()
    kept = {"left": [left.rows], "right": [right.rows], "full": [left.rows, right.rows]}.get(how, [0])
    found = _matches(left, right, on)
    rows = found + sum(kept) if how == "full" else max(found, *kept)
    is_single = right.identifies(r for _, r in on) and how in ("inner", "left")
    is_exact = left.is_exact and right.is_exact and (how == "cross" or (is_single and how == "left"))
    return RowFacts(rows, is_exact, left.keys, left.distinct) if is_single else RowFacts(rows, is_exact)


def _matches(left: RowFacts, right: RowFacts, on: Sequence[tuple[str, str]]) -> int:
    left_rows, right_rows = left.rows or 0, right.rows or 0
    if on and right.identifies(r for _, r in on):
        return left_rows
    if on and left.identifies(l for l, _ in on):
        return right_rows
    spread = [max(left.distinct.get(l.casefold(), 1), right.distinct.get(r.casefold(), 1), 1) for l, r in on]
    return -(-left_rows * right_rows // max([1, *spread]))
