"""A run can be repeated on the very snapshots that it read, and differs in nothing but time."""

from __future__ import annotations

import pytest

from datamorph import open_platform
from datamorph.errors import ApprovalError, NotFoundError

OUT = "curated.shop.out"
TIMES = ("run_id", "rerun_of", "datamorph.profile")
APPEND = """
name: out
sources: {news: raw.shop.news}
incremental: {news: {by: id}}
target: {table: curated.shop.out, write: append}
"""


@pytest.fixture
def news(tmp_path):
    """A platform with a way to load raw.shop.news."""
    platform = open_platform(tmp_path / "home")

    def load(*ids):
        (tmp_path / "news.csv").write_text("id,n\n" + "".join(f"{i},{i * 10}\n" for i in ids))
        platform.load(tmp_path / "news.csv", "raw.shop.news", force=True)

    yield platform, load
    platform.close()


def published(platform):
    (line,) = [line for line in platform.history(OUT) if line.is_current]
    properties = {name: text for name, text in line.properties.items() if name not in TIMES}
    return platform.read(OUT).sort_by("id").to_pylist(), line.rows, properties


def test_a_repeated_run_publishes_the_same_rows_spec_and_inputs(platform, totals, first, home):
    before = platform.read(first.table).to_pylist()
    (home.parent / "orders.csv").write_text("order_id,customer_id,ordered_on,status,amount\n1,3,2024-01-01,open,7.5\n")
    platform.load(home.parent / "orders.csv", "raw.shop.orders")

    again = platform.rerun(first.run_id)

    new, old = platform.history(first.table)
    assert again.run_id != first.run_id
    assert platform.read(first.table).to_pylist() == before
    assert new.properties["rerun_of"] == first.run_id
    assert [line.properties["spec_hash"] for line in (new, old)] == [totals.hash()] * 2
    assert new.properties["inputs"] == old.properties["inputs"]


def test_a_repeated_append_adds_its_rows_to_those_that_it_was_added_to(news, spec_of):
    platform, load = news
    append = spec_of(APPEND)
    load(1, 2)
    platform.run(platform.plan_spec(append))
    load(1, 2, 3)
    second = platform.run(platform.plan_spec(append))
    before = published(platform)
    load(1, 2, 3, 4)
    platform.run(platform.plan_spec(append))

    with pytest.raises(ApprovalError, match="was published by"):
        platform.rerun(second.run_id)
    platform.rerun(second.run_id, approve=True)

    rows, count, properties = published(platform)
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert (rows, count) == before[:2]
    kept = ("spec_hash", "inputs", "watermarks", "pipeline", "checks")
    assert {name: properties[name] for name in kept} == {name: before[2][name] for name in kept}
    platform.run(platform.plan_spec(append))
    assert [row["id"] for row in published(platform)[0]] == [1, 2, 3, 4]


def test_a_run_that_never_came_to_a_plan_cannot_be_repeated(platform):
    loaded = next(run for run in platform.runs() if run.prompt.startswith("load"))

    with pytest.raises(NotFoundError, match="has no plan to repeat"):
        platform.rerun(loaded.run_id)
    with pytest.raises(NotFoundError, match="there is no run 'x'"):
        platform.rerun("x")
