"""Steps that change columns and keep every row: select, derive, cast, fill."""

import datetime as dt
from decimal import Decimal

import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, rows, run, types

from datamorph.core.lineage import trace
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableSchema

PAIR = {"orders": TableSchema.of(a="int", b="string")}


def origins(checked):
    lineage = trace(checked)
    return {name: {column for _, column in found} for name, found in lineage.columns.items()}


def test_select_keeps_reorders_and_renames():
    checked = a_checked(out("select", columns=["b", {"id": "a"}, {"A2": "a"}]), tables=PAIR)

    assert types(checked) == {"b": "string", "id": "int", "A2": "int"}
    assert pyspark_body(checked) == [
        'return orders.select("b", F.col("a").alias("id"), F.col("a").alias("A2"))',
    ]
    assert rows(checked, PAIR, orders=[(1, "x")]) == [("x", 1, 1)]
    assert origins(checked) == {"b": {"b"}, "id": {"a"}, "A2": {"a"}}
    assert checked.spec.steps[0].step.explain() == "keep the columns b, a as id and a as A2"


def test_select_may_swap_names():
    checked = a_checked(out("select", columns=[{"b": "a"}, {"a": "b"}]), tables=PAIR)

    assert run(checked, PAIR, orders=[(1, "x")]) == (["b", "a"], [(1, "x")])


def test_a_column_named_in_another_case_keeps_its_own_spelling():
    checked = a_checked(out("select", columns=["A", {"B": "B"}]), tables=PAIR)

    assert checked.schema.names == ("a", "B")


@pytest.mark.parametrize("columns", [["a", "A"], [{"x": "a"}, {"X": "b"}], ["a", {"a": "b"}]])
def test_select_names_no_column_twice(columns):
    assert codes(out("select", columns=columns), tables=PAIR) == ["duplicate_column"]


def test_select_says_the_nearest_name():
    (problem,) = problems(out("select", columns=["amont"]))

    assert (problem.code, problem.where) == ("unknown_column", "out")
    assert "amount" in problem.hint


def test_derive_sees_the_input_and_not_its_own_results():
    checked = a_checked(out("derive", columns={"A": "a + 1", "c": "a * 10"}), tables=PAIR)

    assert types(checked) == {"a": "bigint", "b": "string", "c": "bigint"}
    wide = 'F.col("a").cast("bigint")'
    assert pyspark_body(checked) == [f'return orders.withColumns({{"a": {wide} + 1, "c": {wide} * 10}})']
    assert rows(checked, PAIR, orders=[(1, "x")]) == [(2, "x", 10)]
    assert origins(checked) == {"a": {"a"}, "b": {"b"}, "c": {"a"}}
    assert checked.spec.steps[0].step.explain() == "compute A = a + 1 and c = a * 10"


def test_derive_of_one_column_is_one_call():
    checked = a_checked(out("derive", columns={"c": "upper(b)"}), tables=PAIR)

    assert pyspark_body(checked) == ['return orders.withColumn("c", F.upper("b"))']


@pytest.mark.parametrize("columns", [{"c": "a", "C": "b"}, {"a": "a + 1", "A": "a + 2"}])
def test_derive_computes_no_column_twice(columns):
    assert codes(out("derive", columns=columns), tables=PAIR) == ["duplicate_column"]


def test_a_column_that_is_always_null_needs_a_type():
    assert codes(out("derive", columns={"c": "null"}), tables=PAIR) == ["type"]
    assert codes(out("derive", columns={"c": "cast(null as date)"}), tables=PAIR) == []


def test_cast_changes_types_in_place():
    checked = a_checked(out("cast", columns={"A": "DECIMAL(5, 1)"}), tables=PAIR)

    assert types(checked) == {"a": "decimal(5,1)", "b": "string"}
    assert pyspark_body(checked) == ['return orders.withColumn("a", F.col("a").cast("decimal(5,1)"))']
    assert rows(checked, PAIR, orders=[(1, "x")]) == [(Decimal("1.0"), "x")]
    assert checked.spec.steps[0].step.explain() == "turn A into DECIMAL(5, 1)"


def test_a_cast_that_may_fail_gives_null_where_so_said():
    checked = a_checked(out("cast", columns={"b": "int"}, on_error="null"), tables=PAIR)

    found = rows(checked, PAIR, orders=[(1, text) for text in (" 12 ", "1.5", "1e3", "1_000", "0x10", "x", "", None)])

    assert [b for _, b in found] == [12, None, None, None, None, None, None, None]
    assert "TRY_CAST(b AS INT)" in pyspark_body(checked)[0]


def test_fractions_are_cut_as_in_spark_and_not_rounded():
    checked = a_checked(out("cast", columns={"weight": "int", "amount": "bigint"}))

    found = rows(
        checked, orders=[(1, None, Decimal("-2.75"), 2.9, *[None] * 6), (2, None, Decimal("2.50"), -2.9, *[None] * 6)]
    )

    assert [(amount, weight) for _, _, amount, weight, *_ in found] == [(-2, 2), (2, -2)]


def test_an_instant_is_written_without_its_zone():
    checked = a_checked(out("cast", columns={"seen_at": "string"}))

    found = rows(checked, orders=[(*[None] * 7, dt.datetime(2024, 1, 31, 12, tzinfo=dt.UTC), None, None)])

    assert found[0][7] == "2024-01-31 12:00:00"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"nope": "int"}, "unknown_column"),
        ({"id": "money"}, "unknown_type"),
        ({"weight": "string"}, "cast"),
        ({"ordered_on": "int"}, "cast"),
        ({"tags": "string"}, "cast"),
        ({"id": "int", "ID": "string"}, "duplicate_column"),
    ],
)
def test_casts_that_mean_different_things_are_refused(columns, code):
    assert codes(out("cast", columns=columns)) == [code]


