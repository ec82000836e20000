"""TPC-H: 22 queries as specs give the answers of the standard's own SQL, through both compilers and on every engine."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_batch import run_batch
from engine_cases import needs_java
from tpch_tables import QUERIES, checked_queries, load_spec, make_tables, pin_sources, reference_rows

from datamorph.adapters.engines import open_engine
from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.sql import compile_sql
from datamorph.platform.verification import compare_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SCALE = 0.01
ENGINES = ["sail", pytest.param("jvm", marks=[needs_java, pytest.mark.long])]
SORTED = [query for query in QUERIES if load_spec(query).steps[-1].step.kind in ("sort", "top")]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tpch")
    make_tables(folder, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def checked(tables):
    return checked_queries(tables)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, tables, checked):
    """All queries on an engine, run in one job when the first of them asks."""
    found = {}

    def of(name):
        if name not in found:
            folder = tmp_path_factory.mktemp(name)
            engine = open_engine(name, folder / "jobs")
            found[name] = run_batch(engine, checked, pin_sources(tables, checked), folder)
        return found[name]

    return of


def assert_answers(rows, query, tables, *, engine):
    expected = reference_rows(query, tables)
    verdict = compare_rows(rows.rename_columns(expected.column_names), expected, engine=engine)
    assert rows.column_names == expected.column_names
    assert verdict.passed, (verdict.observed, verdict.failing)


@pytest.mark.parametrize("query", QUERIES)
def test_the_compiled_sql_gives_the_standards_answer(query, checked, tables):
    inputs = {name: table.files for name, table in pin_sources(tables, checked).items()}

    rows = DuckDBQueries().query(compile_sql(checked[query]), inputs=inputs)

    assert_answers(rows, query, tables, engine="duckdb")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_compiled_pyspark_gives_the_standards_answer(engine, query, outcomes, checked, tables):
    outcome = outcomes(engine)[query]

    assert not outcome.error, (outcome.error, compile_pyspark(checked[query]))
    rows = DuckDBQueries().query("select * from staged", inputs={"staged": outcome.files})
    assert_answers(rows, query, tables, engine=engine)
    assert list(outcome.columns.items()) == [(column.name, column.type) for column in checked[query].schema]


@pytest.mark.parametrize("query", SORTED)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_sorted_answer_is_written_in_its_order(engine, query, outcomes, tables):
    files = outcomes(engine)[query].files

    rows = pa.concat_tables([pq.ParquetFile(file).read() for file in files]).to_pylist()

    expected = reference_rows(query, tables).to_pylist()
    exact = [name for name, value in expected[0].items() if not isinstance(value, float)]
    assert [[row[name] for name in exact] for row in rows] == [[row[name] for name in exact] for row in expected]
