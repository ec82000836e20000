"""Single things of a platform by name, as requests ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.catalog import CatalogTable
from datamorph.core.problem import nearest
from datamorph.core.run import Run, Stage
from datamorph.errors import NotFoundError
from datamorph.platform import Platform

MOST_RUNS = 100_000


def find_run(platform: Platform, run_id: str) -> Run:
    """A run by its id.

    Raises:
        NotFoundError: no such run; the next step is one of the API's.
    """
    try:
        return platform.find_run(run_id)
    except NotFoundError as error:
        raise NotFoundError(error.problem, fix="list the runs: GET /api/v1/runs, or datamorph runs") from error


def recorded_spec(platform: Platform, run_id: str) -> str:
    """The spec that a run was compiled from, as YAML; empty where it never came so far."""
    compiled = [e.facts for _, e in platform.events(run_id) if e.stage is Stage.COMPILE]
    return next((facts["spec"] for facts in reversed(compiled) if "spec" in facts), "")


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
