"""Step asof_join: each row gets the nearest row of another frame in time."""

import pytest
from core_words import a_checked, codes, problems, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

TRADES = TableSchema.of(id="bigint", symbol="string", at="int")
QUOTES = TableSchema.of(symbol="string", at="int", bid="int", id="bigint")
T = {"orders": TRADES, "shops": QUOTES}
LEFT = [
    (1, "a", 10),
    (2, "a", 15),
    (3, "a", 5),
    (4, "b", 10),
    (5, "a", None),
    (6, None, 10),
    (7, "c", 10),
    (1, "a", 10),
]
RIGHT = [("a", 10, 100, 1), ("a", 10, 101, 2), ("a", 12, None, 3), ("a", 20, 103, 4), ("a", None, 104, 5),
         (None, 9, 105, 6), ("b", 11, 106, 7), ("c", 10, 107, None), ("c", 10, 108, 8)]  # fmt: skip

EVENTS = {"name": "events", "derive": {"from": "orders", "columns": {
    "shop": "if(id = 6, 'a', shop)", "x.\"y\" z": "concat(email, '!')", "tie": "id % 2"}}}  # fmt: skip


def over_orders(**body):
    return [EVENTS, {"name": "out", "asof_join": {"left": "orders", "right": "events", "time": "ordered_on",
                                                  "order_by": ["tie desc", "id desc"], **body}}]  # fmt: skip


CASES = {
    **{takes: over_orders(on=["shop"], takes=takes) for takes in ("at_or_before", "before", "at_or_after", "after")},
    "without keys": over_orders(takes="before"),
    "inner": over_orders(on=["shop"], takes="before", how="inner"),
    "times of other names": [
        EVENTS,
        {"name": "moved", "select": {"from": "events", "columns": [
            {"it's": "shop"}, {"on.day": "ordered_on"}, "x.\"y\" z", "tie", "id", {"shop": "email"}, "is_gift"]}},
        {"name": "out", "asof_join": {"left": "orders", "right": "moved", "on": [{"left": "shop", "right": "it's"}],
                                      "time": {"left": "ordered_on", "right": "on.day"},
                                      "order_by": ["x.\"y\" z", "shop desc", "ID"]}},
    ],
    "nested columns on both sides": [
        {"name": "few", "select": {"from": "baskets", "columns": ["id", "tags", "x.y"]}},
        {"name": "earlier", "derive": {"from": "few", "columns": {"at": "id + 1"}}},
        {"name": "out", "asof_join": {"left": "few", "right": "earlier", "time": {"left": "id", "right": "at"},
                                      "order_by": ["id"]}},
    ],
    "no rows to find": [
        {"name": "none", "filter": {"from": "shops", "where": "id < 0"}},
        {"name": "out", "asof_join": {"left": "orders", "right": "none", "on": ["shop"], "time": "id", "order_by": ["name"]}},
    ],
}  # fmt: skip


def random_step(draw, frames, frame, other):
    left, right = frames[frame], frames[other]
    pairs = [(l.name, r.name) for l in left for r in right if l.type == r.type and l.type != "double"]
    if not pairs or frame == other:
        return None
    time = draw(st.sampled_from(pairs))
    free = [pair for pair in pairs if pair[0] != time[0] and pair[1] != time[1]]
    keys = draw(st.lists(st.sampled_from(free), max_size=1)) if free else []
    return {"left": frame, "right": other, "time": {"left": time[0], "right": time[1]},
            "on": [{"left": l, "right": r} for l, r in keys],
            "order_by": [f"{n} {draw(st.sampled_from(['asc', 'desc']))}" for n in draw(st.permutations(right.names))],
            "takes": draw(st.sampled_from(["at_or_before", "before", "at_or_after", "after"])),
            "how": draw(st.sampled_from(["inner", "left"]))}  # fmt: skip


def a_step(**body):
    return {"name": "out", "asof_join": {"left": "orders", "right": "shops", "on": ["symbol"], "time": "at",
                                         "order_by": ["id"], **body}}  # fmt: skip


def found(**body):
    """``(id of left, bid and id of right)`` of each row, in order."""
    checked = a_checked(a_step(**body), tables=T)
    return sorted(((r[0], *r[4:]) for r in rows(checked, T, orders=LEFT, shops=RIGHT)), key=str)


NOTHING = [(5, None, None), (6, None, None)]


