"""Conditions of a question: a column and a value in either order, comparisons, bounds on counts."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Negation, Noun, OneOf, Text, Within
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.cursor import VALUES, Cursor
from datamorph.planning.offline.questions.tag import Tag

_FIRST_YEAR, _LAST_YEAR = 1500, 2100


class Conditions(Cursor):
    """Reads conditions."""

    def column_test(self) -> Condition | None:
        """``age over 30``, ``city is Leeds``, ``name contains "x"``; None when the column stands alone."""
        start = self.at
        self.at += 1
        while self.tag().phrase.lower() in said.CALLED or self.tag().kind == "not":
            self.is_negated = self.is_negated or self.tag().kind == "not"
            self.at += 1
        if self.tag().kind not in VALUES | {"compare", "between", "like"} or self._is_bound_of_another():
            self.at = start
            return None
        leaf = self._holding(start) or self.columns.column(start)
        if self.tag().kind in VALUES and not self._fits(leaf, self.tag()):
            self.at = start
            return None
        return self._tested(leaf)

    def _is_bound_of_another(self) -> bool:
        """``countries with more than 2 airports``: what is compared stands behind the number."""
        is_number = self.peek(1).kind in VALUES
        return self.tag().kind == "compare" and (not is_number or self.peek(2).kind in ("table", "column"))

    def _holding(self, start: int) -> ColumnLeaf | None:
        """The one column of that name which holds the value that stands here."""
        held = {(link.table, link.column) for link in self.tag().values}
        fits = [link for link in self.tags[start].links if (link.table, link.column) in held]
        return ColumnLeaf(fits[0].table, fits[0].column) if len(fits) == 1 else None

    def _fits(self, leaf: ColumnLeaf, found: Tag) -> bool:
        """A value that other columns hold but this one does not is not compared with it."""
        held = any((link.table, link.column) == (leaf.table, leaf.column) for link in found.values)
        if found.kind == "number":
            return held or self.columns.is_number(leaf)
        return held or (found.kind == "text" and not found.values)

    def _tested(self, leaf: ColumnLeaf) -> Condition:
        found = self.next()
        if found.kind == "like":
            self.skip(frozenset({"glue", "mark"}))
            text = self.next()
            if text.kind not in ("text", "value", "unknown"):
                raise Unclear(text.phrase)
            return self._done(leaf, Text(self.noun(leaf), found.means, text.phrase))
        if found.kind == "between":
            low = self._constant(leaf)
            if self.tag().kind != "and" and self.tag().phrase.lower() != "to":
                raise Unclear("between")
            self.at += 1
            return self._done(leaf, Within(self.noun(leaf), low, self._constant(leaf)))
        if found.kind == "compare":
            if found.means not in ("=", "<>") and not self.columns.is_number(leaf):
                raise Unclear("a text is compared")
            return self._done(leaf, Compare(self.noun(leaf), found.means, self._constant(leaf)))
        self.at -= 1
        return self._done(leaf, OneOf(self.noun(leaf), self._alternatives(leaf)))

    def _alternatives(self, leaf: ColumnLeaf) -> tuple[Constant, ...]:
        """``Leeds or York``: values of the same column."""
        values = [self._constant(leaf)]
        while self.tag().kind == "or" and self.peek(1).kind in VALUES and self._fits(leaf, self.peek(1)):
            self.at += 1
            values.append(self._constant(leaf))
        return tuple(values)

    def _constant(self, leaf: ColumnLeaf) -> Constant:
        found = self.next()
        if found.kind not in VALUES:
            raise Unclear(found.phrase)
        if found.number is not None and self.columns.is_number(leaf):
            return Constant(found.number, written=found.phrase)
        held = next((v.value for v in found.values if (v.table, v.column) == (leaf.table, leaf.column)), None)
        if held is None and (found.kind == "value" or self.columns.is_number(leaf)):
            raise Unclear(found.phrase)
        return Constant(held if held is not None else found.phrase, written=found.phrase)

    def _done(self, leaf: ColumnLeaf, condition: Condition) -> Condition:
        self.read_leaves.append(leaf)
        if self.is_negated:
            self.is_negated = False
            return Negation(condition)
        return condition

    def noun(self, leaf: ColumnLeaf) -> Noun:
        """A noun that means that column for certain."""
        return Noun(leaf.column, words_of(leaf.column), (Link(leaf.table, leaf.column, 1.0),))

    def value_test(self) -> Condition:
        """``in Leeds``, ``French singers``, ``Leeds city``: the column is the one that holds the value."""
        found, owner = self.tag(), None
        if not found.values:
            return self._labelled()
        if self.peek(1).kind == "column":
            owner = self._named_behind(found)
        leaf = owner or self._holder(found)
        condition = self._done(leaf, OneOf(self.noun(leaf), self._alternatives(leaf)))
        self.at += 1 if owner else 0
        return condition

    def person_test(self) -> Condition:
        """``of Ann Smith``: the first and the last name of one row."""
        found = self.tag()
        tables = self.columns.in_scope()
        links = [link for link in found.values if link.table in tables] or list(found.values)
        if len(links) != 2 or self.is_negated or self.is_or:  # noqa: PLR2004 (a first and a last name)
            raise Unclear(found.phrase)
        self.at += 1
        return self._named([(ColumnLeaf(link.table, link.column), link.value) for link in links])

    def _named(self, parts: list[tuple[ColumnLeaf, str]]) -> Condition:
        self.read_leaves += [leaf for leaf, _ in parts]
        return Both("and", tuple(OneOf(self.noun(leaf), (Constant(value),)) for leaf, value in parts))

    def _labelled(self) -> Condition:
        """``the club called "Tennis"``: quoted text behind a table is the label of one of its rows."""
        before = [tag for tag in self.tags[: self.at] if tag.kind != "glue"]
        table = self.columns.table(before[-1]) if before and before[-1].kind == "table" else None
        label = self.columns.label(table) if table else None
        if table and label is None and (parts := self.columns.parts_of_name(table)) and self._is_full_name():
            return self._named(list(zip(parts, self.next().phrase.split(), strict=True)))
        if label is None or self.tag().kind != "text":
            raise Unclear(self.tag().phrase)
        return self._done(label, OneOf(self.noun(label), (Constant(self.next().phrase),)))

    def _is_full_name(self) -> bool:
        return self.tag().kind == "text" and len(self.tag().phrase.split()) == 2 and not self.is_negated  # noqa: PLR2004

    def _named_behind(self, found: Tag) -> ColumnLeaf | None:
        held = {(link.table, link.column) for link in found.values}
        fits = [link for link in self.peek(1).links if (link.table, link.column) in held]
        return ColumnLeaf(fits[0].table, fits[0].column) if len(fits) == 1 else None

    def _holder(self, found: Tag) -> ColumnLeaf:
        """The one column that holds the value, among the tables of the question if any does."""
        tables = self.columns.in_scope()
        near = [link for link in found.values if link.table in tables]
        leaves = list(dict.fromkeys(ColumnLeaf(link.table, link.column) for link in near or found.values))
        leaves = self._directed(self.columns.referred(leaves))
        if len(leaves) != 1:
            raise Unclear(found.phrase)
        return leaves[0]

    def _directed(self, leaves: list[ColumnLeaf]) -> list[ColumnLeaf]:
        """``from Leeds to York``: a place that one leaves, and one that one comes to."""
        before = self.peek(-1).phrase.lower() if self.at else ""
        wanted = said.SOURCES if before == "from" else said.TARGETS if before == "to" else frozenset[str]()
        named = [leaf for leaf in leaves if wanted & set(words_of(leaf.column))]
        return named if len(named) == 1 else leaves

    def number_test(self) -> Condition:
        """``in 2014``: the only column of years; ``30 points``: the column behind."""
        found = self.tag()
        before = self.peek(-1).phrase.lower() if self.at else ""
        if isinstance(found.number, int) and _FIRST_YEAR < found.number < _LAST_YEAR and before in ("in", "of", "year"):
            leaf = self.year()
            return self._done(leaf, OneOf(self.noun(leaf), (self._constant(leaf),)))
        before_tag = self.peek(-1)
        if self.at and before_tag.kind == "table" and (key := self.columns.number_key(self.columns.table(before_tag))):
            if not self.columns.may_hold(key, found.number or 0):
                raise Unclear(found.phrase)
            return self._done(key, OneOf(self.noun(key), (self._constant(key),)))
        if self.peek(1).kind == "column" and self.columns.holds_counts(self.at + 1) and self.is_owned():
            leaf = self.columns.column(self.at + 1)
            condition = self._done(leaf, OneOf(self.noun(leaf), (self._constant(leaf),)))
            self.at += 1
            return condition
        if self.peek(1).kind == "column" and (owner := self._named_behind(found)):
            condition = self._done(owner, OneOf(self.noun(owner), (self._constant(owner),)))
            self.at += 1
            return condition
        raise Unclear(found.phrase)

    def year(self) -> ColumnLeaf:
        """The only column of years."""
        words = [tag.phrase for tag in self.tags[max(0, self.at - 4) : self.at] if tag.kind == "glue"]
        told = [leaf for word in words if (leaf := self.columns.begun_by("year", word)) is not None]
        leaf = told[0] if told else self.columns.named("year", self.columns.in_scope())
        if leaf is None or not self.columns.is_number(leaf):
            raise Unclear("year")
        return leaf

    def comparison_first(self) -> Condition:
        """``older than 20``, ``after 2010``, ``more than 30 points``."""
        found, value = self.tag(), self.peek(1)
        if value.kind == "column" and self.peek(2).number is not None and self.columns.holds_counts(self.at + 1):
            leaf = self.columns.column(self.at + 1)
            self.at += 1
            return self._plain(leaf, found, 2)
        if value.number is None:
            raise Unclear(found.phrase)
        if found.phrase in said.DIMENSIONS:
            leaf, is_reversed = self.dimension(found.phrase)
            if is_reversed:
                raise Unclear(found.phrase)
            return self._plain(leaf, found, 2)
        if self.is_or and self.query.condition_leaves and self.peek(2).kind != "column":
            return self._plain(self.query.condition_leaves[-1], found, 2)
        behind = 3 if self.peek(2).phrase.lower() in ("in", "of") else 2
        is_direct = self.peek(2).kind == "column"
        if is_direct or self.columns.holds_counts(self.at + behind):
            return self._plain(self.columns.column(self.at + behind), found, behind + 1)
        if found.phrase in ("after", "before", "prior to", "later than", "earlier than"):
            return self._plain(self.year(), found, 2)
        raise Unclear(found.phrase)

    def _plain(self, leaf: ColumnLeaf, found: Tag, length: int) -> Condition:
        value = self.peek(1)
        if not self.columns.is_number(leaf):
            raise Unclear(found.phrase)
        self.at += length
        return self._done(leaf, Compare(self.noun(leaf), found.means, Constant(value.number, written=value.phrase)))

    def is_owned(self) -> bool:
        """True behind ``has`` and ``with``."""
        before = [tag.phrase.lower() for tag in self.tags[: self.at]]
        return bool(before and before[-1] in ("have", "has", "had", "with", "having", "exactly"))
