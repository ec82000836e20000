"""Step spine: rows for the days, weeks or months in which nothing happened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from datamorph.core.datatype import is_moment, is_nested
from datamorph.core.expression import Cast, Node
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column, column_name, quoted
from datamorph.core.sql_expression import identifier, render, type_name
from datamorph.core.steps.constant import Constant, fits, literal
from datamorph.core.steps.derive import with_columns
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    StepLineage,
    UnaryStep,
    aliased,
    exact,
    listed,
    require_columns,
    require_unique,
    select,
    spare,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema

MAX_PERIODS = 1_000_000
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Spine(UnaryStep):
    """Add a row for every period of the calendar that has none, so that no day, week or month is missing.

    Attributes:
        column: the date that says to which period a row belongs; an added row has the period's first day.
        every: ``day``, ``week`` (from Monday), ``month``, ``quarter`` or ``year``.
        per: columns that make groups; every group that has a row gets all periods. NULL is a group too.
        first: a day of the first period; without it, the earliest date of all groups.
        last: a day of the last period; without it, the latest date of all groups.
        fill: what added rows have in other columns; NULL where nothing is said.

    All rows that are there stay as they are, also equal ones, those without a date and those outside of ``first`` and
    ``last``. Without dates and without both ends nothing is added. Between two given ends
    there are at most a million periods.
    """

    kind: ClassVar[str] = "spine"
    example: ClassVar[str] = """
- {name: daily, aggregate: {from: orders, by: [status, ordered_on], measures: {total: sum(amount)}}}
- name: dense
  spine: {from: daily, column: ordered_on, every: day, per: [status], first: 2024-01-01, fill: {total: 0}}
