"""Columns of what is read, and how each becomes a column of a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from datamorph.adapters.sources.types import TargetType, literal, quoted, target_type
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.table import Column, TableSchema, unique_names
from datamorph.errors import SourceError

VIEW = "source"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the view ``source``, with its type there, and what it shows to be."""

    source: str
    type: str
    name: str
    target: TargetType


def described(connection: duckdb.DuckDBPyConnection, shown: str) -> list[Field]:
    """The view's columns with the types that it has."""
    columns = connection.execute(f"FROM {VIEW} LIMIT 0").description
    names = clean_names([column[0] for column in columns], shown)
    return [
        Field(column[0], str(column[1]), name, target_type(column[1]))
        for column, name in zip(columns, names, strict=True)
    ]


def clean_names(names: Sequence[str], shown: str) -> list[str]:
    """Names without control characters and outer spaces, made unique.

    Raises:
        SourceError: a column has no name.
    """
    clean = ["".join(c for c in name if unicodedata.category(c) != "Cc").strip() for name in names]
    if "" in clean:
        raise SourceError(
            f"{shown!r}: column {clean.index('') + 1} of {len(clean)} has no name",
            fix="name it in the first line, or remove it (pandas: to_csv(index=False))",
        )
    while len({name.casefold() for name in clean}) < len(clean):
        clean = unique_names(clean)
    return clean


def schema_of(fields: Sequence[Field]) -> TableSchema:
    """The columns as the rows show them."""
    return TableSchema(tuple(Column(field.name, field.target.spark) for field in fields))


def write_rows(
    connection: duckdb.DuckDBPyConnection, fields: Sequence[Field], columns: TableSchema, target: str
) -> int:
    """Write the view's rows, in their order, with these columns; how many there are."""
    by_name = {field.name.casefold(): field for field in fields}
    selected = ", ".join(_expression(by_name.get(column.name.casefold()), column) for column in columns)
    row = connection.execute(
        f"COPY (SELECT {selected} FROM {VIEW}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)"
    ).fetchone()
    return row[0] if row else 0


def _expression(field: Field | None, column: Column) -> str:
    type_ = duckdb_type(column.type)
    if field is None:
        return f"CAST(NULL AS {type_}) AS {quoted(column.name)}"
    value = quoted(field.source)
    if field.type == "JSON":
        value = f"{value} ->> '$'"
    elif column.type == "string" and field.type.endswith(("]", ")")) and not field.type.startswith("DECIMAL"):
        value = f"to_json({value})"
    elif field.type == "VARCHAR" and column.type != "string":
        value = f"trim({value})"
    return f"CAST({value} AS {type_}) AS {quoted(column.name)}"