def test_fill_replaces_nulls_by_constants_of_the_type():
    checked = a_checked(out("fill", values={"SHOP": "none", "amount": 2.5, "quantity": 0, "ordered_on": "2024-01-31"}))

    (found,) = rows(checked, orders=[[None] * 10])

    assert found == (None, "none", Decimal("2.50"), None, 0, dt.date(2024, 1, 31), None, None, None, None)
    assert (
        'F.when(F.col("amount").isNotNull(), F.col("amount")).otherwise(F.lit("2.50").cast("decimal(10,2)"))'
        in pyspark_body(checked)[0]
    )
    assert trace(checked).columns["shop"] == {(checked.spec.sources["orders"], "shop")}


def test_fill_does_not_send_long_decimals_through_doubles():
    tables = {"orders": TableSchema.of(d="decimal(38,2)")}
    long = Decimal("123456789012345678901234567890123456.78")

    found = rows(a_checked(out("fill", values={"d": 0.5}), tables=tables), tables, orders=[(long,), (None,)])

    assert found == [(long,), (Decimal("0.50"),)]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"quantity": 9_000_000_000}, "type"), ({"quantity": 1.5}, "type"), ({"quantity": True}, "type"),
     ({"amount": 1.005}, "type"), ({"amount": 10**9}, "type"), ({"shop": 5}, "type"), ({"ordered_on": "soon"}, "type"),
     ({"ordered_on": "2024-02-30"}, "type"), ({"weight": float("nan")}, "type"), ({"weight": float("inf")}, "type"),
     ({"tags": "x"}, "type"), ({"nope": 1}, "unknown_column"), ({"id": 1, "ID": 2}, "duplicate_column")],
)  # fmt: skip
def test_fill_takes_only_what_fits(values, code):
    assert codes(out("fill", values=values)) == [code]


def test_orders_follow_the_columns_they_sort_by():
    by_a = {"name": "sorted", "sort": {"from": "orders", "by": ["A desc", "b"]}}

    def order(step):
        return a_checked(by_a, step, tables=PAIR).order

    assert order(out("select", from_="sorted", columns=[{"x": "a"}, "b"])) == ("x desc", "b")
    assert order(out("derive", from_="sorted", columns={"c": "1"})) == ("a desc", "b")
    assert order(out("filter", from_="sorted", where="a > 1")) == ("a desc", "b")


@pytest.mark.parametrize(
    "step",
    [out("select", from_="sorted", columns=["a"]), out("derive", from_="sorted", columns={"B": "upper(b)"}),
     out("cast", from_="sorted", columns={"a": "string"}), out("fill", from_="sorted", values={"b": ""}),
     out("dedupe", from_="sorted"), out("aggregate", from_="sorted", by=["a"]),
     out("window", from_="sorted", order_by=["a"], columns={"n": "row_number()"}),
     out("top", from_="sorted", n=1, per=["b"], order_by=["a"])],
    ids=lambda step: next(kind for kind in step if kind != "name"),
)  # fmt: skip
def test_an_order_that_does_not_last_is_a_problem_of_its_sort(step):
    by_a = {"name": "sorted", "sort": {"from": "orders", "by": ["a desc", "b"]}}

    (problem,) = problems(by_a, step, tables=PAIR)

    assert (problem.code, problem.where) == ("lost_order", "sorted")


def test_an_order_that_is_given_again_is_no_problem():
    by_a = {"name": "sorted", "sort": {"from": "orders", "by": ["a"]}}
    groups = {"name": "groups", "aggregate": {"from": "sorted", "by": ["a"], "measures": {"n": "count(*)"}}}

    assert a_checked(by_a, groups, out("sort", from_="groups", by=["n desc"]), tables=PAIR).order == ("n desc",)
    assert a_checked(by_a, groups, out("top", from_="groups", n=3, order_by=["n"]), tables=PAIR).order == ("n",)


def test_a_column_may_be_called_desc():
    tables = {"orders": TableSchema.of(**{"a desc": "int", "x": "int"})}

    checked = a_checked(out("sort", by=["a desc asc"]), tables=tables)

    assert checked.order == ("a desc asc",)
    assert 'ORDER BY "a desc" NULLS LAST' in compile_sql(checked)


def test_the_last_step_may_sort_by_a_column_that_goes():
    checked = a_checked(out("sort", by=["b desc"], keep=["A"]), tables=PAIR)

    assert run(checked, PAIR, orders=[(1, "x"), (2, "z"), (3, "y")]) == (["a"], [(2,), (3,), (1,)])
    assert pyspark_body(checked) == ['return orders.orderBy(F.col("b").desc_nulls_last()).select("a")']
    assert (checked.order, origins(checked)) == ((), {"a": {"a"}})


def test_a_sort_by_a_column_that_goes_is_lost_in_any_other_step():
    by_b = {"name": "sorted", "sort": {"from": "orders", "by": ["b desc"], "keep": ["a"]}}

    (problem,) = problems(by_b, {"name": "same", "select": {"from": "sorted", "columns": ["a"]}}, tables=PAIR)

    assert (problem.code, problem.where) == ("lost_order", "sorted")
