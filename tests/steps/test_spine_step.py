"""Step spine: no period of the calendar is missing."""

from __future__ import annotations

import datetime as dt

import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.steps.spine import start_of
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(Shop="string", day="date", n="int")}
FEW = {"name": "few", "select": {"from": "orders", "columns": ["shop", "ordered_on", "amount", "quantity", "is_gift"]}}


def case(*before, **body):
    source = before[-1]["name"] if before else "orders"
    return [*before, {"name": "out", "spine": {"from": source, "column": "ordered_on", **body}}]


CASES = {
    "days": case(every="day"),
    "weeks of groups with equal rows": case(
        FEW,
        {"name": "twice", "union": {"of": ["few", "few"]}},
        every="week",
        per=["shop"],
        fill={"amount": 0, "quantity": 7, "is_gift": False},
    ),
    "months with one end": case(every="month", first="2023-10-31", fill={"weird name": "none", "weight": 0.5}),
    "quarters with both ends": case(every="quarter", first="2022-02-03", last="2023-11-30", per=["is_gift", "shop"]),
    "years to an end before all": case(every="year", last="2001-01-01"),
    "years to an end": case(every="year", last="2026-06-01", per=["shop"], fill={"id": 5, "ordered_at": "2024-01-31"}),
    "both ends and no rows": case(
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        every="week",
        first="2024-02-01",
        last="2024-03-01",
        fill={"amount": 1.25},
    ),
    "no rows": case(
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}}, every="month", first="2024-01-01"
    ),
    "odd names": [
        {
            "name": "gaps",
            "rename": {"from": "orders", "columns": {"first": "ordered_on", "x.y `z`": "shop", "last": "id"}},
        },
        {
            "name": "out",
            "spine": {"from": "gaps", "column": "first", "every": "month", "per": ["x.y `z`"], "fill": {"last": 0}},
        },
    ],
    "small types": [
        {
            "name": "small",
            "cast": {
                "from": "orders",
                "columns": {"quantity": "smallint", "weight": "float", "ordered_at": "timestamp"},
            },
        },
        {
            "name": "out",
            "spine": {
                "from": "small",
                "column": "ordered_on",
                "every": "month",
                "fill": {"quantity": 7, "weight": 0.5, "ordered_at": "2024-01-31 12:00Z"},
            },
        },
    ],
    "arrays": [
        {"name": "dated", "derive": {"from": "baskets", "columns": {"a.day": "make_date(2024, cast(id as int), 1)"}}},
        {"name": "few_baskets", "select": {"from": "dated", "columns": ["x.y", "tags", "a.day"]}},
        {"name": "out", "spine": {"from": "few_baskets", "column": "a.day", "every": "week", "per": ["x.y"]}},
    ],
}


def random_step(draw, frames, frame, other):
    dates = [column.name for column in frames[frame] if column.type == "date"]
    if not dates:
        return None
    day = draw(st.sampled_from(dates))
    others = [name for name in frames[frame].names if name != day]
    return {
        "from": frame,
        "column": day,
        "every": draw(st.sampled_from(["month", "quarter", "year"])),
        "per": draw(st.lists(st.sampled_from(others), max_size=1)) if others else [],
        "first": draw(st.sampled_from([None, "1999-12-31"])),
        "last": draw(st.sampled_from([None, "2024-02-01"])),
    }


def spine(**body):
    return a_checked(out("spine", **{"column": "DAY", "every": "day", **body}), tables=T)


def found(checked, data):
    return sorted(rows(checked, T, orders=data), key=str)


def on(month, day, year=2024):
    return dt.date(year, month, day)


def test_missing_days_are_added_and_rows_that_are_there_stay_as_they_are():
    data = [("a", on(2, 27), 1), ("a", on(2, 27), 1), ("b", on(3, 1), 2), ("c", None, 3)]

    checked = spine()

    assert types(checked) == {"Shop": "string", "day": "date", "n": "int"}
    assert found(checked, data) == sorted([*data, (None, on(2, 28), None), (None, on(2, 29), None)], key=str)


