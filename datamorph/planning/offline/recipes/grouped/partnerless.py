"""Rows that nothing refers to: *books that have no loan at all*, *rooms without a booking*."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.gaps import says_gone, segment
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.relations import Relation

_NO = frozenset("no without never not any nothing none single haven't hasn't don't doesn't didn't".split())
_DENIED = _NO - {"any", "single"}
_SAYING = _NO | frozenset(
    "appear appears occur occurs part of have has at all ever yet a there is are that with "
    "been in got get which who were was".split()
)
_FAR = 4
_NO_ROW = frozenset("needn't needs need no not row rows line lines be to appear listed shown entry".split())
_IN_USE = frozenset("where whose all every are is were was in use used".split())
_INSIDE = frozenset({"in", "the", "any", "a"})


@dataclass(frozen=True, slots=True)
class Partnerless:
    """Rows of one table to which no row of another one refers.

    Attributes:
        relation: how rows of the other table would refer to them.
        start: of the words that say so, and ``end`` behind them.
    """

    relation: Relation
    start: int
    end: int

    @property
    def kept(self) -> TableRef:
        """The table whose rows are left."""
        return self.relation.target

    @property
    def other(self) -> TableRef:
        """The table that must not refer to them."""
        return self.relation.table


def partnerless(scene: Scene) -> list[Partnerless]:
    """All that the prompt tells, each pair of tables once."""
    found: list[Partnerless] = []
    for one in _told(scene):
        if one.relation not in [two.relation for two in found]:
            found.append(one)
    return found


def explain_partnerless(scene: Scene, one: Partnerless) -> None:
    """Give the words that say so their meaning."""
    meaning = f"{one.kept.name} that no row of {one.other.name} refers to"
    for place in scene.brief.places(_SAYING, one.start, one.end):
        scene.brief.explain(place, place + 1, meaning)
    for place in scene.brief.places({"needn't", "needs", "need"}, one.end):
        start, end = segment(scene.brief, place)
        if set(scene.brief.words[place:end]) <= _NO_ROW:  # a kind that has none needs no row
            for near in scene.brief.places(_NO_ROW | _IN_USE, start, end):
                scene.brief.explain(near, near + 1, "groups without any have no row")


def _told(scene: Scene) -> Iterator[Partnerless]:
    brief = scene.brief
    for place, table in brief.tables_at():
        start, end = segment(brief, place)
        before = brief.words[max(start, place - _FAR) : place]
        words = brief.words[start:end]
        appears = brief.words[place - 1] in _INSIDE and bool({"appear", "appears", "listed"} & set(before))
        leaves = not appears and says_gone([word for word in words if word != "without"])
        if not before or not set(before) & _DENIED or place in scene.masked or leaves or "such" in words:
            continue
        kept = {ref for i, ref in brief.tables_at() if ref != table and _may_be(scene, i, place, start)}
        relations = [r for ref in kept for r in brief.said.relations.between(table, ref) if len(r.columns) == 1]
        if len(relations) == 1:
            yield Partnerless(relations[0], start, end)


def _may_be(scene: Scene, place: int, other: int, start: int) -> bool:
    """True for a table that is named in front of the one that must not refer to it."""
    return start <= place < other and not any(
        scene.brief.words[i] in _DENIED for i in range(place - 2, place) if i >= 0
    )
