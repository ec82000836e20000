"""Step join: bring two frames together over equal keys."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from datamorph.core.datatype import common_type, is_nested, is_number
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import (
    ColumnName,
    FrameName,
    Frames,
    Origin,
    Step,
    StepLineage,
    aliased,
    exact,
    listed,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema, unique_names


class JoinKey(BaseModel):
    """A pair of columns with different names that must be equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    left: ColumnName
    right: ColumnName


class Join(Step):
    """Match rows of ``left`` and ``right`` whose keys are equal; NULL keys never match.

    Keys have the same type, or are both numbers; each column is a key once. ``cross`` has no keys and pairs every row
    of ``left`` with every row of ``right``: for one-row results such as an overall total.

    The output has the columns of ``left``, then those of ``right`` without its keys. A right column whose name
    the left frame has too becomes ``<right>_<column>``. ``semi`` and ``anti`` keep rows of ``left`` only.
    """

    kind: ClassVar[str] = "join"
    example: ClassVar[str] = """
- {name: joined, join: {left: orders, right: customers, on: [customer_id], how: left}}
- {name: kept, join: {left: joined, right: orders, on: [{left: name, right: status}], how: anti}}
- {name: average, aggregate: {from: orders, measures: {mean: avg(amount)}}}
- {name: compared, join: {left: kept, right: average, how: cross}}
"""
    left: FrameName
    right: FrameName
    on: tuple[ColumnName | JoinKey, ...] = ()
    how: Literal["inner", "left", "right", "full", "semi", "anti", "cross"] = "inner"

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return (self.left, self.right)

    def keys(self) -> list[tuple[str, str]]:
        """``(left column, right column)`` of each key."""
        return [(key, key) if isinstance(key, str) else (key.left, key.right) for key in self.on]

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        left, right = frames[self.left], frames[self.right]
        if self.left == self.right:
            problems.add("self_join", f"{self.left!r} is joined with itself", hint="name the source twice in sources")
        if (self.how == "cross") == bool(self.on):
            hint = "give the keys in on; a cross join, and only that, has none"
            problems.add("no_key", f"a join of kind {self.how!r} with {len(self.on)} keys", hint=hint)
        for left_name, right_name in self.keys():
            self._check_key(left.get(left_name), right.get(right_name), problems, (left_name, right_name))
        for names in zip(*self.keys(), strict=True):
            if unique_names(names) != list(names):
                hint = "compare the two columns of one side in a filter step before"
                problems.add("duplicate_column", f"a column is a key twice in {list(names)}", hint=hint)
        return self._schema(frames)

    def _check_key(self, left: Column | None, right: Column | None, problems: Problems, names: tuple[str, str]) -> None:
        if left is None or right is None:
            side, name = (self.left, names[0]) if left is None else (self.right, names[1])
            problems.add(
                "unknown_column", f"{side} has no column {name!r}", hint="join on columns that both sides have"
            )
        elif not _is_comparable(left.type, right.type):
            message = f"join keys differ in type: {left.name} is {left.type}, {right.name} is {right.type}"
            problems.add("type", message, hint=f"cast one of them first, such as {right.name} to {left.type}")

    def _schema(self, frames: Frames) -> TableSchema:
        if self.how in ("semi", "anti"):
            return frames[self.left]
        keys = {l.casefold(): frames[self.right].get(r) for l, r in self.keys()}
        left = [Column(c.name, self._key_type(c, keys.get(c.name.casefold()))) for c in frames[self.left]]
        return TableSchema((*left, *(Column(new, c.type) for new, c in self._carried(frames))))

    def _key_type(self, column: Column, match: Column | None) -> str:
        """A right join takes the key of the right side, a full join that of either."""
        if match is None or self.how in ("inner", "left"):
            return column.type
        return match.type if self.how == "right" else common_type(column.type, match.type) or column.type

    def _carried(self, frames: Frames) -> list[tuple[str, Column]]:
        """Right columns that come along: ``(name in the output, column)``."""
        keys = {right.casefold() for _, right in self.keys()}
        right = [column for column in frames[self.right] if column.name.casefold() not in keys]
        taken = {name.casefold() for name in (*frames[self.left].names, *(column.name for column in right))}
        carried: list[tuple[str, Column]] = []
        for column in right:
            new = column.name
            if new in frames[self.left]:
                while new.casefold() in taken:
                    new = f"{self.right}_{new}"
                taken.add(new.casefold())
            carried.append((new, column))
        return carried

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        keys = self._exact_keys(frames)
        on = ", ".join(quoted(l) for l, _ in keys)
        how = {"full": "outer", "semi": "left_semi", "anti": "left_anti"}.get(self.how, self.how)
        other = self.right + self._renamed(frames[self.right], self._names(frames))
        if self.how == "cross":
            return [f"{name} = {self.left}.crossJoin({other})"]
        return [f"{name} = {self.left}.join({other}, on={f'[{on}]' if len(keys) > 1 else on}, how={quoted(how)})"]

    def _exact_keys(self, frames: Frames) -> list[tuple[str, str]]:
        return [(exact(l, frames[self.left]), exact(r, frames[self.right])) for l, r in self.keys()]

    def _names(self, frames: Frames) -> dict[str, str]:
        """Right columns that the join needs, in order, with the names that they take."""
        names = {right: left for left, right in self._exact_keys(frames)}
        if self.how not in ("semi", "anti"):
            names |= {column.name: new for new, column in self._carried(frames)}
        return {name: names[name] for name in frames[self.right].names if name in names}

    def _renamed(self, right: TableSchema, names: dict[str, str]) -> str:
        """The call that gives the right frame those names; empty where all stay."""
        renames = {old: new for old, new in names.items() if old != new}
        if not renames:
            return ""
        if any(new in right for new in renames.values()) or len(names) < len(right):
            columns = [quoted(column_name(old)) for old in names]
            parts = [
                code if old == new else f"F.col({code}).alias({quoted(new)})"
                for code, (old, new) in zip(columns, names.items(), strict=True)
            ]
            return f".select({', '.join(parts)})"
        if len(renames) == 1:
            ((old, new),) = renames.items()
            return f".withColumnRenamed({quoted(old)}, {quoted(new)})"
        pairs = ", ".join(f"{quoted(old)}: {quoted(new)}" for old, new in renames.items())
        return f".withColumnsRenamed({{{pairs}}})"

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        keys = {l: (_at("l", l, dialect), _at("r", r, dialect)) for l, r in self._exact_keys(frames)}
        columns = [self._left_column(c.name, keys.get(c.name), dialect) for c in frames[self.left]]
        if self.how not in ("semi", "anti"):
            columns += [aliased(_at("r", c.name, dialect), new, dialect) for new, c in self._carried(frames)]
        kind = f"LEFT {self.how.upper()}" if dialect == "spark" and self.how in ("semi", "anti") else self.how.upper()
        condition = " ON " + " AND ".join(f"{l} = {r}" for l, r in keys.values()) if keys else ""
        source = f"{identifier(self.left, dialect)} AS l\n{kind} JOIN {identifier(self.right, dialect)} AS r{condition}"
        return select(columns, source)

    def _left_column(self, name: str, key: tuple[str, str] | None, dialect: Dialect) -> str:
        if key and self.how == "right":
            return f"{key[1]} AS {identifier(name, dialect)}"
        if key and self.how == "full":
            return f"COALESCE({', '.join(key)}) AS {identifier(name, dialect)}"
        return _at("l", name, dialect)

    def explain(self) -> str:
        """See Step.explain."""
        on = listed(l if l == r else f"{l} = {r}" for l, r in self.keys())
        return {
            "inner": f"join {self.left} with {self.right} on {on}; rows without a match go",
            "left": f"join {self.left} with {self.right} on {on}; every row of {self.left} stays",
            "right": f"join {self.left} with {self.right} on {on}; every row of {self.right} stays",
            "full": f"join {self.left} with {self.right} on {on}; every row of both stays",
            "semi": f"keep rows of {self.left} that have a match in {self.right} on {on}",
            "anti": f"keep rows of {self.left} that have no match in {self.right} on {on}",
            "cross": f"pair every row of {self.left} with every row of {self.right}",
        }[self.how]

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        keys = dict(self._exact_keys(frames))
        columns: dict[str, frozenset[Origin]] = {}
        for name in frames[self.left].names:
            own, other = (self.left, name), (self.right, keys.get(name, ""))
            both = {"right": {other}, "full": {own, other}}.get(self.how, {own}) if name in keys else {own}
            columns[name] = frozenset(both)
        if self.how not in ("semi", "anti"):
            columns |= {new: frozenset({(self.right, c.name)}) for new, c in self._carried(frames)}
        rows = {(self.left, l) for l in keys} | {(self.right, r) for r in keys.values()}
        return StepLineage(columns, frozenset(rows))


def _is_comparable(left: str, right: str) -> bool:
    """Keys of the same plain type, or two numbers: engines differ in how they compare anything else."""
    return (left == right and not is_nested(left)) or (is_number(left) and is_number(right))


def _at(side: str, name: str, dialect: Dialect) -> str:
    return f"{side}.{identifier(name, dialect)}"
