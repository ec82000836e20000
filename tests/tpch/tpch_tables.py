"""The eight tables of TPC-H as Parquet, and its 22 queries as specs and as the standard's own SQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.core.plan import PinnedTable
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked

HERE = Path(__file__).parent
TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
QUERIES = [f"q{number:02}" for number in range(1, 23)]
TYPES = {pa.int64(): "bigint", pa.int32(): "int", pa.date32(): "date", pa.decimal128(15, 2): "decimal(15,2)"}


def make_tables(folder: Path, *, scale: float) -> None:
    """Generate ``<table>.parquet`` for each table at a scale factor."""
    program = Path(sys.executable).with_name("tpchgen-cli")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, "parquet", "-s", str(scale), "-o", folder, "-q"], check=True)


def schema_of(file: Path) -> TableSchema:
    """The table's columns; every type that is not in TYPES is a text."""
    fields = pq.read_schema(file)
    return TableSchema(tuple(Column(field.name, TYPES.get(field.type, "string")) for field in fields))


def load_spec(query: str) -> PipelineSpec:
    """The spec of ``q01`` to ``q22``."""
    return parse_spec((HERE / "specs" / f"{query}.yaml").read_text())


def checked_queries(folder: Path) -> dict[str, CheckedSpec]:
    """All specs, checked against the tables in a folder."""
    schemas = {TableRef.parse(f"raw.tpch.{name}"): schema_of(folder / f"{name}.parquet") for name in TABLES}
    return {query: require_checked(load_spec(query), schemas) for query in QUERIES}


def pin_sources(folder: Path, checked: dict[str, CheckedSpec]) -> dict[str, PinnedTable]:
    """Every source that some spec names, pinned to its table's file."""
    return {name: _pinned(ref, folder / f"{ref.name}.parquet")
            for spec in checked.values() for name, ref in spec.spec.sources.items()}  # fmt: skip


def _pinned(ref: TableRef, file: Path) -> PinnedTable:
    rows = pq.ParquetFile(file).metadata.num_rows
    return PinnedTable(ref, 1, schema_of(file), (str(file),), rows, file.stat().st_size)


def reference_sql(query: str) -> str:
    """The standard's SQL with its validation parameters."""
    return (HERE / "queries" / f"{query}.sql").read_text()


def reference_rows(query: str, folder: Path) -> pa.Table:
    """What DuckDB answers to the standard's SQL over the same files."""
    with duckdb.connect() as connection:
        for name in TABLES:
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
        return connection.execute(reference_sql(query)).to_arrow_table()
