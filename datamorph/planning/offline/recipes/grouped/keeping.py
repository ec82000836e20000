"""Whether rows stay that nothing belongs to, and what they show: *branches that hold nothing get 0*."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.list_parts import is_identifier

_NONE = frozenset("no not never without nothing nobody none haven't hasn't don't doesn't didn't zero 0 yet".split())
_KEEPS = frozenset(
    """
    stay stays staying remain remains keep keeps kept incl incl. including include included includes missing lost
    present appear appears still too also belong belongs there show shows shown get gets even drop dropped in
    list listed gone disappear
    """.split()
)
_ZERO = frozenset("0 zero zeros zeroes".split())
_NULL = frozenset("null nulls empty blank".split())
_GOES = frozenset("out aside skip skipped ignore ignored exclude excluded omit omitted disregard disregarded".split())
_SHOWN = frozenset("shown show appear listed list included include count counted needed belong".split())
_DENIED = frozenset("not don't never nobody mustn't shouldn't cannot can't may".split())
_WHO = frozenset("nobody whoever everybody everyone anyone somebody all those ones people who each every".split())


@dataclass(frozen=True, slots=True)
class Kept:
    """What rows show that nothing belongs to.

    Attributes:
        zero: names of columns, or all, that are 0 there; others are NULL. None where it is not said.
    """

    zero: frozenset[str] | None
    span: tuple[int, int]


def kept(scene: Scene, entity: TableRef) -> Kept | None:
    """What is said about rows of an entity without any partner; None where they do not stay."""
    for start, end in _sentences(scene):
        said = scene.said_in(start, end)
        empties = said & (_NONE | _ZERO)
        who = any(ref == entity for place, ref in scene.brief.tables_at() if start <= place < end) or said & _WHO
        if _goes(scene, start, end):
            continue
        if empties and (said & _KEEPS or said & _ZERO | said & _NULL) and who and not _is_of_values(scene, start, end):
            return Kept(_zeros(scene, start, end), (start, end))
    return None


def _goes(scene: Scene, start: int, end: int) -> bool:
    """``rooms with no owner stay out``: said of rows that go, unless it is denied."""
    words = scene.brief.words[start:end]
    spots = [i for i, word in enumerate(words) if word in _GOES]
    denied = [i for i, word in enumerate(words) if word in _DENIED]
    if any(set(words[i + 1 : i + 3]) & _SHOWN for i in denied):
        return True
    return any(not set(words[max(0, i - 4) : i]) & _DENIED for i in spots)


def _sentences(scene: Scene) -> list[tuple[int, int]]:
    """Sentences, and in long ones the part behind a dash or in parentheses that speaks of those without partners."""
    found: list[tuple[int, int]] = []
    start, tokens = 0, scene.brief.said.tokens
    for place in range(len(tokens) + 1):
        if place == len(tokens) or tokens[place].text in ".;!?" or _is_heading(scene, place):
            if place > start:
                found.append((start, place))
            start = place + 1
    return found


def _is_heading(scene: Scene, place: int) -> bool:
    """A colon that does not lead to what rows show: ``depots without scans: 0``."""
    return scene.brief.said.tokens[place].text == ":" and not set(scene.brief.words[place + 1 : place + 3]) & (
        _ZERO | _NULL
    )


def _is_of_values(scene: Scene, start: int, end: int) -> bool:
    """True where the sentence is about a column without a value, or about the first of a series."""
    said = scene.said_in(start, end)
    return (
        bool(said & {"previous", "earlier", "prior"})
        or any(scene.brief.said.tokens[i].kind == "text" for i in range(start, end))
        or any(_is_beside_column(scene, i) for i in range(start, end) if scene.brief.words[i] in _NULL)
        or any(scene.brief.words[i] == "no" and is_identifier(scene.brief.said, i + 1) for i in range(start, end - 1))
    )


def _is_beside_column(scene: Scene, place: int) -> bool:
    """``where temp_c is null``: a column of the tables, and none of the result."""
    first, last = scene.chunk(place)
    return any(is_identifier(scene.brief.said, i) and not scene.is_output(i) for i in range(first, last))


def _zeros(scene: Scene, start: int, end: int) -> frozenset[str] | None:
    """Which columns are 0: all, none, or those named beside it."""
    said = scene.said_in(start, end)
    zero, null = said & _ZERO, said & _NULL
    if bool(zero) != bool(null):
        return frozenset(scene.names) if zero else frozenset()
    if not zero:
        return None
    found: set[str] = set()
    for place in (i for i in range(start, end) if scene.brief.words[i] in _ZERO):
        first, last = scene.chunk(place)
        near = scene.said_in(max(first, place - 5), min(last, place + 6))
        found |= {n for n in scene.names if n in near or set(words_of(n)) & near}
    return frozenset(found)
