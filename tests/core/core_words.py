"""The vocabulary of these tests: two tables, specs over them, and DuckDB to run what is compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb

from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.problem import Problem
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, typecheck

ORDERS = TableSchema.of(
    id="bigint", shop="string", amount="decimal(10,2)", weight="double", quantity="int", ordered_on="date",
    ordered_at="timestamp_ntz", seen_at="timestamp", is_gift="boolean", tags="array<string>",
)  # fmt: skip
SHOPS = TableSchema.of(shop="string", name="string", id="bigint")
TABLES = {"orders": ORDERS, "shops": SHOPS}


def a_spec(*steps: Mapping[str, Any], tables: Mapping[str, TableSchema] = TABLES, **fields: Any) -> PipelineSpec:
    """A spec whose sources are the tables that its steps name."""
    named = str([list(step.values()) for step in steps])
    sources = {name: f"raw.t.{name}" for name in tables if f"'{name}'" in named} or {next(iter(tables)): "raw.t.orders"}
    return build_spec({"name": "t", "sources": sources, "steps": steps, "target": {"table": "curated.t.out"}, **fields})


def outcome(*steps: Mapping[str, Any], tables: Mapping[str, TableSchema] = TABLES, **fields: Any):
    schemas = {TableRef.parse(f"raw.t.{name}"): schema for name, schema in tables.items()}
    return typecheck(a_spec(*steps, tables=tables, **fields), schemas)


def a_checked(*steps: Mapping[str, Any], tables: Mapping[str, TableSchema] = TABLES, **fields: Any) -> CheckedSpec:
    found = outcome(*steps, tables=tables, **fields)
    assert isinstance(found, CheckedSpec), [str(problem) for problem in found]
    return found


def problems(*steps: Mapping[str, Any], tables: Mapping[str, TableSchema] = TABLES, **fields: Any) -> list[Problem]:
    found = outcome(*steps, tables=tables, **fields)
    return [] if isinstance(found, CheckedSpec) else list(found)


def codes(*steps: Mapping[str, Any], tables: Mapping[str, TableSchema] = TABLES, **fields: Any) -> list[str]:
    return [problem.code for problem in problems(*steps, tables=tables, **fields)]


def out(kind: str, **body: Any) -> dict[str, Any]:
    """A step named ``out``; ``from_`` is written ``from`` in a spec and is ``orders`` unless told."""
    if not {"left", "of"} & set(body):
        body = {"from": body.pop("from_", "orders"), **body}
    return {"name": "out", kind: body}


def types(checked: CheckedSpec) -> dict[str, str]:
    return {column.name: column.type for column in checked.schema}


def pyspark_body(checked: CheckedSpec) -> list[str]:
    """The statements of ``transform``, without its docstring."""
    lines = compile_pyspark(checked).splitlines()
    return [line.strip() for line in lines[lines.index('    """T."""') + 1 :] if line.strip()]


def create(
    connection: duckdb.DuckDBPyConnection, name: str, schema: TableSchema, rows: Sequence[Sequence[Any]]
) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    columns = ", ".join('"' + c.name.replace('"', '""') + f'" {duckdb_type(c.type)}' for c in schema)
    connection.execute(f"CREATE TABLE {quoted} ({columns})")
    if rows:
        connection.executemany(f"INSERT INTO {quoted} VALUES ({', '.join('?' * len(schema))})", rows)


def run(checked: CheckedSpec, tables: Mapping[str, TableSchema] = TABLES, **rows: Sequence[Sequence[Any]]):
    """What the compiled SELECT gives in DuckDB: ``(column names, rows)``."""
    connection = _database()
    connection.begin()  # opening a database takes longer than most of these queries
    try:
        for name in checked.spec.sources:
            create(connection, name, tables[name], rows.get(name, []))
        result = connection.execute(compile_sql(checked))
        return [column[0] for column in result.description], result.fetchall()
    finally:
        connection.rollback()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def rows(checked: CheckedSpec, tables: Mapping[str, TableSchema] = TABLES, **data: Sequence[Sequence[Any]]):
    return run(checked, tables, **data)[1]
