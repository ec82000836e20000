"""Which column a noun of a question means, given the tables around it."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import OWN, Link, squash, words_of
from datamorph.planning.offline.questions.nouns import are_akin
from datamorph.planning.offline.questions.persons import parts_of_name
from datamorph.planning.offline.questions.tag import Tag
from datamorph.planning.offline.scope import Scope

_MENTIONED, _OWNER, _EVIDENT, _MARGIN = 0.3, 0.25, 0.1, 0.05
_BETWEEN = frozenset({"column", "and", "mark", "glue", "distinct", "extreme", "value", "per", "full_name"})
_LONG_ENOUGH, _REPEATED = 0.9, 0.5


class Unclear(Exception):
    """The question is not read with certainty."""


class Contradicted(Exception):
    """The question is read, and no row can answer it."""


class Columns:
    """Settles columns and tables; raises Unclear where two fit equally well."""

    def __init__(self, scope: Scope, tags: Sequence[Tag]) -> None:
        self._scope, self._tags = scope, tags
        self.mentioned = [self.table(tag) for tag in tags if tag.kind == "table"]
        self._last: TableRef | None = None
        self._settled: set[ColumnLeaf] = set()
        self._evident = {links[0].table for tag in tags if tag.kind == "column" and len(links := _best(tag.links)) == 1}

    def table(self, tag: Tag) -> TableRef:
        """The table that a tag names."""
        found = [link for link in tag.links if not link.column]
        if not found or (len(found) > 1 and found[0].score == found[1].score):
            raise Unclear(tag.phrase)
        return found[0].table

    def column(self, place: int) -> ColumnLeaf:
        """The column that the tag at that place names."""
        leaf = self._column(place)
        self._last = leaf.table
        self._settled.add(leaf)
        return leaf

    def _column(self, place: int) -> ColumnLeaf:
        tag, owner = self._tags[place], self._owner(place)
        links = [link for link in tag.links if link.column and self._is_near(link)]
        key = self._generic(tag, owner)
        if key is not None:
            return key
        if owner is not None and tag.phrase.lower() in ("name", "names", "title", "titles"):
            links = [link for link in links if link.table == owner] or links
        weighed = sorted(((self._weight(link, owner), link.table, link.column) for link in links), reverse=True)
        if not weighed:
            raise Unclear(tag.phrase)
        best = weighed[0][0]
        close = [ColumnLeaf(table, column) for weight, table, column in weighed if weight > best - _MARGIN]
        return self._only(tag, close)

    def _is_near(self, link: Link) -> bool:
        """A column of a table that is not named must be called by its whole name."""
        if not self.mentioned or link.table in self.mentioned:
            return True
        if len(self._words(link.table, link.column)) > 1:
            return link.score >= OWN
        near = self._scope.relations.between
        return link.score >= OWN and any(near(table, link.table) or near(link.table, table) for table in self.mentioned)

    def _only(self, tag: Tag, close: list[ColumnLeaf]) -> ColumnLeaf:
        close = self.referred(close)
        close = [leaf for leaf in close if leaf in self._settled] or close
        if len(close) != 1:
            raise Unclear(tag.phrase)
        return close[0]

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

    def _weight(self, link: Link, owner: TableRef | None) -> float:
        bonus = _OWNER if link.table == owner else 0.0
        bonus += _MENTIONED if link.table in self.mentioned else _EVIDENT if link.table in self._evident else 0.0
        return link.score + bonus

    def _generic(self, tag: Tag, owner: TableRef | None) -> ColumnLeaf | None:
        """``id`` and ``name`` of a table: its key and its label."""
        words = words_of(tag.phrase.lower())
        if owner is None or len(words) != 1:
            return None
        key = self._scope.relations.key(owner)
        if len(key) == 1 and (words == ("id",) or (not tag.links and self._words(owner, key[0])[-1:] == words)):
            return ColumnLeaf(owner, key[0])
        return self.label(owner) if words in (("name",), ("title",)) else None

    def _owner(self, place: int) -> TableRef | None:
        """The table that follows in the same phrase, else the nearest one before."""
        for tag in self._tags[place + 1 :]:
            if tag.kind == "table":
                return self.table(tag)
            if tag.kind not in _BETWEEN:
                break
        before = [tag for tag in self._tags[:place] if tag.kind == "table"]
        return self.table(before[-1]) if before else self._last

    def label(self, table: TableRef) -> ColumnLeaf | None:
        """The column that names a row of the table, when there is exactly one."""
        names = [n for n in self._scope.tables[table].schema.names if self._words(table, n)[-1:] == ("name",)]
        own = [n for n in self._scope.tables[table].schema.names if self._words(table, n) == words_of(table.name)]
        first = [n for n in names if self._words(table, n) == (words_of(table.name)[0], "name")]
        only = names if len(names) == 1 else own or first
        found = label_of(table, self._scope) or (only[0] if only else None)
        found = found or next((n for n in self._scope.tables[table].schema.names if self._is_detail(table, n)), None)
        return ColumnLeaf(table, found) if found else None

    def _is_detail(self, table: TableRef, name: str) -> bool:
        own = words_of(table.name)
        return self._words(table, name) in ((*own, "detail"), (own[-1], "detail"))

    def repeats(self, leaf: ColumnLeaf) -> bool:
        """True for a column in which most values stand several times."""
        profile = self._scope.tables[leaf.table].profile
        held = profile.columns.get(leaf.column)
        return bool(held and held.distinct <= _REPEATED * profile.rows)

    def named(self, words: str, tables: Sequence[TableRef]) -> ColumnLeaf | None:
        """The only column of those tables whose name is or ends in these words."""
        wanted = tuple(words.split())
        found = [
            ColumnLeaf(table, name)
            for table in tables
            for name in self._scope.tables[table].schema.names
            if self._words(table, name)[-len(wanted) :] == wanted or self._words(table, name)[: len(wanted)] == wanted
        ]
        exact = [leaf for leaf in found if self._words(leaf.table, leaf.column) == wanted]
        return found[0] if len(found) == 1 else exact[0] if len(exact) == 1 else None

    def begun_by(self, words: str, phrase: str) -> ColumnLeaf | None:
        """The only column with that word that begins as the phrase does: ``opened`` of ``opened_year``."""
        tables = list(dict.fromkeys([*self.in_scope(), *self.around()]))
        found = [
            leaf
            for table in tables
            for leaf in self.all_of(table)
            if words in (known := self._words(table, leaf.column)) and any(are_akin(phrase, word) for word in known)
        ]
        return found[0] if len(found) == 1 else None

    def _words(self, table: TableRef, name: str) -> tuple[str, ...]:
        return self._scope.names.column_words[table, name]

    def has_one_time(self, table: TableRef) -> bool:
        """True for a table with only one column of dates or years."""
        names = self._scope.tables[table].schema.names
        return len([n for n in names if {"date", "year", "time"} & set(self._words(table, n))]) == 1

    def type_of(self, leaf: ColumnLeaf) -> str:
        """The column's type."""
        found = self._scope.tables[leaf.table].schema.get(leaf.column)
        return found.type if found else ""

    def is_number(self, leaf: ColumnLeaf) -> bool:
        """True for a column of numbers."""
        return is_number(self.type_of(leaf))

    def holds_counts(self, place: int) -> bool:
        """True where the tag names a column of numbers that is no key: how many there are is a value of it."""
        tag = self._tags[place] if place < len(self._tags) else None
        if tag is None or tag.kind != "column" or not tag.links:
            return False
        leaf = self.column(place)
        return self.is_number(leaf) and not self.is_key(leaf)

    def number_key(self, table: TableRef) -> ColumnLeaf | None:
        """The key of a table, when it is one column of numbers: what ``room 112`` means."""
        key = self._scope.relations.key(table)
        leaf = ColumnLeaf(table, key[0]) if len(key) == 1 else None
        return leaf if leaf is not None and self.is_number(leaf) else None

    def may_hold(self, leaf: ColumnLeaf, number: float) -> bool:
        """True for a number between the least and the largest of a column."""
        held = self._scope.tables[leaf.table].profile.columns.get(leaf.column)
        bounds = (held.minimum, held.maximum) if held else (None, None)
        return all(isinstance(b, int | float) for b in bounds) and bounds[0] <= number <= bounds[1]  # pyright: ignore[reportOperatorIssue]

    def parts_of_name(self, table: TableRef) -> tuple[ColumnLeaf, ColumnLeaf] | None:
        """The columns of first and last name of a table of people."""
        found = parts_of_name(self._scope.tables[table].schema.names)
        return (ColumnLeaf(table, found[0]), ColumnLeaf(table, found[1])) if found else None

    def owner(self, place: int) -> TableRef | None:
        """The table that a noun at that place belongs to."""
        return self._owner(place)

    def called_like(self, table: TableRef) -> ColumnLeaf | None:
        """The column that has its table's name: ``city`` of ``cities``."""
        own = squash(words_of(table.name))
        return next((leaf for leaf in self.all_of(table) if squash(self._words(table, leaf.column)) == own), None)

    def holds_its_count(self, table: TableRef) -> bool:
        """True for a table with a column of numbers that is called as it is: ``degrees`` of ``degrees``."""
        same = self.called_like(table)
        return same is not None and self.is_number(same) and not self.is_unique(same)

    def is_key(self, leaf: ColumnLeaf) -> bool:
        """True for a column that identifies rows, or is called so."""
        own = self._scope.relations.key(leaf.table)
        return (leaf.column,) == own or self._words(leaf.table, leaf.column)[-1] in KEY_WORDS

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

    def around(self) -> list[TableRef]:
        """Tables that those of the question refer to."""
        return [t for t in self._scope.tables if any(self._scope.relations.between(m, t) for m in self.mentioned)]

    def in_scope(self) -> list[TableRef]:
        """Tables that the question is about."""
        tables = self.mentioned or sorted(self._evident) or list(self._scope.tables)
        return list(dict.fromkeys(tables))


def _best(links: tuple[Link, ...]) -> list[Link]:
    columns = [link for link in links if link.column]
    return [link for link in columns if columns and link.score >= columns[0].score - _MARGIN]
