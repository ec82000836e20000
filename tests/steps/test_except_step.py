"""Step except: rows that the others lack."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, types
from set_cases import ORDERS, SHOPS, TABLES, set_cases

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

CASES = set_cases("except")


def random_step(draw, frames, frame, other):
    return {"of": [frame, frame]}


def test_what_is_left_stands_once_and_null_equals_null():
    checked = a_checked(out("except", of=["orders", "shops"]), tables=TABLES)

    assert types(checked) == {"Id": "bigint", "v": "decimal(12,2)"}
    found = rows(checked, TABLES, orders=[*ORDERS, (3, 4)], shops=SHOPS)
    assert sorted(((i, v and float(v)) for i, v in found), key=str) == [(3, 4.0), (None, None)]


def test_rows_of_any_of_the_others_go():
    tables = {"orders": TABLES["orders"], "shops": TABLES["orders"], "more": TABLES["orders"]}

    checked = a_checked(out("except", of=["orders", "shops", "more"]), tables=tables)

    assert pyspark_body(checked) == ["return orders.subtract(shops).subtract(more)"]
    found = rows(checked, tables, orders=ORDERS, shops=[(3, 4)], more=[(None, None), (2, None)])
    assert found == [(1, 2)]


def test_a_frame_without_itself_is_empty():
    checked = a_checked(out("except", of=["orders", "orders"]), tables=TABLES)

    assert rows(checked, TABLES, orders=ORDERS) == []


def test_values_come_from_the_first_input_and_rows_from_all():
    lineage = trace(a_checked(out("except", of=["orders", "shops"]), tables=TABLES))

    assert {(ref.name, column) for ref, column in lineage.columns["Id"]} == {("orders", "Id")}
    assert {ref.name for ref, _ in lineage.rows} == {"orders", "shops"}


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (TableSchema.of(a="int"), TableSchema.of(b="int"), "union_columns"),
        (TableSchema.of(a="int"), TableSchema.of(a="string"), "type"),
        (TableSchema.of(a="map<int,int>"), TableSchema.of(a="map<int,int>"), "type"),
    ],
)
def test_inputs_with_other_columns_or_types_are_a_problem(left, right, code):
    assert codes(out("except", of=["orders", "shops"]), tables={"orders": left, "shops": right}) == [code]