def test_every_group_gets_the_periods_of_all_and_null_is_a_group():
    data = [("a", on(1, 1), 1), (None, on(1, 3), 2), ("b", None, 3)]

    added = [row for row in found(spine(per=["shop"], fill={"n": 0}), data) if row not in data]

    assert added == sorted(
        [
            *[("a", on(1, day), 0) for day in (2, 3)],
            *[(None, on(1, day), 0) for day in (1, 2)],
            *[("b", on(1, day), 0) for day in (1, 2, 3)],
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("every", "added"),
    [
        ("week", [on(1, 29), on(2, 5)]),
        ("month", []),
        ("quarter", []),
        ("year", []),
    ],
)
def test_any_row_of_a_period_counts_for_it_and_added_rows_have_its_first_day(every, added):
    data = [("a", on(1, 25), 1), ("a", on(2, 13), 2)]

    assert [row[1] for row in found(spine(every=every), data) if row not in data] == added


def test_ends_that_are_given_count_from_the_start_of_their_period():
    data = [("a", on(2, 13), 1), ("a", on(9, 9), 2)]

    checked = spine(every="month", first="2023-12-24", last="2024-04-02", fill={"n": 0, "shop": "none"})

    assert [row for row in found(checked, data) if row not in data] == [
        ("none", on(12, 1, 2023), 0),
        ("none", on(1, 1), 0),
        ("none", on(3, 1), 0),
        ("none", on(4, 1), 0),
    ]


def test_without_rows_there_are_periods_only_between_two_given_ends():
    assert found(spine(first="2024-01-01"), []) == []
    assert found(spine(first="2024-01-01", last="2024-01-01"), []) == [(None, on(1, 1), None)]
    assert found(spine(first="2024-01-01", last="2024-01-01", per=["shop"]), []) == []


def test_ends_that_leave_no_time_between_them_add_nothing():
    data = [("a", on(2, 13), 1)]

    assert found(spine(first="2024-03-01"), data) == found(spine(last="2024-02-01"), data) == data


def test_the_code_names_the_periods_and_the_gaps():
    assert pyspark_body(spine(every="month", per=["shop"], fill={"n": 0})) == [
        'out_periods = orders.agg(F.trunc(F.min("day"), "month").alias("first"), '
        'F.trunc(F.max("day"), "month").alias("last"))'
        '.select(F.explode(F.sequence("first", "last", F.expr("INTERVAL 1 MONTH"))).alias("day"))',
        'out_gaps = orders.select("Shop").distinct().crossJoin(out_periods)'
        '.subtract(orders.select("Shop", F.trunc("day", "month").alias("day")))',
        'return orders.unionByName(out_gaps.withColumn("n", F.lit(0)), allowMissingColumns=True)',
    ]


def test_the_code_for_days_and_ends_is_shorter():
    assert pyspark_body(spine(first="2024-01-01", last="2024-12-31")) == [
        'out_periods = orders.agg(F.count("*").alias("rows")).select(F.explode(F.sequence('
        'F.lit("2024-01-01").cast("date"), F.lit("2024-12-31").cast("date"), F.expr("INTERVAL 1 DAY"))).alias("day"))',
        'out_gaps = out_periods.subtract(orders.select("day"))',
        "return orders.unionByName(out_gaps, allowMissingColumns=True)",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"column": "days"}, ["unknown_column"]),
        ({"column": "n"}, ["type"]),
        ({"per": ["shops"]}, ["unknown_column"]),
        ({"per": ["Day"]}, ["duplicate_column"]),
        ({"fill": {"day": "2024-01-31"}}, ["duplicate_column"]),
        ({"fill": {"n": "none"}}, ["type"]),
        ({"fill": {"m": 1}}, ["unknown_column"]),
        ({"first": "31.1.2024"}, ["constant"]),
        ({"first": "2024-02-30", "last": "soon"}, ["constant", "constant"]),
        ({"first": "2024-02-01", "last": "2024-01-01"}, ["constant"]),
        ({"first": "0001-01-01", "last": "9999-12-31"}, ["constant"]),
    ],
)
def test_dates_that_are_none_and_columns_that_clash_are_problems(body, expected):
    step = out("spine", **{"column": "day", "every": "day", **body})

    assert codes(step, tables=T) == expected


def test_a_list_is_no_group():
    assert codes(out("spine", column="ordered_on", every="day", per=["tags"])) == ["type"]


def test_a_timestamp_is_to_be_cast():
    (problem,) = problems(out("spine", column="ordered_at", every="day"))

    assert problem.hint.startswith("cast it to a date first")


@pytest.mark.parametrize(
    ("every", "start"),
    [("day", on(8, 15)), ("week", on(8, 12)), ("month", on(8, 1)), ("quarter", on(7, 1)), ("year", on(1, 1))],
)
def test_a_period_starts_on_its_first_day(every, start):
    assert start_of(on(8, 15), every) == start


def test_lineage_takes_the_rows_from_dates_and_groups():
    lineage = trace(spine(per=["shop"]))

    assert {name: {c for _, c in origins} for name, origins in lineage.columns.items()} == {
        "Shop": {"Shop"},
        "day": {"day"},
        "n": {"n"},
    }
    assert {c for _, c in lineage.rows} == {"Shop", "day"}
