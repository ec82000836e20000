"""What is looked up in a catalog, built once for the catalogs that were planned over last."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.names import NameIndex
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.values import ValueIndex

_KEPT = 16


@dataclass(frozen=True, slots=True)
class _Entry:
    catalog: Catalog
    names: NameIndex
    values: ValueIndex
    relations: Relations

    def is_of(self, catalog: Catalog) -> bool:
        """True for the very same tables; tables never change, a lake that changed has new ones."""
        mine = self.catalog.tables
        return (
            len(mine) == len(catalog.tables)
            and all(one is other for one, other in zip(mine, catalog.tables, strict=True))
            and self.catalog.glossary == catalog.glossary
        )


class Indexes:
    """Names, values and relations by catalog; the oldest of several are forgotten."""

    def __init__(self) -> None:
        self._entries: tuple[_Entry, ...] = ()

    def of(self, catalog: Catalog) -> tuple[NameIndex, ValueIndex, Relations]:
        """The indexes of a catalog."""
        entry = next((entry for entry in self._entries if entry.is_of(catalog)), None)
        if entry is None:
            names = NameIndex(catalog)
            entry = _Entry(catalog, names, ValueIndex(catalog), Relations(catalog, names))
        self._entries = (entry, *(other for other in self._entries if other is not entry))[:_KEPT]
        return entry.names, entry.values, entry.relations