"""
    column: ColumnName
    every: Literal["day", "week", "month", "quarter", "year"]
    per: tuple[ColumnName, ...] = ()
    first: str | None = Field(default=None, max_length=10)
    last: str | None = Field(default=None, max_length=10)
    fill: dict[ColumnName, Constant] = Field(default_factory=dict)

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns([self.column, *self.per, *self.fill], schema, problems)
        require_unique([self.column, *self.per, *self.fill], problems)
        found = schema.get(self.column)
        if found and found.type != "date":
            hint = "cast it to a date first, or derive one with cast(... as date)"
            problems.add("type", f"{found.name!r} is {found.type} and no date", hint=hint)
        for group in filter(None, map(schema.get, self.per)):
            if is_nested(group.type):
                problems.add("type", f"cannot group by {group.name!r} of type {group.type}", hint="group by a field")
        for name, value in self.fill.items():
            filled = schema.get(name)
            if filled and not fits(value, filled.type):
                message = f"{value!r} does not fit {filled.name!r} of type {filled.type}"
                problems.add("type", message, hint="fill with a value of the column's type")
        self._check_ends(problems)
        return TableSchema(tuple(Column(c.name, c.type) for c in schema))

    def _check_ends(self, problems: Problems) -> None:
        ends = [end for end in (self.first, self.last) if end is not None]
        wrong = [end for end in ends if not is_moment(end, "date")]
        for end in wrong:
            problems.add("constant", f"{end!r} is no date", hint="write it like 2024-01-31")
        if wrong or self.first is None or self.last is None:
            return
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        if first > last:
            problems.add("constant", f"first {self.first} is after last {self.last}", hint="exchange them")
        elif (last - first).days // _DAYS.get(self.every, 28) >= MAX_PERIODS:
            hint = f"at most {MAX_PERIODS:,}: choose a shorter time or longer periods"
            problems.add("constant", f"more than a million periods from {self.first} to {self.last}", hint=hint)

    @property
    def _step(self) -> str:
        """The length of a period as an interval of SQL."""
        days = _DAYS.get(self.every)
        return f"INTERVAL {days} DAY" if days else f"INTERVAL {_MONTHS[self.every]} MONTH"

    def _ends(self) -> dict[str, str | None]:
        """The first days of the first and the last period, where they are given."""
        ends = {"first": self.first, "last": self.last}
        return {name: start_of(date.fromisoformat(end), self.every).isoformat() if end else None
                for name, end in ends.items()}  # fmt: skip

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema, periods, missing = self.source(frames), spare(f"{name}_periods", frames), spare(f"{name}_gaps", frames)
        day = exact(self.column, schema)
        groups = [quoted(column_name(exact(group, schema))) for group in self.per]
        start = quoted(column_name(day))
        if self.every != "day":
            start = f"F.trunc({start}, {quoted(self.every)}).alias({quoted(day)})"
        existing = ", ".join([*groups, start])
        expected = f"{self.from_}.select({', '.join(groups)}).distinct().crossJoin({periods})" if groups else periods
        filled = {n: column(node, schema) for n, node in self._filled(schema).items()}
        added = f"{missing}.{with_columns(filled)}" if filled else missing
        return [
            f"{periods} = {self._periods_pyspark(day)}",
            f"{missing} = {expected}.subtract({self.from_}.select({existing}))",
            f"{name} = {self.from_}.unionByName({added}, allowMissingColumns=True)",
        ]

    def _periods_pyspark(self, day: str) -> str:
        ends, code = self._ends(), quoted(column_name(day))
        constants = {end: f'F.lit({quoted(value)}).cast("date")' for end, value in ends.items() if value}
        found = {"first": f"F.min({code})", "last": f"F.max({code})"}
        if self.every != "day":
            found = {end: f"F.trunc({text}, {quoted(self.every)})" for end, text in found.items()}
        if len(constants) == len(ends):
            # one row, whatever the input has
            source, (first, last) = 'agg(F.count("*").alias("rows"))', constants.values()
        else:
            parts = {**found, **constants}
            source = f"agg({', '.join(f'{parts[end]}.alias({quoted(end)})' for end in ends)})"
            source += '.filter(F.col("first") <= F.col("last"))' if constants else ""
            first, last = '"first"', '"last"'
        sequence = f'F.sequence({first}, {last}, F.expr("{self._step}"))'
        return f"{self.from_}.{source}.select(F.explode({sequence}).alias({quoted(day)}))"

    def _filled(self, schema: TableSchema) -> dict[str, Node]:
        found = [(c, literal(value, c.type)) for name, value in self.fill.items() if (c := schema.get(name))]
        return {c.name: node if node.type == c.type else Cast(node, c.type) for c, node in found}

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema, table = self.source(frames), self.table(dialect)
        day = identifier(exact(self.column, schema), dialect)
        groups = [identifier(exact(group, schema), dialect) for group in self.per]
        existing = select([*groups, f"{self._start(day, dialect)} AS {day}"], table)
        expected = periods = self._periods_sql(day, dialect)
        if groups:
            distinct = select([f"DISTINCT {groups[0]}", *groups[1:]], table)
            expected = select([*groups, day], f"(\n{distinct}\n) AS g\nCROSS JOIN (\n{periods}\n) AS p")
        gaps = select(self._added_sql(schema, dialect), f"(\n{expected}\nEXCEPT\n{existing}\n) AS gaps")
        return f"{select([identifier(n, dialect) for n in schema.names], table)}\nUNION ALL\n{gaps}"

    def _added_sql(self, schema: TableSchema, dialect: Dialect) -> list[str]:
        """The columns of an added row."""
        texts = {c.name: f"CAST(NULL AS {type_name(c.type, dialect)})" for c in schema}
        texts |= {name: render(node, schema, dialect) for name, node in self._filled(schema).items()}
        for name in (self.column, *self.per):
            texts[exact(name, schema)] = identifier(exact(name, schema), dialect)
        return [aliased(text, name, dialect) for name, text in texts.items()]

    def _start(self, text: str, dialect: Dialect) -> str:
        """The first day of the period that a date is in."""
        return text if self.every == "day" else f"CAST(DATE_TRUNC('{self.every}', {text}) AS DATE)"

    def _periods_sql(self, day: str, dialect: Dialect) -> str:
        found = {"first": f"MIN({day})", "last": f"MAX({day})"}
        constants = {end: f"CAST('{value}' AS DATE)" for end, value in self._ends().items() if value}
        parts = {end: constants.get(end) or self._start(text, dialect) for end, text in found.items()}
        columns = [f"{text} AS {end}" for end, text in parts.items()]
        ends = select(columns, self.table(dialect)) if len(constants) < len(found) else f"SELECT {', '.join(columns)}"
        series = f"(first, last, {self._step})"
        each = f"EXPLODE(SEQUENCE{series})" if dialect == "spark" else f"CAST(UNNEST(GENERATE_SERIES{series}) AS DATE)"
        return select([f"{each} AS {day}"], f"(\n{ends}\n) AS ends", "WHERE first <= last")

    def explain(self) -> str:
        """See Step.explain."""
        per = f" per {listed(self.per)}" if self.per else ""
        ends = "".join(f" {word} {end}" for word, end in (("from", self.first), ("to", self.last)) if end)
        fill = f", with {listed(f'{name} {value!r}' for name, value in self.fill.items())}" if self.fill else ""
        return f"add a row for every {self.every} of {self.column} that has none{per}{ends}{fill}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        return StepLineage(self.passed_on(frames), self.origins(exact(n, schema) for n in (self.column, *self.per)))


def start_of(day: date, every: str) -> date:
    """The first day of the period that a day is in; weeks begin on Monday."""
    if every == "week":
        return max(date.min, day - timedelta(days=day.weekday()))
    if every in _MONTHS:
        months = _MONTHS[every]
        return day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return day
