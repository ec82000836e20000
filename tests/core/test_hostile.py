"""Hostile specs are refused in a few words, or mean exactly what they say: nothing crashes, hangs, grows or leaks."""

from __future__ import annotations

import ast
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from hostile_specs import DATA, LITERALS, a_document, yaml_texts

from datamorph.core.checks import audit_sql
from datamorph.core.expectations import Scope
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec, build_spec, parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.errors import SpecError

ORDERS = TableSchema.of(
    id="bigint", amount="decimal(10,2)", status="string", note="string", ordered_on="date", is_gift="boolean"
)
LAKE = {TableRef.parse("raw.t.orders"): ORDERS}
LONGEST_ERROR = 4000
MOST_CPU_S = 5.0
"""Per spec; the slowest takes about two."""
MOST_GROWTH_MB = 500


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        opened.execute("SET enable_external_access = false; SET max_expression_depth TO 4000")
        opened.execute("CREATE TABLE orders (id BIGINT, amount DECIMAL(10,2), status VARCHAR, note VARCHAR, "
                       "ordered_on DATE, is_gift BOOLEAN)")  # fmt: skip
        opened.execute(
            "INSERT INTO orders VALUES (1, 2.5, 'a', 'b', '2024-01-31', true), (2, NULL, 'c', NULL, NULL, false)"
        )
        yield opened


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(checked: CheckedSpec, connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Compile to SQL; run the SELECT of a spec whose sources are all the same table."""
    compile_sql(checked, "spark")
    for name in checked.spec.sources:
        if name != "orders":
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM orders")
    select = compile_sql(checked)
    connection.execute("CREATE OR REPLACE TEMP TABLE staged AS " + select)
    found = connection.execute("FROM staged")
    assert tuple(column[0] for column in found.description) == checked.schema.names
    rows = found.fetchall()
    connection.execute(audit_sql(checked.spec.checks, Scope(checked.published))).fetchall()
    return rows


def is_harmless(pyspark: str) -> bool:
    """True when the module is imports of PySpark and one function that calls nothing but methods and ``F``."""
    *imports, function = ast.parse(pyspark).body
    assert all(isinstance(node, ast.ImportFrom) and node.module.startswith("pyspark.sql") for node in imports)
    assert isinstance(function, ast.FunctionDef)
    return all(
        isinstance(node.func, ast.Attribute)
        if isinstance(node, ast.Call)
        else not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda)
        for node in ast.walk(function)
    )


def settle(read: Callable[[], PipelineSpec], connection: duckdb.DuckDBPyConnection) -> str | None:
    """Refused in a few words with a fix (None), or right: the PySpark of it."""
    try:
        checked = require_checked(read(), LAKE)
    except SpecError as error:
        assert len(str(error)) < LONGEST_ERROR, str(error)[:300]
        assert error.fix
        return None
    run(checked, connection)
    assert parse_spec(checked.spec.to_yaml()) == checked.spec
    return compile_pyspark(checked)


def settle_all(reads: Iterator[Callable[[], PipelineSpec]], connection: duckdb.DuckDBPyConnection) -> list[bool]:
    found: list[bool] = []
    before = megabytes()
    for number, read in enumerate(reads):
        started = time.process_time()
        try:
            pyspark = settle(read, connection)
        except Exception as error:
            error.add_note(f"hostile spec number {number}")
            raise
        assert time.process_time() - started < MOST_CPU_S, number
        assert pyspark is None or is_harmless(pyspark), number
        found.append(pyspark is not None)
    assert megabytes() - before < MOST_GROWTH_MB
    return found


@pytest.mark.parametrize("family", DATA)
def test_hostile_data_is_refused_in_a_few_words_or_right(family, connection):
    found = settle_all((lambda data=data: build_spec(data) for data in DATA[family]()), connection)

    assert False in found
    assert True in found or family == "recursion"


def test_hostile_yaml_is_refused_in_a_few_words_or_right(connection):
    found = settle_all((lambda text=text: parse_spec(text) for text in yaml_texts()), connection)

    assert {True, False} == set(found)


def test_there_are_many_hostile_specs():
    assert sum(len(list(family())) for family in (*DATA.values(), yaml_texts)) > 1000


@pytest.mark.parametrize("text", LITERALS, ids=ascii)
def test_every_literal_arrives_intact(text, connection):
    quoted = "'" + text.replace("'", "''") + "'"
    steps = [
        {"name": "d", "derive": {"from": "orders", "columns": {"x": quoted}}},
        {"name": "f", "fill": {"from": "d", "values": {"note": text}}},
        {"name": "g", "filter": {"from": "f", "where": f"x = {quoted}"}},
    ]
    allowed = [{"expect_column_values_to_be_in_set": {"column": "x", "value_set": [text]}}]
    checked = require_checked(build_spec(a_document(steps=steps, checks=allowed)), LAKE)

    rows = run(checked, connection)
    pyspark = compile_pyspark(checked)

    assert is_harmless(pyspark)
    constants = [node.value for node in ast.walk(ast.parse(pyspark)) if isinstance(node, ast.Constant)]
    assert constants.count(text) >= 3
    assert [(row[3], row[-1]) for row in rows] == [("b", text), (text, text)]
    ((_, unexpected, _),) = connection.execute(audit_sql(checked.spec.checks, Scope(checked.published))).fetchall()
    assert unexpected == 0


@pytest.mark.parametrize("name", [name for name in LITERALS if 0 < len(name) < 200 and name.strip() == name], ids=ascii)
def test_every_column_name_arrives_intact(name, connection):
    steps = [{"name": "r", "rename": {"from": "orders", "columns": {name: "status"}}},
             {"name": "s", "sort": {"from": "r", "by": [f"{name} desc"]}}]  # fmt: skip
    if name.casefold() == "status" or name in ORDERS:
        pytest.skip("a column of the table")
    checked = require_checked(build_spec(a_document(steps=steps)), LAKE)

    rows = run(checked, connection)

    assert is_harmless(compile_pyspark(checked))
    assert checked.schema.names[2] == name
    assert [row[2] for row in rows] == ["c", "a"]
