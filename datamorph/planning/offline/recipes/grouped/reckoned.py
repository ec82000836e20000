"""What a measure is of, where it is reckoned: time between two columns, a number minus a column, another unit."""

from __future__ import annotations

from collections.abc import Collection

from datamorph.planning.offline.build.units import ratio_of
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.comparisons import comparisons
from datamorph.planning.offline.recipes.grouped.formulas import written
from datamorph.planning.offline.recipes.grouped.operands import Operand, durations, unit_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, column_term, is_money, measured, only
from datamorph.planning.offline.recipes.listed import Listed

_UNITS_KEPT = frozenset({"time", "weight", "length"})


def reckoned(scene: Scene, one: Listed, taken: Collection[Column], kinds: str) -> Term | None:
    """The term of a measure; None where it is not clear.

    Args:
        taken: columns that are keys of the result.
        kinds: ``number`` or ``time``.
    """
    if kinds != "number":
        return measured(scene, one, taken, kinds)
    made = written(scene, one) or _time_between(scene, one) or _money(scene, one)
    if made is not None:
        return made
    term = measured(scene, one, taken, kinds)
    return _in_unit(scene, one, term) if term is not None else None


def _time_between(scene: Scene, one: Listed) -> Term | None:
    """The time between two columns: where the measure is told of, else the only one that the prompt speaks of."""
    for start, end in scene.zones(one):
        found = durations(scene, start, end)
        if found:
            return _explained(scene, found[0])
        if [s for s in scene.spots_in(start, end, "number") if s.start not in scene.masked]:
            return None
    compared = {i for other in scene.remember("comparisons", comparisons) for i in range(*other.span)}
    found = [two for two in durations(scene, 0, len(scene.brief)) if two.start not in compared]
    if len({two.term for two in found}) != 1:
        return None
    about = set(words_of(one.name)) | {w for run in scene.zones(one) for w in scene.said_in(*run)}
    first, last = scene.sentence(found[0].start)
    timed = about & {"minute", "hour", "day", "second", "duration", "time", "minimum"}
    alone = not [s for s in scene.spots_in(first, last, "number") if s.start not in scene.masked]
    return _explained(scene, found[0]) if timed or alone else None


def _explained(scene: Scene, found: Operand) -> Term:
    scene.brief.explain(found.start, found.end, "the time between")
    return found.term


def _money(scene: Scene, one: Listed) -> Term | None:
    """A column of texts that hold money, in what is told of the measure."""
    for start, end in scene.zones(one):
        texts = [s for s in scene.spots_in(start, end, "text") if s.start not in scene.masked]
        columns = {only(scene, spot) for spot in texts}
        if scene.spots_in(start, end, "number") or len(columns) != 1:
            continue
        column = next(iter(columns))
        shown = [i for i, token in enumerate(scene.brief.said.tokens) if is_money(token) and i > texts[0].start]
        if column is not None and shown:
            first = max(scene.sentence(shown[0])[0], shown[0] - 4)
            scene.brief.explain(first, shown[0] + 1, f"{column[1]} is read as money")
            return column_term(column)
    return None


def _in_unit(scene: Scene, one: Listed, term: Term) -> Term:
    """The term in the unit that is asked for: by a number to divide by, else by the units of both names."""
    if len(term.pieces) != 1 or isinstance(term.pieces[0], str):
        return term
    column = term.pieces[0]
    divisor = _divisor(scene, column)
    if divisor:
        return Term((column, f" / {divisor}"))
    own = unit_of(column[1])
    near = {w for run in scene.zones(one) for w in scene.said_in(*run)} | {*words_of(one.name), unit_of(one.name)}
    wanted = {w for w in near if kind_of(w) in _UNITS_KEPT and w in UNITS and w != own and kind_of(w) == kind_of(own)}
    ratio = ratio_of(wanted.pop(), [own]) if len(wanted) == 1 else None
    if ratio is None or abs(ratio - 1) < 1e-9:  # noqa: PLR2004
        return term
    for place in range(len(scene.brief)):
        if kind_of(scene.brief.lemmas[place]) == kind_of(own):
            scene.brief.explain(place, place + 1, "in another unit")
    return Term((column, f" / {ratio:.10g}.0" if ratio > 1 else f" * {1 / ratio:.10g}"))


def _divisor(scene: Scene, column: Column) -> str:
    """``fee_cents / 100``, ``bytes divided by 1048576``, ``one MB = 1,000,000 of size_bytes``; empty without one."""
    words = scene.brief.words
    for spot in scene.spots:
        if only(scene, spot) != column:
            continue
        place = spot.end
        skipped = 2 if words[place : place + 2] == ("divided", "by") else 1 if words[place : place + 1] == ("/",) else 0
        if skipped and place + skipped < len(words):
            number = scene.brief.said.tokens[place + skipped].value
            if isinstance(number, int | float):
                scene.brief.explain(place, place + skipped + 1, "in another unit")
                return f"{number:.10g}.0" if isinstance(number, int) else str(number)
        before = scene.brief.said.tokens[spot.start - 2] if spot.start > 2 else None  # noqa: PLR2004
        if before is not None and words[spot.start - 1] == "of" and words[spot.start - 3] in ("=", "is"):
            first, last = scene.sentence(spot.start)
            units = [i for i in range(first, last) if scene.brief.lemmas[i] in UNITS]
            for place in (*units, *range(max(0, spot.start - 5), spot.start)):
                scene.brief.explain(place, place + 1, "in another unit")
            return f"{before.value}.0" if isinstance(before.value, int) else ""
    return ""
