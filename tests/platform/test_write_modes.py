"""Pipelines that write into tables that exist: append, merge, partitions, versions; and read what is new."""

from __future__ import annotations

import pytest

from datamorph import open_platform
from datamorph.errors import CheckFailedError, SourceError, SpecError
from datamorph.platform import planning
from datamorph.platform.increments import advance

HEADER = "id,day,city,n\n"
FIRST = "1,2024-01-01,Oslo,1\n2,2024-01-02,Graz,2\n"
SECOND = FIRST + "2,2024-01-03,Bari,20\n3,2024-01-03,Rome,3\n"


@pytest.fixture
def lake(tmp_path):
    """A platform with a way to load rows into raw.shop.news, and to run a spec over them."""
    platform = open_platform(tmp_path / "home")

    class Lake:
        def __init__(self):
            self.platform = platform

        def load(self, text):
            (tmp_path / "news.csv").write_text(HEADER + text)
            platform.load(tmp_path / "news.csv", "raw.shop.news", force=True)

        def run(self, spec, **options):
            full = options.pop("full", False)
            return platform.run(platform.plan_spec(spec, full=full), **options)

        def rows(self):
            found = platform.query("SELECT * FROM curated.shop.out ORDER BY ALL").to_pylist()
            return [tuple(row.values()) for row in found]

    yield Lake()
    platform.close()


@pytest.fixture
def append(spec_of):
    return spec_of("""
        name: out
        sources: {news: raw.shop.news}
        incremental: {news: {by: day}}
        steps:
        - {name: few, select: {from: news, columns: [id, city]}}
        target: {table: curated.shop.out, write: append}
        """)


def test_append_adds_only_what_is_new_and_never_the_same_rows_twice(lake, append):
    lake.load(FIRST)
    lake.run(append)
    again = lake.run(append)
    lake.load(SECOND)
    result = lake.run(append)
    forced = lake.run(append, force=True)

    assert again.is_unchanged
    assert lake.rows() == [(1, "Oslo"), (2, "Bari"), (2, "Graz"), (3, "Rome")]
    assert (result.rows, forced.rows) == (4, 4)
    assert lake.platform.tables()[0].profile.rows == 4
    assert [s.operation for s in lake.platform.history("curated.shop.out")][-1] == "append"


def test_rows_that_arrive_while_a_run_is_planned_are_left_for_the_next(lake, append, monkeypatch):
    """A load by somebody else at the worst moment: how far the source was read is known, and nothing was read yet."""
    lake.load(FIRST)

    def advance_and_load(*arguments):
        found = advance(*arguments)
        monkeypatch.undo()
        lake.load(SECOND)
        return found

    monkeypatch.setattr(planning, "advance", advance_and_load)
    lake.run(append)
    lake.run(append, force=True)

    assert lake.rows() == [(1, "Oslo"), (2, "Bari"), (2, "Graz"), (3, "Rome")]


def test_rows_that_arrive_late_are_told_and_read_by_a_full_run(lake, append):
    lake.load(FIRST)
    lake.run(append)
    lake.load(SECOND + "4,2024-01-01,Late,4\n")

    with pytest.raises(SourceError, match=r"1 rows of raw\.shop\.news with day <= 2024-01-02 arrived after"):
        lake.run(append)
    lake.run(append, full=True)

    assert len(lake.rows()) == 5
    assert lake.run(append, force=True).rows == 5


def test_rows_without_a_value_to_go_by_are_told_before_anything_runs(lake, append):
    lake.load(FIRST + "9,,Nowhere,9\n")

    with pytest.raises(SourceError, match=r"1 rows of raw\.shop\.news have no day"):
        lake.run(append)


def test_a_table_that_was_made_otherwise_is_not_appended_to(lake, append, spec_of):
    lake.load(FIRST)
    whole = spec_of("""
        {name: out, sources: {news: raw.shop.news}, target: {table: curated.shop.out},
         steps: [{name: few, select: {from: news, columns: [id, city]}}]}
        """)
    lake.run(whole)

    with pytest.raises(SpecError, match="does not say how far news was read"):
        lake.run(append)
    lake.run(append, full=True)

    assert lake.rows() == [(1, "Oslo"), (2, "Graz")]


def test_merge_reads_with_a_lookback_and_updates_by_key(lake, spec_of):
    merge = spec_of("""
        name: out
        sources: {news: raw.shop.news}
        incremental: {news: {by: day, lookback: 1 day}}
        steps:
        - {name: latest, dedupe: {from: news, by: [id], order_by: [day desc, n desc]}}
        - {name: few, drop: {from: latest, columns: [day]}}
        target: {table: curated.shop.out, write: merge, key: [id]}
        """)
    lake.load(FIRST)
    lake.run(merge)
    lake.load(SECOND + "5,2024-01-02,Late,5\n")
    lake.run(merge)

    assert lake.rows() == [(1, "Oslo", 1), (2, "Bari", 20), (3, "Rome", 3), (5, "Late", 5)]


def test_a_key_that_stands_twice_is_not_merged(lake, spec_of):
    merge = spec_of("""
        {name: out, sources: {news: raw.shop.news}, target: {table: curated.shop.out, write: merge, key: [id]}}
        """)
    lake.load(FIRST)
    lake.run(merge)
    lake.load(SECOND)

    with pytest.raises(CheckFailedError, match="unique_id"):
        lake.run(merge)

    assert lake.rows()[1][2] == "Graz"


