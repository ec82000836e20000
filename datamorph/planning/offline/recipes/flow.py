"""Steps of a plan, added one after the other over tables that are reached as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.relations import Relation


class Flow:
    """A plan in the making: one current frame, and where the columns of the tables are in it."""

    def __init__(self, work: Work) -> None:
        self.work, self.frames = work, work.frames
        self.hint: Callable[[Sequence[Relation]], Sequence[Relation]] = tuple
        """Of several equally good ways to a table, those that the prompt means."""
        self.named: Collection[TableRef] = ()
        """Tables that the prompt names: of several ways to one, the one over them is meant."""

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the current frame."""
        return self.frames.schema.names

    def start(self, table: TableRef) -> None:
        """Go on from the rows of a table."""
        self.frames.start(table)
        self.work.root = self.work.root or table

    def type_of(self, name: str) -> str:
        """The type of a column of the current frame."""
        column = self.frames.schema.get(name)
        return column.type if column is not None else ""

    def column(self, table: TableRef, column: str, *, how: str = "left") -> str:
        """What a column of a table is called in the current frame, as SQL; its table is joined if need be.

        Raises:
            Refused: the table cannot be reached.
        """
        return quote(self.name(table, column, how=how))

    def name(self, table: TableRef, column: str, *, how: str = "left") -> str:
        """The same, as a plain name."""
        if ColumnLeaf(table, column) not in self.frames.where:
            self.reach(table, how=how)
        return self.frames.where[ColumnLeaf(table, column)]

    def reach(self, table: TableRef, *, how: str = "left") -> None:
        """Join a table over the only way to it; each row finds at most one there.

        Raises:
            Refused: there is no way, or several that are equally good.
        """
        root = self.work.root
        here = {leaf.table for leaf in self.frames.where}
        if table in here:
            return
        paths = self.work.scope.relations.paths(root, table) if root is not None else ()
        near = [path for path in paths if all(hop[0].target in {*here, *self.named} for hop in path[:-1])]
        if len(paths) > 1 and len(near) == 1:
            over = near[0][-1][0].table.name
            self.work.dialog.assume(f"{table.name} are found over {over}")
            paths = near
        meant = [tuple(self.hint(hop) for hop in path) for path in paths]
        if len(meant) != 1 or any(len(hop) != 1 for hop in meant[0]):
            raise Refused("impossible", f"no one way leads to {table.name}", hint="say how the tables are joined")
        for (hop,) in meant[0]:
            if hop.target not in here:
                self._join(hop, how)

    def _join(self, hop: Relation, how: str) -> None:
        left = [self.name(hop.table, column) for column in hop.columns]
        other = self.frames.source(hop.target)
        self.frames.lookup(other, hop.target, list(zip(left, hop.target_columns, strict=True)), how)

    def add(self, kind: str, base: str, **fields: Any) -> str:
        """Add any step; columns that it makes are called by their own names from then on."""
        return self.frames.add(kind, base, **fields)

    def filter(self, condition: str) -> None:
        """Keep rows where an SQL condition holds."""
        self.add("filter", "filtered", where=condition)

    def derive(self, columns: Mapping[str, str]) -> None:
        """Add columns from SQL over those that there are."""
        self.add("derive", "derived", columns=dict(columns))

    def aggregate(self, by: Sequence[str], measures: Mapping[str, str]) -> None:
        """One row per combination of columns, which are plain names."""
        self.add("aggregate", "grouped", by=list(by), measures=dict(measures))
        self.work.key = tuple(by)

    def sort(self, by: Iterable[str]) -> None:
        """Order the result; ``name desc`` or ``name``."""
        self.add("sort", "sorted", by=list(by))

    def show(self, columns: Sequence[str | dict[str, str]]) -> None:
        """Keep these columns in this order; ``{new: old}`` renames one."""
        new = {name: old for one in columns for name, old in ([(one, one)] if isinstance(one, str) else one.items())}
        self.add("select", "result", columns=list(columns))
        back = {old: name for name, old in new.items()}
        self.work.key = tuple(back[one] for one in self.work.key) if set(self.work.key) <= set(back) else ()
