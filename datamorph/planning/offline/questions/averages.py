"""Rows against a measure of many: ``salary above the average``, ``older than the average age of French singers``."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Condition
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.query import Beyond
from datamorph.planning.offline.questions.spans import Spans

_ENDS = frozenset({"mark", "end", "and", "order"})
_GLUE = frozenset({"glue"})


class Averages(Spans):
    """Reads bounds that are measures."""

    def beyond(self) -> bool:
        """Take a comparison with a measure that stands here, with the column before it or behind; False if none."""
        start, leaf = self.at, None
        if self.tag().kind == "column":
            self.at += 1
            while self.tag().phrase.lower() in said.CALLED:
                self.at += 1
        is_beyond = self.tag().kind == "compare" and self._measure_ahead()
        if is_beyond and self.tags[start].kind == "column":
            leaf = self.columns.column(start)
        if not is_beyond:
            self.at = start
            return False
        if self.is_negated or self.is_or:
            raise Unclear("not beyond a measure")
        self._take(leaf)
        return True

    def _measure_ahead(self) -> bool:
        ahead = 1
        while self.peek(ahead).kind == "glue":
            ahead += 1
        return self.peek(ahead).kind == "measure" or (
            self.peek(ahead).kind == "extreme" and self.peek(ahead + 1).kind == "column"
        )

    def _take(self, leaf: ColumnLeaf | None) -> None:
        sign = self.next()
        self.skip(_GLUE)
        found = self.next()
        function = said.FUNCTION_OF.get(found.means, found.means)
        self.skip(frozenset({"glue", "count"}))
        if leaf is None and sign.phrase in said.DIMENSIONS:
            leaf, is_reversed = self.dimension(sign.phrase)
            if is_reversed:
                raise Unclear(sign.phrase)
        measured = self._measured_leaf(leaf)
        leaf = leaf or measured
        if function not in ("avg", "min", "max") or not self.columns.is_number(leaf):
            raise Unclear("beyond a measure")
        among = self._among(measured)
        self.query.condition_leaves.append(leaf)
        self.query.beyond.append(Beyond(leaf, sign.means, function, measured, among))
        self.selects = False

    def _measured_leaf(self, leaf: ColumnLeaf | None) -> ColumnLeaf:
        if self.tag().kind == "column" and self.columns.holds_counts(self.at):
            self.at += 1
            found = self.columns.column(self.at - 1)
            if leaf is not None and found.column != leaf.column:
                raise Unclear("a measure of another column")
            return found
        if leaf is None:
            raise Unclear("a measure of what")
        return leaf

    def _among(self, measured: ColumnLeaf) -> tuple[Condition, ...]:
        """The rows that are measured: all of the table, or those with a value."""
        self.skip(_GLUE | {"per", "relative"})
        if self.tag().kind == "table":
            if self.columns.table(self.tag()) != measured.table:
                raise Unclear("a measure of other rows")
            self.at += 1
            self.skip(_GLUE | {"relative"})
        found: list[Condition] = []
        while self.tag().kind in ("value", "text", "column") and self.tag().kind not in _ENDS:
            condition = self.column_test() if self.tag().kind == "column" else self.value_test()
            if condition is None or any(leaf.table != measured.table for leaf in self.read_leaves):
                raise Unclear("a measure of other rows")
            self.read_leaves = []
            found.append(condition)
            self.skip(_GLUE)
            if self.tag().kind == "table" and self.columns.table(self.tag()) not in self.columns.mentioned[:1]:
                self.at += 1
        if self.tag().kind not in _ENDS or (found and self.tag().kind == "and"):
            raise Unclear("a measure of which rows")
        return tuple(found)
