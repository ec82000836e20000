"""How each check of Great Expectations' vocabulary is measured, judged and shown, and what its arguments may be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from datamorph.core import datatype as dt
from datamorph.core.pattern import check_regex
from datamorph.core.sql_expression import identifier, text_literal

STAGED = "staged"
"""Name of the view that audits read."""

Kwargs: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[Any, str], str]
"""``(argument, type of the column)`` to what it must be instead, or nothing."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """How one kind of check is measured.

    Attributes:
        required: arguments that must be given, with the rule for each.
        optional: arguments that may be given, with the rule for each.
        measures: name of an observed value to its aggregate expression over the staged rows.
        passes: verdict from the observed values.
        fails: condition that picks a failing row; empty where rows are not to blame.
        label: short name for people and for Dagster.
    """

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule]
    measures: Callable[[Kwargs], dict[str, str]]
    passes: Callable[[Kwargs, Mapping[str, Any]], bool]
    fails: Callable[[Kwargs], str]
    label: Callable[[Kwargs], str]


def _name(value: Any, type_: str) -> str:
    return "" if isinstance(value, str) else "a column's name"


def _names(value: Any, type_: str) -> str:
    names = cast("list[object]", value) if isinstance(value, list) else []
    return "" if names and all(isinstance(name, str) for name in names) else "a list of columns"


def _count(value: Any, type_: str) -> str:
    return "" if value is None or (isinstance(value, int) and value >= 0) else "a number of rows"


def _share(value: Any, type_: str) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if is_number and 0 <= value <= 1 else "a share between 0 and 1"


def _regex(value: Any, type_: str) -> str:
    if type_ != "string":
        return f"for a column of text, not {type_}"
    return check_regex(value) if isinstance(value, str) and _is_text(value) else "a regular expression"


def _bound(value: Any, type_: str) -> str:
    if type_ == "boolean" or dt.is_nested(type_):
        return f"for a column with an order, not {type_}"
    return "" if value is None else _constant_of(value, type_)


def _values(value: Any, type_: str) -> str:
    values = cast("list[object]", value) if isinstance(value, list) else []
    if not values:
        return "a list of values"
    return next(filter(None, (_constant_of(item, type_) for item in values)), "")


def _constant_of(value: object, type_: str) -> str:
    if dt.is_number(type_):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "a number"
        return "" if abs(value) <= sys.float_info.max else "a number that a double holds"
    if dt.is_time(type_):
        return "" if isinstance(value, str) and dt.is_moment(value, type_) else f"a {type_} such as '2024-01-31'"
    if type_ == "boolean":
        return "" if isinstance(value, bool) else "a boolean"
    return "" if isinstance(value, str) and _is_text(value) else f"a {type_}"


def _is_text(value: str) -> bool:
    """False for what no engine takes as text: NUL and halves of surrogate pairs."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _quoted(name: object) -> str:
    return identifier(str(name), "duckdb")


def _constant(value: object) -> str:
    return text_literal(value, "duckdb") if isinstance(value, str) else repr(value)


def _per_row(fails: Callable[[Kwargs], str], label: str, **rules: Rule) -> Expectation:
    """An expectation about single values; NULLs are left to the not-null check, ``mostly`` allows a share."""
    optional = {name: rules.pop(name) for name in ("min_value", "max_value") if name in rules}
    counts_nulls = label == "not_null"

    def measures(kwargs: Kwargs) -> dict[str, str]:
        values = {} if counts_nulls else {"value_count": f"COUNT({_quoted(kwargs['column'])})"}
        return {"unexpected_count": f"COUNT(*) FILTER (WHERE {fails(kwargs)})", **values}

    def passes(kwargs: Kwargs, observed: Mapping[str, Any]) -> bool:
        total, unexpected = observed.get("value_count", observed["row_count"]), observed["unexpected_count"]
        return not total or (total - unexpected) / total >= kwargs.get("mostly", 1)

    return Expectation(
        required={"column": _name, **rules},
        optional={"mostly": _share, **optional},
        measures=measures,
        passes=passes,
        fails=fails,
        label=lambda kwargs: f"{label}_{kwargs['column']}",
    )


def _outside(kwargs: Kwargs, expression: str) -> str:
    bounds = [(kwargs.get("min_value"), "<"), (kwargs.get("max_value"), ">")]
    found = [f"{expression} {sign} {_constant(value)}" for value, sign in bounds if value is not None]
    return f"({' OR '.join(found)})" if found else "FALSE"


def _present(columns: Sequence[str]) -> str:
    return " AND ".join(f"{_quoted(column)} IS NOT NULL" for column in columns)


def _duplicated(columns: Sequence[str]) -> str:
    keys = ", ".join(map(_quoted, columns))
    inner = f"SELECT {keys} FROM {STAGED} WHERE {_present(columns)} GROUP BY {keys} HAVING COUNT(*) > 1"
    return f"({keys}) IN ({inner})"


def _surplus(columns: Sequence[str]) -> dict[str, str]:
    """Rows beyond the first of each key; keys with a NULL are not compared, as in Great Expectations."""
    key = ", ".join(map(_quoted, columns))
    distinct = key if len(columns) == 1 else f"({key})"
    filtered = f"FILTER (WHERE {_present(columns)})"
    return {"unexpected_count": f"COUNT(*) {filtered} - COUNT(DISTINCT {distinct}) {filtered}"}


def _unique(columns_of: Callable[[Kwargs], Sequence[str]], argument: str, rule: Rule) -> Expectation:
    return Expectation(
        required={argument: rule},
        optional={},
        measures=lambda kwargs: _surplus(columns_of(kwargs)),
        passes=lambda kwargs, observed: observed["unexpected_count"] == 0,
        fails=lambda kwargs: _duplicated(columns_of(kwargs)),
        label=lambda kwargs: f"unique_{'_'.join(columns_of(kwargs))}",
    )


EXPECTATIONS: dict[str, Expectation] = {
    "expect_table_row_count_to_be_between": Expectation(
        required={},
        optional={"min_value": _count, "max_value": _count},
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
    "expect_column_values_to_be_unique": _unique(lambda kwargs: [kwargs["column"]], "column", _name),
    "expect_compound_columns_to_be_unique": _unique(lambda kwargs: kwargs["column_list"], "column_list", _names),
    "expect_column_values_to_be_between": _per_row(
        lambda kw: _outside(kw, _quoted(kw["column"])), "between", min_value=_bound, max_value=_bound
    ),
    "expect_column_values_to_be_in_set": _per_row(
        lambda kw: f"{_quoted(kw['column'])} NOT IN ({', '.join(map(_constant, kw['value_set']))})",
        "in_set",
        value_set=_values,
    ),
    "expect_column_values_to_match_regex": _per_row(
        lambda kw: f"NOT REGEXP_MATCHES({_quoted(kw['column'])}, {_constant(kw['regex'])})", "matches", regex=_regex
    ),
}
