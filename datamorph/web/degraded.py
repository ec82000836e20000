"""What of a project does not work as it should."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from pydantic import BaseModel

from datamorph.errors import DataMorphError
from datamorph.web.site import Site

LEAST_FREE = 500_000_000


class Degraded(BaseModel):
    """One thing that does not work, and what to do."""

    part: str
    problem: str
    fix: str


def degraded(site: Site) -> list[Degraded]:
    """Look at lake, run log, pipelines and disk."""
    parts: dict[str, Callable[[], object]] = {
        "lake": site.platform.tables,
        "run log": lambda: site.platform.runs(most=1),
        "pipelines": site.platform.pipelines,
    }
    found = [problem for part, look in parts.items() if (problem := _look(part, look))]
    free = shutil.disk_usage(site.settings.home).free
    if free < LEAST_FREE:
        found.append(Degraded(part="disk", problem=f"{free / 1e6:.0f} MB are free", fix="free space"))
    return found


def _look(part: str, look: Callable[[], object]) -> Degraded | None:
    try:
        look()
    except DataMorphError as error:
        return Degraded(part=part, problem=error.problem, fix=error.fix)
    return None
