"""Step join: any keys, any names, every kind."""

import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, rows, types

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

A = TableSchema.of(id="bigint", x="int", y="string")
B = TableSchema.of(id="int", x="bigint", z="string")
T = {"orders": A, "shops": B}
LEFT = [(1, 10, "a"), (2, 20, "b"), (3, 30, "c"), (None, 40, "d")]
RIGHT = [(2, 20, "p"), (3, 99, "q"), (5, 7, None), (None, 1, "r")]


# Over the tables of the engine suite.
CASES = {
    **{f"join {how} on keys named like each other's columns": [
        {"name": "few", "select": {"from": "shops", "columns": ["id", {"quantity": "id"}, {"shop": "name"}, {"shops_id": "shop"}]}},
        {"name": "out", "join": {"left": "orders", "right": "few", "on": [{"left": "shop", "right": "shops_id"}], "how": how}},
    ] for how in ("inner", "left", "right", "full", "semi", "anti")},
    "join on swapped names": [
        {"name": "swapped", "select": {"from": "orders", "columns": [{"quantity": "id"}, {"id": "quantity"}, "shop"]}},
        {"name": "out", "join": {"left": "orders", "right": "swapped", "on": [{"left": "id", "right": "quantity"}, {"left": "quantity", "right": "id"}], "how": "left"}},
    ],
    **{f"join {how}": [{"name": "out", "join": {"left": "orders", "right": "shops", "on": ["shop"], "how": how}}] for how in ("inner", "left", "right", "full", "semi", "anti")},
    **{f"join {how} on other names": [
        {"name": "renamed", "select": {"from": "shops", "columns": [{"code": "shop"}, "name", "id"]}},
        {"name": "out", "join": {"left": "orders", "right": "renamed", "on": [{"left": "shop", "right": "code"}], "how": how}},
    ] for how in ("inner", "left", "full", "semi", "anti")},
}  # fmt: skip


def a_join(on, how="inner", tables=T):
    return a_checked(out("join", left="orders", right="shops", on=on, how=how), tables=tables)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("inner", [(2, 20, "b", 20, "p"), (3, 30, "c", 99, "q")]),
        ("left", [(1, 10, "a", None, None), (2, 20, "b", 20, "p"), (3, 30, "c", 99, "q"), (None, 40, "d", None, None)]),
        ("right", [(2, 20, "b", 20, "p"), (3, 30, "c", 99, "q"), (5, None, None, 7, None), (None, None, None, 1, "r")]),
        ("full", [(1, 10, "a", None, None), (2, 20, "b", 20, "p"), (3, 30, "c", 99, "q"), (5, None, None, 7, None),
                  (None, 40, "d", None, None), (None, None, None, 1, "r")]),
        ("semi", [(2, 20, "b"), (3, 30, "c")]),
        ("anti", [(1, 10, "a"), (None, 40, "d")]),
    ],
)  # fmt: skip
def test_every_kind_of_join_keeps_its_rows_and_null_keys_never_match(how, expected):
    found = rows(a_join(["ID"], how), T, orders=LEFT, shops=RIGHT)

    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("how", "key"), [("inner", "bigint"), ("left", "bigint"), ("right", "int"), ("full", "bigint")]
)
def test_the_key_has_the_type_of_the_side_it_comes_from(how, key):
    assert types(a_join(["id"], how)) == {"id": key, "x": "int", "y": "string", "shops_x": "bigint", "z": "string"}


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (["id"], 'orders.join(shops.withColumnRenamed("x", "shops_x"), on="id", how="inner")'),
        (["id", "x"], 'orders.join(shops, on=["id", "x"], how="inner")'),
        ([{"left": "x", "right": "id"}],
         'orders.join(shops.select(F.col("id").alias("x"), F.col("x").alias("shops_x"), "z"), on="x", how="inner")'),
        ([{"left": "id", "right": "x"}, {"left": "x", "right": "id"}],
         'orders.join(shops.select(F.col("id").alias("x"), F.col("x").alias("id"), "z"), on=["id", "x"], how="inner")'),
        ([{"left": "y", "right": "z"}],
         'orders.join(shops.withColumnsRenamed({"id": "shops_id", "x": "shops_x", "z": "y"}), on="y", how="inner")'),
    ],
)  # fmt: skip
def test_names_are_moved_out_of_each_others_way(on, code):
    assert pyspark_body(a_join(on)) == [f"return {code}"]


