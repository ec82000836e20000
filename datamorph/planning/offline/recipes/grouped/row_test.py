"""A test of rows, and those that tell which rows nothing was done to: *unpaid dues don't count*."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.gaps import says_gone, segment
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Term, column_term

OUT = frozenset(
    """
    out ignore ignored ignoring skip skipped skipping exclude excluded excluding omit omitted drop dropped discard
    discarded disregard disregarded considered don't doesn't not aside away
    """.split()
)
"""Words that say that rows do not count."""


@dataclass(frozen=True, slots=True)
class RowTest:
    """A test of rows as SQL over one column.

    Attributes:
        pattern: with ``{}`` for the column.
        span: the tokens that say it.
    """

    term: Term
    pattern: str
    span: tuple[int, int]

    @property
    def table(self) -> TableRef:
        """Where the column is from."""
        return self.term.columns[0][0]

    def sql(self, flow: Flow, how: str) -> str:
        """Over the current frame."""
        return self.pattern.replace("{}", self.term.sql(flow, how))


def undone(scene: Scene) -> list[RowTest]:
    """``unpaid dues don't count``: those without a ``paid_date``."""
    found: list[RowTest] = []
    for place, word in enumerate(scene.brief.words):
        start, end = scene.chunk(place)
        stem = word[2:6]
        if not word.startswith("un") or len(stem) < 4 or not set(scene.brief.words[start:end]) & OUT:  # noqa: PLR2004
            continue
        dates = [
            (ref, name) for ref in scene.tables for name in scene.columns(ref)
            if is_time(scene.type_of(ref, name)) and any(w.startswith(stem) for w in words_of(name))
        ]  # fmt: skip
        if len(dates) == 1:
            scene.brief.explain(start, end, f"rows with a {dates[0][1]} count")
            found.append(RowTest(column_term(dates[0]), "{} is not null", (start, end)))
    return found


def unassigned(scene: Scene) -> list[RowTest]:
    """``cases nobody is assigned to are left out``: those that refer to nothing, where one column may do so."""
    tables = scene.brief.said.tables
    open_ = [
        (relation.table, relation.columns[0])
        for ref in scene.tables for other in tables for relation in scene.brief.said.relations.between(ref, other)
        if len(relation.columns) == 1 and ref != other
        and (profile := tables[ref].profile.columns.get(relation.columns[0])) is not None and profile.nulls
    ]  # fmt: skip
    for place in scene.brief.places({"assigned", "unassigned"}) if len(set(open_)) == 1 else ():
        start, end = segment(scene.brief, place)
        words = scene.brief.words[start:end]
        is_none = "unassigned" in words or bool({"nobody", "none", "not", "noone", "no"} & set(words))
        if is_none and (says_gone(words) or "nor" in words):
            scene.brief.explain(start, end, f"rows without {open_[0][1]} go")
            return [RowTest(column_term(open_[0]), "{} is not null", (start, end))]
    return []
