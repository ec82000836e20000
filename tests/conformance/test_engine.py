"""Every engine gives the rows that the spec means, and so does the second compiler."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from step_cases import step_modules

from datamorph.adapters.engines.process import ProcessLimits
from datamorph.adapters.engines.sail import SailEngine
from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.core.functions import FUNCTIONS
from datamorph.core.plan import PinnedTable
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import build_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.errors import EngineError
from datamorph.platform.verification import compare_rows
from datamorph.ports import TransformJob

ORDERS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
        "shop": ["a", "b", "a", None, "c", "b"],
        "amount": pa.array([Decimal("10.50"), Decimal("3.25"), None, Decimal("7.00"), Decimal("0.00"), Decimal("3.25")], pa.decimal128(10, 2)),
        "weight": [1.5, 2.675, None, -4.0, 0.0, 1e6],
        "quantity": pa.array([1, 2, 3, None, 0, 7], pa.int32()),
        "ordered_on": [dt.date(2024, 1, 31), dt.date(2024, 2, 29), None, dt.date(2023, 12, 31), dt.date(2024, 3, 1), dt.date(2024, 3, 1)],
        "ordered_at": pa.array([dt.datetime(2024, 1, 31, 23, 59, 58, 123456), dt.datetime(2024, 2, 29, 1), None, dt.datetime(2023, 12, 31, 12, 30), dt.datetime(2024, 3, 1), dt.datetime(1969, 7, 20, 20, 17)], pa.timestamp("us")),
        "email": ["Ann@Example.com", "bob@x.org", None, "no-at", "", "  pad@y.de "],
        "is_gift": [True, False, None, True, False, True],
        "weird name": ["ä", "b", "c", "d", "e", "f"],
    }
)  # fmt: skip
SHOPS = pa.table(
    {"shop": ["a", "b", "d"], "name": ["Alpha", "Beta", "Delta"], "id": pa.array([10, 20, 40], pa.int64())}
)
TYPES = {
    "orders": TableSchema.of(**{
        "id": "bigint", "shop": "string", "amount": "decimal(10,2)", "weight": "double", "quantity": "int",
        "ordered_on": "date", "ordered_at": "timestamp_ntz", "email": "string", "is_gift": "boolean",
        "weird name": "string",
    }),
    "shops": TableSchema.of(shop="string", name="string", id="bigint"),
}  # fmt: skip
SOURCES = {"orders": "raw.t.orders", "shops": "raw.t.shops"}

QUOTE = "'"
ODD_NAMES = [
    'a "b"',
    "it's",
    "back\\slash",
    "tick`",
    "a.b",
    "*",
    "line\nbreak",
    "ä€😀",
    "{x}",
    " lead",
    "#",
    "order",
    "x desc",
]

SCALARS = {
    "coalesce": "coalesce(quantity, 0)",
    "nullif": "nullif(quantity, 0)",
    "greatest": "greatest(quantity, 2)",
    "least": "least(quantity, 2)",
    "abs": "abs(weight)",
    "round": "round(weight, 2)",
    "round_whole": "round(weight)",
    "floor": "floor(weight)",
    "ceil": "ceil(weight)",
    "sqrt": "sqrt(abs(weight))",
    "upper": "upper(email)",
    "lower": "lower(email)",
    "trim": "trim(email)",
    "length": "length(`weird name`)",
    "concat": "concat(shop, '-', email)",
    "pipes": "shop || 'x'",
    "substring": "substring(email, 1, 3)",
    "left": "left(email, 2)",
    "right": "right(email, 2)",
    "replace": "replace(email, '@', ' at ')",
    "regexp_replace": "regexp_replace(email, '[^a-z]', '')",
    "split_part": "split_part(email, '@', 2)",
    "lpad": "lpad(cast(id as string), 3, '0')",
    "startswith": "startswith(email, 'bob')",
    "contains": "contains(email, '@')",
    "year": "year(ordered_on)",
    "quarter": "quarter(ordered_on)",
    "month": "month(ordered_at)",
    "day": "day(ordered_on)",
    "hour": "hour(ordered_at)",
    "datediff": "datediff(DATE '2024-03-05', ordered_on)",
    "date_trunc": "date_trunc('month', ordered_on)",
    "date_trunc_week": "date_trunc('week', ordered_on)",
    "date_trunc_time": "date_trunc('hour', ordered_at)",
    "date_format": "date_format(ordered_on, 'yyyy-MM')",
    "date_format_time": "date_format(ordered_at, 'yyyy/MM/dd HH:mm:ss')",
    "make_date": "make_date(2024, quantity + 1, 2)",
    "division": "quantity / 0",
    "ratio": "amount / quantity",
    "modulo": "id % 4",
    "div": "id div 2",
    "money": "amount * quantity",
    "plus": "amount + 1",
    "minus": "weight - quantity",
    "negative": "-amount",
    "cast_text": "cast(id as string)",
    "cast_double": "cast(amount as double)",
    "cast_int": "try_cast(shop as int)",
    "cast_date": "cast(ordered_at as date)",
    "case": "case when weight > 1 then 'heavy' when weight < 0 then 'odd' else 'light' end",
    "case_null": "case shop when 'a' then 1 end",
    "in_": "shop in ('a', 'c')",
    "not_in": "shop not in ('a', 'c')",
    "between": "quantity between 1 and 3",
    "like": "email like '%@%'",
    "null_safe": "shop <=> null",
    "logic": "is_gift or not (quantity > 1 and weight is not null)",
    "quotes": "concat(shop, 'it''s \"q\" ', 'x')",
    "literal": "DATE '2024-02-29'",
    "cut_double": "cast(weight as int)",
    "cut_decimal": "cast(-amount as bigint)",
    "text_number": "try_cast(concat('1.', shop) as int)",
    "text_exponent": "try_cast('1e3' as int)",
    "text_date": "try_cast(concat('2024/01/0', cast(id as string)) as date)",
    "instant_text": "cast(cast(ordered_at as timestamp) as string)",
    "groups": "regexp_replace(email, '([a-z]+)@', '$1 at ')",
    "like_escape": r"email like 'no\_%' or email like 'no-%'",
    "long_money": "amount * cast(id * 100000000000 as bigint)",
    "root_of_negative": "sqrt(weight)",
    "exact": "amount = cast(3.25 as decimal(10,2))",
    "left_nothing": "left(email, 0)",
    "last_part": "split_part(email, '@', -1)",
}
AGGREGATES = {
    "count": "count(*)",
    "count_column": "count(weight)",
    "count_distinct": "count(distinct email)",
    "count_if": "count_if(weight > 1)",
    "sum_int": "sum(quantity)",
    "sum_bigint": "sum(id)",
    "sum_decimal": "sum(amount)",
    "sum_double": "sum(weight)",
    "avg": "avg(weight)",
    "avg_int": "avg(quantity)",
    "avg_decimal": "avg(amount)",
    "min": "min(ordered_on)",
    "max": "max(email)",
    "median": "median(weight)",
    "percentile": "percentile(weight, 0.9)",
    "share": "sum(case when is_gift then 1 else 0 end) / count(*)",
    "sum_distinct": "sum(distinct amount)",
    "median_decimal": "median(amount)",
    "percentile_decimal": "percentile(amount, 0.3)",
    "cut_mean": "cast(avg(amount) as int)",
}
WINDOWS = {
    "row_number": "row_number()",
    "rank": "rank()",
    "dense_rank": "dense_rank()",
    "lag": "lag(id)",
    "lead": "lead(id, 2)",
}
STEPS = {
    "scalars": [{"name": "out", "derive": {"from": "orders", "columns": {f"r_{k}": v for k, v in SCALARS.items()}}}],
    "aggregates": [{"name": "out", "aggregate": {"from": "orders", "by": ["shop"], "measures": {f"r_{k}": v for k, v in AGGREGATES.items()}}}],
    "aggregate all": [{"name": "out", "aggregate": {"from": "orders", "measures": {"n": "count(*)", "s": "sum(amount)"}}}],
    "aggregate nothing": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {"name": "out", "aggregate": {"from": "none", "measures": {"n": "count(*)", "s": "sum(amount)"}}},
    ],
    "windows": [{"name": "out", "window": {"from": "orders", "partition_by": ["shop"], "order_by": ["id desc"], "columns": {f"r_{k}": v for k, v in WINDOWS.items()}}}],
    "running": [{"name": "out", "window": {"from": "orders", "order_by": ["id"], "columns": {"total": "sum(quantity)", "mean": "avg(amount)"}, "rows": "running"}}],
    "moving": [{"name": "out", "window": {"from": "orders", "order_by": ["id"], "columns": {"mean": "avg(weight)"}, "rows": 2}}],
    "ranking beside a total": [{"name": "out", "window": {"from": "orders", "partition_by": ["shop"], "order_by": ["id"], "columns": {"n": "row_number()", "total": "sum(amount)", "before": "lag(id)"}}}],
    "ranking beside a moving mean": [{"name": "out", "window": {"from": "orders", "order_by": ["shop", "id"], "columns": {"n": "rank()", "mean": "avg(weight)"}, "rows": 1}}],
    "window over a frame called like its variable": [
        {"name": "out_window", "filter": {"from": "orders", "where": "id > 1"}},
        {"name": "out", "window": {"from": "out_window", "columns": {"n": "count(*)"}}},
    ],
    "share of total": [{"name": "out", "window": {"from": "orders", "columns": {"share": "quantity / sum(quantity)"}}}],
    "select": [{"name": "out", "select": {"from": "orders", "columns": ["id", {"Shop Name": "shop"}, "weird name"]}}],
    "cast": [{"name": "out", "cast": {"from": "orders", "columns": {"id": "string", "amount": "double", "email": "int"}, "on_error": "null"}}],
    "cast texts": [
        {"name": "cut", "cast": {"from": "orders", "columns": {"weight": "bigint", "amount": "int"}}},
        {"name": "out", "cast": {"from": "cut", "columns": {"ordered_on": "timestamp_ntz", "ordered_at": "string", "is_gift": "int", "email": "decimal(9,2)"}, "on_error": "null"}},
    ],
    "swap names": [{"name": "out", "select": {"from": "orders", "columns": [{"id": "quantity"}, {"quantity": "id"}]}}],
    "replace a column that another uses": [{"name": "out", "derive": {"from": "orders", "columns": {"ID": "id + 1", "next": "ID * 10"}}}],
    "filter": [{"name": "out", "filter": {"from": "orders", "where": "weight > 1 or shop is null"}}],
    "dedupe rows": [
        {"name": "few", "select": {"from": "orders", "columns": ["shop", "amount"]}},
        {"name": "out", "dedupe": {"from": "few"}},
    ],
    "dedupe latest": [{"name": "out", "dedupe": {"from": "orders", "by": ["shop"], "order_by": ["ordered_on desc", "id"]}}],
    "sort": [{"name": "out", "sort": {"from": "orders", "by": ["shop desc", "id"]}}],
    "top": [{"name": "out", "top": {"from": "orders", "n": 2, "order_by": ["weight desc", "id"]}}],
    "top per group": [{"name": "out", "top": {"from": "orders", "n": 1, "order_by": ["weight desc", "id"], "per": ["shop"], "rank_as": "place"}}],
    "fill": [{"name": "out", "fill": {"from": "orders", "values": {"shop": "none", "weight": 1, "quantity": 0, "amount": 2.5, "is_gift": False, "ordered_on": "2024-01-01"}}}],
    "union": [
        {"name": "left_part", "select": {"from": "orders", "columns": ["shop", "id"]}},
        {"name": "right_part", "select": {"from": "shops", "columns": ["id", "shop"]}},
        {"name": "out", "union": {"of": ["left_part", "right_part"]}},
    ],
    "union distinct": [
        {"name": "left_part", "select": {"from": "orders", "columns": ["shop"]}},
        {"name": "right_part", "select": {"from": "shops", "columns": ["shop"]}},
        {"name": "out", "union": {"of": ["left_part", "right_part"], "distinct": True}},
    ],
    "odd names": [
        {"name": "order", "select": {"from": "orders", "columns": ["id", *({name: "shop"} for name in ODD_NAMES)]}},
        {"name": "group", "derive": {"from": "order", "columns": {f"{name}!": f"concat(`{name.replace('`', '``')}`, '{name.replace(QUOTE, QUOTE * 2)}')" for name in ODD_NAMES}}},
        {"name": "few", "aggregate": {"from": "group", "by": [*ODD_NAMES, "id"], "measures": {f"max {name}": f"max(`{name.replace('`', '``')}!`)" for name in ODD_NAMES}}},
        {"name": "first", "top": {"from": "few", "n": 2, "per": [ODD_NAMES[0]], "order_by": [*(f"{name} asc" for name in ODD_NAMES), "id"], "rank_as": "_rank"}},
        {"name": "one", "dedupe": {"from": "first", "by": ["_rank", *ODD_NAMES], "order_by": ["id"]}},
        {"name": "out", "join": {"left": "one", "right": "group", "on": ODD_NAMES, "how": "full"}},
    ],
    **{f"join {how} on keys named like each other's columns": [
        {"name": "few", "select": {"from": "shops", "columns": ["id", {"quantity": "id"}, {"shop": "name"}, {"shops_id": "shop"}]}},
        {"name": "out", "join": {"left": "orders", "right": "few", "on": [{"left": "shop", "right": "shops_id"}], "how": how}},
    ] for how in ("inner", "left", "right", "full", "semi", "anti")},
    "join on swapped names": [
        {"name": "swapped", "select": {"from": "orders", "columns": [{"quantity": "id"}, {"id": "quantity"}, "shop"]}},
        {"name": "out", "join": {"left": "orders", "right": "swapped", "on": [{"left": "id", "right": "quantity"}, {"left": "quantity", "right": "id"}], "how": "left"}},
    ],
    **{f"join {how}": [{"name": "out", "join": {"left": "orders", "right": "shops", "on": ["shop"], "how": how}}] for how in ("inner", "left", "right", "full", "semi", "anti")},
    **{f"join {how} on other names": [
        {"name": "renamed", "select": {"from": "shops", "columns": [{"code": "shop"}, "name", "id"]}},
        {"name": "out", "join": {"left": "orders", "right": "renamed", "on": [{"left": "shop", "right": "code"}], "how": how}},
    ] for how in ("inner", "left", "full", "semi", "anti")},
}  # fmt: skip
STEPS |= {f"{kind}: {name}": steps for kind, module in step_modules().items() for name, steps in module.CASES.items()}


@pytest.fixture(scope="module")
def pinned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    tables = {}
    for name, rows in {"orders": ORDERS, "shops": SHOPS}.items():
        file = folder / f"{name}.parquet"
        pq.write_table(rows, file)
        ref = TableRef.parse(SOURCES[name])
        tables[name] = PinnedTable(ref, 1, TYPES[name], (str(file),), rows.num_rows, file.stat().st_size)
    return tables


@pytest.fixture(params=["sail"])
def engine(request, tmp_path):
    return {"sail": SailEngine}[request.param](tmp_path / "jobs")


def checked_spec(steps):
    used = {name for step in steps for body in step.values() if isinstance(body, dict)
            for value in body.values() for name in ([value] if isinstance(value, str) else [])}  # fmt: skip
    sources = {name: ref for name, ref in SOURCES.items() if name in used}
    spec = build_spec({"name": "t", "sources": sources, "steps": steps, "target": {"table": "curated.t.out"}})
    return require_checked(spec, {TableRef.parse(ref): TYPES[name] for name, ref in SOURCES.items()})


def run(engine, checked, pinned, into):
    inputs = {name: pinned[name] for name in checked.spec.sources}
    code = compile_pyspark(checked)
    return engine.run(TransformJob("run", code, inputs, str(into), checked.schema), lambda what, facts: None)


@pytest.mark.parametrize("case", STEPS)
def test_the_engine_and_the_second_compiler_give_the_same_rows_and_types(case, engine, pinned, tmp_path):
    checked = checked_spec(STEPS[case])

    staged = run(engine, checked, pinned, tmp_path / "out")

    queries = DuckDBQueries()
    expected = queries.query(compile_sql(checked), inputs={n: pinned[n].files for n in checked.spec.sources})
    rows = queries.query("select * from staged", inputs={"staged": staged.files})
    verdict = compare_rows(rows, expected, engine=engine.name)
    assert verdict.passed, (verdict.observed, verdict.failing)
    assert staged.schema.names == checked.schema.names
    assert [c.type for c in staged.schema] == [c.type for c in checked.schema]
    assert staged.rows == expected.num_rows


def test_every_allowed_function_is_compared():
    compared = " ".join([*SCALARS.values(), *AGGREGATES.values(), *WINDOWS.values()])

    assert [name for name in FUNCTIONS if f"{name}(" not in compared] == []


def test_a_failing_transform_is_an_engine_error_that_says_where_its_log_is(engine, pinned, tmp_path):
    job = TransformJob("run", "def transform(orders):\n    raise ValueError('no such luck')\n",
                       {"orders": pinned["orders"]}, str(tmp_path / "out"), TYPES["orders"])  # fmt: skip

    with pytest.raises(EngineError, match="no such luck") as error:
        engine.run(job, lambda what, facts: None)

    assert "no such luck" in Path(error.value.fix.removeprefix("see ")).read_text()


def test_a_value_that_does_not_fit_its_cast_fails_the_run(engine, pinned, tmp_path):
    checked = checked_spec([{"name": "out", "cast": {"from": "orders", "columns": {"shop": "int"}}}])

    with pytest.raises(EngineError):
        run(engine, checked, pinned, tmp_path / "out")


def test_a_transform_that_runs_too_long_is_stopped(engine, pinned, tmp_path):
    code = "import time\ndef transform(orders):\n    time.sleep(600)\n"
    job = TransformJob("run", code, {"orders": pinned["orders"]}, str(tmp_path / "o"), TYPES["orders"], timeout_s=4)

    with pytest.raises(EngineError, match="longer than 4 s"):
        engine.run(job, lambda what, facts: None)


def test_the_engine_sees_no_secret_of_its_caller(engine, pinned, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "hush")
    code = "import os\ndef transform(orders):\n    assert 'hush' not in os.environ.values()\n    return orders\n"
    job = TransformJob("run", code, {"orders": pinned["orders"]}, str(tmp_path / "out"), TYPES["orders"])

    assert engine.run(job, lambda what, facts: None).rows == ORDERS.num_rows


def test_memory_beyond_the_limit_ends_the_engine_and_not_the_caller(pinned, tmp_path):
    engine = SailEngine(tmp_path / "jobs", ProcessLimits(memory_bytes=300_000_000))
    job = TransformJob("run", "def transform(orders):\n    return orders\n", {"orders": pinned["orders"]},
                       str(tmp_path / "out"), TYPES["orders"], timeout_s=60)  # fmt: skip

    with pytest.raises(EngineError):
        engine.run(job, lambda what, facts: None)
