"""Every lake can put new files in the place of some, and leaves the others as they are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from lake_words import ORDERS, numbers, publish, rows, rows_of

from datamorph.errors import PublishConflictError


def test_new_files_take_the_place_of_those_that_are_named(lake):
    first = publish(lake, "r1", numbers(1), numbers(2), numbers(3))
    one, two, three = lake.pin(ORDERS).files

    second = publish(lake, "r2", numbers(20, 4), replaces=(two,), based_on=first.snapshot_id)

    assert rows_of(lake) == [1, 3, 4, 20]
    assert {one, three} < set(lake.pin(ORDERS).files)
    assert (second.rows, second.files, second.operation) == (4, 3, "overwrite")
    assert rows_of(lake, first.snapshot_id) == [1, 2, 3]
    assert len(lake.history(ORDERS)) == 2


def test_files_of_an_earlier_snapshot_can_stay_instead(lake):
    first = publish(lake, "r1", numbers(1), numbers(2))
    second = publish(lake, "r2", numbers(9))

    publish(lake, "r3", numbers(3), appends=True, based_on=second.snapshot_id, over=first.snapshot_id)

    assert rows_of(lake) == [1, 2, 3]


def test_a_snapshot_that_is_gone_cannot_stay(lake):
    first = publish(lake, "r1", numbers(1))

    with pytest.raises(PublishConflictError, match=r"snapshot 7 .*gone"):
        publish(lake, "r2", numbers(2), appends=True, based_on=first.snapshot_id, over=7)

    assert rows_of(lake) == [1]


def test_files_that_are_not_there_cannot_be_replaced(lake):
    first = publish(lake, "r1", numbers(1), numbers(2))
    one, _ = lake.pin(ORDERS).files

    with pytest.raises(PublishConflictError, match="2 files were to be replaced, 1 of them are there"):
        publish(lake, "r2", numbers(3), replaces=(one, "/no/such/file"), based_on=first.snapshot_id)

    assert rows_of(lake) == [1, 2]


def test_many_small_publications_stay_readable_in_order_and_number(lake):
    base = publish(lake, "r0", numbers(0)).snapshot_id
    for n in range(1, 12):
        base = publish(lake, f"r{n}", numbers(n), appends=True, based_on=base).snapshot_id

    assert rows_of(lake) == list(range(12))
    assert lake.history(ORDERS)[0].files == 12


def test_files_that_hold_values_are_found_by_one_column_or_by_several(lake):
    parts = [pa.table({"a": [1, 2], "b": ["x", "y"]}), pa.table({"a": [2, 3], "b": ["x", None]})]
    publish(lake, "r1", *parts)
    pinned = lake.pin(ORDERS)
    one, two = pinned.files

    def holding(**columns):
        return lake.files_holding(pinned, pa.table(columns))

    assert holding(a=[1]) == (one,)
    assert holding(a=[2, 9]) == (one, two)
    assert holding(a=[2], b=["y"]) == (one,)
    assert holding(a=[1, 3], b=["y", "x"]) == ()
    assert holding(a=pa.array([], pa.int64())) == ()


def test_the_files_that_stay_are_pinned_as_they_are_while_the_schema_is_the_same(lake):
    first = publish(lake, "r1", pa.table({"n": [1], "s": ["a"]}), pa.table({"n": [2], "s": ["b"]}))
    one, two = lake.pin(ORDERS).files

    second = publish(lake, "r2", pa.table({"n": [3], "s": ["c"]}), replaces=(one,), based_on=first.snapshot_id)

    pinned = lake.pin(ORDERS, second.snapshot_id)
    assert pinned.is_bare
    assert two in pinned.files
    assert sorted(row["n"] for row in rows(pinned)) == [2, 3]
