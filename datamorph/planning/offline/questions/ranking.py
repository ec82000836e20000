"""Superlatives: ``the oldest``, ``the most albums``, ``most common``, ``top 3``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import orders
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.cursor import SKIPPED
from datamorph.planning.offline.questions.ordering import Ordering
from datamorph.planning.offline.questions.query import Shown
from datamorph.planning.offline.questions.tag import Tag


class Ranking(Ordering):
    """Reads which rows come first, and how many of them are wanted."""

    def _frequency(self) -> None:
        is_descending = self.next().means == "desc"
        self.skip(SKIPPED)
        if self.tag().kind != "column" and len(self.query.shown) == 1 and (leaf := self.query.shown[0].leaf):
            if self.query.shown[0].function:
                raise Unclear("most common count")
            self.query.shown.clear()
            self._rank(leaf, Shown("count"), is_descending, self.query.limit or 1)
            return
        if self.tag().kind == "table":
            self._rank_rows(is_descending=is_descending)
            return
        self._rank(self._ranked(), Shown("count"), is_descending, self.query.limit or 1)

    def _rank_rows(self, *, is_descending: bool) -> None:
        """``the most common genre of films``: the row of one table that most rows of another refer to."""
        table = self.columns.table(self.next())
        self.skip(SKIPPED)
        counted = self.columns.table(self.next()) if self.tag().kind == "table" else None
        label = self.columns.label(table)
        if counted is None or label is None or self.query.shown or not self.columns.refers(counted, table):
            raise Unclear("most common where")
        self.query.implied.append(Shown("", label))
        self.ranked_by(Shown("count", table=counted), is_descending=is_descending)
        self.asks_which = False
        self._mention(table)

    def _ranked(self) -> ColumnLeaf:
        if self.tag().kind == "column":
            self.at += 1
            return self.columns.column(self.at - 1)
        raise Unclear("most common what")

    def _check_alone(self) -> None:
        if self.query.shown:
            raise Unclear("a measure within the most frequent")

    def _rank(self, leaf: ColumnLeaf, by: Shown, is_descending: bool, most: int = 1) -> None:
        self._check_alone()
        self.query.groups.append(leaf)
        self.query.implied.append(Shown("", leaf))
        self.query.orders.append((by, is_descending))
        self.query.limit = most
        self.asks_which = self.selects = False

    def _top(self) -> None:
        self.at += 1
        if self.tag().number is None:
            raise Unclear("top")
        self.query.limit = int(self.next().number or 0)
        self.skip(SKIPPED)
        if self.tag().kind == "table" and (leaf := self._in_terms_of()) is not None:
            self.ranked_by(Shown("", leaf), is_descending=True)

    def limit_of_rows(self) -> bool:
        """``the three oldest``, ``which 5 shops have the highest``: how many rows of a ranking are wanted."""
        number = self.tag().number
        if not isinstance(number, int) or self.query.limit or self.tag().values:
            return False
        is_direct = self.peek(1).kind in ("extreme", "frequency")
        is_ahead = (self.selects or self.asks_which) and any(
            t.kind in ("extreme", "frequency") for t in self.tags[self.at :]
        )
        if not is_direct and not (is_ahead and self.peek(1).kind in ("table", "column", "value", "distinct")):
            return False
        self.query.limit = number
        self.at += 1
        return True

    def _extreme(self) -> None:
        found, start = self.next(), self.at
        self.skip(SKIPPED)
        is_descending = found.means == "desc"
        if self.tag().kind == "count" and found.phrase in said.COUNTING_EXTREMES:
            self.at += 1
        elif self.at > start and self.tag().kind not in (
            "table",
            "column",
            "end",
            "measure",
            "and",
            "extreme",
            "count",
        ):
            raise Unclear(found.phrase)
        self._rank_by(found, is_descending)

    def _rank_by(self, found: Tag, is_descending: bool) -> None:
        if self.selects and self._both_extremes(found):
            return
        if self.tag().kind == "column" and (shown := self._extreme_shown(found, is_descending)):
            self.query.shown.append(shown)
            return
        by = self._extreme_key(found)
        if self.selects and self.tag().kind == "table" and not (self.query.shown or self.query.implied):
            label = self.columns.label(self.columns.table(self.tag()))
            self.query.implied += [Shown("", label)] if label else []
        if by.leaf is not None and found.phrase in said.DIMENSIONS:
            is_descending = is_descending != self.is_reversed
        self.ranked_by(by, is_descending=is_descending)

    def ranked_by(self, by: Shown, *, is_descending: bool) -> None:
        """Only the first row in that order is wanted, or as many as were asked for."""
        self.query.orders.append((by, is_descending))
        self.query.limit = self.query.limit or 1
        self.selects = False

    def _both_extremes(self, found: Tag) -> bool:
        """``the highest and lowest price``: two measures of one column."""
        ahead = 0
        while self.peek(ahead).kind in ("and", "glue"):
            ahead += 1
        other = self.peek(ahead)
        if not ahead or other.kind not in ("extreme", "measure") or {found.phrase, other.phrase} & said.MOST:
            return False
        self.at += ahead + 1
        leaf = self.measured()
        functions = [said.FUNCTION_OF.get(tag.means, tag.means) for tag in (found, other)]
        self.query.shown += [Shown(function, leaf) for function in functions]
        return True

    def _extreme_shown(self, found: Tag, is_descending: bool) -> Shown | None:
        """``what is the highest price``: the largest value itself."""
        if not self.selects or found.phrase in said.COUNTING_EXTREMES or self.asks_which:
            return None
        if self.query.shown and not self.query.shown[-1].function and self.query.mentioned:
            return None
        leaf = self.columns.column(self.at)
        if not self.columns.is_number(leaf):
            return None
        self.at += 1
        return Shown("max" if is_descending else "min", leaf)

    def _extreme_key(self, found: Tag) -> Shown:
        if self.tag().kind == "measure":
            function = self.next().means
            return Shown(function, self.measured())
        if self.tag().kind == "count":
            self.at += 1
            return self.quantity("number of") or self.counted()
        if self.tag().kind == "table" and found.phrase in said.COUNTING_EXTREMES:
            table = self.columns.table(self.next())
            self._check_near(table)
            self._mention(table)
            return Shown("count", table=table)
        if self.tag().kind == "column":
            self.at += 1
            leaf = self.columns.column(self.at - 1)
            if self.columns.is_number(leaf) or found.phrase not in said.COUNTING_EXTREMES:
                return Shown("", leaf)
            raise Unclear("most of a text")
        if self.tag().kind == "table" and (leaf := self._in_terms_of()) is not None:
            return Shown("", leaf)
        leaf, self.is_reversed = self.dimension(found.phrase)
        return Shown("", leaf)

    def _in_terms_of(self) -> ColumnLeaf | None:
        """``the three largest cities by population``: the column behind says what is large."""
        table, ahead = self.columns.table(self.tag()), 1
        if self.peek(ahead).phrase.lower() not in orders.IN_TERMS_OF:
            return None
        while self.peek(ahead).kind == "glue":
            ahead += 1
        if self.peek(ahead).kind != "column" or not self.columns.is_number(
            leaf := self.columns.column(self.at + ahead)
        ):
            return None
        if self.query.shown or (label := self.columns.label(table)) is None:
            return None
        self.query.implied.append(Shown("", label))
        self._mention(table)
        self.at += ahead + 1
        self.asks_which = False
        return leaf

    def _check_near(self, counted: TableRef) -> None:
        """``of the product with the most orders``: it is the product that has them, whatever is shown."""
        before = [tag.links[0].table for tag in self.tags[: self.at - 1] if tag.kind == "table"]
        shown = {found.leaf.table for found in [*self.query.shown, *self.query.implied] if found.leaf}
        if before and before[-1] != counted and shown and before[-1] not in shown | set(self.query.entities):
            raise Unclear("the most within other rows")

    def _mention(self, table: TableRef) -> None:
        if table not in self.query.mentioned:
            self.query.mentioned.append(table)
