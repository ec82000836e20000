"""Classes of a number: *below 100 is 'short', 100 and up is 'long'*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.datatype import is_integer
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.lexicon.cues import UNITS as SIZES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.recipes.bounds import Bound, find_bounds, is_whole, settle
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.gaps import says_gone
from datamorph.planning.offline.recipes.grouped.class_labels import TALK, labels_of
from datamorph.planning.offline.recipes.grouped.class_subject import Subject, sized, subject_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term
from datamorph.planning.offline.recipes.listed import Listed

_ABSENT = frozenset("missing empty blank null nulls without no unknown".split())
_REMARK = 8
_FEWEST = 2
_TAIL = frozenset("up upwards onwards upward onward and more above over old long".split())


@dataclass(frozen=True)
class Classes:
    """Classes of the rows of a table.

    Attributes:
        term: the class of a row.
        places: of the words that tell them.
        gaps: the columns of which rows without a value have no class.
        drops: they are said to go.
        units: places of words for units of that kind.
    """

    term: Term
    places: frozenset[int]
    gaps: tuple[Column, ...] = ()
    drops: bool = False
    units: frozenset[int] = frozenset()


def classes_of(scene: Scene) -> Classes | None:
    """The classes that a prompt tells; None where it tells none, or not clearly."""
    brief = scene.brief
    for bounds in _choices(scene):
        labels = labels_of(brief, bounds, scene.outputs)
        subject = subject_of(scene, bounds) if labels is not None else None
        texts = [_text(brief, *label).casefold() for label in labels or ()]
        if labels is None or subject is None or len(set(texts)) < len(texts):
            continue
        scaled = sized(brief, bounds, subject.unit)
        if scaled is not None and _is_clear(scene, subject, scaled):
            return _made(scene, subject, bounds, scaled, labels)
    return None


def _made(
    scene: Scene, subject: Subject, bounds: Sequence[Bound], scaled: Sequence[Bound], labels: Sequence[tuple[int, int]]
) -> Classes:
    brief = scene.brief
    places = {i for one in bounds for i in range(one.start, one.end)} | {i for label in labels for i in range(*label)}
    places |= {i for one in bounds for i in _tail(brief, one.end)}
    within = range(min(places), max(places))
    places |= {i for i in within if brief.words[i] in TALK | GLUE or brief.said.tokens[i].text == "="}
    own = kind_of(subject.unit)
    units = frozenset(i for i, lemma in enumerate(brief.lemmas) if own and lemma in SIZES and kind_of(lemma) == own)
    gaps = () if any(one.kind == "gap" for one in bounds) else subject.gaps
    dropped = _dropped(scene, bounds)
    pieces = pattern_pieces(_case(brief, "{}", scaled, labels), subject.term)
    return Classes(Term(pieces), frozenset(places | dropped | subject.places), gaps, bool(dropped), units)


def pattern_pieces(pattern: str, term: Term) -> tuple[str | Column, ...]:
    """A term at each ``{}`` of a text."""
    first, *others = pattern.split("{}")
    pieces: list[str | Column] = [first]
    for text in others:
        pieces += [*term.pieces, text]
    return tuple(piece for piece in pieces if piece)


def _dropped(scene: Scene, bounds: Sequence[Bound]) -> set[int]:
    """``(missing points are left out)``: what is said in the sentence of the classes of rows that have no number."""
    first, last = scene.sentence(bounds[0].start)[0], scene.sentence(bounds[-1].end - 1)[1]
    found: set[int] = set()
    for place in range(first, last):
        start, end = scene.chunk(place)
        words = scene.brief.words[start:end]
        is_gap = bool(set(words) & _ABSENT) and says_gone(words) and end - start <= _REMARK
        if is_gap and not any(start <= one.start < end for one in bounds):
            found |= set(range(start, end))
    return found


def _tail(brief: Brief, place: int) -> range:
    """The unit and *and up* behind a number."""
    end = place
    while end < len(brief) and (brief.lemmas[end] in SIZES or brief.words[end] in _TAIL):
        end += 1
    return range(place, end)


def _choices(scene: Scene) -> Iterator[list[Bound]]:
    """The bounds of the prompt, then those of one sentence."""
    every = _bounds(scene.brief, scene.outputs)
    if every:
        yield every
    sentences = dict.fromkeys(scene.between(one.start, ".?!") for one in every)
    for start, end in sentences if len(sentences) > 1 else ():
        some = [one for one in every if start <= one.start < end]
        if sum(one.kind == "range" for one in some) + any(one.kind == "rest" for one in some) >= _FEWEST:
            yield some


def _bounds(brief: Brief, shown: Sequence[Listed]) -> list[Bound]:
    """Classes; not those among what is told of the columns."""
    apart = {i for one in shown for i in (one.place, *range(one.start, one.end))}
    found = [b for b in find_bounds(brief, apart) if not (b.kind == "gap" and _is_of_mean(brief, b))]
    ranges = [b for b in found if b.kind == "range"]
    if len(ranges) + any(b.kind == "rest" for b in found) < _FEWEST or not ranges:
        return []
    first = ranges[0].start
    found = [b for b in found if b.kind != "rest" or b.start > first]
    settled = iter(settle(ranges))
    return [next(settled) if b.kind == "range" else b for b in found]


def _is_of_mean(brief: Brief, bound: Bound) -> bool:
    start, end = brief.clause(bound.start)
    labelled = any(brief.said.tokens[i].kind == "text" for i in range(start, end))
    if bound.start and brief.words[bound.start - 1] in ("with", "to") and brief.words[bound.start] == "no":
        return not labelled
    told = brief.words[start:end]
    return bool({"mean", "average", "avg", "counted"} & set(told)) or (says_gone(told) and not labelled)


def _is_clear(scene: Scene, subject: Subject, bounds: Sequence[Bound]) -> bool:
    """True where the classes leave no number out, and share none."""
    ranges = [one for one in bounds if one.kind == "range"]
    rests = [one for one in bounds if one.kind == "rest"]
    (column,) = subject.term.columns[:1]
    is_plain = len(subject.term.pieces) == 1
    is_met = is_whole(ranges, integer=is_plain and is_integer(scene.type_of(*column)))
    ordered = sorted(ranges, key=lambda b: b.low if b.low is not None else float("-inf"))
    if len(rests) == 1:
        return is_met or all(
            one.high is not None and two.low is not None and one.high < two.low for one, two in pairwise(ordered)
        )
    return not rests and is_met and ordered[0].low in (None, 0.0) and ordered[-1].high is None


def _case(brief: Brief, column: str, bounds: Sequence[Bound], labels: Sequence[tuple[int, int]]) -> str:
    """The class of a row as SQL; rows without a number first, the rest last."""
    pairs = list(zip(bounds, [_text(brief, *label) for label in labels], strict=True))
    rest = next((text for one, text in pairs if one.kind == "rest"), "")
    kept = [pair for pair in pairs if pair[0].kind != "rest"]
    kept.sort(key=lambda pair: pair[0].kind != "gap")
    parts = [f"when {one.sql(column)} then '{text}'" for one, text in kept]
    parts += [f"else '{rest}'"] if rest else []
    return f"case {' '.join(parts)} end"


def _text(brief: Brief, start: int, end: int) -> str:
    """A label as it is written."""
    token = brief.said.tokens[start]
    text = token.lower if token.kind == "text" else brief.said.text(start, end)
    return text.replace("'", "''")
