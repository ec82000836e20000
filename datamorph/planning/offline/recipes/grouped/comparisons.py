"""Comparisons that a prompt spells out: *paid later than due*, *more than 20 minutes from sent to read*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.operands import Operand, elapsed, operand_behind, operands, scaled
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Term

_ABOVE = frozenset(
    """
    above over exceeds exceed exceeded exceeding later after past beyond > greater larger bigger longer heavier older
    """.split()
)
_BELOW = frozenset("below under earlier before < fewer less lower smaller shorter lighter younger".split())
_MORE = frozenset({"more", "higher"})
_UPWARDS = frozenset("more later after above up higher over longer greater upwards".split())
_DOWNWARDS = frozenset("less fewer before earlier below lower under shorter".split())
_SUMMED = frozenset("total sum average mean altogether count number median share overall".split())
_AMOUNTING = frozenset("come comes came amount amounts add adds sum sums".split())
_SAYING = frozenset("is are was were counts count goes has means".split())
_BREAKS = frozenset(",;:.")
_MOST_WORDS, _LEAD, _TAIL = 8, 5, 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on the columns of a row.

    Attributes:
        words: that are said about it, besides the columns.
        is_constant: one side is a number.
        subject: what it is said of.
    """

    term: Term
    words: frozenset[str]
    span: tuple[int, int]
    is_constant: bool
    subject: frozenset[str] = frozenset()


def operator_in(words: Sequence[str]) -> str:
    """``later than``, ``falls after``, ``at most``: as a sign; empty where there is none."""
    said = (
        set(words)
        if "than" in words
        else set(words) - {"less", "fewer", "lower", "smaller", "greater", "larger", "later"}
    )
    said |= set(words) & {"later"}
    negated = bool(said & {"not", "no", "never"})
    if said & {">=", "<="}:
        return ">=" if ">=" in said else "<="
    if {"at", "least"} <= said or ({"or"} <= said and bool(said & _UPWARDS)):
        return "<" if negated else ">="
    if {"at", "most"} <= said or ({"or"} <= said and bool(said & _DOWNWARDS)):
        return ">" if negated else "<="
    above = bool(said & (_ABOVE | _MORE))
    below = bool(said & _BELOW)
    if above == below:
        return ""
    return {(True, False): ">", (True, True): "<=", (False, False): "<", (False, True): ">="}[above, negated]


def comparisons(scene: Scene) -> list[Comparison]:
    """All of them, in order."""
    found: list[Comparison] = []
    for start, end in _stretches(scene):
        sides = operands(scene, start, end)
        for at, one in enumerate(sides):
            two, three = (sides[i] if i < len(sides) else None for i in (at + 1, at + 2))
            if found and found[-1].span[1] > one.start:
                continue  # a side of the last one
            made = _apart(scene, one, two, three) or _either(scene, one, two, three) or _compared(scene, one, two)
            made = made or (_part_behind(scene, one, end) if one.kind == "share" else None)
            if made is not None:
                found.append(made)
    return found


def _apart(scene: Scene, one: Operand, two: Operand | None, three: Operand | None) -> Comparison | None:
    """``back_at is more than 90 minutes after left_at``."""
    if two is None or three is None or (one.kind, two.kind, three.kind) != ("time", "constant", "time"):
        return None
    words = scene.brief.words
    behind = set(words[two.end : three.start])
    operator = operator_in(words[one.end : two.start])
    later = bool(behind & {"after", "later", "past", "behind"})
    if not operator or not two.unit or three.start - one.end > _MOST_WORDS or later == bool(behind & {"before"}):
        return None
    pair = (one, three) if later else (three, one)
    term = elapsed(scene, two.unit, *(side.term.columns[0] for side in pair))
    if term is None:
        return None
    left = Operand(one.start, three.end, term, "number", two.unit)
    return _made(scene, left, operator, two, (one.start, three.end))


def _either(scene: Scene, one: Operand, two: Operand | None, three: Operand | None) -> Comparison | None:
    """``value is below low or above high``: one side compared with two others."""
    first = _compared(scene, one, two) if one.kind == "number" else None
    if first is None or two is None or three is None or not _fit(one, three) or two.kind != three.kind:
        return None
    between = scene.brief.words[two.end : three.start]
    joined = [i for i, word in enumerate(between) if word in ("or", "and")]
    operator = operator_in(between[joined[0] + 1 :]) if joined else ""
    if not operator or len(between) > _TAIL + joined[0]:
        return None
    second = _made(scene, one, operator, three, (one.start, three.end))
    word = f" {between[joined[0]]} "
    term = Term(("(", *first.term.pieces, word, *second.term.pieces, ")"))
    own = {w for _, name in term.columns for w in words_of(name)}
    return Comparison(term, (first.words | second.words) - own, second.span, first.is_constant, first.subject)


