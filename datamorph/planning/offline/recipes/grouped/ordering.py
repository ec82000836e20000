"""The order of a grouped result: which listed column comes first, which way, and what settles ties."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.kinds import unit_in
from datamorph.planning.offline.recipes.grouped.spots import Scene

_MARKS = ",.;:!?()–—"  # noqa: RUF001
_SORT = frozenset("sort sorted sorting arrange arranged ordering ordered ascending descending asc desc".split())
_CHRONOLOGICAL = frozenset("chronological chronologically".split())
_ALPHABET = frozenset("alphabetical alphabetically alphabet a-z".split())
MOST = frozenset(
    """
    largest highest biggest most greatest heaviest slowest longest worst busiest costliest richest best fullest
    dearest strongest hottest warmest tallest deepest widest loudest brightest toughest hardest commonest wettest
    top decreasing descending desc
    """.split()
)
LEAST = frozenset(
    "lowest smallest fewest shortest fastest least cheapest ascending asc increasing weakest coldest "
    "coolest quietest lightest thinnest narrowest poorest closest nearest rarest shallowest driest".split()
)
_DOWNWARDS = frozenset("descending desc decreasing downward downwards".split())
_OLD = frozenset("oldest earliest".split())
_NEW = frozenset("newest latest".split())
_LEADING = frozenset("first top start leads lead front beginning begin down end".split())
_TIES = frozenset("tie ties tied equal equally same identical level draw draws".split())
_COUNTS = frozenset("count number frequent often".split())
WORDS = (
    _SORT | _CHRONOLOGICAL | _ALPHABET | MOST | LEAST | _OLD | _NEW | _LEADING | _TIES
    | frozenset("order on by then within break broken settle settles settled decides decide z list listed going go "
                "running run ends end toward towards upward upwards downward downwards last bottom name number count "
                "figure value share date mean average rounded where if when case punctual first from frequent".split())
)  # fmt: skip
"""What people say about an order besides the names in it."""


_NO_DEGREE = frozenset("rest test request interest west guest forest harvest contest invest suggest request".split())
_SHORTEST = 5


def _is_unknown_degree(scene: Scene, start: int, end: int) -> bool:
    """A superlative of which it is not known whether much or little of the measure is meant."""
    known = MOST | LEAST | _OLD | _NEW | _NO_DEGREE
    words = [word for word in scene.brief.words[start:end] if word.endswith("est") and len(word) >= _SHORTEST]
    return bool(set(words) - known) and bool(_said(scene, start, end) & _LEADING)


def mask_order(scene: Scene) -> list[tuple[int, int]]:
    """The clauses that tell an order; nothing else is read from them."""
    found = [_narrowed(scene, start, end) for start, end in _chunks(scene) if _orders(scene, start, end)]
    for start, end in found:
        scene.masked |= {i for i in range(start, end) if not scene.is_output(i)}
    return found


def _narrowed(scene: Scene, start: int, end: int) -> tuple[int, int]:
    """``in date order`` alone of a clause that tells of a mean *over that row and the six before it in date order*."""
    words = scene.brief.words[start:end]
    if "order" not in words or set(words) & (_SORT | _CHRONOLOGICAL | _ALPHABET | _TIES):
        return start, end
    at = start + words.index("order")
    first = next((i for i in range(max(start, at - 4), at) if scene.brief.words[i] == "in"), start)
    return (first, end) if first > start and at + 1 == end else (start, end)


def order_of(scene: Scene, clauses: Sequence[tuple[int, int]], kinds: Mapping[str, str], base: str) -> list[str] | None:
    """``name desc`` and ``name`` for each column of the order; None where a clause cannot be read.

    Args:
        kinds: of listed columns: ``key``, ``calendar``, or a measure.
        base: the measure that superlatives are about.
    """
    found: list[tuple[str, bool]] = []
    for start, end in clauses:
        way = _direction(scene, start, end)
        if found and way is not None and (len(found), start - 1) == (1, clauses[0][1]):
            found[-1] = found[-1][0], way
            continue
        known = {name for name, _ in found}
        here = list(_keys(scene, start, end, kinds, base, known))
        is_told = bool(_said(scene, start, end) & _TIES) or any(_keys(scene, start, end, kinds, base, ()))
        if not here and not is_told:
            return None
        found += [(name, down) for name, down in here if name not in known]
    return [f"{name} desc" if is_down else name for name, is_down in found]


_WHICH = frozenset({"first", "value", "values", "one", "ones", "the", "on", "at", "top"})


def _direction(scene: Scene, start: int, end: int) -> bool | None:
    """True for ``highest first`` behind ``sort by n,``, which says the way of that column; None where it says more."""
    said = set(scene.brief.words[start:end])
    degree = said & (MOST | LEAST)
    return bool(degree & MOST) if degree and said <= MOST | LEAST | _WHICH and not degree <= _DOWNWARDS else None


def _chunks(scene: Scene) -> Iterator[tuple[int, int]]:
    start = 0
    tokens = scene.brief.said.tokens
    for place in range(len(tokens) + 1):
        if place == len(tokens) or tokens[place].text in _MARKS or _joins(scene, place):
            if place > start:
                yield start, place
            start = place + 1


def _joins(scene: Scene, place: int) -> bool:
    """An ``and`` or ``then`` between two things to sort by."""
    return scene.brief.words[place] == "and" and scene.brief.words[place - 1] in ("top", "first")


def _said(scene: Scene, start: int, end: int) -> set[str]:
    """Words and lemmas, without the *ordering* of ``each ordering clinic``."""
    words = scene.brief.words
    places = [i for i in range(start, end) if words[i] != "ordering" or scene.brief.said.table(i + 1) is None]
    return {words[i] for i in places} | {scene.brief.lemmas[i] for i in places}


def _orders(scene: Scene, start: int, end: int) -> bool:
    said = _said(scene, start, end)
    words = scene.brief.words[start:end]
    if "into" in words:  # sort things into classes
        return False
    superlative = bool(said & (MOST | LEAST | _OLD | _NEW))
    orders = any(
        words[i] == "order" and ("in" in words[max(i - 3, 0) : i] or words[i + 1 : i + 2] == ("by",))
        for i in range(len(words))
    )
    ranges = bool(said & _OLD) and bool(said & _NEW) and "to" in said
    from_a = _has(words, "a", "to", "z") or _has(words, "a", "-", "z") or _has(words, "a", "z")
    return (
        bool(said & (_SORT - {"ordered"} | _CHRONOLOGICAL | _ALPHABET))
        or _has(words, "ordered", "by") or orders or ranges or from_a
        or (superlative and bool(said & {"first", "top", "leads", "lead", "down"} - {"top"} | said & {"top"})
            and not _is_count(scene, start, end))
        or _is_tie(scene, start, end) or _is_unknown_degree(scene, start, end)
    )  # fmt: skip


def _is_count(scene: Scene, start: int, end: int) -> bool:
    """``top 5``: how many rows, which is another kind of work."""
    return any(
        scene.brief.words[i] in ("top", "first") and scene.brief.numbers(i + 1, i + 2) for i in range(start, end)
    ) or (
        "first" in scene.brief.words[start:end]
        and all(
            scene.brief.lemmas[i + 1 : i + 2] in (("day",), ("null",), ("empty",))
            for i in scene.brief.places(("first",), start, end)
        )
    )


def _is_tie(scene: Scene, start: int, end: int) -> bool:
    said = _said(scene, start, end)
    words = scene.brief.words[start:end]
    return bool(said & {"tie", "ties", "tied", "draw", "draws"}) or (
        bool(said & {"equal", "same", "level", "identical"})
        and bool(said & {"by", "then", "a", "if", "for", "alphabetical"}) and len(words) <= 12  # noqa: PLR2004
        and bool(said & ({"number", "count", "average", "mean", "share", "total", "value", "rate"} | {"tie"})
                 or any(w in scene.names for w in words) or len(words) <= 4)  # noqa: PLR2004
    )  # fmt: skip


def _has(words: Sequence[str], *wanted: str) -> bool:
    return any(tuple(words[i : i + len(wanted)]) == wanted for i in range(len(words)))


def _keys(
    scene: Scene, start: int, end: int, kinds: Mapping[str, str], base: str, known: Collection[str]
) -> Iterator[tuple[str, bool]]:
    """What one clause sorts by."""
    if _is_unknown_degree(scene, start, end):
        return
    said = _said(scene, start, end)
    named = [name for name in _named(scene, start, end, kinds) if name not in known]
    periods = [name for name in kinds if kinds[name] == "calendar"]
    is_tie = bool(said & _TIES)
    if said & _CHRONOLOGICAL or said & (_OLD | _NEW) or ("date" in said and not named):
        is_down = bool(said & _NEW) and not (said & _OLD)
        is_period = not named or all(kinds[name] == "calendar" for name in named)
        yield from ((name, is_down) for name in (periods if is_period else named) if name not in known)
        return
    superlative = bool(said & ((MOST | LEAST) - {"top", "best", "ascending", "descending", "asc", "desc"}))
    if superlative and not is_tie:
        measures = [name for name in named if kinds[name] not in ("key", "calendar")] or [base]
        down = "least" in said if "punctual" in said else bool(said & MOST)
        rest = [name for name in named if name not in measures and said & _ALPHABET | ({"z"} & said)]
        yield from ((name, down) for name in measures if name and name not in known)
        yield from ((name, False) for name in rest)
        return
    if is_tie:
        named = [name for name in named if kinds[name] in ("key", "calendar")] or named
    down = bool(said & _DOWNWARDS)
    letters = [name for name in kinds if kinds[name] == "key"] if (said & _ALPHABET or "z" in said) else []
    yield from ((name, down) for name in (named or letters[:1] or _spoken_of(scene, start, end, periods)))


def _spoken_of(scene: Scene, start: int, end: int, periods: Sequence[str]) -> list[str]:
    """The period of *only days that have calls, ascending*: a direction alone is that of what stands before it."""
    if end - start > 1 or start < 2 or len(periods) != 1:  # noqa: PLR2004
        return []
    before = scene.chunk(start - 2)
    return list(periods) if unit_in(periods[0]) in scene.brief.lemmas[slice(*before)] else []


def _named(scene: Scene, start: int, end: int, kinds: Mapping[str, str]) -> list[str]:
    """Listed columns that a clause names, by their names or by words of them, in its order."""
    spots: list[tuple[int, str]] = []
    for name in kinds:
        words = set(words_of(name)) - {"usd", "eur"}
        places = [i for i in range(start, end) if not scene.is_output(i)]
        exact = [i for i in places if scene.brief.words[i] == name.casefold()]
        loose = [i for i in places if scene.brief.lemmas[i] in words]
        spots += [(place, name) for place in (exact or loose)[:1]]
    places = [place for place, _ in spots]
    exact_places = {p for p, n in spots if scene.brief.words[p] == n.casefold()}
    kept = [(p, n) for p, n in spots if places.count(p) == 1 or scene.brief.words[p] == n.casefold()]
    if exact_places:
        kept = [(p, n) for p, n in kept if p in exact_places]
    generic = [i for i in range(start, end) if scene.brief.lemmas[i] in _COUNTS | {"name"}]
    if not kept and generic:
        wanted = "count" if scene.brief.lemmas[generic[0]] != "name" else "key"
        kept = [(generic[0], name) for name in kinds if kinds[name] == wanted][:1]
    return [name for _, name in sorted(kept)]
