"""Checks in Great Expectations' vocabulary, compiled to one SELECT that scans the staged rows once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from datamorph.core import datatype as dt
from datamorph.core.expectations import EXPECTATIONS, ROW_CONDITION, STAGED, Expectation, Rows, Scope
from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.arguments import Rule
from datamorph.core.expression import Call, walk
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problem, Problems, nearest, shown
from datamorph.core.steps.step import require_columns, require_unique, select
from datamorph.core.table import Column, TableRef, TableSchema

SAMPLES = 5
OPTIONS = ("severity", "on_fail")
_NO_CONDITION = ("schema", "great_expectations")


class Check(BaseModel):
    """One expectation about the rows of a table, written ``expect_...: {argument: value}``.

    ``severity: error`` (the default) blocks publishing; ``warn`` reports only. ``on_fail: quarantine`` sets failing
    rows apart, in ``tier.domain.name__quarantine``, and publishes the rest; with ``mostly`` only while enough rows fit.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])
    severity: Literal["error", "warn"] = "error"
    on_fail: Literal["block", "quarantine"] = "block"

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return cast(object, data)
        fields = cast("dict[object, Any]", data)
        if "type" in fields:
            return fields
        kinds = [key for key in fields if key not in OPTIONS]
        if len(kinds) != 1 or not str(kinds[0]).startswith("expect_"):
            raise ValueError(f"a check is one expect_... with its arguments, not {kinds}")
        options = {name: fields[name] for name in OPTIONS if name in fields}
        return {"type": kinds[0], "kwargs": {} if fields[kinds[0]] is None else fields[kinds[0]], **options}

    @property
    def name(self) -> str:
        """Stable within a table, such as ``unique_customer_id``."""
        return EXPECTATIONS[self.type].label(self.kwargs)

    @property
    def tables(self) -> tuple[TableRef, ...]:
        """Other tables that it reads."""
        return tuple(TableRef.parse(name) for name in EXPECTATIONS[self.type].tables(self.kwargs))

    @property
    def quarantines(self) -> bool:
        """True when failing rows are set apart."""
        return self.on_fail == "quarantine"

    @property
    def blocks_table(self) -> bool:
        """True when a failure keeps the whole table from being published."""
        return self.severity == "error" and not self.quarantines

    def problems(self, schema: TableSchema, tables: Mapping[TableRef, TableSchema] | None = None) -> list[Problem]:
        """What keeps the check from running on a table of this schema.

        Args:
            tables: the tables of the lake, for checks that read another one; None when they are not known.
        """
        problems = Problems("checks")
        expectation = EXPECTATIONS.get(self.type)
        if expectation is None:
            problems.add("unknown_check", f"no check {self.type!r}", hint=nearest(self.type, EXPECTATIONS))
            return problems.found
        rules = argument_rules(expectation)
        for name in self.kwargs:
            if name not in rules:
                problems.add("check_argument", f"{self.type} has no argument {name!r}", hint=nearest(name, rules))
        for name in expectation.required:
            if name not in self.kwargs:
                problems.add("check_argument", f"{self.type} needs {name!r}", hint=f"add {name}")
        if not problems.found:
            self._check_values(expectation, schema, problems)
        if not problems.found:
            self._check_whole(expectation, schema, tables, problems)
        return problems.found

    def _check_values(self, expectation: Expectation, schema: TableSchema, problems: Problems) -> None:
        """Columns first: what the other arguments may be depends on the column's type."""
        columns: list[str] = []
        rules, naming = argument_rules(expectation), [name for name in expectation.columns if name in self.kwargs]
        for name in naming:
            if not self._is_wrong(name, rules[name], "", problems):
                value = self.kwargs[name]
                columns += [value] if isinstance(value, str) else value
        if problems.found or not require_columns(columns, schema, problems):
            return
        require_unique(columns, problems)
        found = schema.get(columns[0]) if columns else None
        for name in self.kwargs:
            if name not in naming:
                self._is_wrong(name, rules[name], found.type if found else "", problems)

    def _check_whole(
        self, expectation: Expectation, schema: TableSchema, tables: Mapping[TableRef, TableSchema] | None,
        problems: Problems,
    ) -> None:  # fmt: skip
        """What single arguments do not tell: a condition, types taken together, other tables, failing rows."""
        if condition := self.kwargs.get(ROW_CONDITION):
            _check_condition(condition, schema, problems)
        if wrong := expectation.fits(self.kwargs, Rows(Scope(schema), self.kwargs)):
            problems.add("check_argument", f"{self.type} does not fit its columns", hint=wrong)
        if self.quarantines and not expectation.blames_rows:
            problems.add(
                "quarantine", f"{self.type} does not tell for each row alone whether it fails",
                hint="drop on_fail: quarantine; to keep one row of each key use a dedupe step",
            )  # fmt: skip
        if tables is None or problems.found:
            return
        for ref in self.tables:
            if ref not in tables:
                problems.add("unknown_table", f"no table {str(ref)!r}", hint=nearest(str(ref), map(str, tables)))
            elif own := schema.get(str(self.kwargs.get("column"))):
                self._check_other(own, tables[ref], problems)

    def _check_other(self, own: Column, other: TableSchema, problems: Problems) -> None:
        """The column of another table that a column is compared with."""
        name = self.kwargs.get("table_column", own.name)
        found = other.get(name)
        if found is None:
            problems.unknown_column(name, other.names)
        elif not dt.common_type(own.type, found.type):
            hint = f"compare {own.name} with a column of type {own.type}"
            problems.add("type", f"{name!r} is {found.type}, {own.name!r} is {own.type}", hint=hint)

    def _is_wrong(self, name: str, rule: Rule, type_: str, problems: Problems) -> bool:
        value = self.kwargs[name]
        if wanted := rule(value, type_):
            problems.add("check_argument", f"{name} of {self.type} is {shown(value)}", hint=f"it is {wanted}")
        return bool(wanted)

    @model_serializer
    def _fold(self) -> dict[str, Any]:
        folded: dict[str, Any] = {self.type: dict(self.kwargs)}
        options = {"severity": (self.severity, "error"), "on_fail": (self.on_fail, "block")}
        return folded | {name: value for name, (value, default) in options.items() if value != default}


