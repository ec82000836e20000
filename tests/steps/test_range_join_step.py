"""Step range_join: a value matches the ranges that hold it."""

import pytest
from core_words import a_checked, codes, problems, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

SALES = TableSchema.of(id="bigint", item="string", price="int")
TIERS = TableSchema.of(item="string", low="int", high="bigint", id="string")
T = {"orders": SALES, "shops": TIERS}
LEFT = [(1, "a", 10), (2, "a", 20), (3, "a", 15), (4, "b", 15), (5, "a", None), (6, None, 15), (7, "a", 99)]
RIGHT = [("a", 10, 20, "x"), ("b", 10, 20, "y"), (None, 10, 20, "z"), ("a", 15, 15, "w"), ("a", None, 99, "u"),
         ("a", 99, None, "v")]  # fmt: skip

RANGES = {"name": "ranges", "derive": {"from": "shops", "columns": {
    "low": "cast(id / 20 as int)", "high": "cast(id / 4 as decimal(9,2))", "weird name": "name"}}}  # fmt: skip


def over_orders(**body):
    return [RANGES, {"name": "out", "range_join": {"left": "orders", "right": "ranges", "value": "quantity",
                                                   "between": ["low", "high"], **body}}]  # fmt: skip


CASES = {
    **{f"{how}, {includes}": over_orders(how=how, includes=includes)
       for how, includes in [("inner", "both"), ("left", "start"), ("semi", "end"), ("anti", "neither"), ("left", "both")]},
    **{f"{how} with keys": over_orders(how=how, on=["shop"]) for how in ("inner", "left", "semi", "anti")},
    "over its own rows, with odd names and dates": [
        {"name": "own", "select": {"from": "orders", "columns": [
            {"it's": "shop"}, {"a.b": "ordered_on"}, {"weird name": "ordered_on"}, {"x \"y\"": "id"}, "id"]}},
        {"name": "out", "range_join": {"left": "orders", "right": "own", "on": [{"left": "shop", "right": "it's"}],
                                       "value": "ordered_on", "between": ["a.b", "WEIRD NAME"], "how": "left"}},
    ],
}  # fmt: skip


def random_step(draw, frames, frame, other):
    left, right = frames[frame], frames[other]
    pairs = [(l.name, r.name) for l in left for r in right if l.type == r.type]
    if not pairs or frame == other:
        return None
    value, start = draw(st.sampled_from(pairs))
    end = draw(st.sampled_from([r for l, r in pairs if l == value]))
    on = [{"left": l, "right": r} for l, r in draw(st.lists(st.sampled_from(pairs), max_size=1))]
    return {"left": frame, "right": other, "value": value, "between": [start, end], "on": on,
            "includes": draw(st.sampled_from(["both", "start", "end", "neither"])),
            "how": draw(st.sampled_from(["inner", "left", "semi", "anti"]))}  # fmt: skip


def a_step(**body):
    return {"name": "out", "range_join": {"left": "orders", "right": "shops", "value": "price",
                                          "between": ["low", "high"], **body}}  # fmt: skip


def matches(**body):
    """``(id of left, id of right)`` of each pair."""
    found = rows(a_checked(a_step(**body), tables=T), T, orders=LEFT, shops=RIGHT)
    return sorted(((row[0], row[-1]) for row in found), key=str)


@pytest.mark.parametrize(
    ("includes", "expected"),
    [("both", [(1, "x"), (2, "x"), (3, "w"), (3, "x"), (4, "y")]), ("start", [(1, "x"), (3, "x"), (4, "y")]),
     ("end", [(2, "x"), (3, "x"), (4, "y")]), ("neither", [(3, "x"), (4, "y")])],
)  # fmt: skip
def test_each_end_belongs_to_the_range_or_not_and_null_matches_nothing(includes, expected):
    assert matches(on=["item"], includes=includes) == expected


def test_a_left_join_keeps_every_row_and_multiplies_those_in_several_ranges():
    assert matches(on=["item"], how="left") == [
        (1, "x"), (2, "x"), (3, "w"), (3, "x"), (4, "y"), (5, None), (6, None), (7, None)
    ]  # fmt: skip


@pytest.mark.parametrize(("how", "ids"), [("semi", [1, 2, 3, 4]), ("anti", [5, 6, 7])])
def test_semi_and_anti_keep_rows_of_left_once(how, ids):
    checked = a_checked(a_step(on=["item"], how=how), tables=T)

    assert sorted(rows(checked, T, orders=LEFT, shops=RIGHT)) == [row for row in LEFT if row[0] in ids]
    assert checked.schema == SALES


def test_without_keys_every_range_competes():
    assert [pair for pair in matches() if pair[0] == 4] == [(4, "w"), (4, "x"), (4, "y"), (4, "z")]


def test_columns_are_named_as_by_join_and_keys_come_once():
    assert types(a_checked(a_step(on=["item"]), tables=T)) == {
        "id": "bigint", "item": "string", "price": "int", "low": "int", "high": "bigint", "shops_id": "string"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [({"on": ["item"]},
      'orders.join(shops.withColumnsRenamed({"item": "shops_key", "id": "shops_id"}), on=(F.col("item") == '
      'F.col("shops_key")) & F.col("price").between(F.col("low"), F.col("high")), how="inner").drop("shops_key")'),
     ({"includes": "start", "how": "left"},
      'orders.join(shops.withColumnsRenamed({"item": "shops_item", "id": "shops_id"}), on=(F.col("price") >= '
      'F.col("low")) & (F.col("price") < F.col("high")), how="left")'),
     ({"how": "anti"},
      'orders.join(shops.select("low", "high"), on=F.col("price").between(F.col("low"), F.col("high")), how="left_anti")')],
)  # fmt: skip
def test_pyspark_compares_columns_whose_names_are_their_own(body, code):
    assert pyspark_body(a_checked(a_step(**body), tables=T)) == [f"return {code}"]


@pytest.mark.parametrize(
    ("body", "code"),
    [({"value": "cost"}, "unknown_column"), ({"between": ["low", "hi"]}, "unknown_column"), ({"value": "item"}, "type"),
     ({"between": ["item", "high"]}, "type"), ({"on": ["nope"]}, "unknown_column"), ({"right": "orders"}, "self_join"),
     ({"on": ["item", "ITEM"]}, "duplicate_column")],
)  # fmt: skip
def test_what_cannot_be_compared_is_a_problem(body, code):
    assert code in codes(a_step(**body), tables=T)
    assert all(problem.hint for problem in problems(a_step(**body), tables=T))


def test_an_unknown_value_is_told_once():
    assert codes(a_step(value="cost"), tables=T) == ["unknown_column"]


def test_keys_value_and_ends_decide_which_rows_exist():
    lineage = trace(a_checked(a_step(on=["item"]), tables=T))

    assert {(ref.name, column) for ref, column in lineage.rows} == {
        ("orders", "item"), ("orders", "price"), ("shops", "item"), ("shops", "low"), ("shops", "high")
    }  # fmt: skip
    assert {column for _, column in lineage.columns["shops_id"]} == {"id"}


def test_ranges_are_explained():
    step = a_checked(a_step(on=["item"], includes="start", how="left"), tables=T).spec.steps[0].step

    assert step.explain() == (
        "join orders with shops on item and price between low and high, without the latter; every row of orders stays"
    )
