"""Plans a request by its gist, where its sentences are not read."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.cook import cook, cook_rows
from datamorph.planning.offline.gist.groups import Groups
from datamorph.planning.offline.gist.marks import Mark, marks_of
from datamorph.planning.offline.gist.open import is_open
from datamorph.planning.offline.gist.rows import Rows
from datamorph.planning.offline.gist.shape import Gist, RowGist
from datamorph.planning.offline.gist.telling import told
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.recipe import Recipe

_MOST_TOKENS = 80
"""Longer prompts make several requests."""


def _fits(_: Brief) -> bool:
    return True


def _cook(brief: Brief) -> Flow | None:
    found = gist_of(brief)
    if found is None:
        return None
    gist, marks = found
    flow = Flow(brief.work)
    if isinstance(gist, RowGist):
        brief.work.told = gist.told()
        cook_rows(flow, gist)
    elif not cook(flow, gist):
        return None
    brief.work.dialog.assume(f"read as: {told(gist)}")
    for mark in marks:
        brief.explain(mark.start, mark.end, mark.use or "asks for nothing")
    return flow


def gist_of(brief: Brief) -> tuple[Gist | RowGist, list[Mark]] | None:
    """The one request that the prompt makes over the rows of a table; None where there is none, or several."""
    if len(brief) > _MOST_TOKENS:
        return None
    domains = {ref.domain for ref in brief.mentioned} or {ref.domain for ref in brief.said.tables}
    tables = [table for table in sorted(brief.said.tables) if table.domain in domains]
    unused = marks_of(brief)
    for kind in (Groups, Rows):
        found: dict[TableRef, tuple[Gist | RowGist, list[Mark]]] = {}
        for table in tables:
            marks = [replace(mark) for mark in unused]
            try:
                found[table] = kind(brief, marks, table).compose(), marks
            except Unfit:
                continue
        named = {ref: one for ref, one in found.items() if ref in brief.mentioned}
        found = named or found
        if len(found) > 1:
            own = {ref: one for ref, one in found.items() if isinstance(one[0], RowGist) and one[0].is_of_itself()}
            found = own if len(own) == 1 else found
        if found:
            gist, marks = next(iter(found.values()))
            return (gist, marks) if len(found) == 1 and not is_open(brief, gist, marks) else None
    return None


GIST = Recipe("the gist of a request", _fits, _cook)
