"""Step join: bring two frames together over equal keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from datamorph.core.datatype import common_type
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import quoted
from datamorph.core.row_facts import RowFacts, joined_facts
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.joining import JoiningStep, at, key_words, renamed
from datamorph.core.steps.step import Frames, Origin, StepLineage, aliased, listed, select
from datamorph.core.table import Column, TableSchema


class Join(JoiningStep):
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
    how: Literal["inner", "left", "right", "full", "semi", "anti", "cross"] = "inner"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        self.check_sides(frames, problems)
        if (self.how == "cross") == bool(self.on):
            hint = "give the keys in on; a cross join, and only that, has none"
            problems.add("no_key", f"a join of kind {self.how!r} with {len(self.on)} keys", hint=hint)
        return self._schema(frames)

    def _schema(self, frames: Frames) -> TableSchema:
        if self.how in ("semi", "anti"):
            return frames[self.left]
        keys = {l.casefold(): frames[self.right].get(r) for l, r in self.keys()}
        left = [Column(c.name, self._key_type(c, keys.get(c.name.casefold()))) for c in frames[self.left]]
        return TableSchema((*left, *(Column(new, c.type) for new, c in self.carried(frames))))

    def _key_type(self, column: Column, match: Column | None) -> str:
        """A right join takes the key of the right side, a full join that of either."""
        if match is None or self.how in ("inner", "left"):
            return column.type
        return match.type if self.how == "right" else common_type(column.type, match.type) or column.type

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        keys = self.exact_keys(frames)
        on = ", ".join(quoted(l) for l, _ in keys)
        how = {"full": "outer", "semi": "left_semi", "anti": "left_anti"}.get(self.how, self.how)
        names = self._names(frames)
        is_fine = all(old == new for old, new in names.items())
        other = self.right if is_fine else self.right + renamed(frames[self.right], names)
        if self.how == "cross":
            return [f"{name} = {self.left}.crossJoin({other})"]
        return [f"{name} = {self.left}.join({other}, on={f'[{on}]' if len(keys) > 1 else on}, how={quoted(how)})"]

    def _names(self, frames: Frames) -> dict[str, str]:
        """Right columns that the join needs, in order, with the names that they take."""
        names = {right: left for left, right in self.exact_keys(frames)}
        if self.how not in ("semi", "anti"):
            names |= {column.name: new for new, column in self.carried(frames)}
        return {name: names[name] for name in frames[self.right].names if name in names}

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        keys = {l: (at("l", l, dialect), at("r", r, dialect)) for l, r in self.exact_keys(frames)}
        columns = [self._left_column(c.name, keys.get(c.name), dialect) for c in frames[self.left]]
        if self.how not in ("semi", "anti"):
            columns += [aliased(at("r", c.name, dialect), new, dialect) for new, c in self.carried(frames)]
        kind = f"LEFT {self.how.upper()}" if dialect == "spark" and self.how in ("semi", "anti") else self.how.upper()
        condition = " ON " + " AND ".join(f"{l} = {r}" for l, r in keys.values()) if keys else ""
        source = f"{identifier(self.left, dialect)} AS l\n{kind} JOIN {identifier(self.right, dialect)} AS r{condition}"
        return select(columns, source)

    def _left_column(self, name: str, key: tuple[str, str] | None, dialect: Dialect) -> str:
        if key and self.how == "right":
            return f"{key[1]} AS {identifier(name, dialect)}"
        if key and self.how == "full":
            return f"COALESCE({', '.join(key)}) AS {identifier(name, dialect)}"
        return at("l", name, dialect)

    def explain(self) -> str:
        """See Step.explain."""
        on = listed(key_words(self.keys()))
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
        keys = dict(self.exact_keys(frames))
        columns: dict[str, frozenset[Origin]] = {}
        for name in frames[self.left].names:
            own, other = (self.left, name), (self.right, keys.get(name, ""))
            both = {"right": {other}, "full": {own, other}}.get(self.how, {own}) if name in keys else {own}
            columns[name] = frozenset(both)
        if self.how not in ("semi", "anti"):
            columns |= {new: frozenset({(self.right, c.name)}) for new, c in self.carried(frames)}
        rows = {(self.left, l) for l in keys} | {(self.right, r) for r in keys.values()}
        return StepLineage(columns, frozenset(rows))

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """Matches by equal keys; every row of a side that is kept whole."""
        return joined_facts(self.how, inputs[self.left], inputs[self.right], self.keys())

    def explain_rows(self, inputs: Mapping[str, RowFacts]) -> str:
        """What multiplies rows is said before it happens."""
        left, right, on = inputs[self.left], inputs[self.right], self.keys()
        if self.how in ("semi", "anti", "cross") or right.rows is None:
            return ""
        if right.identifies(r for _, r in on):
            return f"each row of {self.left} matches at most one of {self.right}"
        if left.identifies(l for l, _ in on):
            return f"each row of {self.right} matches at most one of {self.left}"
        keys = listed(r for _, r in on)
        return f"{keys} is not unique in {self.right}: one row of {self.left} may become several"
