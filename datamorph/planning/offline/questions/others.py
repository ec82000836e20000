"""Rows that are compared with others: with the first rows of a table, or with a measure of all of them."""

from __future__ import annotations

from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Both
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.query import Best, Beyond


class Others:
    """Adds the steps that rows are compared with to a work."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def first(self, best: Best) -> str:
        """A frame of the first rows of a table that others refer to."""
        frames, table = self._work.frames, best.leaf.table
        frames.start(table)
        order = [best.leaf.column + (" desc" if best.is_descending else "")]
        order += [key for key in self._work.scope.relations.key(table) if key != best.leaf.column]
        return frames.add("top", "first", n=best.most, order_by=order)

    def belong(self, table: TableRef, frame: str) -> None:
        """Keep the rows that belong to rows of the frame."""
        frames, keys = self._work.frames, self._work.scope.relations.key(table)
        if not keys:
            raise Unclear(f"no key of {table.name}")
        frames.lookup(frame, table, [(frames.where[ColumnLeaf(table, key)], key) for key in keys], "semi", base="kept")

    def bound(self, beyond: Beyond) -> tuple[str, str]:
        """A frame of one row with the measure that rows are compared with, and its column."""
        frames = self._work.frames
        frames.start(beyond.measured.table)
        if beyond.among:
            whole = beyond.among[0] if len(beyond.among) == 1 else Both("and", beyond.among)
            frames.add("filter", "measured", where=frames.render(self._work.binder.condition(whole)))
        column = snake_case(f"{beyond.function}_of_all_{beyond.measured.column}")
        text = f"{beyond.function}({quote(beyond.measured.column)})"
        return frames.add("aggregate", "bound", measures={column: text}), column

    def compare(self, beyond: Beyond, frame: str, column: str) -> None:
        """Keep the rows beyond the measure."""
        frames = self._work.frames
        frames.add("join", "compared", left=frames.current, right=frame, how="cross")
        where = f"{quote(frames.where[beyond.leaf])} {beyond.operator} {quote(column)}"
        frames.add("filter", "beyond", where=where)
