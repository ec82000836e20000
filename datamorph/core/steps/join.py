"""Step join: bring two frames together over equal keys."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from datamorph.core.datatype import common_type
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import ColumnName, FrameName, Frames, Step, StepLineage, aliased, exact, listed, select
from datamorph.core.table import Column, TableSchema


class JoinKey(BaseModel):
    """A pair of columns with different names that must be equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    left: ColumnName
    right: ColumnName


class Join(Step):
    """Match rows of ``left`` and ``right`` whose keys are equal; NULL keys never match.

    The output has the columns of ``left``, then those of ``right`` without its keys. A right column whose name
    the left frame has too becomes ``<right>_<column>``. ``semi`` and ``anti`` keep rows of ``left`` only.
    """

    kind: ClassVar[str] = "join"
    left: FrameName
    right: FrameName
    on: tuple[ColumnName | JoinKey, ...] = Field(min_length=1)
    how: Literal["inner", "left", "right", "full", "semi", "anti"] = "inner"

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
        for left_name, right_name in self.keys():
            self._check_key(left.get(left_name), right.get(right_name), problems, (left_name, right_name))
        return self._schema(frames)

    def _check_key(self, left: Column | None, right: Column | None, problems: Problems, names: tuple[str, str]) -> None:
        if left is None or right is None:
            side, name = (self.left, names[0]) if left is None else (self.right, names[1])
            problems.add(
                "unknown_column", f"{side} has no column {name!r}", hint="join on columns that both sides have"
            )
        elif common_type(left.type, right.type) is None:
            message = f"join keys differ in type: {left.name} is {left.type}, {right.name} is {right.type}"
            problems.add("type", message, hint=f"cast one of them first, such as {right.name} to {left.type}")

    def _schema(self, frames: Frames) -> TableSchema:
        keys = dict(self.keys())
        left = [Column(c.name, self._key_type(c, frames, keys)) for c in frames[self.left]]
        if self.how in ("semi", "anti"):
            return frames[self.left]
        return TableSchema((*left, *(Column(new, c.type) for new, c in self._carried(frames))))

    def _key_type(self, column: Column, frames: Frames, keys: dict[str, str]) -> str:
        other = next((r for l, r in keys.items() if l.casefold() == column.name.casefold()), None)
        match = frames[self.right].get(other) if other else None
        return (common_type(column.type, match.type) or column.type) if match and self.how != "left" else column.type

    def _carried(self, frames: Frames) -> list[tuple[str, Column]]:
        """Right columns that come along: ``(name in the output, column)``."""
        keys = {right.casefold() for _, right in self.keys()}
        taken = {name.casefold() for name in frames[self.left].names}
        carried: list[tuple[str, Column]] = []
        for column in frames[self.right]:
            if column.name.casefold() in keys:
                continue
            new = column.name
            while new.casefold() in taken:
                new = f"{self.right}_{new}"
            taken.add(new.casefold())
            carried.append((new, column))
        return carried

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        left, right = frames[self.left], frames[self.right]
        keys = [(exact(l, left), exact(r, right)) for l, r in self.keys()]
        renames = {r: l for l, r in keys if l != r}
        if self.how not in ("semi", "anti"):
            renames |= {c.name: new for new, c in self._carried(frames) if new != c.name}
        other = self.right + _renamed(renames, right, only=[r for _, r in keys] if self.how in ("semi", "anti") else [])
        on = ", ".join(quoted(l) for l, _ in keys)
        how = {"full": "outer", "semi": "left_semi", "anti": "left_anti"}.get(self.how, self.how)
        return [f"{name} = {self.left}.join({other}, on={f'[{on}]' if len(keys) > 1 else on}, how={quoted(how)})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        left, right = frames[self.left], frames[self.right]
        pairs = [(_at("l", exact(l, left), dialect), _at("r", exact(r, right), dialect)) for l, r in self.keys()]
        condition = " AND ".join(f"{l} = {r}" for l, r in pairs)
        kind = {"semi": "SEMI", "anti": "ANTI"}.get(self.how) or self.how.upper()
        if dialect == "spark" and self.how in ("semi", "anti"):
            kind = f"LEFT {kind}"
        columns = [self._left_column(c.name, dict(pairs), dialect) for c in left]
        if self.how not in ("semi", "anti"):
            columns += [aliased(_at("r", c.name, dialect), new, dialect) for new, c in self._carried(frames)]
        source = f"{self.left} AS l\n{kind} JOIN {self.right} AS r ON {condition}"
        return select(columns, source)

    def _left_column(self, name: str, pairs: dict[str, str], dialect: Dialect) -> str:
        column = _at("l", name, dialect)
        if self.how in ("right", "full") and column in pairs:
            return aliased(f"COALESCE({column}, {pairs[column]})", name, dialect)
        return column

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
        }[self.how]

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        left, right = frames[self.left], frames[self.right]
        keys = {exact(l, left): exact(r, right) for l, r in self.keys()}
        both = self.how in ("right", "full")
        columns = {
            c.name: frozenset(
                {(self.left, c.name)} | ({(self.right, keys[c.name])} if both and c.name in keys else set())
            )
            for c in left
        }
        if self.how not in ("semi", "anti"):
            columns |= {new: frozenset({(self.right, c.name)}) for new, c in self._carried(frames)}
        rows = {(self.left, l) for l in keys} | {(self.right, r) for r in keys.values()}
        return StepLineage(columns, frozenset(rows))


def _at(side: str, name: str, dialect: Dialect) -> str:
    return f"{side}.{identifier(name, dialect)}"


def _renamed(renames: dict[str, str], schema: TableSchema, *, only: list[str]) -> str:
    """Renaming calls on the right frame; ``only`` cuts it to the keys of a semi or anti join."""
    if not renames:
        return ""
    cut = f".select({', '.join(map(quoted, only))})" if only else ""
    # A new name may be another column's old one (a swap), so all renames happen at once.
    if len(renames) == 1:
        ((old, new),) = renames.items()
        return f"{cut}.withColumnRenamed({quoted(old)}, {quoted(new)})"
    pairs = ", ".join(f"{quoted(old)}: {quoted(new)}" for old, new in renames.items())
    return f"{cut}.withColumnsRenamed({{{pairs}}})"