def test_swapped_keys_match_what_they_say():
    checked = a_join([{"left": "id", "right": "x"}, {"left": "x", "right": "id"}])

    assert rows(checked, T, orders=[(1, 2, "l")], shops=[(2, 1, "r"), (1, 2, "no")]) == [(1, 2, "l", "r")]


@pytest.mark.parametrize("how", ["semi", "anti"])
def test_a_semi_join_takes_only_the_keys_of_the_right_side(how):
    assert pyspark_body(a_join([{"left": "x", "right": "id"}], how)) == [
        f'return orders.join(shops.select(F.col("id").alias("x")), on="x", how="left_{how}")'
    ]


def test_a_name_made_for_a_column_takes_no_other_columns_name():
    tables = {
        "orders": TableSchema.of(id="int", x="int", shops_x="int"),
        "shops": TableSchema.of(id="int", x="int", shops_x="int", shops_shops_x="int"),
    }

    checked = a_join(["id"], tables=tables)

    assert checked.schema.names == (
        "id", "x", "shops_x", "shops_shops_shops_x", "shops_shops_shops_shops_x", "shops_shops_x",
    )  # fmt: skip
    assert rows(checked, tables, orders=[(1, 2, 3)], shops=[(1, 4, 5, 6)]) == [(1, 2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("on", "code"),
    [(["nope"], "unknown_column"), ([{"left": "y", "right": "id"}], "type"), (["id", "ID"], "duplicate_column"),
     ([{"left": "id", "right": "id"}, {"left": "x", "right": "id"}], "duplicate_column"),
     ([{"left": "id", "right": "id"}, {"left": "id", "right": "x"}], "duplicate_column")],
)  # fmt: skip
def test_keys_that_do_not_pair_up_are_problems(on, code):
    assert set(codes(out("join", left="orders", right="shops", on=on), tables=T)) == {code}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("date", "timestamp_ntz"),
        ("timestamp", "timestamp_ntz"),
        ("string", "int"),
        ("array<int>", "array<int>"),
        ("boolean", "int"),
    ],
)
def test_keys_that_engines_compare_differently_are_refused(left, right):
    tables = {"orders": TableSchema.of(k=left), "shops": TableSchema.of(k=right)}

    (problem,) = problems(out("join", left="orders", right="shops", on=["k"]), tables=tables)

    assert problem.code == "type"
    assert "cast" in problem.hint


def test_a_frame_is_not_joined_with_itself_but_a_table_may_be():
    assert codes(out("join", left="orders", right="orders", on=["id"]), tables=T) == ["self_join"]

    twice = {"orders": A, "shops": A}

    assert rows(a_join(["id"], tables=twice), twice, orders=LEFT[:1], shops=LEFT[:1]) == [(1, 10, "a", 10, "a")]


def test_lineage_tells_the_side_of_every_column():
    def read(how):
        checked = a_join(["id"], how)
        lineage = trace(checked)
        sides = {ref: frame for frame, ref in checked.spec.sources.items()}
        name = {k: {f"{sides[ref]}.{c}" for ref, c in v} for k, v in lineage.columns.items()}
        return name, {f"{sides[ref]}.{c}" for ref, c in lineage.rows}

    assert read("inner") == (
        {"id": {"orders.id"}, "x": {"orders.x"}, "y": {"orders.y"}, "shops_x": {"shops.x"}, "z": {"shops.z"}},
        {"orders.id", "shops.id"},
    )
    assert read("full")[0]["id"] == {"orders.id", "shops.id"}
    assert read("right")[0]["id"] == {"shops.id"}
    assert read("anti")[0] == {"id": {"orders.id"}, "x": {"orders.x"}, "y": {"orders.y"}}


def test_joins_are_explained():
    join = a_join(["id", {"left": "x", "right": "x"}], "left").spec.steps[0].step

    assert join.explain() == "join orders with shops on id and x; every row of orders stays"
