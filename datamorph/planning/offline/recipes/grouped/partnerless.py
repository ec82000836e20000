"""Rows that nothing refers to: *books that have no loan at all*, *rooms without a booking*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.gaps import says_gone, segment
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.relations import Relation

_NO = frozenset("no without never not any nothing none single haven't hasn't don't doesn't didn't".split())
_DENIED = _NO - {"any", "single"} | {"nobody"}
_SAYING = _NO | frozenset(
    "appear appears occur occurs part of have has had at all ever yet a there is are that with nobody anybody anyone "
    "been in got get which who were was whatsoever so far show up exist exists".split()
)
_PARTS = frozenset("the this our their its data table list log record records row rows entry by to on an".split())
_FAR, _NEAR = 7, 4
_NO_ROW = frozenset(
    "needn't needs need needed no not row rows line lines be to appear listed shown entry can left out drop".split()
)
_IN_USE = frozenset("where whose all every everything are is were was got in use used with such no one".split())
_WHOLE = frozenset({"all", "every", "everything", "such"})
_USED = frozenset("used unused touched untouched".split())
_IRREGULAR = frozenset("lent sold sent bought taken given chosen shown held drawn made seen".split())
_BEHIND_VERBS = frozenset("out in by to on through with at for from during a any can need needn't needs".split())
_STAYING = frozenset("also even too including include incl stay stays remain 0 zero show shows".split())
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
    """Give the words that say so their meaning, and those that say that groups without any have no row."""
    brief = scene.brief
    meaning = f"{one.kept.name} that no row of {one.other.name} refers to"
    for place in (*brief.places(_SAYING, one.start, one.end), *_verbs(brief, one.start, one.end)):
        brief.explain(place, place + 1, meaning)
    for place in brief.places(_USED):
        if brief.words[place].startswith("un"):
            brief.explain(place, place + 1, meaning)
    for place in brief.places(_WHOLE):
        start, end = segment(brief, place)
        words = brief.words[start:end]
        if (
            place < one.end
            or not (says_gone(words) or set(words) & {"needn't", "needs", "need"})
            or brief.numbers(start, end)
        ):
            continue
        for near in (*brief.places(_NO_ROW | _IN_USE | _SAYING | _WHOLE, start, end), *_verbs(brief, start, end)):
            brief.explain(near, near + 1, "groups without any have no row")


def _verbs(brief: Brief, start: int, end: int) -> list[int]:
    """``recorded`` in *recorded in*, ``played`` at the end: what is done, unlike *no settled fine*."""
    found: list[int] = []
    for place in range(start, end):
        behind = brief.words[place + 1] if place + 1 < len(brief) else "."
        is_verb = brief.words[place].endswith(("ed", "tten")) or brief.words[place] in _USED | _IRREGULAR
        is_last = behind in _BEHIND_VERBS or brief.said.tokens[min(place + 1, len(brief) - 1)].kind == "mark"
        if is_verb and (is_last or place + 1 == len(brief)) and not brief.said.value(place)[0]:
            found.append(place)
    return found


def _told(scene: Scene) -> Iterator[Partnerless]:
    brief = scene.brief
    for place, table in _others(scene):
        start, end = segment(brief, place)
        denied = next((i for i in range(place - 1, max(start, place - _FAR) - 1, -1) if brief.words[i] in _DENIED), -1)
        if denied < 0 or place in scene.masked or not _is_bare(brief, denied, place):
            continue
        words = [*brief.words[start:denied], *brief.words[place + 1 : end]]
        appears = brief.words[place - 1] in _INSIDE and bool(
            {"appear", "appears", "listed"} & set(brief.words[denied:place])
        )
        leaves = not appears and says_gone([word for i, word in enumerate(words) if not _is_idle(words, i)])
        if leaves or "such" in words or set(words) & _STAYING:
            continue
        runs = ((start, denied), (scene.sentence(place)[0], denied), (0, len(brief)))
        ways = (_relation(scene, table, *run) for run in runs[: 3 if scene.tables[1:] == () else 2])
        relation = next((way for way in ways if way is not None), None)
        if relation is not None:
            yield Partnerless(relation, start, end)


def _is_idle(words: Sequence[str], place: int) -> bool:
    """True for ``without``, which says that nothing is there, and for ``out`` in *lent out*."""
    is_part = words[place] == "out" and place > 0 and words[place - 1] in _IRREGULAR
    return words[place] == "without" or is_part


def _relation(scene: Scene, other: TableRef, start: int, end: int) -> Relation | None:
    """How rows of a table refer to those that are named between two places, by themselves or by what lies between."""
    between = scene.brief.said.relations.between
    kept = {ref for i, ref in scene.brief.tables_at() if start <= i < end and ref != other}
    kept = kept or ({*scene.tables} - {other} if end == len(scene.brief) else kept)
    found = [r for ref in kept for r in between(other, ref) if len(r.columns) == 1]
    if not found:
        lists = [ref for ref in sorted(scene.brief.said.tables) if ref not in {*kept, other} and between(ref, other)]
        found = [r for two in lists for ref in kept for r in between(two, ref) if len(r.columns) == 1]
    return found[0] if len(found) == 1 else None


def _others(scene: Scene) -> Iterator[tuple[int, TableRef]]:
    """Tables that are named, and those of which only the last word is: ``no result`` of lab results."""
    brief = scene.brief
    named = dict(brief.tables_at())
    yield from named.items()
    for cue in brief.places(_DENIED):
        for place in range(cue + 1, min(cue + _NEAR, len(brief))):
            last = {ref for ref in brief.said.tables if words_of(ref.name)[-1] == brief.lemmas[place]}
            if place not in named and len(last) == 1:
                yield place, last.pop()


def _is_bare(brief: Brief, denied: int, place: int) -> bool:
    """False for *no settled fine*, *never more than 3 loans*: some are meant that may be there."""
    verbs = set(_verbs(brief, denied, place))
    return all(
        i in verbs or brief.words[i] in _SAYING | _PARTS or brief.said.table(i) is not None
        for i in range(denied, place)
    )