def _check_condition(text: str, schema: TableSchema, problems: Problems) -> None:
    typed = check_expression(text, schema, problems)
    if typed and typed.type not in ("boolean", "void"):
        problems.add("type", f"{text!r} is a {typed.type}, not a condition", hint="compare it")
    if typed and any(isinstance(node, Call) and node.name == "current_date" for node in walk(typed.node)):
        hint = "a check judges the same rows alike on any day: compute a column with current_date() and test that"
        problems.add("unsupported", f"{text!r} asks for the day", hint=hint)


def argument_rules(expectation: Expectation) -> dict[str, Rule]:
    """The rules for all arguments; every check that looks at rows may look at some of them only."""
    condition = {} if expectation.path in _NO_CONDITION else {ROW_CONDITION: arg.condition}
    return {**expectation.required, **expectation.optional, **condition}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Outcome of one check on staged rows.

    Attributes:
        name: stable within a table, such as ``unique_customer_id``.
        observed: what was measured, in the check's own terms.
        failing: a few of the rows that fail, at most ``SAMPLES``.
        is_handled: its failing rows were set apart.
    """

    name: str
    check: Check
    passed: bool
    observed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failing: tuple[Mapping[str, Any], ...] = ()
    is_handled: bool = False

    @property
    def blocks(self) -> bool:
        """True when the failure keeps the table from being published."""
        return not self.passed and not self.is_handled and self.check.severity == "error"


def audit_sql(checks: Sequence[Check], scope: Scope) -> str:
    """One SELECT over ``STAGED`` that measures every check in a single scan; one row, JSON-like names."""
    columns = ["COUNT(*) AS row_count"]
    for number, check in enumerate(checks):
        rows = Rows(scope, check.kwargs)
        measures = EXPECTATIONS[check.type].measures(check.kwargs, rows)
        if rows.condition:
            measures = {"row_count": rows.count(), **measures}
        columns += [f"{expression} AS c{number}_{name}" for name, expression in measures.items()]
    return select(columns, STAGED)


def measured(checks: Sequence[Check], row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was measured for each check, from the row that ``audit_sql`` gave."""
    found: list[dict[str, Any]] = [{"row_count": row["row_count"]} for _ in checks]
    for key, value in row.items():
        number, _, name = key.removeprefix("c").partition("_")
        if number.isdecimal():
            found[int(number)][name] = _plain(value)
    return found


def more_sql(check: Check, observed: Mapping[str, Any], scope: Scope) -> str:
    """A SELECT of one row that a check needs besides the scan; empty for most."""
    return EXPECTATIONS[check.type].more(check.kwargs, Rows(scope, check.kwargs), observed)


def judge(check: Check, observed: Mapping[str, Any], scope: Scope) -> CheckResult:
    """The verdict on what was measured."""
    passed, told = EXPECTATIONS[check.type].judge(check.kwargs, observed, scope)
    return CheckResult(check.name, check, passed, {**told, "row_count": observed["row_count"]})


def failing_rows_sql(check: Check, scope: Scope) -> str:
    """A SELECT of a few rows that fail the check; empty where rows are not to blame."""
    condition = failing_condition(check, scope)
    return select(["*"], STAGED, f"WHERE {condition}", f"LIMIT {SAMPLES}") if condition else ""


def failing_condition(check: Check, scope: Scope) -> str:
    """The condition of the rows that fail; empty where rows are not to blame. NULL is no."""
    return EXPECTATIONS[check.type].fails(check.kwargs, Rows(scope, check.kwargs))


def _plain(value: Any) -> Any:
    """Sums of whole numbers come as decimals without a fraction."""
    is_whole = isinstance(value, Decimal) and value.is_finite() and value.as_tuple().exponent == 0
    return int(value) if is_whole else value
