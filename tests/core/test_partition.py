"""Partitions by name: which rows belong to one, and which keys lie between two."""

from __future__ import annotations

import pytest

from datamorph.core.partition import Partitioning, partitioning_of
from datamorph.core.spec import parse_spec
from datamorph.core.table import TableSchema
from datamorph.errors import SpecError

DAILY = Partitioning("day", "daily", "date")
HOURLY = Partitioning("at", "hourly", "timestamp")
MONTHLY = Partitioning("month", "monthly", "date")
CITY = Partitioning("city", "values", "string")
COUNT = Partitioning("n", "values", "bigint")


@pytest.mark.parametrize(
    ("partitioning", "key", "condition"),
    [
        (DAILY, "2024-02-28", "`day` >= cast('2024-02-28' as date) and `day` < cast('2024-02-29' as date)"),
        (
            DAILY,
            "2024-01-01...2024-01-31",
            "`day` >= cast('2024-01-01' as date) and `day` < cast('2024-02-01' as date)",
        ),
        (MONTHLY, "2024-12-01", "`month` >= cast('2024-12-01' as date) and `month` < cast('2025-01-01' as date)"),
        (
            HOURLY,
            "2024-01-01-23:00",
            "`at` >= cast('2024-01-01 23:00:00' as timestamp) and `at` < cast('2024-01-02 00:00:00' as timestamp)",
        ),
        (CITY, "O'Hare", r"`city` = 'O\'Hare'"),
        (COUNT, "-3", "`n` = -3"),
    ],
)
def test_a_key_is_a_condition(partitioning, key, condition):
    assert partitioning.condition(key) == condition


@pytest.mark.parametrize(
    ("partitioning", "key"),
    [
        (DAILY, "yesterday"),
        (DAILY, "2024-01-02...2024-01-01"),
        (HOURLY, "2024-01-01"),
        (COUNT, "1 or 1"),
        (CITY, "a...b"),
    ],
)
def test_what_is_no_key_is_told(partitioning, key):
    with pytest.raises(SpecError):
        partitioning.condition(key)


def test_keys_between_two():
    assert list(DAILY.keys("2024-02-28", "2024-03-01")) == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert list(HOURLY.keys("2024-01-01-23:00", "2024-01-02-00:00")) == ["2024-01-01-23:00", "2024-01-02-00:00"]
    assert list(MONTHLY.keys("2024-11-01", "2025-01-01")) == ["2024-11-01", "2024-12-01", "2025-01-01"]
    with pytest.raises(SpecError, match="comes before"):
        list(DAILY.keys("2024-01-02", "2024-01-01"))
    with pytest.raises(SpecError, match="more than 10,000"):
        list(HOURLY.keys("2000-01-01-00:00", "2024-01-01-00:00"))


@pytest.mark.parametrize(
    ("column", "kind"),
    [("day date", "daily"), ("month date", "monthly"), ("at timestamp", "hourly"), ("city string", "values")],
)
def test_the_column_tells_the_kind(column, kind):
    name, type_ = column.split()
    spec = parse_spec(f"""\
name: t
sources: {{o: raw.shop.o}}
target: {{table: curated.shop.t, write: replace_partitions, partition_by: [{name}]}}
""")

    assert partitioning_of(spec, TableSchema.of(**{name: type_})) == Partitioning(name, kind, type_)
