"""A SQL model's file: what it means, and where it is wrong."""

from __future__ import annotations

import pytest
import sqlglot
from model_words import FILE, SHOP, a_model, compiled, mistakes, types

from datamorph.core.lineage import trace
from datamorph.core.model_spec import compile_model
from datamorph.core.sql_model import ModelProblem, SqlModel, model_ref
from datamorph.core.table import TableRef, TableSchema

TOTALS = """\
/* ---
description: amounts per shop
owner: finance
grain: shop
checks:
- expect_column_values_to_be_between: {column: orders, min_value: 1}
tags: [daily]
schedule: 0 6 * * *
--- */
WITH orders AS (SELECT * FROM raw.shop.orders WHERE amount > {{ least }})
SELECT s.shop, s.name, COUNT(*) AS orders, SUM(o.amount) AS total
FROM orders AS o
JOIN raw.shop.shops AS s ON s.shop = o.shop
GROUP BY s.shop, s.name
ORDER BY total DESC, shop
"""


def test_a_model_is_a_spec_with_its_header_and_the_tables_of_its_sql():
    spec = compiled(TOTALS, least=3).spec

    assert spec.name == "processed_shop_made"
    assert {name: str(ref) for name, ref in spec.sources.items()} == {
        "shops": "raw.shop.shops", "shop_orders": "raw.shop.orders",
    }  # fmt: skip
    assert [step.step.kind for step in spec.steps] == ["sql", "sort"]
    assert spec.target.key == ("shop",)
    assert [check.name for check in spec.checks] == ["between_orders", "unique_shop", "not_null_shop"]
    assert spec.schedule.cron == "0 6 * * *"
    assert "amount > 3" in spec.to_yaml()


def test_its_rows_are_kept_in_the_order_that_it_asks_for():
    assert compiled(TOTALS, least=3).checked.order == ("total desc", "shop")
    assert compiled("SELECT id AS n FROM raw.shop.orders ORDER BY 1 DESC LIMIT 3").checked.order == ("n desc",)
    assert compiled("SELECT id FROM raw.shop.orders ORDER BY amount LIMIT 3").checked.order == ()


def test_formatting_and_comments_change_nothing_and_the_header_survives_a_formatter():
    formatted = sqlglot.transpile(TOTALS.replace("{{ least }}", "3"), read="spark", pretty=True)[0]
    commented = TOTALS.replace("FROM orders", "-- all of them\nFROM orders")

    assert compiled(formatted).spec.hash() == compiled(TOTALS, least=3).spec.hash()
    assert compiled(commented, least=3).spec.hash() == compiled(TOTALS, least=3).spec.hash()


def test_columns_are_followed_through_with_and_join():
    lineage = trace(compiled(TOTALS, least=3).checked)

    named = {name: {f"{ref.name}.{column}" for ref, column in found} for name, found in lineage.columns.items()}
    assert named == {"shop": {"shops.shop"}, "name": {"shops.name"}, "orders": set(), "total": {"orders.amount"}}
    assert {f"{ref.name}.{column}" for ref, column in lineage.rows} == {
        "orders.amount", "orders.shop", "shops.shop", "shops.name",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("select", "type_"),
    [
        ("COUNT(*)", "bigint"),
        ("SUM(amount)", "decimal(20,2)"),
        ("SUM(quantity) / COUNT(*)", "double"),
        ("AVG(quantity)", "double"),
        ("MAX(at)", "timestamp"),
        ("CAST(MAX(at) AS DATE)", "date"),
        ("CASE WHEN COUNT(*) > 1 THEN 'many' END", "string"),
        ("COUNT(*) FILTER (WHERE paid)", "bigint"),
        ("ROW_NUMBER() OVER (ORDER BY MAX(id))", "int"),
        ("SUM(SUM(quantity)) OVER (ORDER BY MAX(at))", "bigint"),
        ("(SELECT MAX(name) FROM raw.shop.shops)", "string"),
        ("EXISTS(SELECT 1 AS one FROM raw.shop.shops)", "boolean"),
        ("LAST_DAY(MAX(at))", "date"),
        ("COALESCE(MAX(amount), 0)", "decimal(12,2)"),
    ],
)
def test_types_are_told_from_the_query(select, type_):
    assert types(f"SELECT {select} AS x FROM raw.shop.orders") == {"x": type_}


