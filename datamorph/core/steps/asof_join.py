"""Step asof_join: give each row the latest row of another frame at its time.

Both frames are stacked in order of time. Rows that have seen the same number of rows of right form a span, which begins
with the row that they find. (Carrying the last row forward in one window is shorter, and quadratic on Sail.)
"""

from __future__ import annotations

from typing import ClassVar, Literal

from datamorph.core.datatype import is_nested
from datamorph.core.functions import Dialect
from datamorph.core.nested import struct_of
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, text_literal, type_name
from datamorph.core.steps.joining import JoiningStep, JoinKey, key_words
from datamorph.core.steps.ordering import OrderItem, OrderKey, check_order, order_words
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Origin,
    StepLineage,
    aliased,
    exact,
    listed,
    select,
    spare,
)  # fmt: skip
from datamorph.core.struct_field import field_column, field_sql
from datamorph.core.table import Column, TableSchema


class AsofJoin(JoiningStep):
    """Give each row of ``left`` the one row of ``right`` that is nearest in time, among those with equal keys.

    Attributes:
        on: keys that must be equal, as in join; without keys all rows of right compete.
        time: the column of both frames that tells when, or ``{left: ..., right: ...}``; any type that has an order.
        takes: the latest row ``at_or_before`` the time (the default) or strictly ``before`` it, or the earliest one
            ``at_or_after`` or ``after`` it.
        order_by: which row of right wins among several of the same time: the first in this order of its columns.
        how: ``left`` keeps every row of left exactly once; ``inner`` only those that found a row.

    Keys and times have the same type on both sides. NULL never matches, neither as a key nor as a time.
    The output has the columns of ``left``, then those of ``right`` without its keys but with its time, named as by
    join. Name enough columns in ``order_by`` to make the choice unique.
    """

    kind: ClassVar[str] = "asof_join"
    example: ClassVar[str] = """
- {name: gifts, filter: {from: orders, where: is_gift}}
- name: after_gift
  asof_join: {left: orders, right: gifts, on: [customer_id], time: ordered_at, takes: before, order_by: [order_id desc]}
"""
    time: ColumnName | JoinKey
    takes: Literal["at_or_before", "before", "at_or_after", "after"] = "at_or_before"
    order_by: tuple[OrderItem, ...] = ()
    how: Literal["inner", "left"] = "left"

    def is_comparable(self, left: str, right: str) -> bool:
        """Columns of the same plain type: both sides are stacked before they are compared."""
        return left == right and not is_nested(left)

    def _times(self, frames: Frames) -> tuple[str, str]:
        return self.exact_pair(self._time_pair(), frames)

    def _time_pair(self) -> tuple[str, str]:
        return (self.time, self.time) if isinstance(self.time, str) else (self.time.left, self.time.right)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        self.check_sides(frames, problems)
        self._check_time(frames, problems)
        check_order(self.order_by, frames[self.right], problems)
        if not self._order(frames):
            hint = f"add order_by with columns of {self.right} that make the choice unique, such as its key"
            problems.add("no_order", f"which row of {self.right} wins at the same time is not said", hint=hint)
        carried = (Column(new, column.type) for new, column in self.carried(frames))
        return TableSchema((*frames[self.left], *carried))

    def _check_time(self, frames: Frames, problems: Problems) -> None:
        time = self._time_pair()
        self.check_pair(time, frames, problems)
        if any(key.casefold() == name.casefold() for pair in self.keys() for key, name in zip(pair, time, strict=True)):
            problems.add("duplicate_column", f"the time {key_words([time])[0]} is a key too", hint="drop it from on")

    def _order(self, frames: Frames) -> list[OrderKey]:
        """Ties of right, last to first; keys are the same for all who compete."""
        keys = {right.casefold() for _, right in self.keys()}
        items = map(OrderKey.parse, self.order_by)
        return [
            OrderKey(exact(item.column, frames[self.right]), item.is_descending)
            for item in items
            if item.column.casefold() not in keys
        ]

    def _spare(self, name: str, frames: Frames) -> str:
        return spare(name, [*frames[self.left].names, *frames[self.right].names])

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        row, seen, found = (self._spare(column, frames) for column in ("_row", "_seen", "_found"))
        rows, window, span = (spare(f"{name}_{part}", frames) for part in ("rows", "window", "span"))
        columns = [_name(c.name) for c in frames[self.left]]
        columns += [f"{field_column(found, [c.name])}.alias({quoted(new)})" for new, c in self.carried(frames)]
        type_ = struct_of({column.name: column.type for _, column in self.carried(frames)})
        kept = f"F.col({quoted(row)}).isNull()"
        if self.how == "inner":
            kept = f"{kept} & F.col({quoted(found)}).isNotNull()"
        keys = ", ".join(_name(l) for l, _ in self.exact_keys(frames))
        return [
            f"{rows} = {self._rows_pyspark(frames, row)}",
            f"{window} = {self._window_pyspark(frames, row)}",
            f"{span} = Window.partitionBy({f'{keys}, ' if keys else ''}{quoted(seen)})",
            # Sail keeps the type of the first frame of a union, even where it is that of an untyped NULL.
            f"{name} = {self.left}.withColumn({quoted(row)}, F.lit(None).cast({quoted(type_)}))"
            f".unionByName({rows}, allowMissingColumns=True)"
            f".withColumn({quoted(seen)}, F.count({quoted(row)}).over({window}))"
            f".withColumn({quoted(found)}, F.first({quoted(row)}, ignorenulls=True).over({span}))"
            f".filter({kept}).select({', '.join(columns)})",
        ]

    def _rows_pyspark(self, frames: Frames, row: str) -> str:
        """Rows of right that can be found, each as one struct beside the keys and the time."""
        pairs = [*self.exact_keys(frames), self._times(frames)]
        known = " & ".join(f"F.col({_name(r)}).isNotNull()" for _, r in pairs)
        keys = [_name(r) if l == r else f"F.col({_name(r)}).alias({quoted(l)})" for l, r in pairs]
        fields = ", ".join(_name(column.name) for _, column in self.carried(frames))
        return f"{self.right}.filter({known}).select({', '.join(keys)}, F.struct({fields}).alias({quoted(row)}))"

    def _window_pyspark(self, frames: Frames, row: str) -> str:
        keys = ", ".join(_name(l) for l, _ in self.exact_keys(frames))
        first = "asc" if self._looks_back else "desc"
        side = f"F.col({quoted(row)}).{'isNull' if self._is_inclusive else 'isNotNull'}()"
        ties = [
            f"{field_column(row, [o.column])}.{'asc' if o.is_descending else 'desc'}_nulls_first()"
            for o in self._order(frames)
        ]
        order = ", ".join([f"F.col({_name(self._times(frames)[0])}).{first}_nulls_first()", side, *ties])
        return f"Window.partitionBy({keys}).orderBy({order}).rowsBetween(Window.unboundedPreceding, Window.currentRow)"

    @property
    def _looks_back(self) -> bool:
        return self.takes in ("at_or_before", "before")

    @property
    def _is_inclusive(self) -> bool:
        return self.takes in ("at_or_before", "at_or_after")

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        row, seen, found = (self._spare(column, frames) for column in ("_row", "_seen", "_found"))
        columns = [identifier(c.name, dialect) for c in frames[self.left]]
        columns += [aliased(field_sql(found, [c.name], dialect), new, dialect) for new, c in self.carried(frames)]
        stacked = f"{self._rows_sql(frames, row, dialect)}\nUNION ALL\n{self._left_sql(frames, row, dialect)}"
        counted = select(
            ["*", f"COUNT({row}) OVER ({self._window_sql(frames, row, dialect)}) AS {seen}"], f"(\n{stacked}\n)"
        )
        first = f"FIRST_VALUE({row} IGNORE NULLS)" if dialect == "duckdb" else f"FIRST_VALUE({row}) IGNORE NULLS"
        keys = ", ".join([*(identifier(l, dialect) for l, _ in self.exact_keys(frames)), seen])
        rows = select(["*", f"{first} OVER (PARTITION BY {keys}) AS {found}"], f"(\n{counted}\n)")
        kept = f"WHERE {row} IS NULL" + (f" AND {found} IS NOT NULL" if self.how == "inner" else "")
        return select(columns, f"(\n{rows}\n)", kept)

    def _rows_sql(self, frames: Frames, row: str, dialect: Dialect) -> str:
        pairs = [*self.exact_keys(frames), self._times(frames)]
        own = {l: identifier(r, dialect) for l, r in pairs}
        fields = [(text_literal(c.name, dialect), identifier(c.name, dialect)) for _, c in self.carried(frames)]
        if dialect == "duckdb":
            struct = "{" + ", ".join(f"{name}: {code}" for name, code in fields) + "}"
        else:
            struct = f"NAMED_STRUCT({', '.join(f'{name}, {code}' for name, code in fields)})"
        columns = [aliased(own.get(c.name) or _null(c.type, dialect), c.name, dialect) for c in frames[self.left]]
        known = " AND ".join(f"{identifier(r, dialect)} IS NOT NULL" for _, r in pairs)
        return select([*columns, f"{struct} AS {row}"], identifier(self.right, dialect), f"WHERE {known}")

    def _left_sql(self, frames: Frames, row: str, dialect: Dialect) -> str:
        columns = [identifier(c.name, dialect) for c in frames[self.left]]
        return select([*columns, f"NULL AS {row}"], identifier(self.left, dialect))

    def _window_sql(self, frames: Frames, row: str, dialect: Dialect) -> str:
        keys = ", ".join(identifier(l, dialect) for l, _ in self.exact_keys(frames))
        time = f"{identifier(self._times(frames)[0], dialect)} {'ASC' if self._looks_back else 'DESC'} NULLS FIRST"
        side = f"{row} IS {'' if self._is_inclusive else 'NOT '}NULL"
        ties = [
            f"{field_sql(row, [o.column], dialect)} {'ASC' if o.is_descending else 'DESC'} NULLS FIRST"
            for o in self._order(frames)
        ]
        partition = f"PARTITION BY {keys} " if keys else ""
        frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        return f"{partition}ORDER BY {', '.join([time, side, *ties])} {frame}"

    def explain(self) -> str:
        """See Step.explain."""
        on = f" with the same {listed(key_words(self.keys()))}" if self.on else ""
        (time,) = key_words([self._time_pair()])
        which = f"{'latest' if self._looks_back else 'earliest'} row of {self.right}{on} {self.takes.replace('_', ' ')}"
        rest = "" if self.how == "left" else "; rows without one go"
        return f"give each row of {self.left} the {which} its {time}, ties by {order_words(self.order_by)}{rest}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        columns: dict[str, frozenset[Origin]] = {n: frozenset({(self.left, n)}) for n in frames[self.left].names}
        columns |= {new: frozenset({(self.right, c.name)}) for new, c in self.carried(frames)}
        pairs = [*self.exact_keys(frames), self._times(frames)]
        rows = {(self.left, l) for l, _ in pairs} | {(self.right, r) for _, r in pairs}
        return StepLineage(columns, frozenset(rows | {(self.right, o.column) for o in self._order(frames)}))


def _name(name: str) -> str:
    return quoted(column_name(name))


def _null(type_: str, dialect: Dialect) -> str:
    """A NULL that can be stacked on values of that type; Sail needs to be told."""
    if dialect == "duckdb":
        return "NULL"
    return f"CAST(NULL AS {type_ if is_nested(type_) else type_name(type_, dialect)})"
