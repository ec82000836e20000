"""Queries in processes of their own: what one does to time and memory ends with it, and nothing else does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.adapters.query.isolated import IsolatedQueries
from datamorph.errors import QueryError

STUCK = "SELECT md5(repeat('x', 1000000000))"
"""One value that takes long: DuckDB looks at the clock between rows only."""
HUGE = "SELECT repeat('x', 4000000) FROM range(100000)"
"""Texts that DuckDB does not count as its memory."""


@pytest.fixture(scope="module")
def queries(tmp_path_factory) -> Iterator[IsolatedQueries]:
    spill = tmp_path_factory.mktemp("spill")
    found = IsolatedQueries(DuckDBQueries(), memory_limit="200MB", temp_dir=spill)
    yield found
    found.close()
    assert list(spill.iterdir()) == []


def workers() -> set[int]:
    """Processes that this one has started and that live."""
    mine = set[int]()
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            mine |= {int(child) for child in (thread / "children").read_text().split()}
    return {pid for pid in mine if b"query.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_rows_types_and_mistakes_come_back_as_from_a_query_here(queries, tmp_path):
    file = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"id": [1, 2], "amount": [1.5, None]}), file)
    inputs = {"raw.shop.orders": [str(file)]}
    sql = "SELECT *, DATE '2026-01-31' AS day, [id] AS list FROM raw.shop.orders"

    assert queries.query(sql, inputs=inputs) == DuckDBQueries().query(sql, inputs=inputs)
    with pytest.raises(QueryError, match=r'"ids" not found'):
        queries.query("SELECT ids FROM raw.shop.orders", inputs=inputs)
    with pytest.raises(QueryError, match="more than 1 rows"):
        queries.query("SELECT * FROM raw.shop.orders", inputs=inputs, most_rows=1)


def test_one_process_answers_many_queries(queries):
    before = [queries.query("SELECT 1 AS a", inputs={}) for _ in range(3)]
    one = workers()
    after = queries.query("SELECT 2 AS a", inputs={})

    assert workers() == one
    assert [table.to_pylist() for table in (*before, after)] == [[{"a": 1}]] * 3 + [[{"a": 2}]]


def test_what_is_stuck_within_a_value_is_ended_and_the_next_query_is_answered(queries):
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"longer than 0\.2 s"):
        queries.query(STUCK, inputs={}, timeout_s=0.2)

    assert time.monotonic() - started < 60
    assert queries.query("SELECT 1 AS a", inputs={}).to_pylist() == [{"a": 1}]


@pytest.mark.long
def test_a_query_that_spills_before_anything_did_has_a_place_and_names_no_folder(tmp_path):
    queries = DuckDBQueries(memory_limit="50MB", threads=1, temp_dir=tmp_path / "state" / "tmp" / "queries")

    rows = queries.query("SELECT max(b) AS b FROM (SELECT b, row_number() OVER (ORDER BY b) AS n FROM (SELECT "
                         "md5(i::VARCHAR) AS b FROM range(3000000) r(i)))", inputs={})  # fmt: skip
    with pytest.raises(QueryError) as error:
        DuckDBQueries().query("SELECT * FROM t", inputs={"t": [str(tmp_path / "my files" / "gone.parquet")]})

    assert rows.num_rows == 1
    assert "gone.parquet" in error.value.problem
    assert "my files" not in str(error.value)
    assert str(tmp_path) not in str(error.value)


def test_what_needs_too_much_memory_ends_without_harm_to_who_asked(queries):
    with pytest.raises(QueryError, match=r"memory|longer"):
        queries.query(HUGE, inputs={}, timeout_s=30)

    assert queries.query("SELECT 1 AS a", inputs={}).to_pylist() == [{"a": 1}]


def test_a_result_that_is_too_large_to_hold_is_refused(queries):
    with pytest.raises(QueryError, match=r"the result has|memory"):
        queries.query("SELECT repeat('x', 1000000) AS t FROM range(400)", inputs={})


def test_a_query_sees_nothing_of_the_environment_of_who_asked(queries, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "hidden")
    queries.query("SELECT 1", inputs={})

    texts = [Path(f"/proc/{pid}/environ").read_bytes() for pid in workers()]
    assert texts
    assert not any(b"hidden" in text or b"SECRET" in text for text in texts)


def test_its_processes_end_with_it(tmp_path):
    found = IsolatedQueries(DuckDBQueries(), temp_dir=tmp_path)
    before = workers()
    found.query("SELECT 1", inputs={})
    assert workers() - before

    found.close()

    assert workers() <= before
