"""Step window: every ranking, shift and frame."""

from __future__ import annotations

import datetime as dt

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows

from datamorph.core.sql import compile_sql
from datamorph.core.table import TableSchema

WINDOWS = {
    "row_number": "row_number()",
    "rank": "rank()",
    "dense_rank": "dense_rank()",
    "lag": "lag(id)",
    "lead": "lead(id, 2)",
}
CASES = {
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
    "days": [{"name": "out", "window": {"from": "orders", "order_by": ["ordered_on"], "columns": {"n": "count(*)", "mean": "avg(weight)", "total": "sum(quantity)"}, "rows": {"days": 31}}}],
    "days of groups beside a ranking": [
        {"name": "few", "select": {"from": "orders", "columns": [{"x.y": "ordered_on"}, {"a b": "is_gift"}, "amount"]}},
        {"name": "twice", "union": {"of": ["few", "few"]}},
        {"name": "out", "window": {"from": "twice", "partition_by": ["a b"], "order_by": ["x.y"], "columns": {"nth": "rank()", "total": "sum(amount)"}, "rows": {"days": 1}}},
    ],
}  # fmt: skip
T = {"orders": TableSchema.of(k="string", Day="date", v="int")}


def days(count, **body):
    return out("window", **{"order_by": ["day"], "columns": {"s": "sum(v)"}, "rows": {"days": count}, **body})


def totals(checked, data):
    return [row[-1] for row in sorted(rows(checked, T, orders=data), key=lambda row: row[2])]


def on(day):
    return dt.date(2024, 2, day)


def test_a_frame_of_days_has_all_rows_of_the_day_and_of_those_before_it():
    data = [("a", on(1), 1), ("a", on(3), 2), ("a", on(3), 4), ("a", on(7), 8), ("a", on(10), 16)]

    assert totals(a_checked(days(2), tables=T), data) == [1, 7, 7, 8, 16]
    assert totals(a_checked(days(6), tables=T), data) == [1, 7, 7, 15, 24]


def test_rows_without_a_date_see_each_other():
    data = [("a", on(1), 1), ("a", None, 2), ("a", None, 4), ("b", None, 8)]

    assert totals(a_checked(days(1, partition_by=["k"]), tables=T), data) == [1, 6, 6, 8]


def test_days_are_a_range_of_numbers_in_pyspark_and_in_sparks_sql_too():
    checked = a_checked(days(6, partition_by=["k"], columns={"s": "sum(v)", "n": "rank()"}), tables=T)

    assert pyspark_body(checked) == [
        'out_window = Window.partitionBy("k").orderBy(F.col("Day").asc_nulls_last())',
        'out_rows = Window.partitionBy("k").orderBy(F.unix_date("Day").asc_nulls_last()).rangeBetween(-6, Window.currentRow)',
        'return orders.withColumns({"s": F.sum("v").over(out_rows), "n": F.rank().over(out_window)})',
    ]
    assert 'BY "Day" NULLS LAST RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW' in compile_sql(checked)
    in_spark = compile_sql(checked, "spark")
    assert "BY UNIX_DATE(`Day`) NULLS LAST RANGE BETWEEN 6 PRECEDING AND CURRENT ROW" in in_spark


def test_without_a_ranking_there_is_no_other_window():
    assert pyspark_body(a_checked(days(6), tables=T)) == [
        'out_rows = Window.orderBy(F.unix_date("Day").asc_nulls_last()).rangeBetween(-6, Window.currentRow)',
        'return orders.withColumn("s", F.sum("v").over(out_rows))',
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"order_by": []}, "no_order"),
        ({"order_by": ["day desc"]}, "type"),
        ({"order_by": ["day", "v"]}, "type"),
        ({"order_by": ["v"]}, "type"),
    ],
)
def test_days_need_one_date_in_ascending_order(body, code):
    assert codes(days(6, **body), tables=T) == [code]


def test_a_frame_of_days_is_explained():
    assert a_checked(days(6), tables=T).spec.steps[0].step.explain() == (
        "compute s = sum(v) in order of day over each day and the 6 days before it"
    )