def test_versions_are_kept_with_their_times(lake, spec_of):
    versions = spec_of("""
        name: out
        sources: {news: raw.shop.news}
        steps:
        - {name: few, drop: {from: news, columns: [n]}}
        target: {table: curated.shop.out, write: scd2, key: [id], changed_at: day}
        """)
    lake.load(FIRST)
    lake.run(versions)
    lake.load(SECOND)
    lake.run(versions)

    found = [(id_, city, str(since), str(until), current) for id_, _, city, since, until, current in lake.rows()]
    assert found == [
        (1, "Oslo", "2024-01-01", "None", True),
        (2, "Graz", "2024-01-02", "2024-01-03", False),
        (2, "Bari", "2024-01-03", "None", True),
        (3, "Rome", "2024-01-03", "None", True),
    ]


def test_whole_partitions_are_read_again_and_replaced(lake, spec_of):
    partitions = spec_of("""
        name: out
        sources: {news: raw.shop.news}
        incremental: {news: {by: day, read: partitions}}
        steps:
        - {name: counts, aggregate: {from: news, by: [day], measures: {rows: count(*), n: sum(n)}}}
        target: {table: curated.shop.out, write: replace_partitions, partition_by: [day]}
        """)
    lake.load(FIRST)
    lake.run(partitions)
    lake.load(FIRST + "7,2024-01-02,More,7\n8,2024-01-04,New,8\n")
    lake.run(partitions)

    assert [(str(day), rows, n) for day, rows, n in lake.rows()] == [
        ("2024-01-01", 1, 1), ("2024-01-02", 2, 9), ("2024-01-04", 1, 8)]  # fmt: skip


BY_MONTH = """
    name: out
    sources: {news: raw.shop.news}
    incremental: {news: {by: day, read: partitions}}
    steps:
    - {name: monthly, derive: {from: news, columns: {month: "cast(date_trunc('month', day) as date)"}}}
    target: {table: curated.shop.out, write: replace_partitions, partition_by: [PARTITION]}
    """


def test_a_month_of_which_some_days_are_read_is_refused_and_what_is_advised_loses_no_row(lake, spec_of):
    lake.load(FIRST)
    with pytest.raises(
        SpecError, match="may give a part of a partition by month: its other rows would be lost"
    ) as told:
        lake.run(spec_of(BY_MONTH.replace("PARTITION", "month")))

    advised = spec_of(BY_MONTH.replace("PARTITION", "month, day"))
    lake.run(advised)
    lake.load(SECOND)
    lake.run(advised)

    assert "partition by day as it is in news" in str(told.value)
    assert [(id_, str(day)) for id_, day, *_ in lake.rows()] == [
        (1, "2024-01-01"), (2, "2024-01-02"), (2, "2024-01-03"), (3, "2024-01-03")]  # fmt: skip


def test_new_days_replace_whole_days_only_when_rows_are_read_again(lake, spec_of):
    days = spec_of("""
        name: out
        sources: {news: raw.shop.news}
        incremental: {news: {by: day, lookback: 1 day}}
        target: {table: curated.shop.out, write: replace_partitions, partition_by: [day]}
        """)
    lake.load(FIRST)
    lake.run(days)
    lake.load(SECOND + "5,2024-01-02,Late,5\n")
    lake.run(days)

    assert [id_ for id_, *_ in lake.rows()] == [1, 2, 2, 3, 5]


@pytest.mark.parametrize("write", ["write: merge, key: [id]", "write: replace_partitions, partition_by: [day]"])
def test_a_sort_that_a_second_run_could_not_keep_is_refused_at_the_first(lake, spec_of, write):
    lake.load(FIRST)
    text = f"""
        {{name: out, sources: {{news: raw.shop.news}}, target: {{table: curated.shop.out, {write}}},
         steps: [{{name: sorted, sort: {{from: news, by: [n]}}}}]}}
        """

    with pytest.raises(SpecError, match="have no order"):
        lake.run(spec_of(text))
    whole = spec_of(text.replace("steps: [{name: sorted, sort: {from: news, by: [n]}}]", "steps: []"))
    lake.run(whole)
    lake.load(SECOND.replace("2,2024-01-02,Graz,2\n", ""))
    lake.run(whole)

    assert len(lake.rows()) == (3 if "merge" in write else 4)


def test_a_run_that_started_from_an_older_state_starts_again_from_the_rows_of_today(lake, append):
    lake.load(FIRST)
    lake.run(append)
    lake.load(SECOND)
    slow, fast = lake.platform.plan_spec(append), lake.platform.plan_spec(append)
    lake.platform.run(fast)

    result = lake.platform.run(slow, force=True)

    published = [e for _, e in lake.platform.events(result.run_id) if e.stage == "publish" and e.kind == "finished"]
    assert len(lake.rows()) == 4
    assert "published by another run meanwhile" in published[0].facts["conflict"]
    assert published[1].facts["snapshot_id"] == result.snapshot_id
    assert lake.platform.runs()[0].state == "published"


def test_after_a_rollback_the_next_run_reads_on_from_there(lake, append):
    lake.load(FIRST)
    first = lake.run(append)
    lake.load(SECOND)
    lake.run(append)
    lake.platform.rollback("curated.shop.out", first.snapshot_id)
    lake.run(append)

    assert len(lake.rows()) == 4


def test_a_plan_says_what_it_reads_and_keeps(lake, append):
    lake.load(FIRST)
    lake.run(append)

    plan = lake.platform.plan_spec(append)

    assert plan.explanation[0] == "keep rows where `day` > cast('2024-01-02' as date); about 2 rows"
    assert plan.writing.appends
