"""Checks in Great Expectations' vocabulary, compiled to one SELECT that scans the staged rows once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from datamorph.core.problem import Problem, Problems, nearest
from datamorph.core.sql_expression import identifier, text_literal
from datamorph.core.steps.step import select
from datamorph.core.table import TableSchema

STAGED = "staged"
"""Name of the view that audits read."""
SAMPLES = 5

Kwargs: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expectation:
    """How one kind of check is measured.

    Attributes:
        required: arguments that must be given.
        optional: arguments that may be given.
        measures: name of an observed value to its aggregate expression over the staged rows.
        passes: verdict from the observed values.
        fails: condition that picks a failing row; empty where rows are not to blame.
        label: short name for people and for Dagster.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    measures: Callable[[Kwargs], dict[str, str]]
    passes: Callable[[Kwargs, Mapping[str, Any]], bool]
    fails: Callable[[Kwargs], str]
    label: Callable[[Kwargs], str]


class Check(BaseModel):
    """One expectation about the rows of a table, written ``expect_...: {argument: value}``.

    ``severity: error`` (the default) blocks publishing; ``warn`` reports only.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])
    severity: Literal["error", "warn"] = "error"

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        fields = cast("dict[str, Any]", data)
        if "type" in fields:
            return fields
        kinds = [key for key in fields if key != "severity"]
        if len(kinds) != 1 or not kinds[0].startswith("expect_"):
            raise ValueError(f"a check is one expect_... with its arguments, not {kinds}")
        severity = fields.get("severity", "error")
        return {"type": kinds[0], "kwargs": fields[kinds[0]] or {}, "severity": severity}

    @property
    def name(self) -> str:
        """Stable within a table, such as ``unique_customer_id``."""
        return EXPECTATIONS[self.type].label(self.kwargs)

    def problems(self, schema: TableSchema) -> list[Problem]:
        """What keeps the check from running on a table of this schema."""
        problems = Problems("checks")
        expectation = EXPECTATIONS.get(self.type)
        if expectation is None:
            problems.add("unknown_check", f"no check {self.type!r}", hint=nearest(self.type, EXPECTATIONS))
            return problems.found
        known = {*expectation.required, *expectation.optional}
        for name in set(self.kwargs) - known:
            problems.add("check_argument", f"{self.type} has no argument {name!r}", hint=nearest(name, known))
        for name in set(expectation.required) - set(self.kwargs):
            problems.add("check_argument", f"{self.type} needs {name!r}", hint=f"add {name}")
        for column in _columns(self.kwargs):
            if column not in schema:
                problems.unknown_column(column, schema.names)
        return problems.found

    @model_serializer
    def _fold(self) -> dict[str, Any]:
        folded: dict[str, Any] = {self.type: dict(self.kwargs)}
        return folded if self.severity == "error" else {**folded, "severity": self.severity}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Outcome of one check on staged rows.

    Attributes:
        name: stable within a table, such as ``unique_customer_id``.
        observed: what was measured, in the check's own terms.
        failing: a few of the rows that fail, at most ``SAMPLES``.
    """

    name: str
    check: Check
    passed: bool
    observed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failing: tuple[Mapping[str, Any], ...] = ()

    @property
    def blocks(self) -> bool:
        """True when the failure keeps the table from being published."""
        return not self.passed and self.check.severity == "error"


def audit_sql(checks: Sequence[Check]) -> str:
    """One SELECT over ``STAGED`` that measures every check in a single scan; one row, JSON-like names."""
    columns = ["COUNT(*) AS row_count"]
    for number, check in enumerate(checks):
        measures = EXPECTATIONS[check.type].measures(check.kwargs)
        columns += [f"{expression} AS c{number}_{name}" for name, expression in measures.items()]
    return select(columns, STAGED)


def audit_results(checks: Sequence[Check], row: Mapping[str, Any]) -> list[CheckResult]:
    """Verdicts from the row that ``audit_sql`` gave."""
    results: list[CheckResult] = []
    for number, check in enumerate(checks):
        prefix = f"c{number}_"
        observed = {key.removeprefix(prefix): value for key, value in row.items() if key.startswith(prefix)}
        observed["row_count"] = row["row_count"]
        passed = EXPECTATIONS[check.type].passes(check.kwargs, observed)
        results.append(CheckResult(check.name, check, passed, observed))
    return results


def failing_rows_sql(check: Check) -> str:
    """A SELECT of a few rows that fail the check; empty where rows are not to blame."""
    condition = EXPECTATIONS[check.type].fails(check.kwargs)
    return select(["*"], STAGED, f"WHERE {condition}", f"LIMIT {SAMPLES}") if condition else ""


