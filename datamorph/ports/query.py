"""Query engines: what answers a SELECT over the lake."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from datamorph.core.catalog import TableProfile
from datamorph.core.table import TableSchema
from datamorph.ports.engine import StagedOutput

if TYPE_CHECKING:
    import pyarrow as pa


class QueryEngine(Protocol):
    """Runs SQL over Parquet files in this process, for people and for checks. It never writes tables."""

    def query(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], most_rows: int | None = None, timeout_s: float = 60.0
    ) -> pa.Table:
        """Run one SELECT in DuckDB's dialect and return its rows.

        Args:
            inputs: view name to Parquet files; a name with dots (``raw.shop.orders``) is reached as a
                qualified name too. Nothing else can be read: no other file, no network, no setting.
            most_rows: an error beyond that many rows.

        Raises:
            QueryError: it does not parse or bind, is too large or too slow.
        """
        ...

    def write(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], into: str, schema: TableSchema, timeout_s: float = 60.0
    ) -> StagedOutput:
        """Run one SELECT and write its rows, in their order, as a Parquet file below ``into``; no table changes.

        Args:
            into: a prefix that does not exist yet.
            schema: the columns that the SELECT yields.

        Raises:
            QueryError: see ``query``.
            StorageFullError: no space left for the rows.
        """
        ...

    def profile(self, files: Sequence[str], schema: TableSchema) -> TableProfile:
        """Statistics of every column over these files."""
        ...
