"""What leaves open what a request comes down to, although each of its words has a use."""

from __future__ import annotations

from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Gist, RowGist
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.resolve import type_of

_OPEN = frozenset(
    "both either neither regardless irrespective whatever whichever respectively otherwise unless".split()
)
"""Words that tie others together in ways that marks do not tell."""


def is_open(brief: Brief, gist: Gist | RowGist, marks: list[Mark]) -> bool:
    """True where the request may be another one."""
    if any(mark.text.lower() in _OPEN and mark.use != "filter" for mark in marks) or any(
        brief.phrase(word, "a", "list") is not None for word in ("in", "into", "as")
    ):
        return True
    if len({(link.table, link.column) for link, _ in gist.spans}) < len(gist.spans):
        return True  # ``sales in February and sales in March``
    return _are_rows_open(brief, gist, marks) if isinstance(gist, RowGist) else _are_groups_open(brief, gist, marks)


def _are_groups_open(brief: Brief, gist: Gist, marks: list[Mark]) -> bool:
    functions = [measure for measure in gist.measures if measure.function in ("min", "max")]
    if not gist.keys and len(gist.measures) == 1 and functions and not _is_said(marks, functions[0].of):
        return True  # ``the biggest sale`` is a row
    for place, mark in enumerate(marks):
        before = marks[place - 1] if place else None
        if "per" in mark.cues and mark.use == "per" and before is not None and before.text == "(":
            return True  # ``members (by email)`` says how they are counted
        is_column = any(link.score >= 1.0 for link in mark.columns)
        if (
            "part" in mark.cues
            and mark.use == "key"
            and is_column
            and any(k.part == mark.cues["part"] for k in gist.keys)
        ):
            return True  # ``per year`` of flights, where the planes have a year
    return any(mark.kind == "label" and not gist.keys for mark in marks)


def _is_said(marks: list[Mark], link: object) -> bool:
    """True where the column itself is named."""
    return any(one == link or (one.table, one.column) == (getattr(link, "table", None), getattr(link, "column", None))
               for mark in marks for one in mark.columns if one.score >= 1.0)  # fmt: skip


def _are_rows_open(brief: Brief, gist: RowGist, marks: list[Mark]) -> bool:
    if gist.count and any(isinstance(by, Link) and type_of(brief, by) == "string" for by, _ in gist.order):
        return True  # texts have no largest
    if gist.is_distinct and "pair" in brief.lemmas:
        return True
    if gist.is_distinct and len(gist.outputs) > 1:
        spots = [place for place, mark in enumerate(marks) if mark.use == "each once"]
        first = min((place for place, mark in enumerate(marks) if mark.use == "column"), default=-1)
        return any(place > first >= 0 for place in spots)
    return False