@pytest.mark.parametrize(
    ("takes", "expected"),
    [("at_or_before", [(1, 100, 1), (1, 100, 1), (2, None, 3), (3, None, None), (4, None, None), *NOTHING, (7, 108, 8)]),
     ("before", [(1, None, None), (1, None, None), (2, None, 3), (3, None, None), (4, None, None), *NOTHING, (7, None, None)]),
     ("at_or_after", [(1, 100, 1), (1, 100, 1), (2, 103, 4), (3, 100, 1), (4, 106, 7), *NOTHING, (7, 108, 8)]),
     ("after", [(1, None, 3), (1, None, 3), (2, 103, 4), (3, 100, 1), (4, 106, 7), *NOTHING, (7, None, None)])],
)  # fmt: skip
def test_every_row_of_left_stays_once_with_the_nearest_row_and_null_matches_nothing(takes, expected):
    assert found(takes=takes) == sorted(expected, key=str)


def test_an_inner_join_keeps_only_rows_that_found_one():
    assert [row[0] for row in found(how="inner")] == [1, 1, 2, 7]


def test_the_first_row_in_the_given_order_wins_where_times_are_the_same():
    assert found(order_by=["bid desc"])[0] == (1, 101, 2)
    assert found(order_by=["bid"])[0] == (1, 100, 1)


def test_a_row_whose_values_are_null_is_found_all_the_same():
    assert [row for row in found() if row[0] == 2] == [(2, None, 3)]


def test_without_keys_all_rows_compete():
    checked = a_checked(a_step(on=[]), tables=T)

    assert rows(checked, T, orders=[(4, "b", 10)], shops=RIGHT) == [(4, "b", 10, "a", 10, 100, 1)]


def test_the_time_of_the_found_row_comes_along_under_a_name_of_its_own():
    assert types(a_checked(a_step(), tables=T)) == {
        "id": "bigint", "symbol": "string", "at": "int", "shops_at": "int", "bid": "int", "shops_id": "bigint"
    }  # fmt: skip


def test_pyspark_stacks_both_frames_and_counts_the_rows_seen():
    assert pyspark_body(a_checked(a_step(order_by=["id", "bid desc"]), tables=T)) == [
        'out_rows = shops.filter(F.col("symbol").isNotNull() & F.col("at").isNotNull())'
        '.select("symbol", "at", F.struct("at", "bid", "id").alias("_row"))',
        'out_window = Window.partitionBy("symbol").orderBy(F.col("at").asc_nulls_first(), F.col("_row").isNull(), '
        'F.col("_row.id").desc_nulls_first(), F.col("_row.bid").asc_nulls_first())'
        ".rowsBetween(Window.unboundedPreceding, Window.currentRow)",
        'out_span = Window.partitionBy("symbol", "_seen")',
        'return orders.withColumn("_row", F.lit(None).cast("struct<at:int,bid:int,id:bigint>"))'
        ".unionByName(out_rows, allowMissingColumns=True)"
        '.withColumn("_seen", F.count("_row").over(out_window))'
        '.withColumn("_found", F.first("_row", ignorenulls=True).over(out_span)).filter(F.col("_row").isNull())'
        '.select("id", "symbol", "at", F.col("_found.at").alias("shops_at"), F.col("_found.bid").alias("bid"), '
        'F.col("_found.id").alias("shops_id"))',
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [({"order_by": []}, "no_order"), ({"order_by": ["SYMBOL desc"]}, "no_order"), ({"time": "when"}, "unknown_column"), ({"order_by": ["x"]}, "unknown_column"),
     ({"time": {"left": "at", "right": "id"}}, "type"), ({"on": ["nope"]}, "unknown_column"),
     ({"on": ["symbol", "AT"]}, "duplicate_column"), ({"right": "orders"}, "self_join")],
)  # fmt: skip
def test_what_leaves_the_choice_open_or_cannot_be_compared_is_a_problem(body, code):
    assert codes(a_step(**body), tables=T) == [code]
    assert all(problem.hint for problem in problems(a_step(**body), tables=T))


def test_keys_times_and_the_order_decide_which_row_is_found():
    lineage = trace(a_checked(a_step(), tables=T))

    assert {(ref.name, column) for ref, column in lineage.rows} == {
        ("orders", "symbol"), ("orders", "at"), ("shops", "symbol"), ("shops", "at"), ("shops", "id")
    }  # fmt: skip
    assert {column for _, column in lineage.columns["bid"]} == {"bid"}


def test_the_choice_is_explained():
    step = a_checked(a_step(), tables=T).spec.steps[0].step

    assert step.explain() == (
        "give each row of orders the latest row of shops with the same symbol at or before its at, ties by id"
    )
