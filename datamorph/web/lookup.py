"""Single things of a platform by name, as requests ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.catalog import CatalogTable
from datamorph.core.problem import nearest
from datamorph.core.run import Run
from datamorph.errors import NotFoundError
from datamorph.platform import Platform

MOST_RUNS = 100_000
_RECENT = 200


def find_run(platform: Platform, run_id: str) -> Run:
    """A run by its id; most are asked for while they are young.

    Raises:
        NotFoundError: no such run.
    """
    for most in (_RECENT, MOST_RUNS):
        found = next((run for run in platform.runs(most=most) if run.run_id == run_id), None)
        if found:
            return found
    raise NotFoundError(f"there is no run {run_id!r}", fix="list the runs: GET /api/v1/runs, or datamorph runs")


def find_table(platform: Platform, name: str) -> CatalogTable:
    """A published table by its full or its unique short name.

    Raises:
        NotFoundError: no such table, or several.
    """
    return pick_table(platform.tables(), name)


def pick_table(tables: Sequence[CatalogTable], name: str) -> CatalogTable:
    """One of these tables by its full or its unique short name.

    Raises:
        NotFoundError: none has that name, or several.
    """
    found = [table for table in tables if f".{table.ref}".endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    names = [str(table.ref) for table in found or tables]
    if found:
        raise NotFoundError(f"{name!r} is more than one table", fix=f"write {' or '.join(names)}")
    raise NotFoundError(f"there is no table {name!r}", fix=nearest(name, names))
