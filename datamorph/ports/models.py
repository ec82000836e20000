"""Where SQL models are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of the folder of SQL models, as it stands there.

    Attributes:
        path: within the folder, with slashes: ``processed/flights/daily.sql``.
        location: where it is, for people and their editors.
        tests: text of the file of unit tests beside it; empty where there is none.
        problem: why it cannot be read; empty where it can.
    """

    path: str
    location: str
    text: str
    tests: str = ""
    problem: str = ""


class ModelStore(Protocol):
    """Keeps the SQL models, which people write."""

    def files(self) -> Sequence[ModelFile]:
        """Every ``.sql`` file, in order of path, and every file of tests without a model; hidden files are left out."""
        ...

    def variables(self) -> str:
        """The YAML document of the variables that all models share; empty where there is none."""
        ...

    def version(self) -> str:
        """Text that changes when a file is added, removed or written; cheap to find out."""
        ...
