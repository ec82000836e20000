"""Where a lake lies: its catalog, its tables' locations, and how local programs get at its files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pyiceberg.catalog import Catalog

from datamorph.core.table import TableRef


class Place(Protocol):
    """A folder with SQLite, or a prefix on S3 with Glue. Everything else about a lake is the same.

    Attributes:
        name: what errors call it.
        root: URI that all tables lie below.
        work: folder on this machine for copies of what bare files do not hold.
        is_remote: programs on other machines reach its files by their URIs.
    """

    name: str
    root: str
    work: Path
    is_remote: bool

    def open(self) -> Catalog:
        """Open the catalog; what is missing is made."""
        ...

    def identifier(self, ref: TableRef) -> tuple[str, ...]:
        """The table's name in the catalog."""
        ...

    def refs(self, catalog: Catalog) -> Mapping[TableRef, str]:
        """Every table in the catalog whose name DataMorph can say, published or not.

        Each with the file of its metadata, which never changes: a table that did has another. Empty where only
        loading the table would tell.
        """
        ...

    def staging(self, ref: TableRef, location: str) -> Path:
        """The folder on this machine for the staged files of a table at that location; it exists."""
        ...

    def adopt(self, path: str, location: str) -> str:
        """Bring a staged file to the table's location, if it is not there, and return its URI."""
        ...

    def settle(self, path: str, uri: str) -> None:
        """Told when a file that was adopted has been published."""
        ...

    def path(self, uri: str) -> str:
        """Where local programs find a data file once it was fetched."""
        ...

    def fetch(self, uri: str, size: int) -> str:
        """The local path of a data file of that many bytes, brought here first where it is not."""
        ...

    def listing(self, uri: str) -> Iterator[tuple[str, float, int]]:
        """Every file below a location: URI, time of its last change (epoch seconds), bytes."""
        ...

    def clean(self, before: float, alive: Collection[str]) -> None:
        """Remove what this machine keeps of the lake and has not used since (epoch seconds).

        Args:
            alive: runs whose staging folders are left alone.
        """
        ...
