"""Step dedupe: keep one row of each."""

from __future__ import annotations

from typing import ClassVar

from datamorph.core.datatype import is_nested
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import OrderItem, check_order, order_columns, order_pyspark, order_sql, order_words
from datamorph.core.steps.step import ColumnName, Frames, StepLineage, UnaryStep, exact, listed, require_columns, select
from datamorph.core.table import TableSchema

RANK = "_rank"


class Dedupe(UnaryStep):
    """Keep the first row of each group in the given order, or each distinct row once without ``by``."""

    kind: ClassVar[str] = "dedupe"
    by: tuple[ColumnName, ...] = ()
    order_by: tuple[OrderItem, ...] = ()

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.by, schema, problems)
        check_order(self.order_by, schema, problems)
        if self.by and not self.order_by:
            problems.add("no_order", f"which row per {listed(self.by)} to keep is not said", hint="add order_by")
        if self.order_by and not self.by:
            problems.add("no_key", "order_by without by has no groups", hint="add by, or drop order_by")
        for column in schema if not self.by else ():
            if is_nested(column.type):
                problems.add(
                    "type", f"cannot compare {column.name!r} of type {column.type}", hint="select other columns"
                )
        return schema

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        if not self.by:
            return [f"{name} = {self.from_}.distinct()"]
        return first_rows(self.from_, self.by, self.order_by, self.source(frames), name=name, most=1)

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [identifier(column, dialect) for column in schema.names]
        if not self.by:
            return select([f"DISTINCT {columns[0]}", *columns[1:]], self.from_)
        return first_rows_sql(self.from_, self.by, self.order_by, schema, dialect=dialect, most=1)

    def explain(self) -> str:
        """See Step.explain."""
        if not self.by:
            return "drop rows that are the same in every column"
        return f"keep one row per {listed(self.by)}: the first by {order_words(self.order_by)}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = [*self.by, *order_columns(self.order_by)] or schema.names
        return StepLineage(self.passed_on(frames), self.origins(exact(name, schema) for name in used))


def first_rows(
    frame: str, by: tuple[str, ...], order_by: tuple[str, ...], schema: TableSchema, *, name: str, most: int,
    rank_as: str = "",
) -> list[str]:  # fmt: skip
    """Statements that keep the first ``most`` rows of each group; the rank stays only if it is named."""
    keys = ", ".join(quoted(column_name(exact(column, schema))) for column in by)
    rank = quoted(rank_as or RANK)
    kept = f"F.col({rank}) {'== 1' if most == 1 else f'<= {most}'}"
    cut = "" if rank_as else f".drop({rank})"
    window = f"{name}_window"
    return [
        f"{window} = Window.partitionBy({keys}).orderBy({order_pyspark(order_by, schema)})",
        f"{name} = {frame}.withColumn({rank}, F.row_number().over({window})).filter({kept}){cut}",
    ]


def first_rows_sql(
    frame: str, by: tuple[str, ...], order_by: tuple[str, ...], schema: TableSchema, *, dialect: Dialect, most: int,
    rank_as: str = "",
) -> str:  # fmt: skip
    """The same as SQL."""
    columns = [identifier(column, dialect) for column in schema.names]
    rank = identifier(rank_as or RANK, dialect)
    keys = ", ".join(identifier(exact(column, schema), dialect) for column in by)
    over = f"PARTITION BY {keys} ORDER BY {order_sql(order_by, schema, dialect)}"
    number = f"CAST(ROW_NUMBER() OVER ({over}) AS INT) AS {rank}"
    ranked = f"(\n{select(['*', number], frame)}\n)"
    return select([*columns, *([rank] if rank_as else [])], ranked, f"WHERE {rank} <= {most}")
