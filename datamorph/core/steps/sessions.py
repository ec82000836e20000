"""Step sessions: number the visits in a list of events, cut where nothing happens for a while."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field

from datamorph.core.datatype import is_nested, is_time
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    StepLineage,
    UnaryStep,
    exact,
    listed,
    require_columns,
    require_unique,
    select,
    spare,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema

_GAP = re.compile(r"([1-9][0-9]{0,5}) (second|minute|hour|day)s?")


class Sessions(UnaryStep):
    """Number the sessions of each key: a new one starts where more time than ``gap`` has passed since the row before.

    Attributes:
        by: whose sessions they are; NULL is a key of its own. Without ``by`` all rows are of one.
        time: the column that says when: a timestamp, or a date.
        gap: ``30 minutes``, in seconds, minutes, hours or days; days only for a date. A pause of just that is in the
            session still.
        as: the column of the session's number, a bigint that counts from 1 for each key.
        started_as: column for the time of the session's first row.

    Rows of the same time are in the same session. A row without a time is in none: its number and start are NULL.
    All rows and columns stay.
    """

    kind: ClassVar[str] = "sessions"
    example: ClassVar[str] = """
- name: visits
  sessions: {from: orders, by: [customer_id], time: ordered_at, gap: 30 minutes, as: visit, started_as: visit_at}
"""
    by: tuple[ColumnName, ...] = ()
    time: ColumnName
    gap: str = Field(max_length=20)
    as_: ColumnName = Field(default="session_id", alias="as")
    started_as: ColumnName | None = None

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns([*self.by, self.time], schema, problems)
        for key in filter(None, map(schema.get, self.by)):
            if is_nested(key.type):
                problems.add("type", f"cannot group by {key.name!r} of type {key.type}", hint="group by a field")
        time = schema.get(self.time)
        type_ = time.type if time else "timestamp_ntz"
        if not is_time(type_):
            problems.add("type", f"{self.time!r} is {type_}", hint="give a date or a timestamp, or cast it to one")
        self._check_gap(type_, problems)
        added = [Column(self.as_, "bigint"), *([Column(self.started_as, type_)] if self.started_as else [])]
        require_unique([*schema.names, *(column.name for column in added)], problems)
        return TableSchema((*schema, *added))

    def _check_gap(self, type_: str, problems: Problems) -> None:
        match = _GAP.fullmatch(self.gap)
        if not match:
            problems.add("constant", f"gap {self.gap!r} is no time", hint="write it like 30 minutes, 2 hours or 1 day")
        elif type_ == "date" and match[2] != "day":
            problems.add("constant", f"gap {self.gap!r} between dates", hint="a date has no time of day: give days")

    def _interval(self) -> str:
        amount, unit = _GAP.fullmatch(self.gap).groups()  # pyright: ignore[reportOptionalMemberAccess]
        return f"INTERVAL {amount} {unit.upper()}{'S' if amount != '1' else ''}"

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        keys = [quoted(column_name(exact(by, schema))) for by in self.by]
        time, window = quoted(column_name(exact(self.time, schema))), spare(f"{name}_window", frames)
        is_new = spare("_is_new", [*schema.names, self.as_])
        pause = f'F.lag({time}).over({window}) + F.expr("{self._interval()}")'
        number = f"F.when(F.col({time}).isNotNull(), F.sum({quoted(is_new)}).over({window}))"
        partition = f".partitionBy({', '.join(keys)})" if keys else ""
        code = (
            f"{self.from_}.withColumn({quoted(is_new)}, F.when(F.col({time}) <= {pause}, 0).otherwise(1))"
            f".withColumn({quoted(self.as_)}, {number}).drop({quoted(is_new)})"
        )
        if self.started_as:
            session = ", ".join([*keys, quoted(column_name(self.as_))])
            code += f".withColumn({quoted(self.started_as)}, F.min({time}).over(Window.partitionBy({session})))"
        return [f"{window} = Window{partition}.orderBy(F.col({time}).asc_nulls_last())", f"{name} = {code}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        columns = [identifier(name, dialect) for name in schema.names]
        keys = [identifier(exact(by, schema), dialect) for by in self.by]
        time, number = identifier(exact(self.time, schema), dialect), identifier(self.as_, dialect)
        is_new = identifier(spare("_is_new", [*schema.names, self.as_]), dialect)
        partition = f"PARTITION BY {', '.join(keys)} " if keys else ""
        window = f"OVER ({partition}ORDER BY {time} NULLS LAST)"
        flag = f"CASE WHEN {time} <= LAG({time}) {window} + {self._interval()} THEN 0 ELSE 1 END AS {is_new}"
        flagged = select(["*", flag], self.table(dialect))
        count = f"CASE WHEN {time} IS NOT NULL THEN CAST(SUM({is_new}) {window} AS BIGINT) END AS {number}"
        numbered = select([*columns, count], f"(\n{flagged}\n)")
        if not self.started_as:
            return numbered
        start = (
            f"MIN({time}) OVER (PARTITION BY {', '.join([*keys, number])}) AS {identifier(self.started_as, dialect)}"
        )
        return select([*columns, number, start], f"(\n{numbered}\n)")

    def explain(self) -> str:
        """See Step.explain."""
        per = f" per {listed(self.by)}" if self.by else ""
        return f"number the sessions{per}: a new one after more than {self.gap} without a row, by {self.time}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        used = self.origins(exact(name, schema) for name in (*self.by, self.time))
        added = {self.as_: used, **({self.started_as: used} if self.started_as else {})}
        return StepLineage({**self.passed_on(frames), **added})
