"""Rows that fail a check are set apart, the rest is published, and the two add up to what was staged."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from datamorph import open_platform
from datamorph.core.plan import Questions, Refusal
from datamorph.core.run import RunState, Stage
from datamorph.core.spec import parse_spec
from datamorph.errors import CheckFailedError, SpecError

HEADER = "id,day,city,n\n"
ROWS = "1,2024-01-01,Oslo,1\n2,2024-01-02,,-2\n3,2024-01-03,Rome,\n4,2024-01-04,Bari,-7\n5,2024-01-05,,5\n"
SPEC = """
name: out
sources: {news: raw.shop.news}
steps:
- {name: few, select: {from: news, columns: [id, day, city, n]}}
target: {table: curated.shop.out}
checks:
- {expect_column_values_to_not_be_null: {column: city}, on_fail: quarantine}
- {expect_column_values_to_be_between: {column: n, min_value: 0}, on_fail: quarantine}
- expect_table_row_count_to_be_between: {min_value: 1}
"""
QUARANTINE = "SELECT id, _failed_checks FROM curated.shop.out__quarantine ORDER BY id"


class Lake:
    """A platform that loads rows into raw.shop.news and runs variants of one spec over them."""

    def __init__(self, folder):
        self.platform, self._file = open_platform(folder / "home"), folder / "news.csv"
        self.load(ROWS)

    def load(self, text):
        self._file.write_text(HEADER + text)
        self.platform.load(self._file, "raw.shop.news", force=True)

    def plan(self, **changes):
        text = SPEC
        for old, new in changes.pop("replacing", {}).items():
            text = text.replace(old, new)
        return self.platform.plan_spec(parse_spec(text))

    def run(self, **changes):
        return self.platform.run(self.plan(**changes), force=True)

    def rows(self, sql="SELECT id FROM curated.shop.out ORDER BY id"):
        return [tuple(row.values()) for row in self.platform.query(sql).to_pylist()]

    def audit(self, run_id):
        events = [event for _, event in self.platform.events(run_id)]
        return next(event.facts for event in events if event.stage is Stage.AUDIT and "checks" in event.facts)


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path)
    yield lake
    lake.platform.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A lake in which the spec ran once, and what came of it: to be looked at only."""
    lake = Lake(tmp_path_factory.mktemp("published"))
    yield lake, lake.run()
    lake.platform.close()


APPEND = {"target: {table: curated.shop.out}": "target: {table: curated.shop.out, write: append}\n"
          "incremental: {news: {by: day}}"}  # fmt: skip
MERGE = {"target: {table: curated.shop.out}": "target: {table: curated.shop.out, write: merge, key: [id]}\n"
         "incremental: {news: {by: day}}"}  # fmt: skip
VERSIONS = {"target: {table: curated.shop.out}": "target: {table: curated.shop.out, write: scd2, key: [id],"
            " changed_at: day}"}  # fmt: skip


def test_failing_rows_are_set_apart_with_every_reason_and_the_rest_is_published(published):
    lake, result = published

    assert lake.rows() == [(1,), (3,)]
    assert lake.rows(QUARANTINE) == [(2, "not_null_city, between_n"), (4, "between_n"), (5, "not_null_city")]
    assert (result.rows, result.quarantined) == (2, 3)
    ((run_id, at),) = lake.rows("SELECT DISTINCT _run_id, _quarantined_at FROM curated.shop.out__quarantine")
    assert run_id == result.run_id
    assert at.tzinfo is not None


def test_the_run_log_says_how_the_rows_add_up(published):
    lake, result = published
    facts = lake.audit(result.run_id)

    assert (facts["staged"], facts["kept"], facts["quarantined"]) == (5, 2, 3)
    counts = {check["name"]: check["observed"]["unexpected_count"] for check in facts["checks"][1:3]}
    assert counts == {"not_null_city": 2, "between_n": 2}
    assert facts["checks"][3]["observed"] == {"row_count": 2}


def test_a_check_of_the_whole_table_judges_the_rows_that_stay(lake):
    with pytest.raises(CheckFailedError, match="2 rows"):
        lake.run(replacing={"min_value: 1": "min_value: 3"})

    assert [str(table.ref) for table in lake.platform.tables()] == ["raw.shop.news"]


def test_mostly_says_how_many_rows_may_be_set_apart(lake):
    with pytest.raises(CheckFailedError, match="between_n: 2 of 5 rows do not fit"):
        lake.run(replacing={"column: n, min_value: 0": "column: n, min_value: 0, mostly: 0.9"})

    assert lake.run(replacing={"column: n, min_value: 0": "column: n, min_value: 0, mostly: 0.4"}).quarantined == 3


def test_a_replaced_table_has_a_quarantine_that_is_replaced(lake):
    lake.run()
    lake.run()
    assert len(lake.rows(QUARANTINE)) == 3

    lake.load("1,2024-01-01,Oslo,1\n")
    lake.run()

    assert lake.rows(QUARANTINE) == []


def test_no_quarantine_is_made_without_a_row_for_it(lake):
    lake.load("1,2024-01-01,Oslo,1\n")
    lake.run()

    assert [str(table.ref) for table in lake.platform.tables()] == ["curated.shop.out", "raw.shop.news"]


