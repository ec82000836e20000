"""Counts and measures of a question: ``how many French singers``, ``the average and highest price``."""

from __future__ import annotations

from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.query import Shown
from datamorph.planning.offline.questions.shows import Shows


class Measures(Shows):
    """Reads counts and measures, where they are shown and where they are tested."""

    def _count(self) -> None:
        self.at += 1
        if (held := self.quantity(self.peek(-1).phrase)) is not None:
            self._quantity(held)
            return
        if self._is_of_the_ranked():
            return
        shown = self._counted_of_kind()
        if self.selects:
            self.selects = not self.query.shown or self.tag().kind in ("and", "mark")
            self.query.shown.append(shown)
            return
        operator, value = self.bound()
        self.query.having.append((shown, operator, value))

    def _is_of_the_ranked(self) -> bool:
        """``the most common genre, and how many are there``: the number that decides."""
        rest = [tag for tag in self.tags[self.at :] if tag.kind not in ("glue", "mark", "relative")]
        by = self.query.orders[-1][0] if self.query.orders else Shown()
        if rest or by.function != "count" or not self.query.limit:
            return False
        self.query.shown = [*(self.query.shown or self.query.implied), by]
        self.at = len(self.tags)
        return True

    def _counted_of_kind(self) -> Shown:
        """``how many French singers``: values before what is counted are conditions."""
        selects, ahead = self.selects, 0
        while self.peek(ahead).kind in ("glue", "distinct"):
            ahead += 1
        while self.peek(ahead).kind == "value" and self.peek(ahead + 1).kind in ("table", "value"):
            self.at += ahead
            ahead = 0
            self._add(self.value_test())
        self.selects = selects
        return self.counted()

    def _quantity(self, held: Shown) -> None:
        """``number of seats`` where a column holds it: shown or tested as it stands."""
        if not self.selects and held.leaf and not held.function:
            self.at -= 1
            self._column()
            return
        if not self.selects:
            raise Unclear("a sum without a bound")
        self.query.quantities += [held.leaf] if held.leaf and not held.function else []
        self._show(held)

    def _measure(self) -> None:
        if self.peek(1).kind == "count" and self.tag().means == "sum" and not self.columns.holds_counts(self.at + 2):
            self.at += 1
            return
        functions = [self.next().means]
        while self._continues_measures():
            functions.append(said.FUNCTION_OF.get(self.tag().means, self.tag().means))
            self.at += 1
        leaves = [self.measured()]
        while self.selects and self.tag().kind == "and" and self._is_measured_too():
            self.skip(frozenset({"and", "glue"}))
            leaves.append(self.measured())
        shown = [Shown(function, leaf) for leaf in leaves for function in functions]
        if self.has_test():
            operator, value = self.bound()
            self.query.having.append((shown[0], operator, value))
        elif self.selects:
            self.query.shown += shown
        elif functions in (["max"], ["min"]) and self.query.shown:
            self.ranked_by(Shown("", leaves[0]), is_descending=functions == ["max"])
        else:
            raise Unclear("a measure without a bound")

    def _is_measured_too(self) -> bool:
        """``average height and weight``: a further column of numbers."""
        ahead = 1
        while self.peek(ahead).kind == "glue":
            ahead += 1
        is_tested = self.peek(ahead + 1).kind in ("compare", "between", "number")
        return not is_tested and self.columns.holds_counts(self.at + ahead)

    def _continues_measures(self) -> bool:
        ahead = 0
        while self.peek(ahead).kind in ("and", "mark") or self.peek(ahead).phrase == "the":
            ahead += 1
        if not ahead or self.peek(ahead).kind not in ("measure", "extreme"):
            return False
        if self.peek(ahead).kind == "extreme" and self.peek(ahead).phrase in said.MOST:
            return False
        if self.peek(ahead + 1).kind not in ("column", "and", "mark", "measure", "count", "glue"):
            return False
        self.at += ahead
        return True