def test_set_operations_and_stars_have_the_types_of_their_sides():
    assert types("SELECT shop, quantity FROM raw.shop.orders UNION ALL SELECT name, 1 FROM raw.shop.shops") == {
        "shop": "string", "quantity": "int",
    }  # fmt: skip
    assert types("SELECT s.* FROM raw.shop.shops AS s") == {"shop": "string", "name": "string"}


def test_columns_keep_the_spelling_that_they_have():
    hits = {TableRef.parse("raw.shop.hits"): TableSchema.of(userId="bigint", pageUrl="string")}

    def names(select):
        found = compile_model(a_model(f"{select} FROM raw.shop.hits"), hits)
        return [column.name for column in found.checked.schema]

    assert names("SELECT *") == ["userId", "pageUrl"]
    assert names("SELECT USERID, pageurl AS thePage") == ["userId", "thePage"]


def test_a_header_may_give_a_type_and_a_description():
    text = "/* ---\ncolumns: {x: {type: 'decimal(10,2)', description: nothing yet}}\n--- */\nSELECT id, NULL AS x FROM "

    found = compiled(f"{text}raw.shop.orders")
    assert found.checked.schema.get("x").type == "decimal(10,2)"
    assert found.model.header.columns["x"].description == "nothing yet"


PLACES = {
    "an unknown field": (TOTALS.replace("owner", "ownr"), 3, 1, "ownr: there is no such field"),
    "a wrong value": (TOTALS.replace("grain: shop", "grain: shop\nwrite: upsert"), 5, 1, "write"),
    "YAML": (TOTALS.replace("[daily]", "[daily"), 8, 1, "not readable YAML"),
    "an open header": (TOTALS.replace("--- */", "---"), 1, 1, "the header is not closed"),
    "a check's column": (TOTALS.replace("column: orders", "column: ordrs"), 5, 1, "no column 'ordrs'"),
    "the grain's column": (TOTALS.replace("grain: shop", "grain: shp"), 4, 1, "no column 'shp'"),
    "a column": (TOTALS.replace("s.name, COUNT", "s.nam, COUNT"), 11, 16, "no column 'nam'"),
    "a table": (TOTALS.replace("raw.shop.shops", "raw.shop.shop"), 13, 6, "no table 'raw.shop.shop'"),
    "a table's name": (TOTALS.replace("raw.shop.shops", "shops"), 13, 6, "'shops' is not written tier.domain.name"),
    "a function": (TOTALS.replace("COUNT(*)", "FROB(*)"), 11, 24, "function 'frob' is not allowed"),
    "a name that is missing": (TOTALS.replace(" AS total", "").replace("total DESC, ", ""), 11, 44, "has no name"),
    "syntax behind Jinja": (TOTALS.replace("FROM raw.shop.orders WHERE", "FROM WHERE raw"), 10, 31, "cannot read"),
    "an open quote": (TOTALS.replace("COUNT(*)", "'x"), 11, 24, "a quote or a comment is open"),
    "an order": (TOTALS.replace("ORDER BY total", "ORDER BY total + 1"), 15, 10, "cannot be kept in that order"),
    "an order of merged rows": (TOTALS.replace("grain", "write: merge\ngrain"), 16, 10, "have no order"),
    "a type": (TOTALS.replace("s.name, COUNT", "NULL AS z, COUNT"), 11, 24, "the type of 'z' is not known"),
    "two of a name": (TOTALS.replace("s.name, COUNT", "s.name AS total, COUNT"), 11, 53, "stands twice"),
    "two columns of a name": (TOTALS.replace("s.shop, s.name, C", "shop, s.name, C"), 11, 8, "'shop' is in"),
    "an incremental read of nothing": (
        TOTALS.replace("grain", "incremental: {raw.shop.shps: {by: shop}}\ngrain"),
        4,
        1,
        "does not read 'raw.shop.shps'",
    ),
    "an owner": (TOTALS.replace("finance", "Finance Team"), 3, 1, "a team in snake case or an e-mail address"),
    "no column": ("SELECT FROM raw.shop.orders", 1, 1, "names no column"),
    "itself": (TOTALS.replace("raw.shop.shops", "processed.shop.made"), 13, 6, "reads itself"),
    "nothing": ("/* ---\nowner: x\n--- */\n", 4, 1, "the file has no SELECT"),
    "a change": ("DROP TABLE raw.shop.orders", 1, 1, "is not one SELECT"),
    "no table": ("SELECT 1 AS x", 1, 1, "reads no table"),
}