@pytest.mark.long
def test_appended_rows_add_up_over_runs_that_fail_between_the_two_commits_or_start_again(lake):
    lake.run(replacing=APPEND)
    lake.load(ROWS + "6,2024-01-06,,6\n7,2024-01-06,Linz,7\n")
    late, later = lake.plan(replacing=APPEND), lake.plan(replacing=APPEND)
    lake.run(replacing=APPEND)
    assert (lake.rows(), [id_ for id_, _ in lake.rows(QUARANTINE)]) == ([(1,), (3,), (7,)], [2, 4, 5, 6])

    with pytest.raises(CheckFailedError, match="row_count: 0 rows"):  # it starts again, and nothing is left to append
        lake.platform.run(late, force=True)
    left = lake.rows("SELECT _run_id FROM curated.shop.out__quarantine WHERE id = 6")
    lake.load(ROWS + "6,2024-01-06,,6\n7,2024-01-06,Linz,7\n8,2024-01-08,,8\n9,2024-01-08,Linz,9\n")
    result = lake.platform.run(later, force=True)  # it starts again with what is new since

    assert len(left) == 2
    assert (result.quarantined, lake.rows()) == (1, [(1,), (3,), (7,), (9,)])
    assert [id_ for id_, _ in lake.rows(QUARANTINE)] == [2, 4, 5, 6, 8]
    assert lake.rows(f"SELECT id FROM curated.shop.out__quarantine WHERE _run_id = '{result.run_id}'") == [(8,)]
    runs = {snapshot.properties["run_id"] for snapshot in lake.platform.history("curated.shop.out")}
    assert {run for (run,) in lake.rows("SELECT DISTINCT _run_id FROM curated.shop.out__quarantine")} <= runs


VICTIM = """\
import os, signal, sys
from datamorph import open_platform
from datamorph.core.spec import parse_spec

def observe(run, event):
    if (event.stage.value, event.kind.value) == ("publish", "progress"):
        os.kill(os.getpid(), signal.SIGKILL)

platform = open_platform(sys.argv[1])
platform.run(platform.plan_spec(parse_spec(sys.argv[2])), observe=observe)
"""


def test_a_run_that_is_killed_between_the_two_commits_is_told_and_leaves_nothing_twice(lake):
    text = SPEC.replace(*next(iter(APPEND.items())))
    lake.run(replacing=APPEND)
    lake.load(ROWS + "6,2024-01-06,,6\n7,2024-01-06,Linz,7\n")

    victim = subprocess.run([sys.executable, "-c", VICTIM, str(lake.platform.settings.home), text], check=False)

    assert victim.returncode == -signal.SIGKILL
    assert lake.rows() == [(1,), (3,)]
    killed = open_platform(lake.platform.settings.home).runs()[0]
    assert killed.state is RunState.INTERRUPTED
    left = lake.rows("SELECT id, _run_id FROM curated.shop.out__quarantine WHERE id = 6")
    assert left == [(6, killed.run_id)]
    again = lake.run(replacing=APPEND)
    assert lake.rows() == [(1,), (3,), (7,)]
    assert lake.rows("SELECT id, _run_id FROM curated.shop.out__quarantine WHERE id = 6") == [(6, again.run_id)]


def test_rows_that_fail_are_not_merged(lake):
    lake.run(replacing=MERGE)
    lake.load(ROWS + "1,2024-02-01,,100\n3,2024-02-01,Ulm,30\n8,2024-02-01,Graz,8\n")

    merged = lake.run(replacing=MERGE)

    rows, apart = lake.rows("SELECT id, city, n FROM curated.shop.out ORDER BY id"), lake.rows(QUARANTINE)
    assert rows == [(1, "Oslo", 1), (3, "Ulm", 30), (8, "Graz", 8)]
    assert (1, "not_null_city") in apart
    again = lake.platform.rerun(merged.run_id)
    assert lake.rows("SELECT id, city, n FROM curated.shop.out ORDER BY id") == rows
    assert (again.quarantined, lake.rows(QUARANTINE)) == (merged.quarantined, apart)


def test_rows_that_met_the_table_and_failed_there_can_be_compared_with_it(lake):
    lake.run(replacing=MERGE)
    lake.load(ROWS + "6,2024-01-06,,6\n7,2024-01-06,Linz,7\n")
    few = {**MERGE, "{min_value: 1}": "{max_value: 2}"}

    with pytest.raises(CheckFailedError, match="row_count: 3 rows"):
        lake.run(replacing=few)

    failed = lake.platform.runs()[0].run_id
    diff = lake.platform.diff_staged(failed)
    assert (diff.rows_before, diff.rows_after, diff.added, diff.removed) == (2, 3, 1, 0)
    assert lake.platform.read_staged(failed).num_rows == 2


def test_rows_that_fail_are_no_version_of_a_key(lake):
    lake.load("1,2024-01-01,Oslo,1\n1,2024-01-02,,2\n1,2024-01-03,Rome,3\n")

    lake.run(replacing=VERSIONS)

    versions = lake.rows("SELECT city, is_current FROM curated.shop.out ORDER BY valid_from")
    assert versions == [("Oslo", False), ("Rome", True)]
    assert lake.rows(QUARANTINE) == [(1, "not_null_city")]


def test_only_what_tells_row_by_row_may_set_rows_apart(lake):
    with pytest.raises(SpecError, match="does not tell for each row alone"):
        lake.plan(replacing={"expect_column_values_to_not_be_null: {column: city}":
                             "expect_column_values_to_be_unique: {column: id}"})  # fmt: skip


def test_planners_do_not_read_quarantines(published):
    lake, _ = published

    outcome = lake.platform.plan("average of _failed_checks per city of out__quarantine")

    assert isinstance(outcome, Refusal | Questions)
    assert "curated.shop.out__quarantine" not in str(outcome)
