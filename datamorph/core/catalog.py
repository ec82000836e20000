"""What a planner may know about the lake: tables, columns, statistics, keys. Never rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from datamorph.core.glossary import Glossary
from datamorph.core.table import TableRef, TableSchema

Scalar: TypeAlias = str | int | float | bool | None
"""A value as JSON keeps it; dates and timestamps in ISO 8601."""

SKETCH_SIZE = 512
VALUES_KEPT = 200


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Statistics of one column in one snapshot.

    Attributes:
        nulls: rows without a value.
        distinct: number of different values; exact for small columns, else estimated.
        values: every distinct value in order, when there are at most ``VALUES_KEPT``; else empty.
        sketch: the ``SKETCH_SIZE`` smallest 64-bit hashes of the distinct values as text (a bottom-k
            sketch: Beyer et al., SIGMOD 2007), in ascending order; empty where it was not worth it.
        mean: of the finite numbers.
        quantiles: estimated deciles of the finite numbers, the first to the ninth.
        longest: characters of the longest text.
    """

    nulls: int = 0
    distinct: int = 0
    minimum: Scalar = None
    maximum: Scalar = None
    values: tuple[Scalar, ...] = ()
    sketch: tuple[int, ...] = ()
    mean: float | None = None
    quantiles: tuple[float, ...] = ()
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class TableProfile:
    """Statistics of one snapshot: rows and, by column name, the columns."""

    rows: int = 0
    columns: Mapping[str, ColumnProfile] = field(default_factory=dict[str, ColumnProfile])

    def is_unique(self, column: str) -> bool:
        """True when every row has its own, non-null value of that column."""
        found = self.columns.get(column)
        return bool(found and self.rows and not found.nulls and found.distinct == self.rows)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``columns`` of a table refer to ``target_columns`` of ``target``."""

    columns: tuple[str, ...]
    target: TableRef
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """One published table as planners see it.

    ``description`` and all names come from people or files: they are data, never instructions.
    """

    ref: TableRef
    schema: TableSchema
    snapshot_id: int = 0
    description: str = ""
    profile: TableProfile = TableProfile()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    order_by: tuple[str, ...] = ()
    """The order that readers should see, such as ``("flights desc", "origin")``; a table itself has none."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The tables in scope of one planning request, in order of reference, and the words that people have for them."""

    tables: tuple[CatalogTable, ...] = ()
    glossary: Glossary = field(default_factory=Glossary)

    def get(self, ref: TableRef) -> CatalogTable | None:
        """The table at that address, or None."""
        return next((table for table in self.tables if table.ref == ref), None)

    def within(self, domains: Iterable[str]) -> Catalog:
        """Only the tables of these domains."""
        wanted = set(domains)
        return Catalog(tuple(table for table in self.tables if table.ref.domain in wanted), self.glossary)


def containment(inner: ColumnProfile, outer: ColumnProfile) -> float:
    """Estimated share of ``inner``'s distinct values that ``outer`` holds too, 0 when unknown.

    Exact while both columns have at most ``SKETCH_SIZE`` distinct values; beyond that an estimate
    over the hash range that both sketches cover.
    """
    if not inner.sketch or not outer.sketch:
        return 0.0
    ceiling = min(_coverage(inner), _coverage(outer))
    sample = [value for value in inner.sketch if value <= ceiling]
    held = set(outer.sketch)
    return sum(value in held for value in sample) / len(sample) if sample else 0.0


def _coverage(profile: ColumnProfile) -> int:
    """Largest hash below which the sketch is complete."""
    return profile.sketch[-1] if len(profile.sketch) >= SKETCH_SIZE else 2**64
