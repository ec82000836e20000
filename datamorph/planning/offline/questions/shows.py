"""What a question shows: columns, counts and measures, tables whose rows it is about, groups."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Both, Condition
from datamorph.planning.offline.questions.columns import Columns, Unclear
from datamorph.planning.offline.questions.cursor import END, SKIPPED
from datamorph.planning.offline.questions.query import Shown
from datamorph.planning.offline.questions.ranking import Ranking
from datamorph.planning.offline.questions.tags import Tag

_OF = frozenset("of for in on by at from among to".split())


class Shows(Ranking):
    """Reads tables, columns and measures, where they are shown and where they are tested."""

    def __init__(self, tags: list[Tag], columns: Columns) -> None:
        super().__init__(tags, columns)
        self.wants_all = False

    def _table(self) -> None:
        table = self.columns.table(self.next())
        if self.wants_all:
            self.wants_all = self.selects = False
            self.query.shown += [Shown("", leaf) for leaf in self.columns.all_of(table)]
        elif self.asks_which:
            self._imply(table)
        elif self.selects and self._is_opened():
            self._list_rows(table)
        elif self.is_negated:
            self.is_negated = False
            self.query.absent.append(table)
        elif self.selects and self.query.shown and self._is_listed():
            self.query.shown.append(Shown("", self._label(table)))
        elif self._is_had():
            self.query.present.append(table)
        self._mention(table)

    def _is_opened(self) -> bool:
        """``return the city``: the table stands right behind the word that asks."""
        before = [tag for tag in self.tags[: self.at - 1] if tag.kind not in ("glue", "distinct")]
        return not self.query.shown and (not before or before[-1].kind == "open" or before[-1].phrase in (".", "?"))

    def _is_listed(self) -> bool:
        """``allergies and their types``: a further thing to show, unless its columns follow."""
        before = [tag.kind for tag in self.tags[: self.at - 1] if tag.kind not in ("glue", "distinct")]
        return bool(before) and before[-1] == "and" and self.tag().kind in ("mark", "end", "and", "order")

    def _list_rows(self, table: TableRef) -> None:
        if self.tag().kind == "and" or (self.tag().kind == "mark" and self.peek(1).kind not in ("end", "relative")):
            self.query.shown.append(Shown("", self._label(table)))
        elif label := self.columns.label(table):
            self.query.implied.append(Shown("", label))

    def _imply(self, table: TableRef) -> None:
        label = self.columns.label(table)
        if label is None and not any(tag.kind == "open" for tag in self.tags[self.at :]):
            raise Unclear(f"no label of {table.name}")
        self.query.implied += [Shown("", label)] if label else []
        self.asks_which = self.selects = False

    def _is_had(self) -> bool:
        before = self.tags[self.at - 2] if self.at > 1 else END
        return before.phrase in ("have", "has", "had", "any", "with")

    def _column(self) -> None:
        if self.beyond():
            return
        self._pass_generic()
        condition = self.column_test()
        if condition is not None:
            self._add(condition)
            return
        if self.tag().phrase.lower() == "number" and any(shown.function == "count" for shown in self.query.shown):
            self.at += 1
            return
        leaf = self.columns.column(self.at)
        if not self.selects and leaf not in self.query.groups:
            raise Unclear(self.tag().phrase)
        self.at += 1
        if leaf in self.query.groups and not self.selects:
            return
        if self._is_context():
            if not self.columns.is_unique(leaf) and leaf not in self.query.groups:
                raise Unclear("of what")
            return
        self._check_tied()
        self._show(Shown("", leaf))

    def _pass_generic(self) -> None:
        """``the names of the studios`` where a studio is no row but a text: the text itself."""
        if self.tag().phrase.lower() not in ("name", "names", "title", "titles") or self.peek(1).phrase.lower() != "of":
            return
        ahead = 2
        while self.peek(ahead).kind in ("glue", "distinct", "per"):
            ahead += 1
        links = self.peek(ahead).links
        if self.peek(ahead).kind == "column" and links and not self.columns.is_number(self.columns.column(self.at + ahead)):
            self.at += ahead

    def _check_tied(self) -> None:
        """A further column is tied to the ones before by a comma or ``and``."""
        before = [tag.kind for tag in self.tags[: self.at - 1] if tag.kind != "glue"]
        if self.query.shown and before and before[-1] not in ("and", "mark", "open", "distinct"):
            raise Unclear("a column that is not tied")

    def _is_context(self) -> bool:
        """``the position of the player``: a row is meant, not another column to show."""
        before = [tag for tag in self.tags[: self.at - 1] if tag.phrase.lower() not in ("the", "a", "an", "all")]
        return bool(self.query.shown and before and before[-1].phrase.lower() in _OF)

    def _show(self, shown: Shown) -> None:
        before = self.query.shown[-1] if self.query.shown else Shown()
        if before.function == "count" and not shown.function and self.peek(-2).kind == "and":
            raise Unclear("the number of two things")
        if self.asks_which:
            self.query.lists_values = True
            self.asks_which = self.selects = self.tag().kind in ("and", "mark")
        self.query.shown.append(shown)

    def _add(self, condition: Condition) -> None:
        self.query.condition_leaves += self.read_leaves
        self.read_leaves = []
        if self.is_or:
            if not self.query.conditions:
                raise Unclear("or")
            condition = Both("or", (self.query.conditions.pop(), condition))
        self.is_or, self.selects = False, False
        self.query.conditions.append(condition)

    def _count(self) -> None:
        self.at += 1
        if (held := self.quantity(self.peek(-1).phrase)) is not None:
            self._quantity(held)
            return
        shown = self._counted_of_kind()
        if self.selects:
            self.selects = not self.query.shown or self.tag().kind in ("and", "mark")
            self.query.shown.append(shown)
            return
        operator, value = self.bound()
        self.query.having.append((shown, operator, value))

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
            self.ranked_by(Shown("", leaves[0]), functions == ["max"])
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

    def _per(self) -> None:
        self.at += 1
        self.skip(SKIPPED)
        self._group()
        while self.tag().kind == "and" and self.peek(1).kind == "column" and not self._tests_after(1):
            self.at += 1
            self._group()

    def _tests_after(self, ahead: int) -> bool:
        return self.peek(ahead + 1).kind in ("compare", "value", "text", "number")

    def _group(self) -> None:
        if self.tag().kind == "table":
            table = self.columns.table(self.next())
            self._mention(table)
            self.query.entities.append(table)
        elif self.tag().kind == "column":
            self.query.groups.append(self.columns.column(self.at))
            self.at += 1
        elif self.tag().kind in ("mark", "end", "and", "relative", "order", "direction") and self._groups_shown():
            return
        else:
            raise Unclear("per what")

    def _groups_shown(self) -> bool:
        """``the parties and the number of members from each``: each of what was named before."""
        leaves = [shown.leaf for shown in self.query.shown if shown.leaf and not shown.function]
        self.query.groups += [leaf for leaf in leaves[-1:] if leaf not in self.query.groups]
        return len(leaves) == 1

    def _label(self, table: TableRef) -> ColumnLeaf:
        label = self.columns.label(table)
        if label is None:
            raise Unclear(f"no label of {table.name}")
        return label
