"""Queries over Parquet files in DuckDB, locked down to those files."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Timer
from typing import TypeVar

import duckdb
import pyarrow as pa

from datamorph.adapters.query.failures import is_interruption, told
from datamorph.adapters.query.guard import check_query
from datamorph.adapters.query.profiling import profile_files
from datamorph.adapters.query.writing import write_rows
from datamorph.core.catalog import TableProfile
from datamorph.core.table import TableSchema
from datamorph.errors import QueryError
from datamorph.ports import StagedOutput

BATCH_ROWS = 10_000
TRIES = 3
Result = TypeVar("Result")

MAX_DEPTH = 4000
"""Every step of a spec is a nested SELECT to DuckDB, and its expressions count too; the default is 1,000."""


class DuckDBQueries:
    """QueryEngine port in this process; every query gets a database of its own, in memory.

    Args:
        memory_limit: most memory of one query, such as ``"2GB"``; beyond it, it spills into ``temp_dir``.
        temp_dir: folder for spilled data, created when needed; None keeps everything in memory.
    """

    def __init__(self, *, memory_limit: str = "2GB", threads: int = 2, temp_dir: Path | None = None) -> None:
        self._temp_dir = temp_dir
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temp_dir) if temp_dir else "",
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "python_enable_replacements": False,
        }

    def query(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], most_rows: int | None = None, timeout_s: float = 60.0
    ) -> pa.Table:
        """See QueryEngine.query."""
        check_query(sql, inputs.keys())
        with self._connected() as connection:
            _check_statements(connection, sql)
            _create_views(connection, inputs)

            def fetched() -> pa.Table:
                return _fetch(connection.execute(sql), most_rows)

            return _limited(connection, timeout_s, fetched)

    def write(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], into: str, schema: TableSchema, timeout_s: float = 60.0
    ) -> StagedOutput:
        """See QueryEngine.write."""
        check_query(sql, inputs.keys())
        with self._connected() as connection:
            _check_statements(connection, sql)
            _create_views(connection, inputs)
            return _limited(connection, timeout_s, lambda: write_rows(connection.execute(sql), into, schema))

    def profile(self, files: Sequence[str], schema: TableSchema) -> TableProfile:
        """See QueryEngine.profile."""
        with self._connected() as connection:
            return profile_files(connection, files, schema)

    @contextmanager
    def _connected(self) -> Generator[duckdb.DuckDBPyConnection]:
        try:
            if self._temp_dir is not None:  # DuckDB makes the folder when it spills, but none above it
                self._temp_dir.parent.mkdir(parents=True, exist_ok=True)
            with duckdb.connect(":memory:", config=self._config) as connection:
                connection.execute(f"SET TimeZone = 'UTC'; SET max_expression_depth TO {MAX_DEPTH}")
                yield connection
        except (duckdb.Error, OSError) as error:
            raise told(error) from error


def _check_statements(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """The guard reads SQL as sqlglot does: what DuckDB reads in the same text must be one SELECT too."""
    if [statement.type for statement in connection.extract_statements(sql)] != [duckdb.StatementType.SELECT]:
        raise QueryError("the query is not one SELECT to DuckDB", fix="give exactly one SELECT")


def _create_views(connection: duckdb.DuckDBPyConnection, inputs: Mapping[str, Sequence[str]]) -> None:
    """One view per input, reached by its whole name and by its parts; then nothing else can be reached."""
    files = [path for paths in inputs.values() for path in paths]
    connection.execute(f"SET allowed_paths = {_literal(files)}")
    connection.execute("SET enable_external_access = false")
    for name, paths in inputs.items():
        whole = f'"memory"."main".{_quoted(name)}'
        connection.execute(f"CREATE VIEW {whole} AS SELECT * FROM read_parquet({_literal(paths)})")
        *spaces, _ = parts = name.split(".")
        if len(spaces) == 2:  # noqa: PLR2004 (catalog and schema)
            connection.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {_quoted(spaces[0])}")
        if spaces:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {'.'.join(map(_quoted, spaces))}")
            connection.execute(f"CREATE VIEW {'.'.join(map(_quoted, parts))} AS FROM {whole}")
    connection.execute("SET lock_configuration = true")


def _limited(connection: duckdb.DuckDBPyConnection, timeout_s: float, work: Callable[[], Result]) -> Result:
    """What the work returns, stopped when it is late.

    A mistake that one of DuckDB's threads meets in a row sometimes reaches the reader as an interruption of the
    others, its message lost; the same work tells it when it is done again.
    """
    is_late = Event()

    def stop() -> None:
        is_late.set()
        connection.interrupt()

    timer = Timer(timeout_s, stop)
    timer.daemon = True
    timer.start()
    try:
        for _ in range(TRIES - 1):
            try:
                return work()
            except (duckdb.Error, OSError) as error:
                if is_late.is_set() or not is_interruption(error):
                    raise
        return work()
    except (duckdb.Error, OSError) as error:
        if not is_late.is_set():
            raise
        raise QueryError(f"the query took longer than {timeout_s:g} s", fix="filter or aggregate more") from error
    finally:
        timer.cancel()


def _fetch(result: duckdb.DuckDBPyConnection, most_rows: int | None) -> pa.Table:
    """All rows, fetched in batches so that a result that is too large is never held whole."""
    batches: list[pa.RecordBatch] = []
    rows = 0
    with result.to_arrow_reader(BATCH_ROWS) as reader:
        for batch in reader:
            batches.append(batch)
            rows += batch.num_rows
            if most_rows is not None and rows > most_rows:
                raise QueryError(f"the result has more than {most_rows:,} rows", fix=f"add LIMIT {most_rows}")
        return pa.Table.from_batches(batches, schema=reader.schema)


def _literal(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
