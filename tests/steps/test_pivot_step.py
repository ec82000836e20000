"""Step pivot: a column for each value."""

from __future__ import annotations

import datetime as dt

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, run, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(k="string", s="string", n="int", w="double", on="date", gift="boolean")}
DATA = [
    ("a", "open", 1, 1.5, None, True),
    ("a", "open", 2, None, None, False),
    ("a", "paid", 4, None, None, True),
    ("b", "lost", 8, 2.0, None, None),
    (None, "paid", None, 4.0, dt.date(2024, 1, 31), True),
]
CASES = {
    "one measure": [
        {
            "name": "out",
            "pivot": {
                "from": "orders",
                "by": ["is_gift"],
                "column": "shop",
                "values": ["a", "b", "it's"],
                "measures": {"x": "sum(amount)"},
            },
        }
    ],
    "many measures": [
        {
            "name": "out",
            "pivot": {
                "from": "orders",
                "by": ["shop"],
                "column": "is_gift",
                "values": [True, False],
                "measures": {
                    "n": "count(*)",
                    "ids": "count(distinct id)",
                    "mean": "avg(amount)",
                    "share": "sum(weight) / count(*)",
                    "last": "max(email)",
                    "day": "min(ordered_on)",
                    "middle": "median(weight)",
                    "high": "percentile(weight, 0.9)",
                    "some": "count_if(quantity > 1)",
                    "sure": "coalesce(sum(quantity), 0)",
                    "one": "sum(1)",
                    "total": "sum(id)",
                    "near": "sum(quantity) + 0.5",
                },
            },
        }
    ],
    "types of values": [
        {
            "name": "days",
            "pivot": {
                "from": "orders",
                "by": ["id"],
                "column": "ordered_on",
                "values": ["2024-03-01", "2023-12-31"],
                "measures": {"n": "count(*)"},
            },
        },
        {
            "name": "counts",
            "pivot": {
                "from": "orders",
                "by": ["id"],
                "column": "quantity",
                "values": [1, 2],
                "measures": {"n": "max(id)"},
            },
        },
        {
            "name": "prices",
            "pivot": {
                "from": "orders",
                "by": ["id"],
                "column": "amount",
                "values": {"p": 3.25, "none": None, "zero": 0},
                "measures": {"n": "max(shop)"},
            },
        },
        {
            "name": "times",
            "pivot": {
                "from": "orders",
                "by": ["id"],
                "column": "ordered_at",
                "values": {"t": "2024-03-01 00:00"},
                "measures": {"n": "count(*)"},
            },
        },
        {"name": "some", "join": {"left": "days", "right": "counts", "on": ["id"]}},
        {"name": "more", "join": {"left": "some", "right": "prices", "on": ["id"]}},
        {"name": "out", "join": {"left": "more", "right": "times", "on": ["id"]}},
    ],
    "no groups and no rows": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {
            "name": "out",
            "pivot": {
                "from": "none",
                "column": "shop",
                "values": ["a"],
                "measures": {"n": "count(*)", "s": "sum(amount)"},
            },
        },
    ],
    "odd names": [
        {"name": "odd", "rename": {"from": "orders", "columns": {"x.y `z`": "shop", "*": "id"}}},
        {
            "name": "out",
            "pivot": {
                "from": "odd",
                "by": ["*"],
                "column": "x.y `z`",
                "values": {'q.`"': "a", "ä": "b"},
                "measures": {"n": "count(`x.y ``z```)"},
            },
        },
    ],
}


def random_step(draw, frames, frame, other):
    texts = [c.name for c in frames[frame] if c.type == "string"]
    if not texts:
        return None
    return {
        "from": frame,
        "by": draw(st.lists(st.sampled_from(frames[frame].names), max_size=2, unique=True)),
        "column": draw(st.sampled_from(texts)),
        "values": {"A 1": "a", "none": None, "it's": 'it\'s "q" \\'},
        "measures": {"n": "count(*)", "first": f"min(`{draw(st.sampled_from(frames[frame].names))}`)"},
    }


