"""Pipelines of seven shapes, as many as wanted: what the benchmarks of a whole project read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked

ORDERS = TableSchema.of(order_id="bigint", customer_id="bigint", amount="double", status="string", ordered_on="date")
CUSTOMERS = TableSchema.of(customer_id="bigint", name="string", city="string")
TABLES = {TableRef.parse("raw.shop.orders"): ORDERS, TableRef.parse("raw.shop.customers"): CUSTOMERS}
TOTALS = TableSchema.of(customer_id="bigint", total="double")

_SOURCES = """\
sources:
  orders: raw.shop.orders
"""
_TOTALS = """\
steps:
  - {name: totals, aggregate: {from: orders, by: [customer_id], measures: {total: sum(amount)}}}
"""
# Each shape: sources and steps, the key of the result, other parts of the spec.
_SHAPES = (
    (_SOURCES + _TOTALS, "customer_id", "checks:\n  - expect_column_values_to_be_unique: {column: customer_id}\n"),
    (
        """\
sources:
  orders: raw.shop.orders
  customers: raw.shop.customers
steps:
  - {name: joined, join: {left: orders, right: customers, on: [customer_id], how: inner}}
  - {name: totals, aggregate: {from: joined, by: [city, status], measures: {total: sum(amount), orders: count(*)}}}
  - {name: large, filter: {from: totals, where: total > $n and orders >= 2}}
""",
        "city, status",
        'schedule: {cron: "0 6 * * *", timezone: Europe/Vienna}\n',
    ),
    (
        _SOURCES
        + """\
steps:
  - {name: paid, filter: {from: orders, where: status = 'paid' and amount > $n}}
  - name: more
    derive: {from: paid, columns: {gross: "round(amount * 1.19, 2)", month: "date_trunc('month', ordered_on)"}}
""",
        "order_id",
        "checks:\n  - expect_column_values_to_not_be_null: {column: gross}\n",
    ),
    (
        _SOURCES
        + """\
steps:
  - name: ranked
    window: {from: orders, partition_by: [customer_id], order_by: [ordered_on, order_id], columns: {nth: row_number()}}
  - {name: first, filter: {from: ranked, where: nth <= 3}}
""",
        "customer_id, nth",
        "assumptions: [the first orders are those of the earliest days]\n",
    ),
    (
        _SOURCES
        + """\
steps:
  - {name: latest, dedupe: {from: orders, by: [customer_id], order_by: [ordered_on desc, order_id]}}
  - {name: kept, select: {from: latest, columns: [customer_id, status, amount]}}
""",
        "customer_id",
        """\
checks:
  - expect_column_values_to_be_in_set: {column: status, value_set: [open, paid, late]}
  - {expect_column_values_to_be_between: {column: amount, min_value: 0}, severity: warn}
""",
    ),
    (
        _SOURCES
        + """\
steps:
  - {name: best, top: {from: orders, n: 3, per: [status], order_by: [amount desc, order_id], rank_as: place}}
""",
        "order_id",
        "",
    ),
    (
        "sources: {totals: curated.shop.table_$before}\n"
        "steps: [{name: kept, filter: {from: totals, where: total > $n}}]\n",
        "customer_id",
        "",
    ),
)


def spec_text(number: int) -> str:
    """The spec of one pipeline: every seventh reads the table of another one."""
    body, key, rest = _SHAPES[number % len(_SHAPES)]
    before = str(number - len(_SHAPES) + 1)
    return (
        f"spec_version: 1\nname: table_{number}\nprompt: pipeline number {number} of a large project\n"
        f"{body.replace('$n', str(number)).replace('$before', before)}"
        f"target: {{table: curated.shop.table_{number}, key: [{key}]}}\n{rest}"
    )


def write_pipelines(folder: Path, numbers: Iterable[int]) -> None:
    """Folders as ``datamorph`` saves them, without waiting for the disk."""
    for number in numbers:
        write_pipeline(folder, number)


def write_pipeline(folder: Path, number: int) -> None:
    """One of them, at once."""
    text = spec_text(number)
    spec = parse_spec(text)
    checked = require_checked(spec, {**dict.fromkeys(spec.sources.values(), TOTALS), **TABLES})
    into = folder / f".table_{number}"
    into.mkdir(parents=True)
    for name, content in {
        "spec.yaml": text,
        "transform.py": compile_pyspark(checked),
        "query.sql": compile_sql(checked),
    }.items():
        (into / name).write_text(content)
    into.rename(folder / f"table_{number}")
