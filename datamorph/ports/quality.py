"""Where contracts are kept, and checks that others wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from datamorph.core.checks import Check
from datamorph.core.contract import Contract
from datamorph.core.table import TableRef


class ContractStore(Protocol):
    """Keeps what tables promise to their readers, as files that people write."""

    def tables(self) -> Sequence[TableRef]:
        """Tables that have a contract, sorted.

        Raises:
            SpecError: a file that is not named after a table.
        """
        ...

    def load(self, ref: TableRef) -> Contract | None:
        """The contract of a table; None where it has none.

        Raises:
            SpecError: it cannot be read, with the place.
        """
        ...

    def version(self) -> str:
        """Text that changes when a file is added, removed or written; cheap to find out."""
        ...


class CheckLibrary(Protocol):
    """Runs checks that no scan compiles, in the library that they come from."""

    def run(
        self, checks: Sequence[Check], files: Sequence[str], *, report_into: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Run the checks over these files.

        Args:
            report_into: a folder for a report to read in a browser; none without it.

        Returns:
            For each check ``success`` and what was observed, in the library's own words.

        Raises:
            CheckRunError: the library is not installed (with the command that installs it), or refuses a check.
        """
        ...
