"""What a catalog knows about the tables and columns of a question: labels, keys, numbers, values that repeat."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import squash, words_of
from datamorph.planning.offline.questions.persons import parts_of_name
from datamorph.planning.offline.scope import Scope

_LONG_ENOUGH, _REPEATED = 0.9, 0.5


class Facts:
    """Answers about tables and columns."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def referred(self, close: list[ColumnLeaf]) -> list[ColumnLeaf]:
        """Columns of several tables without the foreign keys of another of them."""
        if len({leaf.table for leaf in close}) == len(close) > 1:
            return [leaf for leaf in close if not any(self._refers(leaf, other) for other in close if other != leaf)]
        return close

    def _refers(self, leaf: ColumnLeaf, other: ColumnLeaf) -> bool:
        """A foreign key stands back behind the key that it refers to."""
        for relation in self._scope.relations.between(leaf.table, other.table):
            if (leaf.column, other.column) in zip(relation.columns, relation.target_columns, strict=True):
                return True
        return False

    def label(self, table: TableRef) -> ColumnLeaf | None:
        """The column that names a row of the table, when there is exactly one."""
        names = [n for n in self._scope.tables[table].schema.names if self.words(table, n)[-1:] == ("name",)]
        own = [n for n in self._scope.tables[table].schema.names if self.words(table, n) == words_of(table.name)]
        first = [n for n in names if self.words(table, n) == (words_of(table.name)[0], "name")]
        only = names if len(names) == 1 else own or first
        found = label_of(table, self._scope) or (only[0] if only else None)
        found = found or next((n for n in self._scope.tables[table].schema.names if self._is_detail(table, n)), None)
        return ColumnLeaf(table, found) if found else None

    def _is_detail(self, table: TableRef, name: str) -> bool:
        own = words_of(table.name)
        return self.words(table, name) in ((*own, "detail"), (own[-1], "detail"))

    def repeats(self, leaf: ColumnLeaf) -> bool:
        """True for a column in which most values stand several times."""
        profile = self._scope.tables[leaf.table].profile
        held = profile.columns.get(leaf.column)
        return bool(held and held.distinct <= _REPEATED * profile.rows)

    def words(self, table: TableRef, name: str) -> tuple[str, ...]:
        """The words of a column's name."""
        return self._scope.names.column_words[table, name]

    def has_one_time(self, table: TableRef) -> bool:
        """True for a table with only one column of dates or years."""
        names = self._scope.tables[table].schema.names
        return len([n for n in names if {"date", "year", "time"} & set(self.words(table, n))]) == 1

    def type_of(self, leaf: ColumnLeaf) -> str:
        """The column's type."""
        found = self._scope.tables[leaf.table].schema.get(leaf.column)
        return found.type if found else ""

    def is_number(self, leaf: ColumnLeaf) -> bool:
        """True for a column of numbers."""
        return is_number(self.type_of(leaf))

    def number_key(self, table: TableRef) -> ColumnLeaf | None:
        """The key of a table, when it is one column of numbers: what ``room 112`` means."""
        key = self._scope.relations.key(table)
        leaf = ColumnLeaf(table, key[0]) if len(key) == 1 else None
        return leaf if leaf is not None and self.is_number(leaf) else None

    def may_hold(self, leaf: ColumnLeaf, number: float) -> bool:
        """True for a number between the least and the largest of a column."""
        held = self._scope.tables[leaf.table].profile.columns.get(leaf.column)
        least, most = (held.minimum, held.maximum) if held else (None, None)
        return isinstance(least, int | float) and isinstance(most, int | float) and least <= number <= most

    def parts_of_name(self, table: TableRef) -> tuple[ColumnLeaf, ColumnLeaf] | None:
        """The columns of first and last name of a table of people."""
        found = parts_of_name(self._scope.tables[table].schema.names)
        return (ColumnLeaf(table, found[0]), ColumnLeaf(table, found[1])) if found else None

    def called_like(self, table: TableRef) -> ColumnLeaf | None:
        """The column that has its table's name: ``city`` of ``cities``."""
        own = squash(words_of(table.name))
        return next((leaf for leaf in self.all_of(table) if squash(self.words(table, leaf.column)) == own), None)

    def holds_its_count(self, table: TableRef) -> bool:
        """True for a table with a column of numbers that is called as it is: ``degrees`` of ``degrees``."""
        same = self.called_like(table)
        return same is not None and self.is_number(same) and not self.is_unique(same)

    def is_key(self, leaf: ColumnLeaf) -> bool:
        """True for a column that identifies rows, or is called so."""
        own = self._scope.relations.key(leaf.table)
        return (leaf.column,) == own or self.words(leaf.table, leaf.column)[-1] in KEY_WORDS

    def is_unique(self, leaf: ColumnLeaf) -> bool:
        """True for a column with hardly any value twice."""
        profile = self._scope.tables[leaf.table].profile
        held = profile.columns.get(leaf.column)
        return bool(held and held.distinct >= _LONG_ENOUGH * profile.rows)

    def all_of(self, table: TableRef) -> list[ColumnLeaf]:
        """Every column of a table."""
        return [ColumnLeaf(table, name) for name in self._scope.tables[table].schema.names]

    def reference(self, table: TableRef, target: TableRef) -> ColumnLeaf | None:
        """The one column of a table that refers to the other."""
        found = self._scope.relations.between(table, target) if table != target else ()
        only = found[0] if len(found) == 1 and len(found[0].columns) == 1 else None
        return ColumnLeaf(table, only.columns[0]) if only else None

    def refers(self, table: TableRef, target: TableRef) -> bool:
        """True where each row of the table has at most one of the target."""
        return bool(self._scope.relations.path(table, target))
