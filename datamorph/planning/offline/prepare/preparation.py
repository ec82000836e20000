"""Steps that make a table as the prompt speaks of it out of the one that is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, TableProfile
from datamorph.core.table import Column, TableRef, TableSchema

POSITION = "position"
"""The column with the place of an element in its array, 1 for the first."""

Step = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a table is made.

    Attributes:
        base: the table that is read.
        schema: of that table, as it is.
        steps: kind and fields of each step, over the one before.
        extra: columns that are added, and shown only where the prompt asks for them.
        array: the column whose elements are the rows.
        inside: by the path of a field in lower case, ``customer.country``, the column that holds it.
    """

    base: TableRef
    schema: TableSchema
    steps: tuple[Step, ...] = ()
    extra: frozenset[str] = frozenset()
    array: str = ""
    inside: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Prepared:
    """A catalog with the tables as the prompt speaks of them, and how they are made.

    Attributes:
        elements: tables of the elements of arrays, each with the table that holds the array.
    """

    catalog: Catalog
    made: dict[TableRef, Preparation] = field(default_factory=dict[TableRef, Preparation])
    elements: dict[TableRef, TableRef] = field(default_factory=dict[TableRef, TableRef])

    def add(
        self, table: TableRef, *steps: Step, extra: Iterable[str] = (), inside: Mapping[str, str] | None = None
    ) -> None:
        """Steps at the end of a table's own."""
        found = self.made.get(table) or Preparation(table, self._table(table).schema)
        self.made[table] = replace(found, steps=(*found.steps, *steps), extra=found.extra | set(extra),
                                   inside={**found.inside, **(inside or {})})  # fmt: skip

    def change(self, table: TableRef, column: str, type_: str, profile: ColumnProfile) -> None:
        """A column has another type and other values from now on."""
        found = self._table(table)
        columns = tuple(Column(c.name, type_, c.nullable) if c.name == column else c for c in found.schema)
        known: Mapping[str, ColumnProfile] = {**found.profile.columns, column: profile}
        changed = replace(found, schema=TableSchema(columns), profile=TableProfile(found.profile.rows, known))
        self.put(changed)

    def put(self, *tables: CatalogTable) -> None:
        """Put tables in the place of those with the same address, or beside the others."""
        listed = {table.ref: table for table in self.catalog.tables} | {table.ref: table for table in tables}
        self.catalog = Catalog(tuple(listed[ref] for ref in sorted(listed)), self.catalog.glossary)

    def _table(self, ref: TableRef) -> CatalogTable:
        found = self.catalog.get(ref)
        assert found is not None  # noqa: S101 (links come from this catalog)
        return found