@pytest.mark.parametrize("what", PLACES)
def test_what_is_wrong_is_told_with_line_and_column(what):
    text, line, column, message = PLACES[what]

    found = mistakes(text, least=3)

    assert found, "nothing is wrong"
    assert (found[0].file, found[0].line, found[0].column) == (FILE, line, column), str(found[0])
    assert message in found[0].message
    assert found[0].hint


def test_a_file_of_windows_is_read_as_any_other():
    assert compiled(TOTALS.replace("\n", "\r\n"), least=3).spec.hash() == compiled(TOTALS, least=3).spec.hash()


def test_a_raw_table_is_loaded_and_never_a_model():
    found = model_ref("raw/shop/orders.sql", file="f")

    assert found == TableRef.parse("raw.shop.orders")
    assert "which only loads fill" in str(a_raw_model())


def a_raw_model():
    from datamorph.core.sql_model import parse_model

    return parse_model("SELECT id FROM raw.shop.orders", ref=TableRef.parse("raw.shop.x"), file="f")


@pytest.mark.parametrize(
    ("path", "message"),
    [("made.sql", "two folders deep"), ("a/b/c/made.sql", "two folders deep"), ("gold/shop/made.sql", "tier 'gold'"),
     ("curated/shop/Made-It.sql", "not snake case")],
)  # fmt: skip
def test_the_place_of_a_file_is_the_name_of_its_table(path, message):
    found = model_ref(path, file=path)

    assert isinstance(found, ModelProblem)
    assert message in found.message


INCREMENTAL = """\
/* ---
write: {write}
{more}
incremental: {{raw.shop.orders: {{by: at{how}}}}}
--- */
SELECT at, {day} id FROM raw.shop.orders
"""


def test_an_incremental_read_is_written_with_the_table_that_is_read():
    spec = compiled(INCREMENTAL.format(write="merge", more="grain: id", how=", lookback: 2 days", day="")).spec

    assert spec.incremental["orders"].lookback == "2 days"
    assert spec.target.write == "merge"


@pytest.mark.parametrize(
    ("partition", "how", "is_fine"),
    [("at", ", read: partitions", True), ("at", "", True), ("day", ", read: partitions", False)],
)
def test_a_partition_that_would_be_read_in_part_is_refused(partition, how, is_fine):
    more, day = f"partition: {partition}", "CAST(at AS DATE) AS day,"

    found = mistakes(INCREMENTAL.format(write="replace_partitions", more=more, how=how, day=day))

    assert is_fine is not any("may give a part of a partition" in problem.message for problem in found)
    assert bool(found) is not is_fine


def test_every_column_that_is_wrong_in_the_header_is_told():
    found = mistakes(TOTALS.replace("tags:", "columns: {nothing: x}\ntags:"), least=3)

    assert [(problem.line, problem.message) for problem in found] == [(7, "no column 'nothing' in the result")]


def test_a_model_that_compiles_is_pinned_to_its_tables():
    model = a_model(TOTALS, least=3)

    assert isinstance(model, SqlModel)
    assert isinstance(compile_model(model, {}), tuple)
    assert set(model.reads) == set(SHOP)
