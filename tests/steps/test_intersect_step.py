"""Step intersect: rows that every input has."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, types
from set_cases import ORDERS, SHOPS, TABLES, set_cases

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

CASES = set_cases("intersect")


def random_step(draw, frames, frame, other):
    return {"of": [frame, frame]}


def test_shared_rows_stand_once_and_null_equals_null():
    checked = a_checked(out("intersect", of=["orders", "shops"]), tables=TABLES)

    assert types(checked) == {"Id": "bigint", "v": "decimal(12,2)"}
    found = rows(checked, TABLES, orders=ORDERS, shops=SHOPS)
    assert sorted((i, v and float(v)) for i, v in found) == [(1, 2.0), (2, None)]


def test_columns_are_put_in_order_and_cast_where_they_differ():
    checked = a_checked(out("intersect", of=["orders", "shops"]), tables=TABLES)

    assert pyspark_body(checked) == [
        'return orders.select("Id", F.col("v").cast("decimal(12,2)").alias("v"))'
        '.intersect(shops.select(F.col("id").cast("bigint").alias("Id"), F.col("V").cast("decimal(12,2)").alias("v")))'
    ]


def test_frames_that_are_alike_are_taken_as_they_are():
    tables = {"orders": TABLES["orders"], "shops": TABLES["orders"]}

    checked = a_checked(out("intersect", of=["orders", "shops", "orders"]), tables=tables)

    assert pyspark_body(checked) == ["return orders.intersect(shops).intersect(orders)"]
    assert rows(checked, tables, orders=ORDERS, shops=[(3, 4), (9, 9)]) == [(3, 4)]


def test_values_come_from_the_first_input_and_rows_from_all():
    lineage = trace(a_checked(out("intersect", of=["orders", "shops"]), tables=TABLES))

    assert {(ref.name, column) for ref, column in lineage.columns["v"]} == {("orders", "v")}
    assert {(ref.name, c) for ref, c in lineage.rows} == {
        ("orders", "Id"),
        ("orders", "v"),
        ("shops", "V"),
        ("shops", "id"),
    }


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (TableSchema.of(a="int"), TableSchema.of(b="int"), "union_columns"),
        (TableSchema.of(a="int"), TableSchema.of(a="string"), "type"),
        (TableSchema.of(a="array<int>"), TableSchema.of(a="array<int>"), "type"),
    ],
)
def test_inputs_with_other_columns_or_types_are_a_problem(left, right, code):
    assert codes(out("intersect", of=["orders", "shops"]), tables={"orders": left, "shops": right}) == [code]
