"""Conditions without a column beside them: texts that names contain, years between two others, ages."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Compare, Condition, Constant, Text, Within
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.questions.bounds import Bounds
from datamorph.planning.offline.questions.columns import Unclear

_STRAY = frozenset({"glue", "mark"})
_OWN = frozenset({"glue", "mark", "relative"})
_TEXTS = ("text", "value", "unknown")


class Spans(Bounds):
    """Reads conditions whose column is told by what stands before, or by the kind of value."""

    def text_test(self) -> Condition:
        """``documents that contain "CV"``, ``have the word "sun" in their titles``."""
        found = self.next()
        self.skip(_STRAY)
        if self.tag().kind not in _TEXTS:
            raise Unclear(found.phrase)
        text, ahead = self.next(), 0
        while self.peek(ahead).kind == "glue":
            ahead += 1
        if ahead and self.peek(ahead).kind == "column":
            self.at += ahead + 1
            leaf = self.columns.column(self.at - 1)
        else:
            leaf = self._told()
        if self.columns.is_number(leaf):
            raise Unclear("a text in a number")
        return self._done(leaf, Text(self.noun(leaf), found.means, text.phrase))

    def _told(self) -> ColumnLeaf:
        """The column that was named last, or the label of the table."""
        before = [place for place, tag in enumerate(self.tags[: self.at - 2]) if tag.kind not in _OWN]
        if before and self.tags[before[-1]].kind == "column":
            return self.columns.column(before[-1])
        if before and self.tags[before[-1]].kind == "table":
            links = [link for link in self.tags[before[-1]].links if link.column and link.score >= OWN]
            label = self.columns.label(self.columns.table(self.tags[before[-1]]))
            if label is not None and not any(link.table in self.columns.mentioned for link in links):
                return label
        raise Unclear("a text of what")

    def between(self) -> Condition:
        """``opened between 1935 and 1939``, ``between 20 and 30 years old``."""
        low, tie, high = self.peek(1), self.peek(2), self.peek(3)
        if low.number is None or high.number is None or (tie.kind != "and" and tie.phrase.lower() != "to"):
            raise Unclear("between")
        self.at += 4
        leaf = self._age() or self.year()
        bounds = (Constant(low.number, written=low.phrase), Constant(high.number, written=high.phrase))
        return self._done(leaf, Within(self.noun(leaf), *bounds))

    def _age(self) -> ColumnLeaf | None:
        if self.tag().kind != "aged":
            return None
        self.at += 1
        leaf, is_reversed = self.dimension("oldest")
        if is_reversed:
            raise Unclear("years old")
        return leaf

    def bounded(self) -> Condition | None:
        """``25 or older``, ``at least 25 years old``, ``2011 or later``: a number whose column is its unit."""
        start, is_first = self.at, self.tag().kind == "compare"
        number = self.peek(1) if is_first else self.tag()
        sign = self.tag() if is_first else self.peek(1)
        has_sign = is_first or (sign.kind == "compare" and sign.phrase in said.BEHIND)
        if number.number is None:
            return None
        self.at += 2 if has_sign else 1
        operator = sign.means if has_sign else "="
        is_age = self.tag().kind == "aged" or "older" in sign.phrase or "younger" in sign.phrase or self._is_aged(start)
        leaf = self._of_unit(sign.phrase if has_sign else "", has_age=is_age)
        if leaf is None:
            self.at = start
            return None
        return self._done(leaf, Compare(self.noun(leaf), operator, Constant(number.number, written=number.phrase)))

    def _is_aged(self, start: int) -> bool:
        return start > 0 and self.tags[start - 1].phrase.lower() == "aged"

    def _of_unit(self, sign: str, *, has_age: bool) -> ColumnLeaf | None:
        if self.tag().kind == "aged":
            return self._age()
        if has_age:
            leaf, is_reversed = self.dimension("oldest")
            return None if is_reversed else leaf
        is_time = any(word in sign.split() for word in ("later", "after", "earlier", "before", "since"))
        return self.year() if is_time and self.tag().kind != "column" else None
