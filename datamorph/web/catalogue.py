"""The tables as pages show them: looked at together by all who ask within a second."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from datamorph.core.catalog import CatalogTable
from datamorph.documents import rows
from datamorph.errors import NotFoundError
from datamorph.platform import Platform
from datamorph.web.lookup import pick_table

KEPT_S = 1.0
SAMPLES = 100
LARGEST_SAMPLE = 1_000_000


class Catalogue:
    """Published tables, at most ``KEPT_S`` old; programs ask the platform itself.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, platform: Platform, *, clock: Callable[[], float]) -> None:
        self._platform, self._clock = platform, clock
        self._mutex = threading.Lock()
        self._tables: Sequence[CatalogTable] = ()
        self._until = float("-inf")
        self._samples: OrderedDict[tuple[str, int, int], list[dict[str, Any]]] = OrderedDict()

    def tables(self) -> Sequence[CatalogTable]:
        """All of them, in order of reference."""
        with self._mutex:
            if self._clock() >= self._until:
                self._tables = self._platform.tables()
                self._until = self._clock() + KEPT_S
            return self._tables

    def find(self, name: str) -> CatalogTable:
        """One by its full or unique short name; what is not there is looked for anew.

        Raises:
            NotFoundError: no such table, or several.
        """
        try:
            return pick_table(self.tables(), name)
        except NotFoundError:
            self.forget()
            return pick_table(self.tables(), name)

    def first_rows(self, table: CatalogTable, most: int) -> list[dict[str, Any]]:
        """The first rows of a table at its snapshot, which always has the same ones: read once, while many ask."""
        key = (str(table.ref), table.snapshot_id, most)
        with self._mutex:
            if key in self._samples:
                self._samples.move_to_end(key)
                return self._samples[key]
        found = self._platform.read(table.ref, snapshot_id=table.snapshot_id, most=most)
        told = rows(found)
        if found.nbytes <= LARGEST_SAMPLE:
            with self._mutex:
                self._samples[key] = told
                while len(self._samples) > SAMPLES:
                    self._samples.popitem(last=False)
        return told

    def forget(self) -> None:
        """Look anew: something was changed."""
        with self._mutex:
            self._until = float("-inf")
