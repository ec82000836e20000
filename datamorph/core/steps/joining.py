"""What the steps that bring two frames together share: equal keys, and names for the columns of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from datamorph.core.datatype import are_comparable
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import ColumnName, FrameName, Frames, Step, exact
from datamorph.core.table import Column, TableSchema, unique_names


class JoinKey(BaseModel):
    """A pair of columns with different names that must be equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    left: ColumnName
    right: ColumnName


class JoiningStep(Step):
    """A step over two frames, matched by equal keys; NULL keys never match."""

    left: FrameName
    right: FrameName
    on: tuple[ColumnName | JoinKey, ...] = ()

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return (self.left, self.right)

    def keys(self) -> list[tuple[str, str]]:
        """``(left column, right column)`` of each key."""
        return [(key, key) if isinstance(key, str) else (key.left, key.right) for key in self.on]

    def exact_keys(self, frames: Frames) -> list[tuple[str, str]]:
        """The keys in the frames' own spelling."""
        return [self.exact_pair(pair, frames) for pair in self.keys()]

    def exact_pair(self, pair: tuple[str, str], frames: Frames) -> tuple[str, str]:
        """A column of each side in the frames' own spelling."""
        return exact(pair[0], frames[self.left]), exact(pair[1], frames[self.right])

    def check_sides(self, frames: Frames, problems: Problems) -> None:
        """Report a frame joined with itself, and keys that do not pair up."""
        if self.left == self.right:
            problems.add("self_join", f"{self.left!r} is joined with itself", hint="name the source twice in sources")
        for pair in self.keys():
            self.check_pair(pair, frames, problems)
        for names in zip(*self.keys(), strict=True):
            if unique_names(names) != list(names):
                hint = "compare the two columns of one side in a filter step before"
                problems.add("duplicate_column", f"a column is a key twice in {list(names)}", hint=hint)

    def check_pair(self, pair: tuple[str, str], frames: Frames, problems: Problems) -> None:
        """Report a column that one side lacks, or two that cannot be compared."""
        left, right = frames[self.left].get(pair[0]), frames[self.right].get(pair[1])
        if left is None or right is None:
            side, name = (self.left, pair[0]) if left is None else (self.right, pair[1])
            hint = "join on columns that both sides have"
            problems.add("unknown_column", f"{side} has no column {name!r}", hint=hint)
        elif not self.is_comparable(left.type, right.type):
            message = f"join keys differ in type: {left.name} is {left.type}, {right.name} is {right.type}"
            problems.add("type", message, hint=f"cast one of them first, such as {right.name} to {left.type}")

    def is_comparable(self, left: str, right: str) -> bool:
        """Columns that every engine compares alike."""
        return are_comparable(left, right)

    def carried(self, frames: Frames) -> list[tuple[str, Column]]:
        """Right columns that come along, all but the keys: ``(name in the output, column)``."""
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


def renamed(schema: TableSchema, names: Mapping[str, str]) -> str:
    """The call that gives a frame these columns (old name to new name) and no others; empty where all stay."""
    renames = {old: new for old, new in names.items() if old != new}
    if any(new in schema for new in renames.values()) or len(names) < len(schema):
        columns = [quoted(column_name(old)) for old in names]
        parts = [
            code if old == new else f"F.col({code}).alias({quoted(new)})"
            for code, (old, new) in zip(columns, names.items(), strict=True)
        ]
        return f".select({', '.join(parts)})"
    if not renames:
        return ""
    if len(renames) == 1:
        ((old, new),) = renames.items()
        return f".withColumnRenamed({quoted(old)}, {quoted(new)})"
    pairs = ", ".join(f"{quoted(old)}: {quoted(new)}" for old, new in renames.items())
    return f".withColumnsRenamed({{{pairs}}})"


def at(side: str, name: str, dialect: Dialect) -> str:
    """A column of one side in SQL: ``l.id``."""
    return f"{side}.{identifier(name, dialect)}"


def key_words(keys: Iterable[tuple[str, str]]) -> list[str]:
    """Each key for people: ``id``, or ``id = shop_id``."""
    return [left if left == right else f"{left} = {right}" for left, right in keys]
