"""Step sql: one SELECT, and nothing but one SELECT."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, problems, pyspark_body, rows, types

from datamorph.core.lineage import trace


def a_select(query, *, over=("orders",), **columns):
    return {"name": "out", "sql": {"from": list(over), "query": query, "columns": columns or {"id": "bigint"}}}


CASES = {
    "a correlated subquery": [a_select(
        "SELECT id, amount FROM orders AS o WHERE amount >= (SELECT AVG(amount) FROM orders AS i WHERE i.shop = o.shop)",
        id="bigint", amount="decimal(10,2)")],
    "with, window and odd names": [a_select(
        "WITH t AS (SELECT shop, `weird name`, SUM(amount) OVER (PARTITION BY shop) AS s FROM orders) "
        "SELECT upper(shop) AS shop, `weird name`, s FROM t ORDER BY s NULLS LAST",
        **{"shop": "string", "weird name": "string", "s": "decimal(20,2)"})],
    "a join and braces": [a_select(
        "SELECT o.id, s.name || '{x}' AS label FROM orders o LEFT JOIN shops s ON s.shop = o.shop",
        over=("orders", "shops"), id="bigint", label="string")],
    "a set operation": [a_select("SELECT shop FROM orders EXCEPT SELECT shop FROM shops", over=("orders", "shops"),
                                 shop="string")],
    "everything": [a_select("SELECT * FROM shops", over=("shops",), shop="string", name="string", id="string")],
    "steps before and after": [
        {"name": "few", "filter": {"from": "orders", "where": "id < 4"}},
        {"name": "first", "sql": {"from": ["few"], "query": "SELECT id, quantity AS n FROM few WHERE EXISTS "
                                  "(SELECT 1 AS one FROM few AS f WHERE f.id > 2)",
                                  "columns": {"id": "bigint", "n": "int"}}},
        {"name": "out", "derive": {"from": "first", "columns": {"n": "n + 1"}}},
    ],
}  # fmt: skip


def test_it_runs_as_written_with_the_declared_types():
    checked = a_checked(a_select("SELECT shop, COUNT(*) AS n FROM orders GROUP BY shop", shop="string", n="int"))

    assert types(checked) == {"shop": "string", "n": "int"}
    assert rows(checked, orders=[(1, "a", *[None] * 8), (2, "a", *[None] * 8)]) == [("a", 2)]


def test_the_code_gives_the_frames_to_spark_and_casts_what_comes_back():
    body = " ".join(pyspark_body(a_checked(a_select("SELECT id FROM orders WHERE shop = '{a}'"))))

    assert 'return orders.sparkSession.sql(""" SELECT' in body
    assert "FROM {orders} AS orders" in body
    assert "'{{a}}'" in body
    assert 'orders=orders).select(F.col("id").cast("bigint").alias("id"))' in body


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DROP TABLE orders", "not_a_select"),
        ("DELETE FROM orders", "not_a_select"),
        ("INSERT INTO orders SELECT * FROM orders", "not_a_select"),
        ("SELECT id FROM orders; SELECT id FROM orders", "not_a_select"),
        ("CREATE TABLE x AS SELECT id FROM orders", "not_a_select"),
        ("SET spark.sql.ansi.enabled = false", "not_a_select"),
        ("SELECT id FROM orders, LATERAL explode(tags) AS t", "unknown_function"),
        ("SELECT id FROM parquet.`/etc/passwd`", "unknown_frame"),
        ("SELECT id FROM raw.t.orders", "unknown_frame"),
        ("SELECT id FROM shops", "unknown_frame"),
        ("SELECT id FROM read_csv('/etc/passwd')", "unknown_function"),
        ("SELECT reflect('java.lang.System', 'exit', 1) AS id FROM orders", "unknown_function"),
        ("SELECT rand() AS id FROM orders", "unknown_function"),
        ("SELECT current_timestamp() AS id FROM orders", "unknown_function"),
        ("SELECT current_timestamp AS id FROM orders", "unknown_function"),
        ("SELECT nope AS id FROM orders", "unknown_column"),
        ("SELECT id, shop FROM orders", "sql_columns"),
        ("SELECT id FROM orders WHERE", "syntax"),
        ("SELEC id FROM orders", "syntax"),
        ("SELECT " + "(" * 500 + "id" + ")" * 500 + " AS id FROM orders", "too_deep"),
    ],
)  # fmt: skip
def test_everything_but_one_select_over_its_frames_is_refused(query, code):
    assert codes(a_select(query)) == [code]


def test_a_frame_that_is_not_read_is_told():
    assert codes(a_select("SELECT id FROM orders", over=("orders", "shops"))) == ["dead_step"]


def test_a_wrong_declaration_shows_what_the_query_yields():
    (found,) = problems(a_select("SELECT id, shop FROM orders", id="bigint", name="string"))

    assert found.hint == "the query yields id and shop: declare these, in this order"


def test_lineage_goes_through_the_query_to_declared_names():
    query = "SELECT s.id AS a, o.shop FROM shops s JOIN orders o ON o.shop = s.shop"
    lineage = trace(a_checked(a_select(query, over=("shops", "orders"), A="string", shop="string")))

    assert {name: {str(column) for _, column in found} for name, found in lineage.columns.items()} == {
        "A": {"id"}, "shop": {"shop"},
    }  # fmt: skip
    assert {(ref.name, column) for ref, column in lineage.rows} == {("orders", "shop"), ("shops", "shop")}
