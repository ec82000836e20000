"""Checks in Great Expectations' vocabulary, compiled to one SELECT that scans the staged rows once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from datamorph.core.expectations import EXPECTATIONS, STAGED, Rule
from datamorph.core.problem import Problem, Problems, nearest, shown
from datamorph.core.steps.step import require_columns, require_unique, select
from datamorph.core.table import TableSchema

SAMPLES = 5


class Check(BaseModel):
    """One expectation about the rows of a table, written ``expect_...: {argument: value}``.

    ``severity: error`` (the default) blocks publishing; ``warn`` reports only.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])
    severity: Literal["error", "warn"] = "error"

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return cast(object, data)
        fields = cast("dict[object, Any]", data)
        if "type" in fields:
            return fields
        kinds = [key for key in fields if key != "severity"]
        if len(kinds) != 1 or not str(kinds[0]).startswith("expect_"):
            raise ValueError(f"a check is one expect_... with its arguments, not {kinds}")
        severity = fields.get("severity", "error")
        return {"type": kinds[0], "kwargs": {} if fields[kinds[0]] is None else fields[kinds[0]], "severity": severity}

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
        rules = {**expectation.required, **expectation.optional}
        for name in self.kwargs:
            if name not in rules:
                problems.add("check_argument", f"{self.type} has no argument {name!r}", hint=nearest(name, rules))
        for name in expectation.required:
            if name not in self.kwargs:
                problems.add("check_argument", f"{self.type} needs {name!r}", hint=f"add {name}")
        if not problems.found:
            self._check_values(rules, schema, problems)
        return problems.found

    def _check_values(self, rules: Mapping[str, Rule], schema: TableSchema, problems: Problems) -> None:
        """Columns first: what the other arguments may be depends on the column's type."""
        columns: list[str] = []
        for name in ("column", "column_list"):
            if name in self.kwargs and not self._is_wrong(name, rules[name], "", problems):
                value = self.kwargs[name]
                columns += [value] if isinstance(value, str) else value
        if problems.found or not require_columns(columns, schema, problems):
            return
        require_unique(columns, problems)
        found = schema.get(columns[0]) if columns else None
        for name in self.kwargs:
            if name not in ("column", "column_list"):
                self._is_wrong(name, rules[name], found.type if found else "", problems)

    def _is_wrong(self, name: str, rule: Rule, type_: str, problems: Problems) -> bool:
        value = self.kwargs[name]
        if wanted := rule(value, type_):
            problems.add("check_argument", f"{name} of {self.type} is {shown(value)}", hint=f"it is {wanted}")
        return bool(wanted)

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