def _columns(kwargs: Kwargs) -> list[str]:
    columns = kwargs.get("column_list", [])
    return [*([kwargs["column"]] if "column" in kwargs else []), *cast("list[str]", columns)]


def _quoted(name: object) -> str:
    return identifier(str(name), "duckdb")


def _constant(value: object) -> str:
    return text_literal(value, "duckdb") if isinstance(value, str) else str(value)


def _per_row(fails: Callable[[Kwargs], str], label: str, *required: str, optional: tuple[str, ...] = ()) -> Expectation:
    """An expectation about single values; NULLs are left to the not-null check, ``mostly`` allows a share."""

    def passes(kwargs: Kwargs, observed: Mapping[str, Any]) -> bool:
        total = observed["row_count"] or 1
        return observed["unexpected_count"] <= (1 - float(kwargs.get("mostly", 1))) * total

    return Expectation(
        required=("column", *required),
        optional=("mostly", *optional),
        measures=lambda kwargs: {"unexpected_count": f"COUNT(*) FILTER (WHERE {fails(kwargs)})"},
        passes=passes,
        fails=fails,
        label=lambda kwargs: f"{label}_{kwargs['column']}",
    )


def _outside(kwargs: Kwargs, expression: str) -> str:
    bounds = [(kwargs.get("min_value"), "<"), (kwargs.get("max_value"), ">")]
    found = [f"{expression} {sign} {_constant(value)}" for value, sign in bounds if value is not None]
    return f"({' OR '.join(found)})" if found else "FALSE"


def _duplicated(columns: Sequence[str]) -> str:
    keys = ", ".join(map(_quoted, columns))
    present = " AND ".join(f"{_quoted(column)} IS NOT NULL" for column in columns)
    inner = f"SELECT {keys} FROM {STAGED} WHERE {present} GROUP BY {keys} HAVING COUNT(*) > 1"
    return f"({keys}) IN ({inner})"


def _surplus(columns: Sequence[str]) -> dict[str, str]:
    """Rows beyond the first of each key; keys with a NULL are not compared, as in Great Expectations."""
    present = " AND ".join(f"{_quoted(column)} IS NOT NULL" for column in columns)
    key = ", ".join(map(_quoted, columns))
    distinct = key if len(columns) == 1 else f"({key})"
    filtered = f"FILTER (WHERE {present})"
    return {"unexpected_count": f"COUNT(*) {filtered} - COUNT(DISTINCT {distinct}) {filtered}"}


def _unique(columns_of: Callable[[Kwargs], Sequence[str]], argument: str) -> Expectation:
    return Expectation(
        required=(argument,),
        optional=(),
        measures=lambda kwargs: _surplus(columns_of(kwargs)),
        passes=lambda kwargs, observed: observed["unexpected_count"] == 0,
        fails=lambda kwargs: _duplicated(columns_of(kwargs)),
        label=lambda kwargs: f"unique_{'_'.join(columns_of(kwargs))}",
    )


EXPECTATIONS: dict[str, Expectation] = {
    "expect_table_row_count_to_be_between": Expectation(
        required=(),
        optional=("min_value", "max_value"),
        measures=lambda kwargs: {},
        passes=lambda kwargs, observed: (
            (kwargs.get("min_value") or 0)
            <= observed["row_count"]
            <= (kwargs["max_value"] if kwargs.get("max_value") is not None else float("inf"))
        ),
        fails=lambda kwargs: "",
        label=lambda kwargs: "row_count",
    ),
    "expect_column_values_to_not_be_null": _per_row(lambda kw: f"{_quoted(kw['column'])} IS NULL", "not_null"),
    "expect_column_values_to_be_unique": _unique(lambda kwargs: [kwargs["column"]], "column"),
    "expect_compound_columns_to_be_unique": _unique(lambda kwargs: kwargs["column_list"], "column_list"),
    "expect_column_values_to_be_between": _per_row(
        lambda kw: _outside(kw, _quoted(kw["column"])), "between", optional=("min_value", "max_value")
    ),
    "expect_column_values_to_be_in_set": _per_row(
        lambda kw: f"{_quoted(kw['column'])} NOT IN ({', '.join(map(_constant, kw['value_set']))})",
        "in_set",
        "value_set",
    ),
    "expect_column_values_to_match_regex": _per_row(
        lambda kw: f"NOT REGEXP_MATCHES({_quoted(kw['column'])}, {_constant(kw['regex'])})", "matches", "regex"
    ),
}
