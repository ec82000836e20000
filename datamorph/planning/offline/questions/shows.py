"""What a question shows: columns, counts and measures, tables whose rows it is about, groups."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.model import Both, Condition
from datamorph.planning.offline.questions.columns import Columns, Unclear
from datamorph.planning.offline.questions.cursor import END, SKIPPED
from datamorph.planning.offline.questions.query import Shown
from datamorph.planning.offline.questions.ranking import Ranking
from datamorph.planning.offline.questions.tag import Tag

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
            self._lack(table)
        elif self.selects and self.query.shown and self._is_listed():
            self.query.shown.append(Shown("", self._label(table)))
        elif self._is_had():
            self.query.present.append(table)
        self._mention(table)

    def _lack(self, table: TableRef) -> None:
        """``did not act in a play``: without any row, or without one that meets what follows."""
        following = next((tag.kind for tag in self.tags[self.at :] if tag.kind != "glue"), "end")
        if following in ("mark", "end", "and", "order"):
            self.is_negated = False
            self.query.absent.append(table)
        else:
            self.query.lacks = True

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
        if not self._is_the_count() and not (self.selects and self._shows_both_names()):
            self._show_column()

    def _is_the_count(self) -> bool:
        """``list the number and the id``: the number that was asked for, or bounded, before."""
        bounded = [shown for shown, _, _ in self.query.having if shown.function == "count"]
        counts = [shown for shown in self.query.shown if shown.function == "count"] or bounded
        if self.tag().phrase.lower() != "number" or self.peek(1).phrase.lower() == "of" or not counts:
            return False
        self.query.shown += [counts[0]] if counts == bounded else []
        self.at += 1
        return True

    def _is_by(self) -> bool:
        """``the average length by genre``."""
        return self.peek(-2).phrase.lower() == "by" and bool(self.query.shown) and bool(self.query.shown[-1].function)

    def _show_column(self) -> None:
        leaf = self.columns.column(self.at)
        if not self.selects and leaf not in self.query.groups:
            raise Unclear(self.tag().phrase)
        self.at += 1
        if leaf in self.query.groups and not self.selects:
            return
        if self._is_by():
            self.query.groups.append(leaf)
            return
        if self._is_context():
            if not self.columns.is_unique(leaf) and leaf not in self.query.groups:
                raise Unclear("of what")
            return
        self._check_tied()
        self._show(Shown("", leaf))

    def _shows_both_names(self) -> bool:
        """``the names of the actors`` where first and last name are two columns."""
        table = self.columns.owner(self.at) if self.tag().phrase.lower() in ("name", "names") else None
        parts = self.columns.parts_of_name(table) if table and self.columns.label(table) is None else None
        if parts is None:
            return False
        self.at += 1
        self._check_tied()
        self.query.shown += [Shown("", leaf) for leaf in parts]
        return True

    def _pass_generic(self) -> None:
        """``the names of the studios`` where a studio is no row but a text: the text itself."""
        if self.tag().phrase.lower() not in ("name", "names", "title", "titles") or self.peek(1).phrase.lower() != "of":
            return
        ahead = 2
        while self.peek(ahead).kind in ("glue", "distinct", "per"):
            ahead += 1
        links = self.peek(ahead).links
        if (
            self.peek(ahead).kind == "column"
            and links
            and not self.columns.is_number(self.columns.column(self.at + ahead))
        ):
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
