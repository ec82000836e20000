"""Step window: compute columns over neighbouring rows, without losing any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from datamorph.core.expression import Call, parse_expression, references, walk
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, pyspark_expression, quoted
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.derive import replaced, with_columns
from datamorph.core.steps.ordering import OrderItem, check_order, order_columns, order_pyspark, order_sql, order_words
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    SqlText,
    StepLineage,
    UnaryStep,
    aliased,
    exact,
    listed,
    require_columns,
    select,
)  # fmt: skip
from datamorph.core.table import TableSchema


class Window(UnaryStep):
    """Add columns computed over the rows of a partition.

    Attributes:
        rows: which rows an aggregate sees: the whole ``partition``, the ``running`` ones from its start
            to this row, or this row and that many before it. Rankings, lag and lead always see all.
    """

    kind: ClassVar[str] = "window"
    partition_by: tuple[ColumnName, ...] = ()
    order_by: tuple[OrderItem, ...] = ()
    columns: dict[ColumnName, SqlText] = Field(min_length=1)
    rows: Literal["partition", "running"] | Annotated[int, Field(ge=1, le=100_000)] = "partition"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.partition_by, schema, problems)
        check_order(self.order_by, schema, problems)
        if not self.order_by and (self.rows != "partition" or self._needs_order()):
            problems.add("no_order", "a window without order_by has no first row", hint="add order_by")
        return replaced(schema, self.columns, problems, allows="window")

    def _needs_order(self) -> bool:
        calls = [n for text in self.columns.values() for n in walk(parse_expression(text)) if isinstance(n, Call)]
        return any(call.name in FUNCTIONS and FUNCTIONS[call.name].is_window for call in calls)

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema, variable = self.source(frames), f"{name}_window"
        parts: list[str] = []
        if self.partition_by:
            keys = ", ".join(quoted(column_name(exact(c, schema))) for c in self.partition_by)
            parts.append(f"partitionBy({keys})")
        if self.order_by:
            parts.append(f"orderBy({order_pyspark(self.order_by, schema)})")
        code = {exact(n, schema): pyspark_expression(t, schema, over=variable) for n, t in self.columns.items()}
        bounds = {"running": "Window.unboundedPreceding, Window.currentRow"}.get(str(self.rows), f"-{self.rows}, 0")
        if self.rows == "partition":
            bounds = "Window.unboundedPreceding, Window.unboundedFollowing" if self.order_by else ""
        if bounds and not self._needs_order():
            parts.append(f"rowsBetween({bounds})")
        window = ".".join(["Window", *(parts or ["partitionBy()"])])
        return [f"{variable} = {window}", f"{name} = {self.from_}.{with_columns(code)}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        over = f"OVER ({self._window_sql(schema, dialect)})"
        computed = {n.casefold(): sql_expression(t, schema, dialect, over=over) for n, t in self.columns.items()}
        names = self.output(frames, Problems()).names
        columns = [aliased(computed.get(n.casefold(), identifier(n, dialect)), n, dialect) for n in names]
        return select(columns, self.from_)

    def _window_sql(self, schema: TableSchema, dialect: Dialect) -> str:
        parts: list[str] = []
        if self.partition_by:
            keys = ", ".join(identifier(exact(c, schema), dialect) for c in self.partition_by)
            parts.append(f"PARTITION BY {keys}")
        if self.order_by:
            parts.append(f"ORDER BY {order_sql(self.order_by, schema, dialect)}")
        if self.order_by and not self._needs_order():
            ends = {"partition": ("UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING"),
                    "running": ("UNBOUNDED PRECEDING", "CURRENT ROW")}  # fmt: skip
            first, last = ends.get(str(self.rows), (f"{self.rows} PRECEDING", "CURRENT ROW"))
            parts.append(f"ROWS BETWEEN {first} AND {last}")
        return " ".join(parts)

    def explain(self) -> str:
        """See Step.explain."""
        within = f" within each {listed(self.partition_by)}" if self.partition_by else ""
        order = f" in order of {order_words(self.order_by)}" if self.order_by else ""
        rows = {"partition": "", "running": " up to each row"}.get(str(self.rows), f" over the {self.rows} rows before")
        return f"compute {listed(f'{n} = {t}' for n, t in self.columns.items())}{within}{order}{rows}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        shared = {*self.partition_by, *order_columns(self.order_by)}
        used = {
            exact(new, schema): self.origins(exact(c, schema) for c in references(parse_expression(text)) | shared)
            for new, text in self.columns.items()
        }
        return StepLineage({**self.passed_on(frames), **used})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Engines shuffle rows for windows: no order is left."""
        return ()
