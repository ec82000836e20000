"""Step range_join: match a value with the ranges that hold it."""

from __future__ import annotations

from typing import ClassVar, Literal

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.joining import JoiningStep, at, key_words, renamed
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Origin,
    StepLineage,
    aliased,
    exact,
    listed,
    require_columns,
    select,
    spare,
)
from datamorph.core.table import Column, TableSchema


class RangeJoin(JoiningStep):
    """Match rows of ``left`` and ``right`` where a value of left lies between two columns of right.

    Attributes:
        value: the column of ``left``.
        between: the columns of ``right`` that start and end the range, of the value's type or numbers like it.
        includes: which ends belong to the range: ``both``, only ``start``, only ``end``, or ``neither``.
        on: keys that must be equal too, as in join.
        how: ``inner``; ``left`` keeps rows of left without a match; ``semi`` and ``anti`` keep rows of left only.

    A row of left matches every range that holds its value, so ranges that overlap multiply rows. NULL never matches,
    neither as a key, nor as a value, nor as an end: fill the end of a range that is still open.
    The output has the columns of ``left``, then those of ``right`` without its keys, named as by join.
    Without keys every row is compared with every range: fine where ranges are few.
    """

    kind: ClassVar[str] = "range_join"
    example: ClassVar[str] = """
- name: tiers
  aggregate: {from: orders, by: [status], measures: {least: min(amount), most: max(amount)}}
- {name: tiered, range_join: {left: orders, right: tiers, value: amount, between: [least, most], includes: start}}
"""
    value: ColumnName
    between: tuple[ColumnName, ColumnName]
    includes: Literal["both", "start", "end", "neither"] = "both"
    how: Literal["inner", "left", "semi", "anti"] = "inner"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        self.check_sides(frames, problems)
        is_known = require_columns([self.value], frames[self.left], problems)
        for end in self.between if is_known else ():
            self.check_pair((self.value, end), frames, problems)
        if self.how in ("semi", "anti"):
            return frames[self.left]
        carried = (Column(new, column.type) for new, column in self.carried(frames))
        return TableSchema((*frames[self.left], *carried))

    def _comparisons(self) -> tuple[str, str]:
        return (">=" if self.includes in ("both", "start") else ">", "<=" if self.includes in ("both", "end") else "<")

    def _names(self, frames: Frames) -> dict[str, str]:
        """Right columns that the join needs, with names that no column of left has."""
        right = frames[self.right]
        needed = [r for _, r in self.exact_keys(frames)] + [exact(end, right) for end in self.between]
        names = {column.name: new for new, column in self.carried(frames)}
        if self.how in ("semi", "anti"):
            names = {old: new for old, new in names.items() if old in needed}
        taken = [*frames[self.left].names, *right.names, *names.values()]
        for key in needed:
            if key not in names:
                names[key] = spare(f"{self.right}_key", taken)
                taken.append(names[key])
        return {name: names[name] for name in right.names if name in names}

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        left, names = frames[self.left], self._names(frames)
        other = self.right + renamed(frames[self.right], names)
        ends = [names[exact(end, frames[self.right])] for end in self.between]
        conditions = [f"({_column(l)} == {_column(names[r])})" for l, r in self.exact_keys(frames)]
        conditions += self._within(_column(exact(self.value, left)), [_column(end) for end in ends])
        how = {"semi": "left_semi", "anti": "left_anti"}.get(self.how, self.how)
        keys = [] if self.how in ("semi", "anti") else [quoted(names[r]) for _, r in self.exact_keys(frames)]
        drop = f".drop({', '.join(keys)})" if keys else ""
        return [f"{name} = {self.left}.join({other}, on={' & '.join(conditions)}, how={quoted(how)}){drop}"]

    def _within(self, value: str, ends: list[str]) -> list[str]:
        if self.includes == "both":
            return [f"{value}.between({ends[0]}, {ends[1]})"]
        return [f"({value} {sign} {end})" for sign, end in zip(self._comparisons(), ends, strict=True)]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        left, right = frames[self.left], frames[self.right]
        columns = [at("l", column.name, dialect) for column in left]
        if self.how not in ("semi", "anti"):
            columns += [aliased(at("r", c.name, dialect), new, dialect) for new, c in self.carried(frames)]
        value, ends = (
            at("l", exact(self.value, left), dialect),
            [at("r", exact(e, right), dialect) for e in self.between],
        )
        conditions = [f"{at('l', l, dialect)} = {at('r', r, dialect)}" for l, r in self.exact_keys(frames)]
        conditions += [f"{value} {sign} {end}" for sign, end in zip(self._comparisons(), ends, strict=True)]
        kind = f"LEFT {self.how.upper()}" if dialect == "spark" and self.how in ("semi", "anti") else self.how.upper()
        source = f"{identifier(self.left, dialect)} AS l\n{kind} JOIN {identifier(self.right, dialect)} AS r"
        return select(columns, f"{source} ON {' AND '.join(conditions)}")

    def explain(self) -> str:
        """See Step.explain."""
        ends = {"both": "", "neither": ", without both", "start": ", without the latter", "end": ", without the former"}
        where = listed([*key_words(self.keys()), f"{self.value} between {listed(self.between)}{ends[self.includes]}"])
        return {
            "inner": f"join {self.left} with {self.right} on {where}; rows without a match go",
            "left": f"join {self.left} with {self.right} on {where}; every row of {self.left} stays",
            "semi": f"keep rows of {self.left} that have a match in {self.right} on {where}",
            "anti": f"keep rows of {self.left} that have no match in {self.right} on {where}",
        }[self.how]

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        columns: dict[str, frozenset[Origin]] = {n: frozenset({(self.left, n)}) for n in frames[self.left].names}
        if self.how not in ("semi", "anti"):
            columns |= {new: frozenset({(self.right, c.name)}) for new, c in self.carried(frames)}
        pairs = [*self.exact_keys(frames), *(self.exact_pair((self.value, end), frames) for end in self.between)]
        rows = {(self.left, l) for l, _ in pairs} | {(self.right, r) for _, r in pairs}
        return StepLineage(columns, frozenset(rows))


def _column(name: str) -> str:
    return f"F.col({quoted(column_name(name))})"
