"""Which column a noun of a question means, given the tables around it."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.questions.facts import Facts
from datamorph.planning.offline.questions.nouns import are_akin
from datamorph.planning.offline.questions.tag import Tag
from datamorph.planning.offline.scope import Scope

_MENTIONED, _OWNER, _EVIDENT, _MARGIN, _FEW = 0.3, 0.25, 0.1, 0.05, 100
_BETWEEN = frozenset({"column", "and", "mark", "glue", "distinct", "extreme", "value", "per", "full_name", "top"})


class Unclear(Exception):
    """The question is not read with certainty."""


class Contradicted(Exception):
    """The question is read, and no row can answer it."""


class Columns(Facts):
    """Settles columns and tables; raises Unclear where two fit equally well."""

    def __init__(self, scope: Scope, tags: Sequence[Tag]) -> None:
        super().__init__(scope)
        self._tags = tags
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
        if len(self.words(link.table, link.column)) > 1:
            return link.score >= OWN
        near = self._scope.relations.between
        return link.score >= OWN and any(near(table, link.table) or near(link.table, table) for table in self.mentioned)

    def _only(self, tag: Tag, close: list[ColumnLeaf]) -> ColumnLeaf:
        close = self.referred(close)
        close = [leaf for leaf in close if leaf in self._settled] or close
        if len(close) != 1:
            raise Unclear(tag.phrase)
        return close[0]

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
        if len(key) == 1 and (words == ("id",) or (not tag.links and self.words(owner, key[0])[-1:] == words)):
            return ColumnLeaf(owner, key[0])
        if words in (("name",), ("title",)):
            return self.label(owner)
        return None if tag.links else self.named(words[0], [owner])

    def _owner(self, place: int) -> TableRef | None:
        """The table that follows in the same phrase, else the nearest one before."""
        for tag in self._tags[place + 1 :]:
            if tag.kind == "table":
                return self.table(tag)
            if tag.kind not in _BETWEEN and not (tag.kind == "number" and tag.number is not None and tag.number < _FEW):
                break
        before = [tag for tag in self._tags[:place] if tag.kind == "table"]
        return self.table(before[-1]) if before else self._last

    def named(self, words: str, tables: Sequence[TableRef]) -> ColumnLeaf | None:
        """The only column of those tables whose name is or ends in these words."""
        wanted = tuple(words.split())
        found = [
            ColumnLeaf(table, name)
            for table in tables
            for name in self._scope.tables[table].schema.names
            if self.words(table, name)[-len(wanted) :] == wanted or self.words(table, name)[: len(wanted)] == wanted
        ]
        exact = [leaf for leaf in found if self.words(leaf.table, leaf.column) == wanted]
        return found[0] if len(found) == 1 else exact[0] if len(exact) == 1 else None

    def begun_by(self, words: str, phrase: str) -> ColumnLeaf | None:
        """The only column with that word that begins as the phrase does: ``opened`` of ``opened_year``."""
        tables = list(dict.fromkeys([*self.in_scope(), *self.around()]))
        found = [
            leaf
            for table in tables
            for leaf in self.all_of(table)
            if words in (known := self.words(table, leaf.column)) and any(are_akin(phrase, word) for word in known)
        ]
        return found[0] if len(found) == 1 else None

    def holds_counts(self, place: int) -> bool:
        """True where the tag names a column of numbers that is no key: how many there are is a value of it."""
        tag = self._tags[place] if place < len(self._tags) else None
        if tag is None or tag.kind != "column" or not tag.links:
            return False
        leaf = self.column(place)
        return self.is_number(leaf) and not self.is_key(leaf)

    def owner(self, place: int) -> TableRef | None:
        """The table that a noun at that place belongs to."""
        return self._owner(place)

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
