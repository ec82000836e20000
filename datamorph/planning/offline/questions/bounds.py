"""Bounds on how many rows of another table there are: ``more than 3 albums``, ``two or more``, ``at least twice``."""

from __future__ import annotations

from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.model import Constant
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.conditions import Conditions
from datamorph.planning.offline.questions.query import Shown
from datamorph.planning.offline.questions.tag import Tag


class Bounds(Conditions):
    """Reads bounds on counts."""

    def having(self) -> tuple[Shown, str, Constant] | None:
        """``more than 3 albums``, ``two or more albums``, ``have two albums``: how many rows of another table."""
        ahead, operator = (1, self.tag().means) if self.tag().kind == "compare" else (0, "=")
        number = self.peek(ahead)
        if number.number is None or (number.values and not ahead):
            return None
        if not ahead and self.peek(1).kind == "compare" and self.peek(1).phrase in said.BEHIND:
            operator, behind = self.peek(1).means, 2
        elif not ahead and not self.is_owned():
            return None
        else:
            behind = ahead + 1
        while self.peek(behind).kind == "glue" and self.peek(behind).phrase.lower() in said.BETWEEN_COUNTED:
            behind += 1
        if number.phrase.lower() in said.TIMES or self.peek(behind).phrase.lower() in ("times", "time"):
            return self._times(behind, operator, number)
        if self.peek(behind).kind != "table":
            return None
        self.at += behind + 1
        return Shown("count", table=self.columns.table(self.peek(-1))), operator, Constant(number.number)

    def _times(self, behind: int, operator: str, number: Tag) -> tuple[Shown, str, Constant]:
        """``won a match at least twice``: rows of the table that was named last."""
        before = [tag for tag in self.tags[: self.at] if tag.kind == "table"]
        tables = [self.columns.table(tag) for tag in before]
        shown = [found.leaf.table for found in [*self.query.shown, *self.query.implied] if found.leaf]
        if not tables or (tables[-1] in shown and len(set(tables)) > 1):
            raise Unclear("how often what")
        leaves = [found.leaf for found in [*self.query.shown, *self.query.implied] if found.leaf]
        if any(leaf.table == tables[-1] and self.columns.is_unique(leaf) for leaf in leaves):
            raise Unclear("how often a single row")
        self.at += behind + (number.phrase.lower() not in said.TIMES)
        return Shown("count", table=tables[-1]), operator, Constant(number.number)
