"""A made-up theatre lake with declared keys: questions and hand-written SQL over the same rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, ForeignKey, TableProfile
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.planning.offline import OfflinePlanner

TYPES = {int: "bigint", float: "double", str: "string"}
Rows = Sequence[Mapping[str, Any]]


def rows(names: str, *values: tuple[Any, ...]) -> Rows:
    return [dict(zip(names.split(), row, strict=True)) for row in values]


TABLES: dict[str, Rows] = {
    "writers": rows(
        "writer_id name country",
        (1, "Vera Sand", "Norway"), (2, "Tom Brook", "Chile"), (3, "Ida Frost", "Norway"), (4, "Max Reed", "Peru")),
    "plays": rows(
        "play_id title genre length premiere_year writer_id",
        (1, "The Tide", "drama", 120, 1999, 1), (2, "Paper Moon", "comedy", 95, 2004, 2),
        (3, "Night Bus", "comedy", 80, 2010, 1), (4, "Iron Rain", "drama", 150, 2015, 3),
        (5, "Glass", "mystery", 110, 2018, 2)),
    "theatres": rows(
        "theatre_id name city seats opened_year",
        (1, "Crown", "Oslo", 500, 1950), (2, "Lyric", "Lima", 300, 1988), (3, "Globe", "Oslo", 800, 2001),
        (4, "Star", "Quito", 150, 2012)),
    "shows": rows(
        "show_id play_id theatre_id year tickets price",
        (1, 1, 1, 2019, 400, 30.0), (2, 1, 2, 2020, 250, 25.0), (3, 2, 1, 2019, 480, 20.0),
        (4, 3, 3, 2021, 700, 35.0), (5, 4, 3, 2019, 650, 40.0), (6, 2, 3, 2020, 300, 22.0), (7, 5, 1, 2021, 410, 28.0)),
    "actors": rows(
        "actor_id first_name last_name gender age height nationality",
        (1, "Ann", "Holt", "F", 30, 1.7, "French"), (2, "Bo", "Lund", "M", 45, 1.85, "Danish"),
        (3, "Cleo", "Marsh", "F", 52, 1.66, "French"), (4, "Dan", "Price", "M", 27, 1.78, "Irish"),
        (5, "Eve", "Stone", "F", 27, 1.73, "Danish")),
    "castings": rows(
        "actor_id play_id part",
        (1, 1, "Nora"), (2, 1, "Judge"), (3, 2, "Queen"), (1, 3, "Driver"), (4, 3, "Boy"),
        (2, 4, "Miner"), (3, 4, "Nurse"), (2, 5, "Thief")),
}  # fmt: skip
KEYS = {
    "writers": ("writer_id",), "plays": ("play_id",), "theatres": ("theatre_id",), "shows": ("show_id",),
    "actors": ("actor_id",), "castings": ("actor_id", "play_id"),
}  # fmt: skip
REFERENCES = {
    "plays": {"writer_id": "writers"},
    "shows": {"play_id": "plays", "theatre_id": "theatres"},
    "castings": {"actor_id": "actors", "play_id": "plays"},
}


def _ref(name: str) -> TableRef:
    return TableRef.parse(f"raw.stage.{name}")


def _profile(values: list[Any]) -> ColumnProfile:
    present = sorted(set(values))
    hashes = sorted(int.from_bytes(hashlib.blake2b(str(v).encode(), digest_size=8).digest()) for v in present)
    return ColumnProfile(0, len(present), present[0], present[-1], tuple(present), tuple(hashes))


def _table(name: str, data: Rows) -> CatalogTable:
    columns = {column: [row[column] for row in data] for column in data[0]}
    schema = TableSchema(tuple(Column(c, TYPES[type(values[0])]) for c, values in columns.items()))
    profile = TableProfile(len(data), {c: _profile(values) for c, values in columns.items()})
    references = REFERENCES.get(name, {}).items()
    foreign = tuple(ForeignKey((column,), _ref(other), KEYS[other]) for column, other in references)
    return CatalogTable(_ref(name), schema, 1, profile=profile, primary_key=KEYS[name], foreign_keys=foreign)


@cache
def catalog() -> Catalog:
    """All tables."""
    return Catalog(tuple(_table(name, data) for name, data in sorted(TABLES.items())))


def plan(question: str) -> Proposal | Questions | Refusal:
    """What the planner says to a question."""
    return OfflinePlanner().plan(question, catalog(), mode="question")


def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, data in TABLES.items():
        connection.register(name, pa.Table.from_pylist(list(data)))
    return connection


def ask(question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer, in order."""
    outcome = plan(question)
    assert isinstance(outcome, Proposal), outcome
    connection = _connection()
    for name, ref in outcome.spec.sources.items():
        if name != ref.name:
            connection.execute(f'create view "{name}" as from "{ref.name}"')
    checked = require_checked(outcome.spec, {table.ref: table.schema for table in catalog().tables})
    return connection.sql(compile_sql(checked)).fetchall()


def select(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return _connection().sql(sql).fetchall()