def test_one_measure_gives_a_column_per_value_named_like_it():
    checked = a_checked(out("pivot", by=["k"], column="s", values=["open", "paid"], measures={"x": "sum(n)"}), tables=T)

    assert types(checked) == {"k": "string", "open": "bigint", "paid": "bigint"}
    assert sorted(rows(checked, T, orders=DATA), key=str) == [("a", 3, 4), ("b", None, None), (None, None, None)]


def test_the_code_aggregates_once_and_says_which_rows_count():
    checked = a_checked(out("pivot", by=["k"], column="s", values=["open"], measures={"x": "sum(w)"}), tables=T)

    assert pyspark_body(checked) == [
        'return orders.groupBy("k").agg(F.sum(F.when(F.col("s") == "open", F.col("w"))).alias("open"))'
    ]


def test_a_count_of_no_rows_is_zero():
    body = {"by": ["k"], "column": "s", "values": {"Open!": "open"}, "measures": {"n": "count(*)", "m": "count(w)"}}
    checked = a_checked(out("pivot", **body), tables=T)

    names, found = run(checked, T, orders=DATA)

    assert names == ["k", "Open!_n", "Open!_m"]
    assert sorted(found, key=str) == [("a", 2, 1), ("b", 0, 0), (None, 0, 0)]


def test_a_measure_may_compute_with_aggregates_and_groups():
    body = {"by": ["k"], "column": "s", "values": ["open"], "measures": {"x": "concat(k, cast(sum(n) - 1 as string))"}}

    checked = a_checked(out("pivot", **body), tables=T)

    assert sorted(rows(checked, T, orders=DATA), key=str) == [("a", "a2"), ("b", None), (None, None)]


def test_without_groups_there_is_one_row_even_for_no_input():
    checked = a_checked(out("pivot", column="s", values=["open"], measures={"n": "count(*)"}), tables=T)

    assert rows(checked, T) == [(0,)]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("gift", [True, False], {"true": 3, "false": 1}),
        ("gift", {"unknown": None}, {"unknown": 1}),
        ("n", [1, -7], {"1": 1, "-7": 0}),
        ("w", [1.5], {"1.5": 1}),
        ("on", ["2024-01-31"], {"2024-01-31": 1}),
    ],
)
def test_values_have_the_type_of_the_column(column, values, expected):
    checked = a_checked(out("pivot", column=column, values=values, measures={"n": "count(*)"}), tables=T)

    names, found = run(checked, T, orders=DATA)

    assert dict(zip(names, found[0], strict=True)) == expected


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"column": "ss"}, ["unknown_column"]),
        ({"by": ["kk"]}, ["unknown_column"]),
        ({"column": "n"}, ["type"]),
        ({"values": ["k"]}, ["duplicate_column"]),
        ({"values": ["a", "A"]}, ["duplicate_column"]),
        ({"values": [""]}, ["constant"]),
        ({"values": ["a" * 300]}, ["constant"]),
        ({"measures": {"x": "n"}}, ["not_aggregated", "not_grouped"]),
        ({"measures": {"x": "sum(m)"}}, ["unknown_column"]),
    ],
)
def test_values_that_do_not_fit_and_names_that_clash_are_problems(body, found):
    body = {"by": ["k"], "column": "s", "values": ["open"], "measures": {"x": "sum(n)"}, **body}

    assert codes(out("pivot", **body), tables=T) == found


def test_groups_are_plain_columns():
    assert codes(out("pivot", by=["tags"], column="shop", values=["a"], measures={"x": "count(*)"})) == ["type"]


def test_lineage_has_the_measure_and_the_column_that_was_turned():
    body = {"by": ["K"], "column": "S", "values": ["open"], "measures": {"x": "sum(n)"}}
    lineage = trace(a_checked(out("pivot", **body), tables=T))

    assert {name: {c for _, c in found} for name, found in lineage.columns.items()} == {"k": {"k"}, "open": {"n", "s"}}
    assert {c for _, c in lineage.rows} == {"k"}
