"""A cursor over the tags of a question, and what most rules read: counts, measures, bounds."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Constant
from datamorph.planning.offline.questions.columns import Columns, Unclear
from datamorph.planning.offline.questions.query import Query, Shown
from datamorph.planning.offline.questions.tag import Tag

END = Tag("end", -1, -1, "")
SKIPPED = frozenset({"glue", "mark"})
VALUES = frozenset({"value", "text", "number"})


class Cursor:
    """Tags, a position in them and the query so far.

    Attributes:
        selects: what is named next is shown; otherwise it belongs to a condition.
        asks_which: ``which`` was said and its noun comes next.
    """

    def __init__(self, tags: list[Tag], columns: Columns) -> None:
        self.tags, self.columns = tags, columns
        self.at: int = 0
        self.query = Query()
        self.selects, self.asks_which = True, False
        self.is_negated, self.is_reversed, self.is_or = False, False, False
        self.read_leaves: list[ColumnLeaf] = []

    def tag(self) -> Tag:
        """The tag here."""
        return self.peek(0)

    def peek(self, ahead: int) -> Tag:
        """The tag that many places ahead."""
        return self.tags[self.at + ahead] if self.at + ahead < len(self.tags) else END

    def next(self) -> Tag:
        """Take the tag here.

        Raises:
            Unclear: the question ends.
        """
        if self.at >= len(self.tags):
            raise Unclear("more than is said")
        self.at += 1
        return self.tags[self.at - 1]

    def skip(self, kinds: frozenset[str]) -> None:
        """Take all tags of these kinds that come next."""
        while self.tag().kind in kinds:
            self.at += 1

    def has_test(self) -> bool:
        """True where a comparison stands next."""
        ahead = 0
        while self.peek(ahead).phrase.lower() in said.CALLED:
            ahead += 1
        return self.peek(ahead).kind in ("compare", "between")

    def bound(self) -> tuple[str, Constant]:
        """``is more than 3`` behind a measure."""
        while self.tag().phrase.lower() in said.CALLED:
            self.at += 1
        if self.tag().kind != "compare" or self.peek(1).number is None:
            raise Unclear("a measure without a bound")
        return self.next().means, Constant(self.next().number)

    def counted(self) -> Shown:
        """What is counted: rows of a table, or values of a column."""
        is_distinct = False
        while self.tag().kind in ("distinct", "glue"):
            is_distinct = is_distinct or self.tag().kind == "distinct"
            self.at += 1
        if self.tag().kind == "table":
            return self._counted_rows(is_distinct=is_distinct)
        if self.tag().phrase.lower() in ("time", "times"):
            return self._counted_times()
        if self.tag().kind != "column":
            raise Unclear("count of what")
        leaf = self.columns.column(self.at)
        self.at += 1
        if not is_distinct and (not self.columns.is_unique(leaf) or self.columns.is_number(leaf)):
            if self.columns.is_number(leaf) or not self._are_there():
                raise Unclear("count of values that repeat")
            is_distinct = True
        return Shown("count", leaf, is_distinct=is_distinct)

    def _counted_times(self) -> Shown:
        """``how many times did Ann Smith book``: rows of the only table that there is to count."""
        tables = {tag.links[0].table for tag in self.tags if tag.kind == "table"}
        tables |= {link.table for tag in self.tags if tag.kind == "person" for link in tag.values}
        if len(tables) != 1:
            raise Unclear("how often what")
        self.at += 1
        return Shown("count", table=tables.pop())

    def _counted_rows(self, *, is_distinct: bool) -> Shown:
        table = self.columns.table(self.next())
        same = self.columns.called_like(table) if is_distinct else None
        if same is not None and not self.columns.is_unique(same):
            return Shown("count", same, is_distinct=True)
        others = {tag.links[0].table for tag in self.tags if tag.kind == "table"} - {table}
        if is_distinct and (others or any(tag.kind == "value" for tag in self.tags)):
            raise Unclear("different rows")
        if self.columns.holds_its_count(table):
            raise Unclear("rows or what they hold")
        return Shown("count", table=table)

    def _are_there(self) -> bool:
        """``how many cities are there``: nothing but the values themselves is asked about."""
        return all(tag.kind in ("glue", "mark", "relative") for tag in self.tags[self.at :])

    def quantity(self, phrase: str) -> Shown | None:
        """``number of seats`` where a column of numbers holds it; ``total number of seats`` is their sum."""
        ahead = 0
        while self.peek(ahead).kind == "glue":
            ahead += 1
        if not self.columns.holds_counts(self.at + ahead):
            return None
        if phrase.startswith("how many") and self.is_of_all():
            raise Unclear("how many of all")
        self.at += ahead + 1
        leaf = self.columns.column(self.at - 1)
        return Shown("sum" if "total" in phrase else "", leaf)

    def is_of_all(self) -> bool:
        """True where no single row is asked about: ``how many seats are there``."""
        return not any(
            tag.kind in ("value", "text", "number", "extreme", "per", "table") for tag in self.tags[self.at :]
        )

    def measured(self) -> ColumnLeaf:
        """The column of numbers behind ``average``."""
        self.skip(frozenset({"glue", "count"}))
        if self.tag().kind != "column":
            raise Unclear("a measure of what")
        leaf = self.columns.column(self.at)
        self.at += 1
        if not self.columns.is_number(leaf):
            raise Unclear("a measure of text")
        return leaf

    def dimension(self, phrase: str) -> tuple[ColumnLeaf, bool]:
        """The column that an adjective measures, and whether a larger value means less of it."""
        for words, is_reversed in said.DIMENSIONS.get(phrase, ()):
            for tables in (self.columns.in_scope(), self.columns.around()):
                leaf = self.columns.named(words, tables)
                if leaf is not None:
                    return leaf, is_reversed
        raise Unclear(phrase)
