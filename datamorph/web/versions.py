"""How the spec of a pipeline changed, told from the runs that published it."""

from __future__ import annotations

import difflib

from pydantic import BaseModel

from datamorph.core.run import Run, RunState
from datamorph.documents import timestamp
from datamorph.platform import Platform
from datamorph.web.lookup import recorded_spec

MOST_RUNS = 1_000


class Version(BaseModel):
    """One state of a pipeline's spec.

    ``diff`` is against the version before, as a unified diff; empty for the first.
    """

    number: int
    run_id: str
    published_at: str
    prompt: str
    spec: str
    diff: str


def versions_of(platform: Platform, pipeline: str) -> list[Version]:
    """Every spec that was published under that name, newest first; equal ones in a row are one."""
    runs = [r for r in platform.runs(most=MOST_RUNS) if r.pipeline == pipeline and r.state is RunState.PUBLISHED]
    found: list[Version] = []
    for run in reversed(runs):
        spec = recorded_spec(platform, run.run_id)
        if spec and (not found or found[-1].spec != spec):
            found.append(_version(len(found) + 1, run, spec, found[-1].spec if found else ""))
    return found[::-1]


def _version(number: int, run: Run, spec: str, before: str) -> Version:
    lines = (
        difflib.unified_diff(before.splitlines(), spec.splitlines(), "before", "after", lineterm="") if before else ()
    )
    return Version(
        number=number,
        run_id=run.run_id,
        published_at=timestamp(run.updated_at),
        prompt=run.prompt,
        spec=spec,
        diff="\n".join(lines),
    )
