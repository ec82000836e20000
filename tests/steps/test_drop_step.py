"""Step drop: all columns but these."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, pyspark_body, run, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(Id="bigint", v="int", **{"x.y": "string"})}
CASES = {
    "some": [{"name": "out", "drop": {"from": "orders", "columns": ["weird name", "IS_GIFT"]}}],
    "odd names": [
        {"name": "odd", "rename": {"from": "orders", "columns": {"x.y `z`": "shop", "*": "weight", 'a "b"': "email"}}},
        {"name": "out", "drop": {"from": "odd", "columns": ["x.y `z`", "*", 'a "b"']}},
    ],
}


def random_step(draw, frames, frame, other):
    names = frames[frame].names
    if len(names) == 1:
        return None
    return {"from": frame, "columns": draw(st.lists(st.sampled_from(names), min_size=1, max_size=1))}


def test_the_other_columns_stay_in_their_order():
    checked = a_checked(out("drop", columns=["V"]), tables=T)

    assert types(checked) == {"Id": "bigint", "x.y": "string"}
    assert run(checked, T, orders=[(1, 2, "a")]) == (["Id", "x.y"], [(1, "a")])


def test_the_code_names_what_goes():
    assert pyspark_body(a_checked(out("drop", columns=["V", "x.y"]), tables=T)) == ['return orders.drop("v", "x.y")']


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["vv"], ["unknown_column"]),
        (["v", "V"], ["duplicate_column"]),
        (["id", "v", "x.y"], ["empty"]),
    ],
)
def test_a_column_that_is_unknown_or_named_twice_and_the_last_one_are_problems(columns, found):
    checked = codes(out("drop", columns=columns), tables=T)

    assert [code for code in checked if code in found] == found


def test_lineage_forgets_the_column_and_an_order_ends_at_it():
    steps = [
        {"name": "sorted", "sort": {"from": "orders", "by": ["id", "v", "x.y"]}},
        {"name": "best", "top": {"from": "sorted", "n": 3, "order_by": ["id", "v", "x.y"]}},
        out("drop", from_="best", columns=["v"]),
    ]

    checked = a_checked(*steps, tables=T)

    assert checked.order == ("Id",)
    assert set(trace(checked).columns) == {"Id", "x.y"}
