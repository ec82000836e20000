"""Merge, partitions and versions write only what they touch; the files of all other rows stay as they are."""

from __future__ import annotations

import pytest

from datamorph import open_platform
from datamorph.core.plan import Plan
from datamorph.platform.ports import Ports

HEADER = "id,day,city,n\n"
FILES = 3


@pytest.fixture
def lake(tmp_path):
    """A platform whose table curated.shop.out has one file per id, 1 to 3, made by three merges."""
    platform = open_platform(tmp_path / "home")

    class Lake:
        def __init__(self):
            self.platform = platform
            self.port = Ports(platform.settings).lake

        def load(self, text):
            (tmp_path / "news.csv").write_text(HEADER + text)
            platform.load(tmp_path / "news.csv", "raw.shop.news", force=True)

        def run(self, spec):
            planned = platform.plan_spec(spec)
            assert isinstance(planned, Plan)
            return platform.run(planned, force=True)

        def rows(self):
            found = platform.query("SELECT * FROM curated.shop.out ORDER BY ALL").to_pylist()
            return [tuple(map(str, row.values())) for row in found]

        def files(self):
            (table,) = [t.ref for t in platform.tables() if t.ref.name == "out"]
            return set(self.port.pin(table).files)

    yield Lake()
    platform.close()


def target(spec_of, write):
    return spec_of(f"""
        name: out
        sources: {{news: raw.shop.news}}
        target: {{table: curated.shop.out, {write}}}
        """)


def fill(lake, spec):
    """One file per id: every merge brings keys of its own."""
    for n in range(1, FILES + 1):
        lake.load(f"{n},2024-01-0{n},Oslo,{n}\n")
        lake.run(spec)
    assert len(lake.files()) == FILES


def test_a_merge_rewrites_the_files_that_hold_its_keys(lake, spec_of):
    merge = target(spec_of, "write: merge, key: [id]")
    fill(lake, merge)
    before = lake.files()

    lake.load("2,2024-01-09,Graz,20\n4,2024-01-09,Bari,4\n")
    result = lake.run(merge)

    assert lake.rows() == [("1", "2024-01-01", "Oslo", "1"), ("2", "2024-01-09", "Graz", "20"),
                           ("3", "2024-01-03", "Oslo", "3"), ("4", "2024-01-09", "Bari", "4")]  # fmt: skip
    assert len(lake.files() & before) == 2
    assert (result.rows, lake.platform.tables()[0].profile.rows) == (4, 4)
    (dry_run,) = [e for _, e in lake.platform.events(result.run_id) if e.stage == "dry_run" and e.kind == "finished"]
    assert dry_run.facts["rewritten_files"] == 1
    check = next(check for check in result.checks if check.name == "unique_id")
    assert check.passed


def test_replaced_partitions_leave_the_files_of_the_others(lake, spec_of):
    fill(lake, target(spec_of, "write: merge, key: [id]"))
    before = lake.files()

    lake.load("7,2024-01-02,Rome,7\n8,2024-01-02,Rome,8\n")
    lake.platform.run(
        lake.platform.plan_spec(target(spec_of, "write: replace_partitions, partition_by: [day]")), approve=True
    )

    assert lake.rows() == [("1", "2024-01-01", "Oslo", "1"), ("3", "2024-01-03", "Oslo", "3"),
                           ("7", "2024-01-02", "Rome", "7"), ("8", "2024-01-02", "Rome", "8")]  # fmt: skip
    assert len(lake.files() & before) == 2


@pytest.mark.parametrize("write", ["write: merge, key: [id]", "write: scd2, key: [id], changed_at: day"])
def test_a_key_that_moves_to_another_partition_is_found_where_it_was(lake, spec_of, write):
    spec = target(spec_of, f"{write}, partition_by: [day]")
    fill(lake, spec)

    lake.load("2,2024-02-01,Graz,2\n")
    lake.run(spec)

    now = [row[:3] for row in lake.rows() if row[-1] == "True" or "merge" in write]
    assert now == [("1", "2024-01-01", "Oslo"), ("2", "2024-02-01", "Graz"), ("3", "2024-01-03", "Oslo")]


def test_versions_of_other_keys_stay_where_they_are(lake, spec_of):
    scd2 = target(spec_of, "write: scd2, key: [id], changed_at: day")
    fill(lake, scd2)
    before = lake.files()

    lake.load("2,2024-02-01,Graz,2\n")
    lake.run(scd2)

    assert [row[:3] + row[4:] for row in lake.rows()] == [
        ("1", "2024-01-01", "Oslo", "2024-01-01", "None", "True"),
        ("2", "2024-01-02", "Oslo", "2024-01-02", "2024-02-01", "False"),
        ("2", "2024-02-01", "Graz", "2024-02-01", "None", "True"),
        ("3", "2024-01-03", "Oslo", "2024-01-03", "None", "True"),
    ]
    assert len(lake.files() & before) == 2
