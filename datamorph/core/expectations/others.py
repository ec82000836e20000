"""Expectations that read the clock or another table: freshness, references, reconciliation with a source.

Another table is read at the snapshot that it has when the audit begins, in one scan of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from datamorph.core import datatype as dt
from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import row_check
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Rows, Scope, Verdict
from datamorph.core.sql_expression import identifier
from datamorph.core.table import TableRef


def _table(text: str) -> str:
    ref = TableRef.parse(text)
    return ".".join(identifier(part, "duckdb") for part in (ref.tier.value, ref.domain, ref.name))


def _column(name: object) -> str:
    return identifier(str(name), "duckdb")


def _reads(argument: str) -> Callable[[Kwargs], tuple[str, ...]]:
    return lambda kwargs: (kwargs[argument],)


def _referred(kwargs: Kwargs) -> str:
    return str(kwargs.get("table_column", kwargs["column"]))


def _dangling(kwargs: Kwargs, rows: Rows) -> str:
    name = _column(_referred(kwargs))
    keys = f"SELECT {name} FROM {_table(kwargs['table'])} WHERE {name} IS NOT NULL"
    return f"{rows.value(kwargs['column'])} NOT IN ({keys})"


def _measure_rows(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    return {"other_rows": f"(SELECT COUNT(*) FROM {_table(kwargs['other_table_name'])})"}


def _judge_rows(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    return observed["row_count"] == observed["other_rows"], {"other_rows": observed["other_rows"]}


def _measure_sums(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    other = f"(SELECT SUM({_column(_referred(kwargs))}) FROM {_table(kwargs['table'])})"
    ours = rows.of(f"SUM({rows.value(kwargs['column'])})")
    return {"sum": f"COALESCE({ours}, 0)", "other": f"COALESCE({other}, 0)"}


def _judge_sums(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    """Exact for whole numbers and decimals, as far as ``tolerance`` (a share of the other sum) else."""
    ours, theirs = observed["sum"], observed["other"]
    difference = abs(float(ours - theirs)) if type(ours) is type(theirs) else abs(float(ours) - float(theirs))
    allowed = kwargs.get("tolerance", 1e-9 if isinstance(ours, float) or isinstance(theirs, float) else 0)
    return difference <= allowed * abs(float(theirs)), {"observed_value": ours, "other_value": theirs}


def _numbers(kwargs: Kwargs, rows: Rows) -> str:
    type_ = rows.type(kwargs["column"])
    return "" if dt.is_number(type_) else f"add a column of numbers, not {type_}"


def _measure_latest(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
    return {"latest": rows.of(f"MAX({rows.value(kwargs['column'])})")}


def _judge_age(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    """A table without any value is not fresh; a date counts from the end of its day."""
    latest, now = observed["latest"], scope.now
    if latest is None or now is None:
        return False, {"latest": latest}
    hours = (now - _instant(latest)).total_seconds() / 3600
    return hours <= kwargs["within_hours"], {"latest": latest, "age_hours": round(max(hours, 0.0), 3)}


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.combine(value if isinstance(value, date) else date.min, time.max, tzinfo=UTC)


EXPECTATIONS: tuple[Expectation, ...] = (
    Expectation(
        type="expect_table_row_count_to_equal_other_table", summary="another table has as many rows",
        label=lambda kwargs: f"as_many_as_{kwargs['other_table_name'].replace('.', '_')}", judge=_judge_rows,
        required={"other_table_name": arg.table}, measures=_measure_rows, tables=_reads("other_table_name"),
        example={"other_table_name": "raw.shop.orders"}, path="table",
    ),
    row_check(
        "expect_column_values_to_exist_in_table", "references", _dangling, required={"table": arg.table},
        optional={"table_column": arg.name}, tables=_reads("table"), path="table", is_own=True,
        summary="every value stands in a column of another table",
        example={"column": "customer_id", "table": "raw.shop.customers"},
    ),
    Expectation(
        type="expect_column_sum_to_equal_other_table", summary="the sum equals that of a column of another table",
        label=lambda kwargs: f"sum_of_{kwargs['column']}_as_in_{kwargs['table'].replace('.', '_')}",
        judge=_judge_sums, required={"column": arg.name, "table": arg.table},
        optional={"table_column": arg.name, "tolerance": arg.share}, measures=_measure_sums, fits=_numbers,
        tables=_reads("table"), example={"column": "amount", "table": "raw.shop.orders"}, path="table", is_own=True,
    ),
    Expectation(
        type="expect_table_to_be_fresh", summary="the latest moment of a column is at most that many hours ago",
        label=lambda kwargs: f"fresh_{kwargs['column']}", judge=_judge_age,
        required={"column": arg.name, "within_hours": arg.moment_column}, measures=_measure_latest,
        example={"column": "ordered_at", "within_hours": 36}, is_own=True,
    ),
)  # fmt: skip