def _stretches(scene: Scene) -> list[tuple[int, int]]:
    """Runs of tokens between marks; points inside of names are none."""
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(len(scene.brief) + 1):
        if place == len(scene.brief) or scene.is_mark(place, _BREAKS):
            if place > start:
                found.append((start, place))
            start = place + 1
    return found


def _compared(scene: Scene, one: Operand, two: Operand | None) -> Comparison | None:
    """Two sides with the words that compare them between them, or in front of a number."""
    if two is None or two.start - one.end > _MOST_WORDS or not _fit(one, two):
        return None
    words = scene.brief.words
    between = words[one.end : two.start]
    if one.kind in ("constant", "share"):
        if one.kind == "constant" and two.end - two.start < 2:  # noqa: PLR2004 (3000 of premium: may be its sum)
            return None
        operator = operator_in(words[max(0, one.start - _LEAD) : one.start])
        return _made(scene, two, operator, one, (_led(scene, one.start), two.end)) if operator else None
    operator = operator_in(between)
    if not operator and two.kind == "constant" and len(between) <= 2 and not set(between) & {"of", "in"}:  # noqa: PLR2004
        operator = operator_in(words[two.end : two.end + _TAIL])
    if set(between) & _AMOUNTING and "to" in between:
        return None  # what comes to more than 900 is a total
    if not operator or set(between) & {"and"} or set(words[max(0, one.start - 2) : one.start]) & _SUMMED:
        return None
    return _made(scene, one, operator, two, (one.start, two.end))


def _led(scene: Scene, place: int) -> int:
    """Where the words in front of a number that compare it begin."""
    words = scene.brief.words
    while place and words[place - 1] in _ABOVE | _BELOW | _MORE | {"than", "at", "least", "most", "no", "not", "or"}:
        place -= 1
    return place


def _fit(one: Operand, two: Operand) -> bool:
    kinds = {one.kind, two.kind}
    if kinds == {"time"}:
        return True
    return "time" not in kinds and kinds != {"constant"}


def _part_behind(scene: Scene, one: Operand, end: int) -> Comparison | None:
    """``at least 90 % of duration_sec was heard``: the other side is spoken of by a part of its name."""
    operator = operator_in(scene.brief.words[max(0, one.start - _LEAD) : one.start])
    other = operand_behind(scene, one.end, min(end, one.end + _LEAD)) if operator else None
    return _made(scene, other, operator, one, (_led(scene, one.start), other.end)) if other is not None else None


def _made(scene: Scene, left: Operand, operator: str, right: Operand, span: tuple[int, int]) -> Comparison:
    term = scaled(right, left) if right.kind == "constant" else right.term
    pieces = (*left.term.pieces, f" {operator} ", *term.pieces)
    first, last = scene.sentence(span[0])
    own = {word for _, name in Term(pieces).columns for word in words_of(name)}
    told = set(_subject(scene, first, last)) | set(_counted(scene, first, last))
    places = [i for i in range(first, last) if i not in told]
    words = {scene.brief.lemmas[i] for i in places} | {scene.brief.words[i] for i in places}
    subject = frozenset(scene.brief.lemmas[i] for i in _subject(scene, first, last)[1:])
    is_constant = "constant" in (left.kind, right.kind)
    return Comparison(Term(pieces), frozenset(words - own), span, is_constant, subject)


def _counted(scene: Scene, start: int, end: int) -> list[int]:
    """``hours`` in *mark an hour as slow when ..., and show the number of hours*: what a row is."""
    words, lemmas = scene.brief.words, scene.brief.lemmas
    nouns = {lemmas[i + 2] for i in range(start, end - 2) if words[i : i + 2] in (("number", "of"), ("count", "of"))}
    return [i for i in range(start, end) if lemmas[i] in nouns]


def _subject(scene: Scene, start: int, end: int) -> range:
    """``An outage`` in *An outage is long if ...*: what it is said of."""
    verb = next((i for i in range(start, min(end, start + _LEAD)) if scene.brief.words[i] in _SAYING), start)
    is_led = scene.brief.words[start] in ("a", "an", "the", "each", "every")
    return range(start, verb) if is_led else range(start, start)
