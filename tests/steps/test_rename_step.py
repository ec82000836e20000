"""Step rename: other names, the same places."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, run, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(Id="bigint", v="int", **{"x.y": "string"})}
CASES = {
    "one": [{"name": "out", "rename": {"from": "orders", "columns": {"total": "amount"}}}],
    "several": [{"name": "out", "rename": {"from": "orders", "columns": {"Total": "AMOUNT", "x.y `z`": "weird name"}}}],
    "odd names back": [
        {"name": "odd", "rename": {"from": "orders", "columns": {"x.y `z`": "shop", "*": "id", 'a "b"': "email"}}},
        {"name": "out", "rename": {"from": "odd", "columns": {"shop": "x.y `z`", "id": "*", "ä": 'a "b"'}}},
    ],
    "swap": [{"name": "out", "rename": {"from": "orders", "columns": {"id": "quantity", "quantity": "id"}}}],
    "chain": [{"name": "out", "rename": {"from": "orders", "columns": {"id": "quantity", "old": "id"}}}],
    "case only": [{"name": "out", "rename": {"from": "orders", "columns": {"ID": "id", "Shop": "shop"}}}],
    "to itself": [{"name": "out", "rename": {"from": "orders", "columns": {"id": "ID"}}}],
}


def random_step(draw, frames, frame, other):
    names = frames[frame].names
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    if draw(st.booleans()):
        return {"from": frame, "columns": {f"{name}_2": name for name in chosen}}
    return {"from": frame, "columns": dict(zip(draw(st.permutations(chosen)), chosen, strict=True))}


def test_renamed_columns_keep_their_places_and_types():
    checked = a_checked(out("rename", columns={"total": "V"}), tables=T)

    assert types(checked) == {"Id": "bigint", "total": "int", "x.y": "string"}
    assert run(checked, T, orders=[(1, 2, "a")]) == (["Id", "total", "x.y"], [(1, 2, "a")])


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"total": "v"}, 'return orders.withColumnRenamed("v", "total")'),
        ({"total": "v", "z": "x.y"}, 'return orders.withColumnsRenamed({"v": "total", "x.y": "z"})'),
        ({"v": "x.y", "w": "V"}, 'return orders.select("Id", F.col("v").alias("w"), F.col("`x.y`").alias("v"))'),
    ],
)
def test_the_code_says_rename_where_no_name_is_taken_over(columns, code):
    assert pyspark_body(a_checked(out("rename", columns=columns), tables=T)) == [code]


def test_two_columns_may_swap_their_names():
    checked = a_checked(out("rename", columns={"v": "Id", "Id": "v"}), tables=T)

    assert run(checked, T, orders=[(1, 2, "a")]) == (["v", "Id", "x.y"], [(1, 2, "a")])


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"total": "vv"}, ["unknown_column"]),
        ({"id": "v"}, ["duplicate_column"]),
        ({"a": "v", "b": "V"}, ["duplicate_column"]),
        ({"a": "v", "A": "Id"}, ["duplicate_column"]),
    ],
)
def test_an_unknown_column_or_a_name_that_is_taken_is_a_problem(columns, found):
    assert codes(out("rename", columns=columns), tables=T) == found


def test_the_hint_names_the_nearest_column():
    (problem,) = problems(out("rename", columns={"total": "x_y"}), tables=T)

    assert problem.hint == "did you mean x.y?"


def test_lineage_and_order_follow_the_new_names():
    steps = [
        {"name": "sorted", "sort": {"from": "orders", "by": ["v desc", "id"]}},
        out("rename", from_="sorted", columns={"Id": "v", "v": "Id"}),
    ]

    checked = a_checked(*steps, tables=T)

    assert checked.order == ("Id desc", "v")
    assert {name: {c for _, c in found} for name, found in trace(checked).columns.items()} == {
        "v": {"Id"},
        "Id": {"v"},
        "x.y": {"x.y"},
    }
    assert trace(checked).rows == frozenset()
