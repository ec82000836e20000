"""Steps that choose or stack rows: filter, sort, top, dedupe, union."""

import pytest
from core_words import TABLES, a_checked, codes, out, pyspark_body, rows, run, types

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(k="string", n="int", _rank="int")}
DATA = [("a", 1, 0), ("a", 3, 0), ("b", None, 0), (None, 2, 0), (None, 2, 0), ("b", 5, 0)]


def row_columns(checked):
    return {column for _, column in trace(checked).rows}


def test_filter_keeps_rows_where_the_condition_is_true():
    checked = a_checked(out("filter", where="not (N > 2)"), tables=T)

    assert pyspark_body(checked) == ['return orders.filter(~(F.col("n") > 2))']
    assert rows(checked, T, orders=DATA) == [("a", 1, 0), (None, 2, 0), (None, 2, 0)]
    assert row_columns(checked) == {"n"}
    assert checked.spec.steps[0].step.explain() == "keep rows where not (N > 2)"


@pytest.mark.parametrize(("where", "code"), [("n", "type"), ("sum(n) > 1", "position"), ("nn > 1", "unknown_column"),
                                             ("n >", "syntax"), ("k > 1", "type")])  # fmt: skip
def test_filter_needs_a_condition(where, code):
    assert codes(out("filter", where=where), tables=T) == [code]


def test_sort_puts_nulls_last_in_both_directions():
    for by, expected in ({"n": [1, 2, 2, 3, 5, None], "n desc": [5, 3, 2, 2, 1, None]}).items():
        checked = a_checked(out("sort", by=[by]), tables=T)

        assert [n for _, n, _ in rows(checked, T, orders=DATA)] == expected
        assert checked.order == (by,)
    assert pyspark_body(checked) == ['return orders.orderBy(F.col("n").desc_nulls_last())']
    assert checked.spec.steps[0].step.explain() == "sort by n (largest first)"


def test_nested_columns_have_no_order():
    assert codes(out("sort", by=["tags"])) == ["type"]
    assert codes(out("top", n=1, order_by=["tags"])) == ["type"]
    assert codes(out("sort", by=["nope desc"])) == ["unknown_column"]


def test_top_keeps_the_first_rows_in_order():
    checked = a_checked(out("top", n=2, order_by=["n desc"]), tables=T)

    assert pyspark_body(checked) == ['return orders.orderBy(F.col("n").desc_nulls_last()).limit(2)']
    assert rows(checked, T, orders=DATA) == [("b", 5, 0), ("a", 3, 0)]
    assert row_columns(checked) == {"n"}


def test_top_per_group_may_keep_the_rank():
    checked = a_checked(out("top", n=1, per=["K"], order_by=["n desc"], rank_as="place"), tables=T)

    assert types(checked) == {"k": "string", "n": "int", "_rank": "int", "place": "int"}
    assert pyspark_body(checked) == [
        'out_window = Window.partitionBy("k").orderBy(F.col("n").desc_nulls_last())',
        'return orders.withColumn("place", F.row_number().over(out_window)).filter(F.col("place") == 1)',
    ]
    assert sorted(rows(checked, T, orders=DATA), key=str) == [("a", 3, 0, 1), ("b", 5, 0, 1), (None, 2, 0, 1)]
    assert row_columns(checked) == {"k", "n"}
    assert checked.order == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"per": ["k"], "rank_as": "N"}, "duplicate_column"),
        ({"rank_as": "place"}, "no_key"),
        ({"per": ["x"]}, "unknown_column"),
    ],
)
def test_top_with_a_wrong_rank_or_group_is_a_problem(body, code):
    assert codes(out("top", n=1, order_by=["n"], **body), tables=T) == [code]


def test_dedupe_keeps_the_first_row_of_each_group_beside_a_column_called_rank():
    checked = a_checked(out("dedupe", by=["k"], order_by=["n desc"]), tables=T)

    assert sorted(rows(checked, T, orders=DATA), key=str) == [("a", 3, 0), ("b", 5, 0), (None, 2, 0)]
    assert '.withColumn("_rank_", F.row_number().over(out_window))' in pyspark_body(checked)[1]
    assert pyspark_body(checked)[1].endswith('.drop("_rank_")')


def test_dedupe_without_a_key_drops_equal_rows():
    checked = a_checked(out("dedupe"), tables=T)

    assert len(rows(checked, T, orders=DATA)) == 5
    assert pyspark_body(checked) == ["return orders.distinct()"]
    assert row_columns(checked) == {"k", "n", "_rank"}


@pytest.mark.parametrize(
    ("body", "found"),
    [({"by": ["id"]}, ["no_order"]), ({"order_by": ["id"]}, ["no_key", "type"]), ({}, ["type"]),
     ({"by": ["nope"], "order_by": ["id"]}, ["unknown_column"])],
)  # fmt: skip
def test_dedupe_says_what_is_missing(body, found):
    assert codes(out("dedupe", **body)) == found


UNION = {"orders": TableSchema.of(Id="bigint", v="int"), "shops": TableSchema.of(V="decimal(5,2)", id="int")}


def test_union_stacks_by_name_in_types_that_hold_both():
    checked = a_checked(out("union", of=["orders", "shops"]), tables=UNION)

    assert types(checked) == {"Id": "bigint", "v": "decimal(12,2)"}
    assert pyspark_body(checked) == ["return orders.unionByName(shops)"]
    assert run(checked, UNION, orders=[(1, 2)], shops=[("2.50", 1)])[0] == ["Id", "v"]
    assert [(i, float(v)) for i, v in rows(checked, UNION, orders=[(1, 2)], shops=[("2.50", 1)])] == [(1, 2), (1, 2.5)]
    assert {len(found) for found in trace(checked).columns.values()} == {2}


def test_union_may_keep_equal_rows_once():
    checked = a_checked(out("union", of=["orders", "orders"], distinct=True), tables=UNION)

    assert rows(checked, UNION, orders=[(1, None), (1, None)]) == [(1, None)]


@pytest.mark.parametrize(
    ("tables", "code"),
    [({"orders": TableSchema.of(a="int"), "shops": TableSchema.of(b="int")}, "union_columns"),
     ({"orders": TableSchema.of(a="int"), "shops": TableSchema.of(a="string")}, "type"),
     ({"orders": TableSchema.of(a="array<int>"), "shops": TableSchema.of(a="array<int>")}, "type")],
)  # fmt: skip
def test_union_needs_the_same_columns_of_comparable_types(tables, code):
    assert codes(out("union", of=["orders", "shops"], distinct=True), tables=tables) == [code]


def test_an_empty_input_is_no_error():
    assert rows(a_checked(out("filter", where="id > 1")), TABLES) == []
