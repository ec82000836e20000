"""Step sessions: events fall into visits."""

from __future__ import annotations

import datetime as dt

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(Who="string", at="timestamp_ntz", n="int")}
DAY = dt.datetime(2024, 1, 1)
CASES = {
    "timestamps": [
        {
            "name": "times",
            "derive": {
                "from": "orders",
                "columns": {
                    "at": "case id % 3 when 0 then TIMESTAMP '2024-01-01 10:00:00' when 1 then TIMESTAMP '2024-01-01 10:30:00' "
                    "else TIMESTAMP '2024-01-01 11:00:00.000001' end"
                },
            },
        },
        {"name": "out", "sessions": {"from": "times", "time": "at", "gap": "30 minutes", "started_as": "start"}},
    ],
    "keys, ties and nulls": [
        {"name": "few", "select": {"from": "orders", "columns": ["id", "shop", "ordered_at"]}},
        {"name": "twice", "union": {"of": ["few", "few", "few"]}},
        {
            "name": "out",
            "sessions": {"from": "twice", "by": ["shop"], "time": "ordered_at", "gap": "1 day", "started_as": "start"},
        },
    ],
    "dates": [
        {
            "name": "out",
            "sessions": {"from": "orders", "by": ["is_gift"], "time": "ordered_on", "gap": "29 days", "as": "visit.nr"},
        }
    ],
    "instants": [
        {"name": "typed", "cast": {"from": "orders", "columns": {"ordered_at": "timestamp"}}},
        {"name": "out", "sessions": {"from": "typed", "time": "ordered_at", "gap": "29 days", "started_as": "a.b"}},
    ],
    "odd names": [
        {
            "name": "odd",
            "rename": {"from": "orders", "columns": {"x.y `z`": "shop", "*": "ordered_at", "_is_new": "id"}},
        },
        {
            "name": "out",
            "sessions": {
                "from": "odd",
                "by": ["x.y `z`"],
                "time": "*",
                "gap": "720 hours",
                "as": "ä b",
                "started_as": "_",
            },
        },
    ],
    "nothing": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {"name": "out", "sessions": {"from": "none", "time": "ordered_at", "gap": "1 second"}},
    ],
}


def random_step(draw, frames, frame, other):
    times = [column for column in frames[frame] if column.type in ("date", "timestamp_ntz")]
    if not times:
        return None
    time = draw(st.sampled_from(times))
    return {
        "from": frame,
        "by": draw(st.lists(st.sampled_from(frames[frame].names), max_size=2, unique=True)),
        "time": time.name,
        "gap": draw(st.sampled_from(["1 day", "365 days"] + (["86399 seconds"] if time.type != "date" else []))),
        "as": draw(st.sampled_from(["visit", "it's"])),
        "started_as": draw(st.sampled_from([None, "x y"])),
    }


def at(minutes, microseconds=0):
    return DAY + dt.timedelta(minutes=minutes, microseconds=microseconds)


def sessions(**body):
    return a_checked(out("sessions", **{"by": ["who"], "time": "AT", "gap": "30 minutes", **body}), tables=T)


def numbers(checked, data):
    return {row[2]: row[3:] for row in rows(checked, T, orders=data)}


def test_a_session_ends_where_the_pause_is_longer_than_the_gap():
    found = numbers(sessions(), [("a", at(0), 1), ("a", at(30), 2), ("a", at(60, 1), 3), ("a", at(61), 4)])

    assert found == {1: (1,), 2: (1,), 3: (2,), 4: (2,)}


def test_every_key_counts_from_one_and_null_is_a_key():
    found = numbers(sessions(), [("a", at(0), 1), ("b", at(90), 2), (None, at(0), 3), (None, at(90), 4)])

    assert found == {1: (1,), 2: (1,), 3: (1,), 4: (2,)}


def test_without_keys_all_rows_are_of_one():
    found = numbers(sessions(by=[]), [("a", at(0), 1), ("b", at(10), 2), (None, at(90), 3)])

    assert found == {1: (1,), 2: (1,), 3: (2,)}


def test_rows_of_the_same_time_are_in_the_same_session():
    data = [("a", at(0), 1), *(("a", at(90), n) for n in range(2, 60)), ("a", at(180), 60)]

    found = numbers(sessions(), data)

    assert found == {1: (1,), **dict.fromkeys(range(2, 60), (2,)), 60: (3,)}


def test_a_row_without_a_time_is_in_no_session():
    found = numbers(sessions(started_as="start"), [("a", None, 1), ("a", at(0), 2), ("b", None, 3)])

    assert found == {1: (None, None), 2: (1, at(0)), 3: (None, None)}


def test_the_start_is_the_time_of_the_first_row():
    checked = sessions(**{"as": "visit", "started_as": "start"})

    assert types(checked) == {
        "Who": "string",
        "at": "timestamp_ntz",
        "n": "int",
        "visit": "bigint",
        "start": "timestamp_ntz",
    }
    assert numbers(checked, [("a", at(0), 1), ("a", at(9), 2), ("a", at(90), 3)]) == {
        1: (1, at(0)),
        2: (1, at(0)),
        3: (2, at(90)),
    }


def test_no_row_is_no_session():
    assert rows(sessions(started_as="start"), T) == []


def test_dates_have_gaps_of_days():
    tables = {"orders": TableSchema.of(on="date")}
    checked = a_checked(out("sessions", time="on", gap="2 days"), tables=tables)

    found = rows(checked, tables, orders=[(dt.date(2024, 2, day),) for day in (26, 28)] + [(dt.date(2024, 3, 2),)])

    assert sorted(found) == [(dt.date(2024, 2, 26), 1), (dt.date(2024, 2, 28), 1), (dt.date(2024, 3, 2), 2)]


def test_the_code_flags_first_rows_and_counts_them():
    assert pyspark_body(sessions()) == [
        'out_window = Window.partitionBy("Who").orderBy(F.col("at").asc_nulls_last())',
        'return orders.withColumn("_is_new", F.when(F.col("at") <= F.lag("at").over(out_window) '
        '+ F.expr("INTERVAL 30 MINUTES"), 0).otherwise(1))'
        '.withColumn("session_id", F.when(F.col("at").isNotNull(), F.sum("_is_new").over(out_window))).drop("_is_new")',
    ]
    assert pyspark_body(sessions(by=[], gap="1 day", started_as="start"))[1].endswith(
        '.withColumn("start", F.min("at").over(Window.partitionBy("session_id")))'
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"by": ["whom"]}, ["unknown_column"]),
        ({"time": "when"}, ["unknown_column"]),
        ({"time": "n"}, ["type"]),
        ({"gap": "half an hour"}, ["constant"]),
        ({"gap": "0 days"}, ["constant"]),
        ({"as": "N"}, ["duplicate_column"]),
        ({"started_as": "session_id"}, ["duplicate_column"]),
    ],
)
def test_a_time_or_a_gap_that_is_none_is_a_problem(body, found):
    step = out("sessions", **{"by": ["who"], "time": "at", "gap": "30 minutes", **body})

    assert codes(step, tables=T) == found


def test_a_date_has_no_hours_and_a_list_is_no_key():
    assert codes(out("sessions", time="ordered_on", gap="3 hours")) == ["constant"]
    assert codes(out("sessions", by=["tags"], time="ordered_on", gap="3 days")) == ["type"]


def test_lineage_takes_the_number_from_keys_and_times():
    lineage = trace(sessions(started_as="start"))

    assert {c for _, c in lineage.columns["session_id"]} == {c for _, c in lineage.columns["start"]} == {"Who", "at"}
    assert lineage.rows == frozenset()
