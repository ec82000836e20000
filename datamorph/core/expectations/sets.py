"""Expectations about the distinct values of a column, and about values that may stand only once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import column_label, judge_rows, listed
from datamorph.core.expectations.expectation import STAGED, Expectation, Kwargs, Observed, Rows, Scope, Verdict
from datamorph.core.expectations.records import IGNORED_ROWS, considered

SHOWN = 20
SET = {"column": arg.name, "value_set": arg.values}


def _unexpected(kwargs: Kwargs, rows: Rows) -> str:
    return f"{rows.value(kwargs['column'])} NOT IN ({listed(kwargs['value_set'])})"


def _measure_unexpected(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    distinct = f"COUNT(DISTINCT {rows.value(kwargs['column'])})"
    return {"unexpected_count": rows.of(distinct, _unexpected(kwargs, rows))}


def _measure_found(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    """Which of the wanted values there are, by their place in the list."""
    value, wanted = rows.value(kwargs["column"]), kwargs["value_set"]
    places = " ".join(f"WHEN {value} = {arg.constant(item)} THEN {place}" for place, item in enumerate(wanted))
    found = rows.of(f"LIST(DISTINCT CASE {places} END)", f"{value} IN ({listed(wanted)})")
    return {"found": found}


def _measure_both(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    return {**_measure_unexpected(kwargs, rows), **_measure_found(kwargs, rows)}


def _judge(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    told: dict[str, Any] = {name: observed[name] for name in ("unexpected_count",) if name in observed}
    if "found" in observed:
        wanted = kwargs["value_set"]
        there: list[Any] = [wanted[place] for place in observed["found"] or ()]
        missing = [item for place, item in enumerate(wanted) if item not in there and item not in wanted[:place]]
        told["missing_count"] = len(missing)
        if missing:
            told["missing_values"] = missing[:SHOWN]
    return not (told.get("unexpected_count") or told.get("missing_count")), told


def _set_check(type_: str, word: str, measures: Callable[[Kwargs, Rows], dict[str, str]], summary: str) -> Expectation:
    is_about_unexpected = measures is not _measure_found
    return Expectation(
        type=type_,
        summary=summary,
        label=column_label(word),
        judge=_judge,
        required=SET,
        measures=measures,
        fails=(lambda kw, rows: rows.where(_unexpected(kw, rows))) if is_about_unexpected else (lambda kw, rows: ""),
        example={"column": "status", "value_set": ["open", "paid"]},
    )


def _key(columns: Sequence[str], rows: Rows) -> str:
    return ", ".join(rows.value(column) for column in columns)


def _unique(type_: str, argument: str, *, summary: str, example: Kwargs) -> Expectation:
    """Rows beyond the first of each key are counted in the scan; all rows of such keys only where there are some."""

    def columns(kwargs: Kwargs) -> Sequence[str]:
        return [kwargs["column"]] if argument == "column" else kwargs["column_list"]

    def among(kwargs: Kwargs, rows: Rows) -> str:
        return rows.present(kwargs["column"]) if argument == "column" else considered(kwargs, rows)

    def measures(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
        key, present = _key(columns(kwargs), rows), among(kwargs, rows)
        distinct = key if len(columns(kwargs)) == 1 and argument == "column" else f"ROW({key})"
        counted = rows.of(f"COUNT(DISTINCT {distinct})", present)
        values = {"value_count": rows.count(present)} if present else {}
        return {"surplus": f"{rows.count(present)} - {counted}", **values}

    def more(kwargs: Kwargs, rows: Rows, observed: Observed) -> str:
        if not observed["surplus"]:
            return ""
        groups = f"GROUP BY {_key(columns(kwargs), rows)} HAVING COUNT(*) > 1"
        where = rows.where(among(kwargs, rows))
        return f"SELECT SUM(n) AS unexpected_count FROM (SELECT COUNT(*) AS n FROM {STAGED} WHERE {where} {groups})"

    def judge(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
        unexpected = int(observed.get("unexpected_count", observed["surplus"]))
        return judge_rows(kwargs, {**observed, "unexpected_count": unexpected}, scope)

    def fails(kwargs: Kwargs, rows: Rows) -> str:
        keys = [rows.value(column) for column in columns(kwargs)]
        where = rows.where(among(kwargs, rows))
        names = [f"_key_{number}_" for number in range(len(keys))]
        selected = ", ".join(f"{key} AS {name}" for key, name in zip(keys, names, strict=True))
        inner = f"SELECT {selected} FROM {STAGED} WHERE {where} GROUP BY {', '.join(keys)} HAVING COUNT(*) > 1"
        same = " AND ".join(f"{key} IS NOT DISTINCT FROM twice.{name}" for key, name in zip(keys, names, strict=True))
        return f"{where} AND EXISTS (SELECT 1 FROM ({inner}) AS twice WHERE {same})"

    return Expectation(
        type=type_,
        summary=summary,
        label=lambda kwargs: f"unique_{'_'.join(columns(kwargs))}",
        judge=judge,
        required={argument: arg.name if argument == "column" else arg.names},
        optional={"mostly": arg.share, **({} if argument == "column" else {"ignore_row_if": IGNORED_ROWS})},
        measures=measures,
        more=more,
        fails=fails,
        example=example,
    )


EXPECTATIONS: tuple[Expectation, ...] = (
    _unique(
        "expect_column_values_to_be_unique", "column", summary="no value stands twice", example={"column": "order_id"}
    ),
    _unique(
        "expect_compound_columns_to_be_unique", "column_list", summary="no combination stands twice",
        example={"column_list": ["customer_id", "ordered_at"]},
    ),
    _set_check(
        "expect_column_distinct_values_to_be_in_set", "values_in", _measure_unexpected, "every value is among these"
    ),
    _set_check(
        "expect_column_distinct_values_to_contain_set", "values_contain", _measure_found, "each of these is there"
    ),
    _set_check(
        "expect_column_distinct_values_to_equal_set", "values_equal", _measure_both,
        "the values are these, no more and no fewer",
    ),
)  # fmt: skip
