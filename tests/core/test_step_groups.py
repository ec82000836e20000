"""Steps that compute over groups and neighbours: aggregate and window."""

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, types

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(k="string", n="int")}
DATA = [("a", 1), ("a", 1), ("a", 4), (None, 2), (None, None)]


def columns_read(checked):
    lineage = trace(checked)
    return {name: {c for _, c in found} for name, found in lineage.columns.items()}, {c for _, c in lineage.rows}


def test_aggregate_gives_one_row_per_group_and_null_is_a_group():
    checked = a_checked(out("aggregate", by=["K"], measures={"total": "sum(N)", "rows": "count(*)"}), tables=T)

    assert types(checked) == {"k": "string", "total": "bigint", "rows": "bigint"}
    assert pyspark_body(checked) == [
        'return orders.groupBy("k").agg(F.sum("n").alias("total"), F.count("*").alias("rows"))'
    ]
    assert sorted(rows(checked, T, orders=DATA), key=str) == [("a", 6, 3), (None, 2, 2)]
    assert columns_read(checked) == ({"k": {"k"}, "total": {"n"}, "rows": set()}, {"k"})
    assert checked.spec.steps[0].step.explain() == "per K, compute total = sum(N) and rows = count(*)"


def test_aggregate_over_all_rows_gives_one_row_even_for_none():
    checked = a_checked(out("aggregate", measures={"c": "count(*)", "s": "sum(n)"}), tables=T)

    assert rows(checked, T) == [(0, None)]
    assert pyspark_body(checked) == ['return orders.agg(F.count("*").alias("c"), F.sum("n").alias("s"))']


def test_aggregate_without_measures_keeps_each_combination_once():
    checked = a_checked(out("aggregate", by=["k"]), tables=T)

    assert pyspark_body(checked) == ['return orders.select("k").distinct()']
    assert len(rows(checked, T, orders=DATA)) == 2


def test_distinct_counts_and_sums_each_value_once():
    checked = a_checked(out("aggregate", measures={"s": "sum(distinct n)", "c": "count(distinct k)"}), tables=T)

    assert rows(checked, T, orders=DATA) == [(7, 1)]
    assert 'F.sum_distinct("n")' in pyspark_body(checked)[0]


def test_a_median_of_decimals_is_not_cut_to_their_scale():
    tables = {"orders": TableSchema.of(d="decimal(10,2)")}

    checked = a_checked(out("aggregate", measures={"m": "median(d)", "q": "percentile(d, 0.25)"}), tables=tables)

    assert rows(checked, tables, orders=[("0.01",), ("0.02",)]) == [(0.015, 0.0125)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ["empty"]),
        ({"by": ["x"]}, ["unknown_column"]),
        ({"by": ["k", "K"]}, ["duplicate_column"]),
        ({"by": ["k"], "measures": {"K": "count(*)"}}, ["duplicate_column"]),
        ({"measures": {"a": "count(*)", "A": "sum(n)"}}, ["duplicate_column"]),
        ({"measures": {"a": "n"}}, ["not_aggregated", "not_grouped"]),
        ({"measures": {"a": "sum(n) + n"}}, ["not_grouped"]),
        ({"measures": {"a": "1 + 1"}}, ["not_aggregated"]),
        ({"measures": {"a": "sum(k)"}}, ["type"]),
        ({"by": ["k"], "measures": {"a": "concat(K, max(k))"}}, []),
    ],
)
def test_measures_are_aggregates_over_grouped_columns(body, found):
    assert codes(out("aggregate", **body), tables=T) == found


def test_groups_are_of_plain_columns():
    assert codes(out("aggregate", by=["tags"])) == ["type"]


W = {"orders": TableSchema.of(k="string", t="int", v="int")}
SERIES = [("a", 1, 10), ("a", 2, 20), ("a", 2, 30), ("b", 1, 5)]


def window(**body):
    return a_checked(out("window", **body), tables=W)


def test_a_window_adds_columns_and_loses_no_row():
    checked = window(partition_by=["K"], columns={"share": "v / sum(v)"})

    assert pyspark_body(checked) == [
        'out_window = Window.partitionBy("k")',
        'return orders.withColumn("share", F.col("v") / F.nullif(F.sum("v").over(out_window), F.lit(0)))',
    ]
    assert sorted(share for *_, share in rows(checked, W, orders=SERIES)) == [10 / 60, 20 / 60, 0.5, 1]
    assert columns_read(checked)[0]["share"] == {"k", "v"}


