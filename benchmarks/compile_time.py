"""How long a spec of 30 steps takes to be checked and compiled, and where the time goes.

    .venv/bin/python benchmarks/compile_time.py [--runs 50] [--profile]

The spec repeats three times what pipelines are made of: 9 kinds of step, with 29 expressions. "Cold" is with empty
caches of parsed expressions, as in a fresh process; "warm" is the same spec again, as in a web session. The budget
(docs: benchmarks.md) is for the type check and both compilers together, cold.
"""

from __future__ import annotations

import argparse
import cProfile
import platform
import pstats
import statistics
import time
from collections.abc import Callable

from datamorph.core.expression_parser import parse_expression
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked

BUDGET_MS = 20.0
ORDERS = TableSchema.of(
    order_id="bigint", customer_id="bigint", amount="decimal(10,2)", weight="double", quantity="int", status="string",
    note="string", ordered_on="date", ordered_at="timestamp_ntz", is_gift="boolean",
)  # fmt: skip
CUSTOMERS = TableSchema.of(customer_id="bigint", name="string", city="string", note="string")
LAKE = {TableRef.parse("raw.shop.orders"): ORDERS, TableRef.parse("raw.shop.customers"): CUSTOMERS}
ROUND = """\
- {{name: kept{n}, filter: {{from: orders, where: "amount > {n} and status in ('paid', 'new{n}') and is_gift"}}}}
- {{name: once{n}, dedupe: {{from: kept{n}, by: [order_id], order_by: [ordered_at desc, note]}}}}
- name: more{n}
  derive:
    from: once{n}
    columns:
      gross: amount * 1.19 + {n}
      month: date_trunc('month', ordered_on)
      size: case when weight > {n}.5 then 'large' when quantity > 10 then 'many' else coalesce(upper(note), 'none') end
      first_part: substring(replace(trim(note), ' ', ''), 1, {n})
      days: datediff(date '2024-12-31', ordered_on) + {n}
      unit: round(cast(amount as double) / quantity, 2)
- {{name: joined{n}, join: {{left: more{n}, right: customers, on: [customer_id], how: left}}}}
- {{name: filled{n}, fill: {{from: joined{n}, values: {{city: unknown, quantity: {n}}}}}}}
- name: totals{n}
  aggregate:
    from: filled{n}
    by: [customer_id, city, month]
    measures:
      total{n}: sum(gross)
      orders{n}: count(*)
      large{n}: count_if(size = 'large')
      mean{n}: avg(unit)
      last{n}: max(days)
- name: ranked{n}
  window:
    from: totals{n}
    partition_by: [city]
    order_by: [month, customer_id]
    columns: {{nth{n}: row_number(), share{n}: total{n} / sum(total{n})}}
- {{name: named{n}, rename: {{from: ranked{n}, columns: {{place{n}: nth{n}}}}}}}
- {{name: some{n}, filter: {{from: named{n}, where: place{n} <= 1{n}0 or share{n} > 0.{n}}}}}
"""
JOINS = """\
- {{name: both, join: {{left: some1, right: some2, on: [customer_id, city, month], how: inner}}}}
- {{name: all_three, join: {{left: both, right: some3, on: [customer_id, city, month], how: inner}}}}
- {{name: sorted, sort: {{from: all_three, by: [total1 desc, customer_id]}}}}
"""
HEAD = """\
name: thirty
sources: {orders: raw.shop.orders, customers: raw.shop.customers}
target: {table: curated.shop.thirty, key: [customer_id, city, month]}
checks: [{expect_column_values_to_not_be_null: {column: total1}}]
steps:
"""
TEXT = HEAD + "".join(ROUND.format(n=n) for n in (1, 2, 3)) + JOINS.format()


def compile_all(spec: PipelineSpec) -> None:
    """What a plan needs of the core."""
    checked = require_checked(spec, LAKE)
    compile_pyspark(checked)
    compile_sql(checked)


def forget() -> None:
    """Empty the cache of parsed expressions."""
    parse_expression.cache_clear()


def median_ms(work: Callable[[], object], runs: int, *, before: Callable[[], object] = lambda: None) -> float:
    """Median processor time of a call in milliseconds, since machines are shared; ``before`` does not count."""
    times: list[float] = []
    for _ in range(runs):
        before()
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def report(runs: int) -> None:
    """Print the table."""
    spec = parse_spec(TEXT)
    checked = require_checked(spec, LAKE)
    rows = [
        ("check and both compilers, cold", median_ms(lambda: compile_all(spec), runs, before=forget)),
        ("check and both compilers, warm", median_ms(lambda: compile_all(spec), runs)),
        ("type check, cold", median_ms(lambda: require_checked(spec, LAKE), runs, before=forget)),
        ("type check, warm", median_ms(lambda: require_checked(spec, LAKE), runs)),
        ("PySpark, warm", median_ms(lambda: compile_pyspark(checked), runs)),
        ("SQL for DuckDB, warm", median_ms(lambda: compile_sql(checked), runs)),
        ("SQL for Spark, warm", median_ms(lambda: compile_sql(checked, "spark"), runs)),
        ("reading the YAML", median_ms(lambda: parse_spec(TEXT), max(runs // 5, 1))),
    ]
    print(f"{len(spec.steps)} steps, {len(checked.schema)} columns, {runs} runs; budget {BUDGET_MS:.0f} ms")
    print("| part | median CPU ms |\n|---|---|")
    for name, milliseconds in rows:
        print(f"| {name} | {milliseconds:.1f} |")
    print(f"\n({platform.machine()}, Python {platform.python_version()})")


def profile() -> None:
    """Print the functions that take most of the time, cold."""
    spec = parse_spec(TEXT)
    profiler = cProfile.Profile()
    for _ in range(20):
        forget()
        profiler.enable()
        compile_all(spec)
        profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main() -> None:
    """Measure, or profile."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if arguments.profile:
        profile()
    else:
        report(arguments.runs)


if __name__ == "__main__":
    main()
