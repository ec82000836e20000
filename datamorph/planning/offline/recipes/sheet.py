"""A table of rows in the making: the table whose rows they are, what the prompt lists, and its kinds of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from datamorph.core.catalog import ColumnProfile
from datamorph.core.datatype import is_integer, is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import Mention, columns_in, mentions, take, told, words_told


@dataclass(frozen=True)
class Sheet:
    """One row per row of a table.

    Attributes:
        table: whose rows they are.
        flow: the plan so far.
    """

    brief: Brief
    table: TableRef
    flow: Flow

    @cached_property
    def mentions(self) -> list[Mention]:
        """Every column of the table that the prompt names."""
        return mentions(self.brief, self.table)

    @cached_property
    def said(self) -> list[str]:
        """The same, each once."""
        return list(dict.fromkeys(one.column for one in self.mentions))

    def type_of(self, column: str) -> str:
        """The type of a column of the table."""
        found = self.brief.said.tables[self.table].schema.get(column)
        return found.type if found is not None else ""

    def profile(self, column: str) -> ColumnProfile:
        """What is known of its values."""
        return self.brief.said.tables[self.table].profile.columns.get(column, ColumnProfile())

    def sql(self, column: str) -> str:
        """The column as it is called in the plan."""
        return quote(self.name(column))

    def name(self, column: str) -> str:
        """The same, as a plain name."""
        return self.flow.frames.where[ColumnLeaf(self.table, column)]

    def of_type(self, columns: Iterable[str], *types: str) -> list[str]:
        """Those of some types; ``int`` stands for all whole numbers, ``number`` for all numbers."""
        return [one for one in columns if self._is_type(self.type_of(one), types)]

    def are_of(self, columns: Iterable[str], *types: str) -> bool:
        """True where all columns are of these types."""
        return all(self._is_type(self.type_of(one), types) for one in columns)

    def _is_type(self, type_: str, types: tuple[str, ...]) -> bool:
        return type_ in types or ("int" in types and is_integer(type_)) or ("number" in types and is_number(type_))

    def own(self, name: str) -> str:
        """The column of the table that is called so; empty where there is none."""
        return next((c for c in self.brief.said.tables[self.table].schema.names if c.casefold() == name.casefold()), "")


@dataclass(frozen=True)
class Output:
    """One listed column with what is told of it."""

    sheet: Sheet
    listed: Listed

    @property
    def name(self) -> str:
        """As it is to be called."""
        return self.listed.name

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Runs of tokens that tell what it is."""
        return told(self.sheet.brief, self.listed)

    @cached_property
    def words(self) -> frozenset[str]:
        """Words and lemmas in these runs, and those of its name."""
        return words_told(self.sheet.brief, self.runs, self.name)

    @cached_property
    def told_words(self) -> frozenset[str]:
        """Words and lemmas in these runs alone."""
        return words_told(self.sheet.brief, self.runs)

    @cached_property
    def columns(self) -> list[str]:
        """Columns of the table that these runs name."""
        found = [one for start, end in self.runs for one in columns_in(self.sheet.brief, self.sheet.table, start, end)]
        return list(dict.fromkeys(found))

    @cached_property
    def own(self) -> str:
        """The column of the table that has its very name."""
        return self.sheet.own(self.name)

    def take(self, words: Iterable[str], meaning: str) -> None:
        """Explain these words where the column is told of."""
        known = frozenset(words)
        for start, end in self.runs:
            take(self.sheet.brief, known, meaning, start, end)


Kind = Callable[[Output], str | None]
"""Makes the SQL of an output over the current frame, or None where it is no such column."""
