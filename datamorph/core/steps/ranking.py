"""The first rows of each group, for the steps dedupe and top."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.functions import Dialect
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.ordering import order_pyspark, order_sql, partition_pyspark
from datamorph.core.steps.step import Frames, exact, select, spare
from datamorph.core.table import TableSchema


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first ``most`` rows of each group in an order.

    Attributes:
        rank_as: column that keeps the row's number in its group; empty drops it.
    """

    schema: TableSchema
    by: tuple[str, ...]
    order_by: tuple[str, ...]
    most: int
    rank_as: str = ""

    @property
    def _rank(self) -> str:
        return self.rank_as or spare("_rank", self.schema.names)

    def pyspark(self, frame: str, name: str, frames: Frames) -> list[str]:
        """Statements that assign those rows of a frame to the variable ``name``."""
        keys = partition_pyspark(self.by, self.schema)
        rank, window = quoted(self._rank), spare(f"{name}_window", frames)
        kept = f"F.col({quoted(column_name(self._rank))}) {'== 1' if self.most == 1 else f'<= {self.most}'}"
        cut = "" if self.rank_as else f".drop({rank})"
        return [
            f"{window} = Window.partitionBy({keys}).orderBy({order_pyspark(self.order_by, self.schema)})",
            f"{name} = {frame}.withColumn({rank}, F.row_number().over({window})).filter({kept}){cut}",
        ]

    def sql(self, table: str, dialect: Dialect) -> str:
        """The same as one SELECT."""
        columns = [identifier(column, dialect) for column in self.schema.names]
        rank = identifier(self._rank, dialect)
        keys = ", ".join(identifier(exact(column, self.schema), dialect) for column in self.by)
        over = f"PARTITION BY {keys} ORDER BY {order_sql(self.order_by, self.schema, dialect)}"
        ranked = select(["*", f"CAST(ROW_NUMBER() OVER ({over}) AS INT) AS {rank}"], table)
        return select([*columns, *([rank] if self.rank_as else [])], f"(\n{ranked}\n)", f"WHERE {rank} <= {self.most}")
