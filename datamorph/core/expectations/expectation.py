"""What an expectation is: how one kind of check is measured in the one scan, judged and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from datamorph.core import datatype as dt
from datamorph.core.catalog import TableProfile
from datamorph.core.expectations.arguments import Rule
from datamorph.core.sql_expression import identifier, sql_expression
from datamorph.core.steps.step import exact
from datamorph.core.table import TableSchema

STAGED = "staged"
"""Name of the view that audits read."""
ROW_CONDITION = "row_condition"

Kwargs: TypeAlias = Mapping[str, Any]
Observed: TypeAlias = Mapping[str, Any]
Verdict: TypeAlias = tuple[bool, Observed]
Path: TypeAlias = Literal["scan", "schema", "table", "great_expectations"]
"""How it is measured: in the one scan, from the columns alone, with one scan of another table, or by the library."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an audit knows besides the staged rows.

    Attributes:
        schema: columns of the staged rows.
        now: the run's clock, UTC.
        history: profiles of the table's earlier publications, newest first.
    """

    schema: TableSchema
    now: datetime | None = None
    history: tuple[TableProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """The staged rows that one check looks at, as pieces of SQL."""

    scope: Scope
    kwargs: Kwargs

    @property
    def condition(self) -> str:
        """Which rows those are; empty for all."""
        text = self.kwargs.get(ROW_CONDITION)
        return f"({sql_expression(text, self.scope.schema, 'duckdb')})" if text else ""

    def type(self, column: object) -> str:
        """Type of a column."""
        found = self.scope.schema.get(str(column))
        return found.type if found else ""

    def value(self, column: object) -> str:
        """A column's value; NaN is no value, as in Great Expectations."""
        name = identifier(exact(str(column), self.scope.schema), "duckdb")
        return f"CASE WHEN ISNAN({name}) THEN NULL ELSE {name} END" if self.type(column) in dt.FLOATS else name

    def present(self, column: object) -> str:
        """The condition that a column has a value."""
        name = identifier(exact(str(column), self.scope.schema), "duckdb")
        is_there = f"{name} IS NOT NULL"
        return f"{is_there} AND NOT ISNAN({name})" if self.type(column) in dt.FLOATS else is_there

    def of(self, aggregate: str, *conditions: str) -> str:
        """An aggregate over these rows, where the conditions hold."""
        found = [condition for condition in (self.condition, *conditions) if condition]
        return f"{aggregate} FILTER (WHERE {' AND '.join(found)})" if found else aggregate

    def count(self, *conditions: str) -> str:
        """Number of these rows for which the conditions hold."""
        return self.of("COUNT(*)", *conditions)

    def where(self, *conditions: str) -> str:
        """The conditions for a WHERE clause; NULL counts as no."""
        found = [condition for condition in (self.condition, *conditions) if condition]
        return " AND ".join(found) or "TRUE"


def _nothing(kwargs: Kwargs, rows: Rows) -> str:
    return ""


def _no_measures(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    return {}


def _no_more(kwargs: Kwargs, rows: Rows, observed: Observed) -> str:
    return ""


def _fits(kwargs: Kwargs, rows: Rows) -> str:
    return ""


def _no_tables(kwargs: Kwargs) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """How one kind of check is measured.

    Attributes:
        type: Great Expectations' name, or an own one where it has none.
        summary: what it says, for people.
        label: short name for people and for Dagster, from the arguments.
        judge: verdict and observed values from what was measured.
        required: arguments that must be given, with the rule for each.
        optional: arguments that may be given, with the rule for each.
        measures: name of a measured value to its aggregate expression over the staged rows.
        more: a SELECT of one row that is needed besides, given what the scan found; empty in most cases.
        fails: condition that picks a failing row; empty where rows are not to blame.
        fits: what is wrong with the types of several columns taken together; empty when nothing is.
        tables: other tables that it reads, each in one scan of that table.
        example: arguments that fit the tables of docs/steps.md.
        columns: which arguments name columns of the staged rows.
        blames_rows: the condition decides each row alone, so that failing rows can be set apart.
        reads_history: the table's past profiles decide.
        is_own: not in Great Expectations' vocabulary.
    """

    type: str
    summary: str
    label: Callable[[Kwargs], str]
    judge: Callable[[Kwargs, Observed, Scope], Verdict]
    required: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    optional: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    measures: Callable[[Kwargs, Rows], dict[str, str]] = _no_measures
    more: Callable[[Kwargs, Rows, Observed], str] = _no_more
    fails: Callable[[Kwargs, Rows], str] = _nothing
    fits: Callable[[Kwargs, Rows], str] = _fits
    tables: Callable[[Kwargs], tuple[str, ...]] = _no_tables
    example: Kwargs = field(default_factory=dict[str, Any])
    columns: tuple[str, ...] = ("column", "column_list", "column_A", "column_B")
    blames_rows: bool = False
    is_own: bool = False
    reads_history: bool = False
    path: Path = "scan"
