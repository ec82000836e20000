"""From a query to the steps of a spec."""

from __future__ import annotations

from collections.abc import Iterable

from datamorph.core.table import TableRef, snake_case, unique_names
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Both
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.joining import Joining
from datamorph.planning.offline.questions.others import Others
from datamorph.planning.offline.questions.query import Query, Shown, Sides
from datamorph.planning.offline.questions.sides import side_of
from datamorph.planning.offline.tokens import singular

_MOST_BRIDGED = 2


class Answer:
    """Adds the steps of one query to a work."""

    def __init__(self, work: Work, query: Query) -> None:
        self._work, self._query = work, query
        self._shown = query.shown or query.implied
        self._keys: dict[ColumnLeaf, str] = {}
        self._measures: dict[Shown, str] = {}
        self._extra: list[TableRef] = []
        self._joining, self._others = Joining(work), Others(work)

    def build(self) -> None:
        """Add every step.

        Raises:
            Unclear: the query does not hold together.
        """
        if not self._shown:
            raise Unclear("nothing is shown")
        if self._query.sides is not None:
            self._sides(self._query.sides)
            return
        self._check_mentions()
        self._check_kinds()
        root = self._work.joins.choose_root(self._facts(), self._tables())
        self._work.root = root
        if root not in self._tables() and len(self._tables()) > _MOST_BRIDGED:
            raise Unclear("too far apart")
        if self._facts() and root not in self._facts() and not self._counts_pairs(root):
            raise Unclear("counted rows would repeat")
        self._rows(root)
        if self._is_grouped():
            self._aggregate()
        if self._query.limit:
            self._first(self._ordered())
        self._select()
        self._finish()

    def _rows(self, root: TableRef) -> None:
        """The rows that are asked for, before they are counted or shown."""
        query = self._query
        best = self._others.first(query.best) if query.best else ""
        bounds = [self._others.bound(beyond) for beyond in query.beyond]
        self._work.frames.start(root)
        self._joining.bring(root, self._tables())
        self._filter(root)
        for beyond, (frame, column) in zip(query.beyond, bounds, strict=True):
            self._others.compare(beyond, frame, column)
        if query.best:
            self._others.belong(query.best.leaf.table, best)

    def _sides(self, sides: Sides) -> None:
        """Both parts of the answer, and what is in one and the other, or not in the other."""
        frames, is_except = self._work.frames, sides.how == "except"
        Answer(self._work, side_of(self._query, sides.one, is_whole=not is_except)).build()
        one, names = frames.current, frames.schema.names
        Answer(self._work, side_of(self._query, sides.other, is_whole=True)).build()
        if frames.schema.names != names:
            renamed = zip(names, frames.schema.names, strict=True)
            frames.add("select", "renamed", columns=[{new: old} if new != old else new for new, old in renamed])
        frames.add(sides.how, "in_both" if not is_except else "in_one", of=[one, frames.current])
        self._work.key = tuple(frames.schema.names)

    def _counts_pairs(self, root: TableRef) -> bool:
        """Rows of a table that ties two others, one for each pair, are counted as rows of what it ties."""
        relations, (fact, *others) = self._work.scope.relations, self._facts()
        if others or any(s.function and (s.leaf or s.function != "count") for s in self._expressions()):
            return False
        refers = [relations.between(root, table) for table in self._tables() if relations.between(root, table)]
        tied = {column for found in refers for relation in found for column in relation.columns}
        key = relations.key(root)
        return bool(relations.between(root, fact)) and len(refers) > 1 and bool(key) and set(key) <= tied

    def _expressions(self) -> list[Shown]:
        query = self._query
        return [*self._shown, *(by for by, _ in query.orders), *(found for found, _, _ in query.having)]

    def _is_grouped(self) -> bool:
        return bool(self._query.groups or self._query.entities or any(s.function for s in self._expressions()))

    def _facts(self) -> list[TableRef]:
        """Tables whose rows are counted or measured: they must not repeat."""
        found = [s.table or (s.leaf.table if s.leaf else None) for s in self._expressions() if s.function]
        return list(dict.fromkeys(table for table in found if table is not None))

    def _leaves(self) -> list[ColumnLeaf]:
        shown = [s.leaf for s in self._expressions() if s.leaf]
        return [*shown, *self._query.groups, *self._query.condition_leaves]

    def _tables(self) -> list[TableRef]:
        found = [leaf.table for leaf in self._leaves()] + self._facts() + self._query.entities + self._extra
        return list(dict.fromkeys(found))

    def _tested(self) -> list[TableRef]:
        return [*self._query.present, *self._query.absent]

    def _check_mentions(self) -> None:
        """A table that is named must play a part."""
        used = self._tables()
        left = [t for t in self._query.mentioned if t not in used and t not in self._tested()]
        root = self._work.joins.choose_root(self._facts(), used) if left and used else None
        for table in left:
            if root is None or not self._joining.adds_no_rows(table, used, root):
                raise Unclear(f"what {table.name} is for")
            self._extra.append(table)
        if set(self._query.entities) & set(self._facts()):
            raise Unclear("a measure of single rows")
        if len(self._facts()) > 1:
            raise Unclear("two things are counted")

    def _check_kinds(self) -> None:
        """Columns beside a measure are what it is grouped by: rows are not."""
        if any(s.function for s in self._shown) and any(
            s.leaf and not s.function and s.leaf.table in self._facts() and self._is_key(s.leaf) for s in self._shown
        ):
            raise Unclear("a measure of single rows")

    def _is_key(self, leaf: ColumnLeaf) -> bool:
        return (leaf.column,) == self._work.scope.relations.key(leaf.table)

    def _filter(self, root: TableRef) -> None:
        conditions = self._query.conditions
        if conditions:
            whole = conditions[0] if len(conditions) == 1 else Both("and", tuple(conditions))
            term = self._work.binder.condition(whole)
            self._work.frames.add("filter", "filtered", where=self._work.frames.render(term))
        for table in self._query.present:
            if table not in self._tables():
                self._joining.match(root, table, "semi")
        for table in self._query.absent:
            self._joining.match(root, table, "anti")

    def _aggregate(self) -> None:
        frames, query = self._work.frames, self._query
        leaves = [*query.groups, *(s.leaf for s in self._shown if s.leaf and not s.function)]
        leaves += [by.leaf for by, _ in query.orders if by.leaf and not by.function]
        leaves += self._entity_keys(leaves)
        self._keys = {leaf: frames.where[leaf] for leaf in dict.fromkeys(leaves)}
        wanted = list(dict.fromkeys(s for s in self._expressions() if s.function))
        names = unique_names([*self._keys.values(), *map(self._measure_name, wanted)])[len(self._keys) :]
        self._measures = dict(zip(wanted, names, strict=True))
        texts = {name: self._measure_text(shown) for shown, name in self._measures.items()}
        frames.add("aggregate", "grouped", by=list(dict.fromkeys(self._keys.values())), measures=texts)
        if query.having:
            parts = [f"{self._measures[s]} {operator} {value.value}" for s, operator, value in query.having]
            frames.add("filter", "kept", where=" AND ".join(parts))

    def _entity_keys(self, leaves: Iterable[ColumnLeaf]) -> list[ColumnLeaf]:
        """Rows of two things with one name are not counted together: their keys are grouped by, too."""
        facts, found = self._facts(), list(self._query.entities)
        labels = [leaf for leaf in leaves if leaf not in self._query.groups and self._is_label(leaf)]
        found += [leaf.table for leaf in labels if leaf.table not in facts]
        keys = [ColumnLeaf(t, c) for t in dict.fromkeys(found) for c in self._work.scope.relations.key(t)]
        return [key for key in keys if key in self._work.frames.where]

    def _is_label(self, leaf: ColumnLeaf) -> bool:
        profile = self._work.scope.tables[leaf.table].profile
        return profile.is_unique(leaf.column) or words_of(leaf.column)[-1] == "name"

    def _measure_name(self, shown: Shown) -> str:
        words = shown.table.name.split("_") if shown.table else ["row"]
        thing = shown.leaf.column if shown.leaf else "_".join(map(singular, words))
        return snake_case(f"{thing}_count" if shown.function == "count" else f"{shown.function}_{thing}")

    def _measure_text(self, shown: Shown) -> str:
        if shown.leaf is None:
            return "count(*)"
        column = quote(self._work.frames.where[shown.leaf])
        return f"{shown.function}({'DISTINCT ' if shown.is_distinct else ''}{column})"

    def _name(self, shown: Shown) -> str:
        if shown.function:
            return self._measures[shown]
        if shown.leaf is None:
            raise Unclear("nothing is shown")
        return self._keys[shown.leaf] if self._keys else self._work.frames.where[shown.leaf]

    def _ordered(self) -> list[str]:
        return [self._name(by) + (" desc" if is_descending else "") for by, is_descending in self._query.orders]

    def _first(self, order: list[str]) -> None:
        if not order:
            raise Unclear("first by what")
        named = {item.removesuffix(" desc") for item in order}
        ties = [name for name in self._tie_breakers() if name not in named]
        if ties:
            self._work.dialog.assume(f"equal ranks are decided by {', '.join(ties)}")
        self._work.frames.add("top", f"top_{self._query.limit}", n=self._query.limit, order_by=[*order, *ties])

    def _tie_breakers(self) -> list[str]:
        """What tells rows apart: the groups, keys first, or else the key of the table."""
        root, where = self._work.root, self._work.frames.where
        if self._keys:
            return sorted(dict.fromkeys(self._keys.values()), key=lambda name: (not self._is_key_name(name), name))
        keys = self._work.scope.relations.key(root) if root else ()
        return [where[ColumnLeaf(root, key)] for key in keys if root and ColumnLeaf(root, key) in where]

    def _is_key_name(self, name: str) -> bool:
        return any(
            (leaf.column,) == self._work.scope.relations.key(leaf.table) for leaf, n in self._keys.items() if n == name
        )

    def _select(self) -> None:
        names = [self._name(shown) for shown in self._shown]
        if len(set(names)) != len(names):
            raise Unclear("a column is shown twice")
        order = self._ordered() if self._query.limit != 1 else []
        if all(item.removesuffix(" desc") in names for item in order):
            self._work.frames.add("select", "result", columns=names)
        elif self._is_once():
            raise Unclear("values once in the order of another column")
        else:
            self._work.frames.add("sort", "result", by=order, keep=names)

    def _is_once(self) -> bool:
        query = self._query
        return not self._measures and (query.is_distinct or query.lists_values)

    def _finish(self) -> None:
        query, frames, order = self._query, self._work.frames, self._ordered()
        has_counts = any(s.is_distinct for s in self._expressions())
        if self._is_once() and not query.limit and not has_counts:
            frames.add("dedupe", "distinct_rows")
            self._work.key = tuple(frames.schema.names)
        names = [item.removesuffix(" desc") for item in order]
        if order and all(name in frames.schema for name in names):
            frames.add("sort", "sorted", by=order)
