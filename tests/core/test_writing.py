"""Write modes and incremental reads: the spec of a run, and the laws that its rows obey."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from core_words import TABLES, codes, out, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from datamorph.core.increment import Incremental, Watermark, through
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import build_spec, parse_spec
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.core.writing import spec_of_run

NEWS = TableSchema.of(id="bigint", day="date", city="string", n="int")
OUT = TableRef.parse("curated.t.out")
DAYS = [dt.date(2024, 1, day) for day in range(1, 5)]


def a_spec(write: str, steps: tuple[Any, ...] = (), **fields: Any):
    target = {"table": str(OUT), "write": write, **fields}
    return build_spec({"name": "t", "sources": {"news": "raw.t.news"}, "steps": steps, "target": target})


class Table:
    """A published table: runs of one spec, each over the rows that the one before left."""

    def __init__(self, spec, schema=NEWS):
        self.spec, self.schema = spec, schema
        self.checked = require_checked(spec, {TableRef.parse("raw.t.news"): schema})
        self.published = None
        self.rows: list[tuple[Any, ...]] = []

    def run(self, news):
        spec = spec_of_run(self.spec, result=self.checked.schema, published=self.published)
        tables = {"news": self.schema, "published": self.published or self.schema}
        refs = {TableRef.parse("raw.t.news"): self.schema, OUT: self.published or self.schema}
        checked = require_checked(spec, refs, may_read_target=True)
        compile_pyspark(checked)
        assert checked.schema.names == self.checked.published.names
        self.rows = rows(checked, tables, news=news, published=self.rows)
        self.published = checked.schema
        return sorted(self.rows, key=str)


def test_replace_is_the_spec_itself():
    spec = a_spec("replace")

    assert spec_of_run(spec, result=NEWS, published=NEWS) == spec


def test_merge_puts_new_rows_in_the_place_of_their_keys_and_keeps_the_others():
    table = Table(a_spec("merge", key=["id"]))
    table.run([(1, DAYS[0], "Oslo", 1), (2, DAYS[0], "Graz", 2)])

    found = table.run([(2, DAYS[1], None, 20), (3, DAYS[1], "Bari", 3)])

    assert found == [(1, DAYS[0], "Oslo", 1), (2, DAYS[1], None, 20), (3, DAYS[1], "Bari", 3)]


def test_rows_of_a_partition_are_replaced_together():
    table = Table(a_spec("replace_partitions", partition_by=["day"]))
    table.run([(1, DAYS[0], "a", 1), (2, DAYS[0], "b", 1), (3, DAYS[1], "c", 1)])

    found = table.run([(9, DAYS[0], "z", 9), (10, DAYS[2], "y", 9)])

    assert found == [(10, DAYS[2], "y", 9), (3, DAYS[1], "c", 1), (9, DAYS[0], "z", 9)]


SCD2 = {"key": ["id"], "changed_at": "day"}


def test_every_version_of_a_key_is_kept_with_its_time():
    table = Table(a_spec("scd2", **SCD2))
    table.run([(1, DAYS[0], "Oslo", 1)])

    found = table.run([(1, DAYS[2], "Graz", 1)])

    assert found == [
        (1, DAYS[0], "Oslo", 1, DAYS[0], DAYS[2], False),
        (1, DAYS[2], "Graz", 1, DAYS[2], None, True),
    ]


def test_a_version_that_changes_nothing_is_no_version():
    table = Table(a_spec("scd2", **SCD2))
    table.run([(1, DAYS[0], None, 1)])

    assert table.run([(1, DAYS[1], None, 1)]) == [(1, DAYS[0], None, 1, DAYS[0], None, True)]


def test_a_late_version_takes_its_place_in_between():
    table = Table(a_spec("scd2", **SCD2))
    table.run([(1, DAYS[0], "Oslo", 1), (1, DAYS[3], "Graz", 1)])

    found = table.run([(1, DAYS[1], "Bari", 1)])

    assert [(city, since, until) for _, _, city, _, since, until, _ in found] == [
        ("Oslo", DAYS[0], DAYS[1]), ("Bari", DAYS[1], DAYS[3]), ("Graz", DAYS[3], None)]  # fmt: skip


def test_a_version_of_a_known_time_corrects_it():
    table = Table(a_spec("scd2", **SCD2))
    table.run([(1, DAYS[0], "Oslo", 1)])

    assert table.run([(1, DAYS[0], "Bergen", 1)]) == [(1, DAYS[0], "Bergen", 1, DAYS[0], None, True)]


def test_a_new_column_is_null_in_the_rows_that_were_there():
    table = Table(a_spec("merge", key=["id"]))
    table.run([(1, DAYS[0], "Oslo", 1)])
    more = [{"name": "more", "derive": {"from": "news", "columns": {"extra": "n * 2.0"}}}]
    wider = Table(a_spec("merge", steps=tuple(more), key=["id"]))
    wider.rows, wider.published = table.rows, table.published

    assert wider.run([(2, DAYS[0], "Graz", 2)]) == [(1, DAYS[0], "Oslo", 1, None), (2, DAYS[0], "Graz", 2, 4.0)]


def test_columns_in_another_order_go_to_their_own_place():
    table = Table(a_spec("merge", key=["id"]))
    table.published = TableSchema.of(n="int", CITY="string", id="bigint", day="date", old="string")
    table.rows = [(1, "Oslo", 7, DAYS[0], "gone")]

    assert table.run([(2, DAYS[0], "Graz", 2)]) == [(2, DAYS[0], "Graz", 2), (7, DAYS[0], "Oslo", 1)]


news = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(DAYS), st.sampled_from(["a", "b", None]), st.integers(0, 2)),
    unique_by=lambda row: row[:2],
    max_size=6,
)


@settings(max_examples=50)
@given(news, st.integers(0, 6))
def test_versions_that_come_in_batches_tell_what_they_tell_at_once(all_news, cut):
    at_once, in_two = Table(a_spec("scd2", **SCD2)), Table(a_spec("scd2", **SCD2))
    ordered = sorted(all_news, key=lambda row: row[1])

    whole = at_once.run(ordered)
    in_two.run(ordered[:cut])

    assert in_two.run(ordered[cut:]) == whole


@settings(max_examples=50)
@given(news, news)
def test_a_merge_is_an_update_by_key(before, after):
    first, second = ({row[0]: row for row in batch} for batch in (before, after))
    table = Table(a_spec("merge", key=["id"]))
    table.run(list(first.values()))

    assert table.run(list(second.values())) == sorted({**first, **second}.values(), key=str)


@settings(max_examples=50)
@given(news, news)
def test_running_again_over_the_same_rows_changes_nothing(before, after):
    for spec in (a_spec("replace_partitions", partition_by=["day"]), a_spec("scd2", **SCD2)):
        table = Table(spec)
        table.run(before)
        once = table.run(after)

        assert table.run(after) == once


INCREMENTAL = """
name: t
sources: {news: raw.t.news, other: raw.t.news}
incremental: {news: {by: day, lookback: 2 days}}
steps:
- {name: out, join: {left: news, right: other, on: [id]}}
target: {table: curated.t.out, write: merge, key: [id]}
"""


def test_an_incremental_read_is_a_filter_under_the_name_of_its_source():
    spec = parse_spec(INCREMENTAL)

    found = spec_of_run(spec, result=NEWS, sources={"news": NEWS}, watermarks={"news": Watermark("2024-01-02", 7)})

    assert list(found.sources) == ["all_news", "other"]
    assert found.steps[0].step.explain() == "keep rows where `day` > cast('2024-01-02' as date)"
    assert parse_spec(found.to_yaml()) == found


@pytest.mark.parametrize(
    ("newest", "fields", "expected"),
    [
        (dt.date(2024, 3, 1), {}, "2024-03-01"),
        (dt.date(2024, 3, 1), {"lookback": "1 day"}, "2024-02-29"),
        (dt.datetime(2024, 3, 1, 0, 0, 1, 5), {"lookback": "30 minutes"}, "2024-02-29 23:30:01.000005"),
        (100, {"lookback": 10}, 90),
    ],
)
def test_a_watermark_stays_behind_the_newest_row_by_the_lookback(newest, fields, expected):
    assert through(newest, Incremental(by="x", **fields)) == expected


@pytest.mark.parametrize(
    ("target", "incremental", "expected"),
    [
        ({"write": "merge"}, {}, ["no_key"]),
        ({"write": "scd2"}, {}, ["no_key", "no_key", "type"]),
        ({"write": "replace_partitions"}, {}, ["no_key"]),
        ({"write": "append"}, {}, ["write"]),
        ({"write": "append", "key": ["id"]}, {"by": "ordered_on"}, ["write"]),
        ({"write": "append"}, {"by": "ordered_on", "lookback": "1 day"}, ["write"]),
        ({"write": "replace"}, {"by": "ordered_on"}, ["write"]),
        ({"write": "scd2", "key": ["id"], "changed_at": "amount"}, {}, ["type", "type"]),
        ({"write": "merge", "key": ["id"]}, {"by": "amount"}, ["type"]),
        ({"write": "merge", "key": ["id"]}, {"by": "ordered_on", "lookback": "5 minutes"}, ["type"]),
        ({"write": "merge", "key": ["id"]}, {"by": "id", "lookback": "5 minutes"}, ["type"]),
        ({"write": "merge", "key": ["tags"]}, {}, ["type"]),
        ({"write": "merge", "key": ["nope"]}, {}, ["unknown_column"]),
    ],
)
def test_modes_that_would_lose_or_double_rows_are_problems(target, incremental, expected):
    fields = {"incremental": {"orders": incremental}} if incremental else {}

    assert codes(target={"table": "curated.t.out", **target}, **fields) == expected


BY_DAY = {"orders": {"by": "ordered_on", "read": "partitions"}}
AS_IT_IS = [
    (out("rename", columns={"day": "ordered_on"}), "day"),
    (out("filter", where="amount > 0 and ordered_on > DATE '2024-01-01'"), "ORDERED_ON"),
    (out("aggregate", by=["ordered_on", "shop"], measures={"n": "count(*)"}), "ordered_on"),
    (out("select", columns=["id", {"day": "ordered_on"}]), "day"),
    (out("derive", columns={"day": "ordered_on", "n": "1"}), "day"),
    (out("derive", columns={"day": "cast(ordered_on as date)"}), "day"),
    (out("window", partition_by=["shop"], order_by=["id"], columns={"nth": "row_number()"}), "ordered_on"),
    (out("dedupe", by=["id"], order_by=["ordered_at desc"]), "ordered_on"),
    (out("join", left="orders", right="shops", on=["shop"]), "ordered_on"),
    (out("union", of=["orders", "orders"]), "ordered_on"),
    (out("sql", from_=["orders"], query="WITH o AS (SELECT ordered_on AS d, id FROM orders) SELECT o.d FROM o",
         columns={"d": "date"}), "d"),
]  # fmt: skip
COMPUTED = [
    (out("derive", columns={"day": "cast(date_trunc('month', ordered_on) as date)"}), "day"),
    (out("derive", columns={"ordered_on": "if(is_gift, ordered_on, cast(seen_at as date))"}), "ordered_on"),
    (out("derive", columns={"month": "month(ordered_on)"}), "month"),
    (out("derive", columns={"day": "coalesce(ordered_on, DATE '2024-01-01')"}), "day"),
    (out("cast", columns={"ordered_on": "timestamp"}), "ordered_on"),
    (out("aggregate", by=["shop"], measures={"day": "max(ordered_on)"}), "day"),
    (out("aggregate", by=["shop"], measures={"day": "max(ordered_on)"}), "shop"),
    (out("sql", from_=["orders"], query="SELECT CAST(CAST(ordered_on AS TIMESTAMP) AS DATE) AS d FROM orders",
         columns={"d": "date"}), "d"),
    (out("sql", from_=["orders"], query="SELECT ordered_on AS d FROM orders UNION SELECT seen_at::date FROM orders",
         columns={"d": "date"}), "d"),
    (out("python", code="def step(orders):\n    return orders", columns={"ordered_on": "date"}, from_=["orders"],
         why="it may do anything"), "ordered_on"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "partition", "is_whole"),
                         [(*case, True) for case in AS_IT_IS] + [(*case, False) for case in COMPUTED])  # fmt: skip
def test_a_partition_is_whole_where_one_of_its_columns_is_what_is_read_by(step, partition, is_whole):
    target = {"table": "curated.t.out", "write": "replace_partitions", "partition_by": [partition]}

    assert codes(step, target=target, incremental=BY_DAY) == ([] if is_whole else ["torn_partition"])


TOTALS = out("aggregate", by=["shop"], measures={"n": "count(*)"})
BY_SHOP = {"table": "curated.t.out", "write": "merge", "key": ["shop"]}


@pytest.mark.parametrize("step", [
    TOTALS,
    out("window", partition_by=["shop"], order_by=["id"], columns={"nth": "row_number()"}),
    out("top", n=1, order_by=["amount desc"], per=["shop"]),
    out("sql", from_=["orders"], query="SELECT shop, COUNT(*) AS n FROM orders GROUP BY shop",
        columns={"shop": "string", "n": "bigint"}),
])  # fmt: skip
def test_what_new_rows_yield_does_not_replace_what_all_rows_gave(step):
    assert codes(step, target=BY_SHOP, incremental=BY_DAY) == ["partial_group"]
    assert codes(step, target=BY_SHOP) == []
    newer = {"orders": {"by": "ordered_on"}}
    assert codes(step, target={"table": "curated.t.out", "write": "append"}, incremental=newer) == []


def test_a_group_of_the_column_that_is_read_by_is_whole():
    by_day = out("aggregate", by=["ordered_on", "shop"], measures={"n": "count(*)"})

    assert codes(by_day, target={**BY_SHOP, "key": ["ordered_on", "shop"]}, incremental=BY_DAY) == []


def test_rows_that_are_only_picked_or_meet_totals_of_others_may_be_merged():
    latest = out("dedupe", by=["shop"], order_by=["ordered_at desc"])
    others = {"name": "totals", "aggregate": {"from": "shops", "by": ["shop"], "measures": {"n": "count(*)"}}}
    joined = out("join", left="orders", right="totals", on=["shop"])

    assert codes(latest, target=BY_SHOP, incremental=BY_DAY) == []
    assert codes(others, joined, target={**BY_SHOP, "key": ["id"]}, incremental=BY_DAY) == []


def test_a_source_that_is_read_in_part_beside_another_tears_its_partitions():
    both = out("union", of=["orders", "late"])
    tables = {**TABLES, "late": TABLES["orders"]}
    target = {"table": "curated.t.out", "write": "replace_partitions", "partition_by": ["ordered_on"]}

    assert codes(both, tables=tables, target=target, incremental=BY_DAY) == ["torn_partition"]


@pytest.mark.parametrize("write", [{"write": "merge", "key": ["id"]}, {"write": "scd2", "key": ["id"],
                                   "changed_at": "ordered_on"}, {"write": "replace_partitions",
                                   "partition_by": ["ordered_on"]}])  # fmt: skip
def test_rows_that_join_others_have_no_order(write):
    steps = [out("drop", columns=["tags"]), {"name": "by_day", "sort": {"from": "out", "by": ["ordered_on"]}}]

    assert codes(*steps, target={"table": "curated.t.out", **write}) == ["lost_order"]


def test_the_mode_brings_the_checks_that_it_needs():
    named = [check.name for check in a_spec("scd2", **SCD2).all_checks]

    assert named == ["not_null_id", "not_null_valid_from", "unique_id_valid_from"]
