"""Every lake remembers each publication, and can go back to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_words import ORDERS, numbers, publish, rows

from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import NotFoundError


def test_history_has_one_line_per_publication_newest_first(lake):
    first = publish(lake, "r1", numbers(1))
    second = publish(lake, "r2", numbers(1, 2))

    newest, oldest = lake.history(ORDERS)

    assert (newest.snapshot_id, newest.rows, newest.files, newest.is_current) == (second.snapshot_id, 2, 1, True)
    assert (oldest.snapshot_id, oldest.rows, oldest.operation, oldest.is_current) == (
        first.snapshot_id,
        1,
        "append",
        False,
    )
    assert newest.operation == "overwrite"
    assert newest.properties["run_id"] == "r2"
    assert dt.datetime.now(dt.UTC) - newest.published_at < dt.timedelta(minutes=1)


def test_rollback_makes_an_earlier_state_current_and_keeps_the_later_one(lake, open_lake):
    first = publish(lake, "r1", numbers(1), key=("n",), order_by=("n",), profile=TableProfile(1))
    second = publish(lake, "r2", pa.table({"m": ["x"]}), profile=TableProfile(2))

    returned = lake.rollback(ORDERS, first.snapshot_id)

    (table,) = open_lake().catalog().tables
    assert returned.is_current
    assert (table.schema, table.primary_key, table.order_by) == (TableSchema.of(n="bigint"), ("n",), ("n",))
    assert table.profile.rows == 1
    assert [(line.snapshot_id, line.is_current) for line in lake.history(ORDERS)] == [
        (second.snapshot_id, False),
        (first.snapshot_id, True),
    ]
    assert rows(lake.pin(ORDERS, second.snapshot_id)) == [{"m": "x"}]


def test_a_table_that_is_not_there_is_answered_with_the_nearest_name(lake):
    publish(lake, "r1", numbers(1))
    missing = TableRef.parse("raw.shop.order")

    for attempt in (lake.pin, lake.history, lambda ref: lake.rollback(ref, 1)):
        with pytest.raises(NotFoundError, match=r"raw\.shop\.order'") as caught:
            attempt(missing)
        assert "raw.shop.orders" in caught.value.fix


def test_a_snapshot_that_is_not_there_is_answered_with_the_known_ones(lake):
    snapshot = publish(lake, "r1", numbers(1))

    for attempt in (lake.pin, lake.rollback):
        with pytest.raises(NotFoundError, match="no snapshot 7") as caught:
            attempt(ORDERS, 7)
        assert str(snapshot.snapshot_id) in caught.value.fix


steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(0, 4), st.sampled_from(["n", "m"])),
        st.tuples(st.just("rollback"), st.integers(0, 9), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_history_and_current_rows_follow_every_publication_and_rollback(make_lake, steps):
    with TemporaryDirectory() as folder:
        lake, states, current = make_lake(Path(folder) / "lake"), list[tuple[int, list[dict]]](), None

        for position, (action, number, column) in enumerate(steps):
            if action == "publish":
                table = pa.table({column: pa.array(range(number), pa.int64())})
                states.append((publish(lake, f"r{position}", table).snapshot_id, table.to_pylist()))
                current = states[-1]
            elif states:
                current = states[number % len(states)]
                lake.rollback(ORDERS, current[0])

        if current is not None:
            history = lake.history(ORDERS)
            assert [line.snapshot_id for line in reversed(history)] == [snapshot_id for snapshot_id, _ in states]
            assert [line.rows for line in reversed(history)] == [len(content) for _, content in states]
            assert [line.snapshot_id for line in history if line.is_current] == [current[0]]
            assert rows(lake.pin(ORDERS)) == current[1]
            assert all(rows(lake.pin(ORDERS, snapshot_id)) == content for snapshot_id, content in states)


def test_profiles_of_the_past_come_newest_first(lake, open_lake):
    kept = [TableProfile(n, {"n": ColumnProfile(0, n, mean=1.5, quantiles=(1.0, 2.0), longest=3)}) for n in range(1, 5)]
    for profile in kept:
        publish(lake, f"r{profile.rows}", numbers(1), profile=profile)

    assert list(open_lake().profiles(ORDERS)) == kept[::-1]
    assert list(lake.profiles(ORDERS, most=2)) == [kept[3], kept[2]]
    with pytest.raises(NotFoundError):
        lake.profiles(TableRef.parse("raw.shop.nothing"))


def test_joining_files_is_no_publication_to_profiles(lake):
    kept = [TableProfile(n, {"n": ColumnProfile(0, n)}) for n in (1, 2)]
    first = publish(lake, "r1", numbers(1), profile=kept[0])
    publish(lake, "r2", *map(numbers, range(8)), profile=kept[1], appends=True, based_on=first.snapshot_id)

    lake.compact(ORDERS, run_id="c1")

    assert lake.history(ORDERS)[0].operation == "compact"
    assert list(lake.profiles(ORDERS)) == kept[::-1]


def test_what_a_rollback_left_behind_is_no_past(lake):
    kept = [TableProfile(n, {"n": ColumnProfile(0, n)}) for n in range(1, 5)]
    first, wrong = (publish(lake, f"r{n}", numbers(n), profile=kept[n]) for n in (0, 1))
    lake.rollback(ORDERS, first.snapshot_id)

    rolled_back = list(lake.profiles(ORDERS))
    last = publish(lake, "r3", numbers(3), profile=kept[3])

    assert rolled_back == [kept[0]]
    assert list(lake.profiles(ORDERS)) == [kept[3], kept[0]]
    assert {line.snapshot_id: line.is_undone for line in lake.history(ORDERS)} == {
        first.snapshot_id: False, wrong.snapshot_id: True, last.snapshot_id: False}  # fmt: skip
    lake.rollback(ORDERS, wrong.snapshot_id)
    assert list(lake.profiles(ORDERS)) == [kept[1], kept[0]]


def test_what_expired_in_between_cuts_no_past_off(lake):
    first = publish(lake, "r0", numbers(0), profile=TableProfile(1, {"n": ColumnProfile(0, 1)}))
    lake.tag(ORDERS, "audited", first.snapshot_id)
    for n in range(1, 4):
        publish(lake, f"r{n}", numbers(n), profile=TableProfile(n, {"n": ColumnProfile(0, n)}))

    lake.expire(ORDERS, keep=1, since=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1), pinned=())

    assert [(line.properties["run_id"], line.is_undone) for line in lake.history(ORDERS)] == [
        ("r3", False), ("r0", False)]  # fmt: skip
