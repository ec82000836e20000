"""Step except: the rows of one frame that others lack."""

from __future__ import annotations

from typing import ClassVar

from datamorph.core.steps.set_operation import SetOperation
from datamorph.core.steps.step import listed


class Except(SetOperation):
    """The rows of the first input that are in none of the others, each once; NULL equals NULL.

    The inputs have the same column names, in any order; rows are compared in the types that hold both.
    To match rows by some of their columns only, use a join of kind ``anti``.
    """

    kind: ClassVar[str] = "except"
    example: ClassVar[str] = """
- {name: known, select: {from: customers, columns: [customer_id]}}
- {name: buyers, select: {from: orders, columns: [customer_id]}}
- {name: idle, except: {of: [known, buyers]}}
"""
    keyword: ClassVar[str] = "EXCEPT"
    method: ClassVar[str] = "subtract"

    def explain(self) -> str:
        """See Step.explain."""
        return f"keep the rows of {self.of[0]} that are not in {listed(self.of[1:])}, each once"