@pytest.mark.parametrize(
    ("frame", "totals", "code"),
    [
        ("partition", [60, 60, 60, 5], "rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)"),
        ("running", [10, 30, 60, 5], "rowsBetween(Window.unboundedPreceding, Window.currentRow)"),
        (1, [10, 30, 50, 5], "rowsBetween(-1, Window.currentRow)"),
    ],
)  # fmt: skip
def test_an_aggregate_sees_the_rows_it_is_told_even_beside_a_ranking(frame, totals, code):
    checked = window(partition_by=["k"], order_by=["t", "v"], columns={"n": "row_number()", "s": "sum(v)"}, rows=frame)

    found = sorted(rows(checked, W, orders=SERIES))

    assert [s for *_, s in found] == totals
    assert [n for *_, n, _ in found] == [1, 2, 3, 1]
    assert pyspark_body(checked) == [
        'out_window = Window.partitionBy("k").orderBy(F.col("t").asc_nulls_last(), F.col("v").asc_nulls_last())',
        f"out_rows = out_window.{code}",
        'return orders.withColumns({"n": F.row_number().over(out_window), "s": F.sum("v").over(out_rows)})',
    ]


def test_an_aggregate_alone_has_one_window_with_its_frame():
    checked = window(order_by=["t", "v"], columns={"s": "sum(v)"}, rows="running")

    assert pyspark_body(checked)[0] == (
        'out_window = Window.orderBy(F.col("t").asc_nulls_last(), F.col("v").asc_nulls_last())'
        ".rowsBetween(Window.unboundedPreceding, Window.currentRow)"
    )


def test_a_window_column_may_replace_one_that_another_uses():
    checked = window(order_by=["t", "v"], columns={"V": "row_number()", "before": "lag(v)"})

    assert sorted(rows(checked, W, orders=SERIES[:2])) == [("a", 1, 1, None), ("a", 2, 2, 10)]


def test_casts_around_and_within_window_aggregates_stay_where_they_are():
    checked = window(columns={"a": "cast(sum(v) as double) / count(*)", "b": "sum(cast(v as bigint)) + 1",
                              "c": "floor(avg(v))", "d": "count_if(v > 10)"})  # fmt: skip

    assert types(checked) == {
        "k": "string",
        "t": "int",
        "v": "int",
        "a": "double",
        "b": "bigint",
        "c": "bigint",
        "d": "bigint",
    }
    assert {row[3:] for row in rows(checked, W, orders=SERIES)} == {(16.25, 66, 16, 2)}


def test_a_window_variable_takes_no_frames_name():
    first = {"name": "out_window", "filter": {"from": "orders", "where": "v > 0"}}

    checked = a_checked(first, out("window", from_="out_window", columns={"s": "sum(v)"}), tables=W)

    assert pyspark_body(checked)[1:] == [
        "out_window_ = Window.partitionBy()",
        'return out_window.withColumn("s", F.sum("v").over(out_window_))',
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"columns": {"n": "rank()"}}, ["no_order"]),
        ({"columns": {"s": "sum(v)"}, "rows": "running"}, ["no_order"]),
        ({"columns": {"s": "sum("}}, ["syntax"]),
        ({"columns": {"s": "nope(v)"}}, ["unknown_function"]),
        ({"columns": {"s": "sum(lag(v))"}, "order_by": ["t"]}, ["position"]),
        ({"columns": {"s": "sum(x)"}}, ["unknown_column"]),
        ({"columns": {"s": "sum(v)"}, "partition_by": ["x"]}, ["unknown_column"]),
        ({"columns": {"s": "sum(v)", "S": "sum(v)"}}, ["duplicate_column"]),
    ],
)
def test_windows_say_what_is_missing(body, found):
    assert codes(out("window", **body), tables=W) == found


def test_windows_partition_by_plain_columns():
    assert codes(out("window", partition_by=["tags"], columns={"n": "count(*)"})) == ["type"]


def test_windows_are_explained():
    step = window(partition_by=["k"], order_by=["t desc"], columns={"s": "sum(v)"}, rows=2).spec.steps[0].step

    assert step.explain() == (
        "compute s = sum(v) within each k in order of t (largest first) over each row and the 2 before it"
    )
