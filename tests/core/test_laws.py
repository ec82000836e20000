"""What holds for every pipeline: laws over random tables, rows and specs.

``DATAMORPH_EXAMPLES`` sets how many of each are tried.
"""

from __future__ import annotations

import ast
import json
import os
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from core_words import create
from hypothesis import HealthCheck, assume, given, settings
from spec_strategies import pipelines

from datamorph.adapters.engines.sail import SailEngine
from datamorph.core.lineage import trace
from datamorph.core.plan import PinnedTable
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import build_spec, parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec, require_checked, typecheck
from datamorph.errors import EngineError
from datamorph.platform.verification import compare_rows
from datamorph.ports import TransformJob

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
law = settings(max_examples=int(os.environ.get("DATAMORPH_EXAMPLES", "75")), deadline=None, suppress_health_check=SLOW)
OVERFLOWS = (duckdb.OutOfRangeException, duckdb.ConversionException)


def checked_pipeline(data, tables) -> CheckedSpec:
    return require_checked(
        build_spec(data), {TableRef.parse(f"raw.t.{name}"): schema for name, schema in tables.items()}
    )


@contextmanager
def loaded(tables, rows):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, schema in tables.items():
            create(connection, name, schema, rows[name])
        yield connection


def result(checked, tables, rows) -> pa.Table:
    """Rows of the compiled SELECT; examples whose numbers overflow say so and are left out."""
    with loaded(tables, rows) as connection:
        try:
            return connection.execute(compile_sql(checked)).to_arrow_table()
        except OVERFLOWS:
            assume(False)
            raise


@law
@given(pipelines())
def test_a_document_reads_back_as_the_same_spec(pipeline):
    spec = build_spec(pipeline[0])

    assert parse_spec(spec.to_yaml()) == spec
    assert parse_spec(spec.to_yaml()).hash() == spec.hash()


@law
@given(pipelines())
def test_a_spec_that_checks_compiles_to_a_transform(pipeline):
    data, tables, _ = pipeline

    source = compile_pyspark(checked_pipeline(data, tables))

    (function,) = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert function.name == "transform"
    assert [argument.arg for argument in function.args.args] == list(data["sources"])
    assert isinstance(function.body[-1], ast.Return)


@law
@given(pipelines())
def test_a_spec_that_checks_runs_and_has_the_columns_it_promised(pipeline):
    data, tables, rows = pipeline
    checked = checked_pipeline(data, tables)

    found = result(checked, tables, rows)

    assert tuple(found.column_names) == checked.schema.names


@law
@given(pipelines())
def test_source_columns_outside_the_lineage_change_nothing(pipeline):
    data, tables, rows = pipeline
    checked = checked_pipeline(data, tables)
    read = {(ref.name, column) for ref, column in trace(checked).read}
    without = {
        name: [
            tuple(
                value if (name, column.name) in read else None for value, column in zip(row, tables[name], strict=True)
            )
            for row in rows[name]
        ]
        for name in tables
    }

    verdict = compare_rows(result(checked, tables, without), result(checked, tables, rows), engine="without")

    assert verdict.passed, (verdict.observed, verdict.failing, compile_sql(checked))


@law
@given(pipelines())
def test_a_changed_source_is_told_and_never_crashes_the_check(pipeline):
    data, tables, _ = pipeline
    schemas = {TableRef.parse(f"raw.t.{name}"): type(s)(s.columns[1:]) for name, s in tables.items()}

    found = typecheck(build_spec(data), schemas)

    assert isinstance(found, CheckedSpec) or all(problem.hint and problem.where for problem in found)


@pytest.mark.slow
@settings(
    max_examples=12, derandomize=True, deadline=None, suppress_health_check=[*SLOW, HealthCheck.function_scoped_fixture]
)
@given(pipelines())
def test_the_engine_gives_the_rows_of_the_second_compiler(tmp_path_factory, pipeline):
    data, tables, rows = pipeline
    checked, folder = checked_pipeline(data, tables), tmp_path_factory.mktemp("law")
    expected = result(checked, tables, rows)

    pinned = pin(tables, rows, folder)
    engine = SailEngine(folder / "jobs")
    try:
        staged = engine.run(
            TransformJob("run", compile_pyspark(checked), pinned, str(folder / "out"), checked.schema),
            lambda what, facts: None,
        )
    except EngineError as error:
        raise AssertionError((compile_pyspark(checked), error)) from error
    finally:
        engine.release()

    found = pa.concat_tables([pq.read_table(file) for file in staged.files]) if staged.rows else expected.slice(0, 0)
    verdict = compare_rows(found, expected, engine="sail")
    assert verdict.passed, (verdict.observed, verdict.failing, compile_pyspark(checked), rows)


def pin(tables, rows, folder):
    pinned = {}
    with loaded(tables, rows) as connection:
        for name, schema in tables.items():
            file = folder / f"{name}.parquet"
            connection.execute(f"COPY \"{name}\" TO '{file}' (FORMAT parquet)")
            ref = TableRef.parse(f"raw.t.{name}")
            pinned[name] = PinnedTable(ref, 1, schema, (str(file),), len(rows[name]), file.stat().st_size)
    return pinned


def scanned(connection, sql) -> set[tuple[str, str]]:
    """Columns that DuckDB reads from its tables once its optimizer has left out what no row of the result needs."""
    ((_, plan),) = connection.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()
    found, nodes = set(), list(json.loads(plan))
    while nodes:
        node = nodes.pop()
        nodes += node.get("children", [])
        facts = node.get("extra_info", {})
        table = str(facts.get("Table", "")).rpartition(".")[2].strip('"')
        columns = facts.get("Projections", []) if table else []
        found |= {(table, name.strip('"')) for name in ([columns] if isinstance(columns, str) else columns) if name}
    return found


@law
@given(pipelines())
def test_the_lineage_names_every_column_that_is_read(pipeline):
    data, tables, rows = pipeline
    checked = checked_pipeline(data, tables)
    read = {(ref.name, column) for ref, column in trace(checked).read}

    with loaded(tables, rows) as connection:
        assert scanned(connection, compile_sql(checked)) <= read
