"""Columns that a prompt makes: *late is true if ...*, classes of a number, values that become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.classes import classes_of
from datamorph.planning.offline.recipes.grouped.comparisons import Comparison, comparisons
from datamorph.planning.offline.recipes.grouped.mapping import mapped_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, pattern_term
from datamorph.planning.offline.recipes.grouped.wanted import CLASSES, MEASURED
from datamorph.planning.offline.recipes.listed import Listed

_TRUTH = frozenset("true false boolean flag flagged".split())
_NEAR = 6
_GAPS = frozenset("missing empty null blank unknown included too".split())
_OTHERWISE = frozenset("otherwise else other rest others".split())


@dataclass(frozen=True, slots=True)
class Made:
    """A key of the result that no table has.

    Attributes:
        gaps: the column of which rows without a value have no place in it.
        places: of the numbers and values that make it.
        drops: rows without that value are said to go, in other words than its name.
    """

    term: Term
    span: tuple[int, int] = (0, 0)
    gaps: Column | None = None
    places: frozenset[int] = frozenset()
    drops: bool = False


def made_key(scene: Scene, one: Listed) -> Made | None:
    """What a listed column is made of, where it tells groups apart."""
    return _flag_key(scene, one) or next((made for name, made in _spread(scene) if name == one.name), None)


def mask_made(scene: Scene) -> None:
    """Numbers and values that make classes are no conditions."""
    for _, made in _spread(scene):
        scene.masked |= made.places


def _spread(scene: Scene) -> Sequence[tuple[str, Made]]:
    return scene.remember("spread", _find_spread)


def _find_spread(scene: Scene) -> list[tuple[str, Made]]:
    """The one listed column that is neither a column nor a measure: it is the class, or the new value."""
    free = [one for one in scene.outputs if _is_free(scene, one)]
    named = [one for one in free if words_of(one.name)[-1] in CLASSES]
    free = named or free
    if len(free) != 1:
        return []
    classes = classes_of(scene)
    if classes is not None:
        for place in sorted(classes.places | classes.units):
            scene.brief.explain(place, place + 1, "classes")
        gaps = classes.gaps[0] if len(classes.gaps) == 1 else None
        if len(classes.gaps) > 1:
            return []
        made = Made(classes.term, gaps=gaps, places=classes.places, drops=classes.drops and gaps is not None)
        return [(free[0].name, made)]
    mapped = mapped_of(scene.brief, scene.outputs)
    if mapped is not None:
        column = mapped.column.table, mapped.column.column
        mapped.explain(scene.brief)
        return [(free[0].name, Made(pattern_term(mapped.sql("{}"), column), places=mapped.places))]
    return []


def _is_free(scene: Scene, one: Listed) -> bool:
    words = words_of(one.name)
    told = set(scene.brief.lemmas[one.start : min(one.end, one.start + _NEAR)])
    if words[-1] not in CLASSES and (set(words) & MEASURED or told & MEASURED):
        return False
    is_column = any(one.name in scene.columns(ref) for ref in scene.tables)
    return not is_column and (words[-1] in CLASSES or scene.has_table(words[-1]) is None)


def _flag_key(scene: Scene, one: Listed) -> Made | None:
    """``wet is true when rain_mm is over 0``."""
    own = {one.name.casefold(), *words_of(one.name)}
    told = set(scene.brief.lemmas[one.start : one.end])
    is_thing = scene.has_table(words_of(one.name)[-1]) is not None
    if is_thing or told & MEASURED or own & MEASURED or any(one.name in scene.columns(ref) for ref in scene.tables):
        return None
    found = [c for c in scene.remember("comparisons", comparisons) if one.name.casefold() in c.words]
    if len(found) != 1 or not _is_truth(scene, found[0]):
        return None
    condition = found[0].term.pieces
    return Made(Term(("case when ", *condition, " then true else false end")), found[0].span)


def _is_truth(scene: Scene, found: Comparison) -> bool:
    """True where the column is said to be true or false, or to have two groups, and what empty values are."""
    first, last = scene.sentence(found.span[0])
    said = set(scene.brief.words[first:last]) | set(scene.brief.words)
    keys = [o for o in scene.outputs if any(o.name in scene.columns(ref) for ref in scene.tables)]
    if not said & _TRUTH and keys:
        return False
    return bool(said & _OTHERWISE) or not _has_gaps(scene, found)


def _has_gaps(scene: Scene, found: Comparison) -> bool:
    for table, name in found.term.columns:
        profile = scene.brief.said.tables[table].profile.columns.get(name)
        if profile is not None and profile.nulls:
            return True
    return False


def explain_others(scene: Scene, name: str, span: tuple[int, int]) -> None:
    """``for late and not late``, ``false otherwise (a missing time included)``: the rows that are not true."""
    brief = scene.brief
    start, end = scene.sentence(span[0])
    places = [i - 1 for i in brief.places({name.casefold()}) if i and brief.words[i - 1] == "not"]
    for place in brief.places(_OTHERWISE):
        places += [place, *([place + 1] if brief.words[place + 1 : place + 2] == ("not",) else [])]
    places += [i for i in brief.places({"/"}) if {brief.words[i - 1], *brief.words[i + 1 : i + 2]} == {"true", "false"}]
    if _OTHERWISE & set(brief.words[start:end]):
        places += brief.places(_GAPS, span[1], end)
    for place in places if span != (0, 0) else ():
        brief.explain(place, place + 1, f"{name} is false")
