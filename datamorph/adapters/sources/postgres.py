"""A table or view of a PostgreSQL database, read whole or from its cursor on, through ADBC."""

# pyarrow and ADBC ship no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import dbapi

from datamorph.adapters.sources.failures import told
from datamorph.adapters.sources.fields import VIEW, Field, write_rows
from datamorph.adapters.sources.postgres_address import PostgresAddress
from datamorph.adapters.sources.postgres_columns import (
    COLUMNS,
    KEY,
    PostgresColumn,
    literal,
    since,
    table_name,
    wanted,
)
from datamorph.adapters.sources.types import TargetType
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.problem import nearest
from datamorph.core.source_spec import Postgres
from datamorph.core.table import Column, TableSchema
from datamorph.errors import SourceError
from datamorph.ports import Discovered, Pending, Piece, ReadSecret, Report, StagedPiece

_ISOLATED = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TIME ZONE 'UTC'"


@dataclass(slots=True)
class _Opened:
    """One transaction: what is discovered in it is what is staged."""

    connection: Any
    columns: list[tuple[PostgresColumn, str]]
    condition: str


class PostgresSource:
    """Source port over one table; the whole of it is one piece.

    Args:
        key: columns that identify a row; the primary key where it is empty.
        secret: the value of a secret.
    """

    def __init__(self, postgres: Postgres, key: Sequence[str], secret: ReadSecret) -> None:
        self._postgres, self._key, self._address = postgres, tuple(key), PostgresAddress(postgres, secret)
        self._cursor: str | None = None
        self._opened: _Opened | None = None

    def pending(self, record: LoadRecord) -> Pending:
        """See Source.pending: only the database knows whether there is something new."""
        self._cursor = record.cursor if self._postgres.cursor else None
        write = "merge" if self._cursor is not None else "all"
        return Pending((Piece(self._postgres.table, write),))

    def glance(self, record: LoadRecord) -> Pending:
        """See Source.glance."""
        return self.pending(record)

    def settle(self, record: LoadRecord) -> None:
        """See Source.settle: the record alone remembers."""

    def discover(self, piece: Piece, work: str, report: Report) -> Discovered:
        """See Source.discover."""
        self._close()
        with self._telling():
            connection = self._connect()
            try:
                columns, key = self._described(connection)
                condition = self._condition(columns)
                facts = self._facts(connection, columns, condition)
            except BaseException:
                connection.close()
                raise
        types = self._postgres.types
        typed = [(column, types.get(column.name) or column.spark(facts.get(column.name, {}))) for column in columns]
        self._opened = _Opened(connection, typed, condition)
        report("read", {"table": self._postgres.table, "columns": len(columns)})
        found = TableSchema(tuple(Column(c.name, type_, description=c.description) for c, type_ in typed))
        return Discovered(found, key)

    def stage(self, piece: Piece, columns: TableSchema, into: str, report: Report) -> StagedPiece:
        """See Source.stage."""
        if self._opened is None:
            self.discover(piece, str(Path(into).parent), report)
        opened, target = self._opened, Path(into)
        assert opened is not None  # noqa: S101 (discover has set it)
        try:
            with self._telling(), opened.connection.cursor() as cursor, duckdb.connect() as database:
                database.execute("SET TimeZone = 'UTC'")
                target.parent.mkdir(parents=True, exist_ok=True)
                selected = ", ".join(column.selected(type_) for column, type_ in opened.columns)
                cursor.execute(f"SELECT {selected} FROM {table_name(self._postgres.table)} {opened.condition}")
                database.register(VIEW, cursor.fetch_record_batch())
                fields = [Field(c.name, c.arrives_as(type_), c.name, TargetType(type_, duckdb_type(type_)))
                          for c, type_ in opened.columns]  # fmt: skip
                rows = write_rows(database, fields, columns, into)
                database.unregister(VIEW)
                largest = self._largest(database, into)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        finally:
            self._close()
        size = target.stat().st_size
        report("read", {"table": self._postgres.table, "rows": rows, "bytes": size})
        return StagedPiece(into, size, LoadedPiece(rows=rows), cursor=largest)

    def _connect(self) -> Any:
        url = self._address.url()
        try:
            connection = dbapi.connect(url)
        except AdbcError as error:
            if "authentication failed" not in str(error) or not self._address.has_secret:
                raise
            changed = self._address.url(fresh=True)
            if changed == url:
                raise
            connection = dbapi.connect(changed)  # its password was rotated meanwhile
        with connection.cursor() as cursor:
            for statement in _ISOLATED.split("; "):
                cursor.execute(statement)
        connection.commit()
        return connection

    def _described(self, connection: Any) -> tuple[list[PostgresColumn], tuple[str, ...]]:
        """The wanted columns and the key.

        Raises:
            SourceError: no such table or column, or a cursor without a key.
        """
        table = f"to_regclass({literal(table_name(self._postgres.table))})"
        known = [PostgresColumn(**row) for row in _rows(connection, COLUMNS.format(table=table))]
        if not known:
            raise self._no_table(connection)
        columns, missing = wanted(known, self._postgres.columns)
        for name in [*missing, *(n for n in self._named() if n not in {c.name for c in columns})]:
            hint = nearest(name, [column.name for column in columns])
            raise SourceError(f"{self._postgres.table} has no column {name!r}", fix=hint)
        key = self._key or tuple(row["name"] for row in _rows(connection, KEY.format(table=table)))
        key = key if all(name in {c.name for c in columns} for name in key) else ()
        if self._postgres.cursor and not key:
            fix = "say what identifies a row: key: [...]; or leave the cursor out to read the whole table"
            raise SourceError(f"{self._postgres.table} has no primary key, so rows cannot be told apart", fix=fix)
        return columns, key

    def _named(self) -> list[str]:
        cursor = [self._postgres.cursor] if self._postgres.cursor else []
        return [*self._key, *cursor, *self._postgres.types]

    def _no_table(self, connection: Any) -> SourceError:
        listed = _rows(
            connection,
            "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 1000",
        )
        fix = nearest(self._postgres.table, [row["name"] for row in listed])
        return SourceError(f"there is no table {self._postgres.table!r} in {self._place()}", fix=fix)

    def _condition(self, columns: Sequence[PostgresColumn]) -> str:
        found = [f"({self._postgres.where})"] if self._postgres.where else []
        if self._cursor is not None:
            column = next(column for column in columns if column.name == self._postgres.cursor)
            found.append(since(column, self._cursor, self._postgres.lookback))
        return f"WHERE {' AND '.join(found)}" if found else ""

    def _facts(
        self, connection: Any, columns: Sequence[PostgresColumn], condition: str
    ) -> Mapping[str, Mapping[str, object]]:
        """What the rows say of columns whose type does not say enough.

        Raises:
            SourceError: a time that never ends.
        """
        typed = self._postgres.types
        asked = [(c.name, name, sql) for c in columns if c.name not in typed for name, sql in c.facts().items()]
        if not asked:
            return {}
        selected = ", ".join(f"{sql} AS f{place}" for place, (_, _, sql) in enumerate(asked))
        (row,) = _rows(connection, f"SELECT {selected} FROM {table_name(self._postgres.table)} {condition}")
        facts = dict[str, dict[str, object]]()
        for place, (column, name, _) in enumerate(asked):
            facts.setdefault(column, {})[name] = row[f"f{place}"]
        endless = next((column for column, found in facts.items() if found.get("endless")), None)
        if endless:
            fix = f"load it as text: types: {{{endless}: string}}; or leave those rows out: where: ..."
            raise SourceError(f"{self._postgres.table}.{endless} holds infinity, which no date of the lake is", fix=fix)
        return facts

    def _largest(self, database: duckdb.DuckDBPyConnection, file: str) -> str | None:
        if not self._postgres.cursor:
            return None
        column = '"' + self._postgres.cursor.replace('"', '""') + '"'
        row = database.execute(f"SELECT CAST(max({column}) AS VARCHAR) FROM read_parquet(?)", [file]).fetchone()
        found = row[0] if row else None
        return found if found is not None else self._cursor

    def _place(self) -> str:
        return self._address.shown

    def _close(self) -> None:
        if self._opened:
            with suppress(AdbcError):
                self._opened.connection.close()
        self._opened = None

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except AdbcError as error:
            self._close()
            raise self._failure(str(error)) from None  # its text may hold the password
        except (duckdb.Error, OSError) as error:
            self._close()
            raise told(error, Path(self._postgres.table), self._postgres.table) from error

    def _failure(self, text: str) -> SourceError:
        text = self._address.hide(" ".join(text.replace("[libpq]", "").split()))
        is_unreachable = "Failed to connect" in text
        fix = "check url, user and password, and that the server runs" if is_unreachable else "correct sources.yaml"
        found = SourceError(f"{self._place()}: {text[:600]}", fix=fix)
        found.retryable = is_unreachable and "authentication failed" not in text
        return found


def _rows(connection: Any, sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetch_arrow_table().to_pylist()
