"""Step window: compute columns over neighbouring rows, without losing any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from datamorph.core.datatype import is_nested
from datamorph.core.expression import Call, references, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, pyspark_expression, quoted
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.derive import replaced, with_columns
from datamorph.core.steps.ordering import (
    OrderItem,
    OrderKey,
    check_order,
    order_columns,
    order_pyspark,
    order_sql,
    order_words,
    partition_pyspark,
)  # fmt: skip
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
    spare,
)  # fmt: skip
from datamorph.core.table import TableSchema


class Days(BaseModel):
    """The rows of a day and of that many days before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: int = Field(ge=1, le=100_000)


class Window(UnaryStep):
    """Add columns computed over the rows of a partition.

    Attributes:
        rows: which rows an aggregate sees: the whole ``partition``, the ``running`` ones from its start
            to this row, or this row and that many before it. ``{days: 6}`` is all rows of this row's day and of the
            six days before, by the one date in ``order_by``; rows without a date see each other. Rankings, lag and
            lead always see all.

    The share of a total is ``amount / sum(amount)``.
    """

    kind: ClassVar[str] = "window"
    expressions: ClassVar[tuple[str, ...]] = ("columns",)
    example: ClassVar[str] = """
- name: ranked
  window:
    from: orders
    partition_by: [customer_id]
    order_by: [ordered_at, order_id]
    columns: {nth: row_number(), so_far: sum(amount)}
    rows: running
- name: weekly
  window: {from: ranked, order_by: [ordered_on], columns: {of_7_days: sum(amount)}, rows: {days: 6}}
"""
    partition_by: tuple[ColumnName, ...] = ()
    order_by: tuple[OrderItem, ...] = ()
    columns: dict[ColumnName, SqlText] = Field(min_length=1)
    rows: Literal["partition", "running"] | Annotated[int, Field(ge=1, le=100_000)] | Days = "partition"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema, before = self.source(frames), len(problems.found)
        require_columns(self.partition_by, schema, problems)
        check_order(self.order_by, schema, problems)
        for column in filter(None, map(schema.get, self.partition_by)):
            if is_nested(column.type):
                message = f"cannot partition by {column.name!r} of type {column.type}"
                problems.add("type", message, hint="partition by a plain column")
        result = replaced(schema, self.columns, problems, allows="window")
        is_sound = len(problems.found) == before
        if not self.order_by and (self.rows != "partition" or (is_sound and self._has(is_window=True))):
            problems.add("no_order", "a window without order_by has no first row", hint="add order_by")
        if isinstance(self.rows, Days) and self.order_by and is_sound:
            self._check_days(schema, problems)
        return result

    def _check_days(self, schema: TableSchema, problems: Problems) -> None:
        """Days are counted along one date."""
        key, *others = map(OrderKey.parse, self.order_by)
        column = schema.get(key.column)
        if others or key.is_descending or (column and column.type != "date"):
            message = f"days before a row, in order of {listed(self.order_by)}"
            problems.add("type", message, hint="order by one column of type date, ascending")

    def _has(self, *, is_window: bool) -> bool:
        """True when a column calls a ranking (``is_window``) or an aggregate."""
        calls = [n for text in self.columns.values() for n in walk(parse_expression(text)) if isinstance(n, Call)]
        kinds = [FUNCTIONS[call.name] for call in calls]
        return any(kind.is_window if is_window else kind.is_aggregate for kind in kinds)

    def _frame(self) -> tuple[str, str] | None:
        """First and last row that an aggregate sees, in the words of SQL; None for the engine's default."""
        if not self.order_by or not self._has(is_window=False):
            return None
        if self.rows == "partition":
            return ("UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING")
        if isinstance(self.rows, Days):
            return (f"INTERVAL {self.rows.days} DAYS PRECEDING", "CURRENT ROW")
        return ("UNBOUNDED PRECEDING" if self.rows == "running" else f"{self.rows} PRECEDING", "CURRENT ROW")

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema, window, rows = self.source(frames), spare(f"{name}_window", frames), spare(f"{name}_rows", frames)
        statements = [f"{window} = {self._window_pyspark(schema)}"]
        if not (frame := self._frame()):
            rows = window
        elif isinstance(self.rows, Days):
            days = f"{rows} = {self._days_pyspark(schema)}.rangeBetween(-{self.rows.days}, Window.currentRow)"
            statements = [*statements, days] if self._has(is_window=True) else [days]
        elif self._has(is_window=True):
            statements.append(f"{rows} = {window}.{_rows_between(frame)}")
        else:
            statements, rows = [f"{statements[0]}.{_rows_between(frame)}"], window
        code = {
            exact(n, schema): pyspark_expression(text, schema, over=window, frame=rows)
            for n, text in self.columns.items()
        }
        return [*statements, f"{name} = {self.from_}.{with_columns(code)}"]

    def _window_pyspark(self, schema: TableSchema) -> str:
        order = f".orderBy({order_pyspark(self.order_by, schema)})" if self.order_by else ""
        return self._partition_pyspark(schema, order)

    def _days_pyspark(self, schema: TableSchema) -> str:
        """The window in order of days as numbers, which is what a range counts in."""
        (day,) = (quoted(column_name(exact(c, schema))) for c in order_columns(self.order_by))
        return self._partition_pyspark(schema, f".orderBy(F.unix_date({day}).asc_nulls_last())")

    def _partition_pyspark(self, schema: TableSchema, order: str) -> str:
        keys = partition_pyspark(self.partition_by, schema)
        return f"Window.partitionBy({keys}){order}" if keys or not order else f"Window{order}"

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema, window = self.source(frames), self._window_sql(self.source(frames), dialect)
        rows = self._rows_sql(schema, dialect)
        computed = {
            name.casefold(): sql_expression(text, schema, dialect, over=f"OVER ({window})", frame=f"OVER ({rows})")
            for name, text in self.columns.items()
        }
        names = self.output(frames, Problems()).names
        columns = [aliased(computed.get(n.casefold(), identifier(n, dialect)), n, dialect) for n in names]
        return select(columns, self.table(dialect))

    def _rows_sql(self, schema: TableSchema, dialect: Dialect) -> str:
        """The window of the aggregates."""
        window, frame = self._window_sql(schema, dialect), self._frame()
        if not frame:
            return window
        if not isinstance(self.rows, Days):
            return f"{window} ROWS BETWEEN {' AND '.join(frame)}"
        if dialect == "duckdb":
            return f"{window} RANGE BETWEEN {' AND '.join(frame)}"
        # Sail takes every interval for the whole past
        (day,) = (identifier(exact(c, schema), dialect) for c in order_columns(self.order_by))
        window = self._partition_sql(schema, f"UNIX_DATE({day}) NULLS LAST", dialect)
        return f"{window} RANGE BETWEEN {self.rows.days} PRECEDING AND CURRENT ROW"

    def _window_sql(self, schema: TableSchema, dialect: Dialect) -> str:
        return self._partition_sql(schema, order_sql(self.order_by, schema, dialect), dialect)

    def _partition_sql(self, schema: TableSchema, order: str, dialect: Dialect) -> str:
        keys = ", ".join(identifier(exact(c, schema), dialect) for c in self.partition_by)
        return " ".join([*([f"PARTITION BY {keys}"] if keys else []), *([f"ORDER BY {order}"] if order else [])])

    def explain(self) -> str:
        """See Step.explain."""
        within = f" within each {listed(self.partition_by)}" if self.partition_by else ""
        order = f" in order of {order_words(self.order_by)}" if self.order_by else ""
        before = f"day and the {self.rows.days} days" if isinstance(self.rows, Days) else f"row and the {self.rows}"
        rows = {"partition": "", "running": " up to each row"}.get(str(self.rows), f" over each {before} before it")
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

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, with other values in those columns."""
        return inputs[self.from_].without(self.columns)


def _rows_between(frame: tuple[str, str]) -> str:
    words = {
        "UNBOUNDED PRECEDING": "Window.unboundedPreceding",
        "UNBOUNDED FOLLOWING": "Window.unboundedFollowing",
        "CURRENT ROW": "Window.currentRow",
    }
    first, last = (words.get(end) or f"-{end.removesuffix(' PRECEDING')}" for end in frame)
    return f"rowsBetween({first}, {last})"
