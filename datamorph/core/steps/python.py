"""Step python: a PySpark function that a person wrote, where no other step says it."""

from __future__ import annotations

import textwrap
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from datamorph.core.expression import ExpressionError
from datamorph.core.functions import Dialect
from datamorph.core.guard import check_code
from datamorph.core.problem import Problems
from datamorph.core.steps.sql import cast_columns, declared
from datamorph.core.steps.step import ColumnName, FrameName, Frames, Step, StepLineage, listed, require_unique, spare
from datamorph.core.table import TableSchema


class Python(Step):
    """A function ``step`` over named frames, in PySpark, for what no other step says.

    It sees ``F``, ``Window`` and its frames, and passes a guard: no import, no user functions, nothing that reads,
    writes or collects, nothing that differs from run to run. ``columns`` declares the output, to which values are cast.

    Attributes:
        why: why no other step does, for the person who approves it.

    A pipeline with such a step publishes only with ``--approve``, which holds until the code changes. There is no
    second compiler for it, so its rows are not verified by another engine.
    """

    kind: ClassVar[str] = "python"
    has_sql: ClassVar[bool] = False
    example: ClassVar[str] = """
- name: imputed
  python:
    from: [orders]
    why: missing weights take the median of their status
    code: |
      def step(orders):
          by_status = Window.partitionBy("status")
          weight = F.coalesce(F.col("weight"), F.median("weight").over(by_status))
          return orders.select("order_id", weight.alias("weight"))
    columns: {order_id: bigint, weight: double}
"""
    from_: tuple[FrameName, ...] = Field(alias="from", min_length=1)
    code: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
    columns: dict[ColumnName, str] = Field(min_length=1)
    why: Annotated[str, StringConstraints(min_length=1, max_length=1000)]

    def inputs(self) -> tuple[str, ...]:
        """See Step.inputs."""
        return self.from_

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        require_unique(self.columns, problems)
        for found in check_code(self.code, self.from_):
            problems.add("guard", f"line {found.line}: {found.message}", hint=found.hint)
        return declared(self.columns, problems)

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        function = spare(f"make_{name}", frames)
        code = textwrap.dedent(self.code).strip().replace("def step(", f"def {function}(", 1)
        return [code, f"{name} = {function}({', '.join(self.from_)}).select({cast_columns(self.columns)})"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """It has none: ``has_sql`` says so.

        Raises:
            ExpressionError: always.
        """
        raise ExpressionError("guard", "a python step has no SQL", hint="compile it to PySpark")

    def explain(self) -> str:
        """See Step.explain."""
        return f"run hand-written PySpark over {listed(self.from_)} that yields {listed(self.columns)}: {self.why}"

    def lineage(self, frames: Frames) -> StepLineage:
        """Every column may come from every column that is there."""
        every = frozenset((frame, column) for frame in self.from_ for column in frames[frame].names)
        return StepLineage(dict.fromkeys(self.columns, every), every)
