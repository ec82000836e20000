"""Step union: stack frames on top of each other, by column name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from datamorph.core.row_facts import RowFacts
from datamorph.core.steps.set_operation import SetOperation
from datamorph.core.steps.step import Frames, Origin, exact, listed


class Union(SetOperation):
    """All rows of all inputs; ``distinct`` keeps equal rows once.

    The inputs have the same column names, in any order; the result has the types that hold both.
    """

    kind: ClassVar[str] = "union"
    example: ClassVar[str] = """
- {name: gifts, filter: {from: orders, where: is_gift}}
- {name: heavy, filter: {from: orders, where: weight > 10}}
- {name: both, union: {of: [gifts, heavy], distinct: true}}
"""
    keyword: ClassVar[str] = "UNION"
    method: ClassVar[str] = "unionByName"
    distinct: bool = False

    @property
    def is_distinct(self) -> bool:
        """See SetOperation.is_distinct."""
        return self.distinct

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        code = self.of[0] + "".join(f".unionByName({other})" for other in self.of[1:])
        return [f"{name} = {code}{'.distinct()' if self.distinct else ''}"]

    def explain(self) -> str:
        """See Step.explain."""
        return f"stack {listed(self.of)}{', keeping equal rows once' if self.distinct else ''}"

    def origins(self, column: str, frames: Frames) -> frozenset[Origin]:
        """Values come from every frame."""
        return frozenset((frame, exact(column, frames[frame])) for frame in self.of)

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """All rows together."""
        found = [inputs[frame] for frame in self.of]
        counts = [facts.rows for facts in found if facts.rows is not None]
        if len(counts) < len(found):
            return RowFacts()
        return RowFacts(sum(counts), all(facts.is_exact for facts in found) and not self.distinct)
