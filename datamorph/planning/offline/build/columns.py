"""Binds a draft's nouns to columns, or to what the prompt defines."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, NameLeaf, Term, leaf
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.calls import columns_of
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link, canonical
from datamorph.planning.offline.relations import Relation
from datamorph.planning.offline.scope import Scope


class ColumnBinder:
    """Turns nouns into terms; keeps the names that the prompt defines."""

    def __init__(self, scope: Scope, *, scale: float = 1.0, date_format: str = "") -> None:
        self.scope = scope
        self._date_format = date_format
        self._scale = scale
        self.defined: list[Item] = []
        self.root: TableRef | None = None
        self.scales_several = False
        self.said_dates: tuple[Noun, ...] = ()
        self.deeds: tuple[str, ...] = ()
        self.wants_days = False
        self.pick: Callable[[tuple[Relation, ...]], Relation] | None = None

    def define(self, item: Item) -> None:
        """Let later nouns mean this item by its name or its words."""
        self.defined.append(item)

    def noun(self, noun: Noun) -> Term:
        """The column or defined item that a noun means."""
        item = self.item(noun)
        if item is not None:
            return leaf(NameLeaf(item.name))
        link = self.scope.column(noun)
        if link is None:
            raise Refused("impossible", f"no column fits {noun.text!r}", hint=self._nearest(noun))
        return leaf(ColumnLeaf(link.table, link.column))

    def item(self, noun: Noun) -> Item | None:
        """The defined item that a noun names."""
        for item in self.defined:
            if item.name and item.name.lower() == noun.text.lower().replace(" ", "_"):
                return item
        if noun.links:
            return self._in_place(noun.links[0])
        found = [item for item in self.defined if noun.words and canonical(noun.words) <= canonical(item.words)]
        return found[0] if len(found) == 1 else None

    def _in_place(self, link: Link) -> Item | None:
        """The item that stands in the place of a column: ``channel = lower(channel)``."""
        for item in self.defined:
            if link.column and item.name == link.column:
                read = {(one.table, one.column) for noun in columns_of(item.expression) for one in noun.links}
                if (link.table, link.column) in read:
                    return item
        return None

    def _nearest(self, noun: Noun) -> str:
        names = sorted({f"{link.table.name}.{link.column}" for link in noun.links if link.column})
        return f"there is {', '.join(names[:4])}" if names else "name a column of the tables in scope"

    def type_of(self, term: Term) -> str:
        """Type of a term that is one column; empty otherwise."""
        found = term.leaves[0] if len(term.leaves) == 1 and len(term.text) == 1 else None
        if not isinstance(found, ColumnLeaf):
            return ""
        column = self.scope.tables[found.table].schema.get(found.column)
        return column.type if column else ""

    def key_of(self, table: TableRef) -> Term:
        """The column that stands for a row of another table: the root's reference to it if there is one."""
        found = self.scope.relations.between(self.root, table) if self.root is not None else ()
        single = tuple(relation for relation in found if len(relation.columns) == 1)
        if self.root is not None and single:
            relation = self.pick(single) if self.pick is not None else single[0]
            return leaf(ColumnLeaf(self.root, relation.columns[0]))
        key = self.scope.relations.key(table)
        if len(key) != 1:
            raise Refused("impossible", f"nothing identifies a row of {table.name}", hint="name the column to count")
        return leaf(ColumnLeaf(table, key[0]))
