"""Formulas as they are written: *minutes / 60*, *qty times unit price*, *clean / total*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, only
from datamorph.planning.offline.recipes.listed import Listed

_OPERATORS = {
    "+": " + ", "plus": " + ", "-": " - ", "–": " - ", "minus": " - ", "less": " - ",  # noqa: RUF001
    "*": " * ", "x": " * ", "×": " * ", "times": " * ", "/": " / ",  # noqa: RUF001
}  # fmt: skip
_BY = (("divided", "by", " / "), ("multiplied", "by", " * "))
_DEFINING = frozenset({"is", "=", "being", "means", "are", "as"})
_RECKONING = frozenset("work out compute calculate take is as derive age".split())
_ARTICLES = frozenset({"the", "its", "their", "a"})
_ENDS = frozenset("rounded as to in with and for per where".split())


@dataclass(frozen=True, slots=True)
class Quotient:
    """Two listed measures with the sign between them.

    Attributes:
        start: of the words that tell it, and ``end`` behind them.
    """

    left: str
    operator: str
    right: str
    start: int
    end: int


def written(scene: Scene, one: Listed) -> Term | None:
    """The formula that defines a listed column: in what is said about it, or where a word of its name is defined."""
    for start, end in _regions(scene, one):
        found = [run for place in range(start, end) if (run := _run(scene, place, end)) is not None]
        if found:
            pieces, first, last = max(found, key=lambda run: run[2] - run[1])
            scene.brief.explain(first, last, "what is reckoned")
            for word in scene.brief.places(_RECKONING, scene.sentence(first)[0], first):
                scene.brief.explain(word, word + 1, "what is reckoned")
            return Term(tuple(_merged(pieces)))
    return None


def _merged(pieces: Sequence[str | Column]) -> list[str | Column]:
    """Texts that follow each other as one."""
    found: list[str | Column] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _regions(scene: Scene, one: Listed) -> Iterator[tuple[int, int]]:
    yield from scene.zones(one)
    own = {*words_of(one.name), one.name.casefold()}
    for place in range(1, len(scene.brief)):
        is_defined = scene.brief.words[place] in _DEFINING and scene.brief.lemmas[place - 1] in own
        if is_defined and not scene.is_output(place - 1):
            yield place + 1, scene.chunk(place)[1] if scene.brief.words[place] != "=" else scene.sentence(place)[1]


def _run(scene: Scene, start: int, end: int) -> tuple[list[str | Column], int, int] | None:
    """Numbers and columns with signs between them, from a place on; None for fewer than two, or without a column."""
    pieces: list[str | Column] = []
    place, last = start, start
    while place < end:
        operand = _operand(scene, place)
        if operand is None:
            break
        piece, place = operand
        divides = bool(pieces) and pieces[-1] == " / "
        pieces.append(f"{piece:.10g}.0" if isinstance(piece, int) and divides else _text(piece))
        last = place
        operator, behind = _operator(scene, place)
        if not operator:
            break
        pieces.append(operator)
        place = behind
    if pieces and isinstance(pieces[-1], str) and pieces[-1].strip() in ("+", "-", "*", "/"):
        pieces.pop()
    columns = [piece for piece in pieces if not isinstance(piece, str)]
    return (pieces, start, last) if len(pieces) > 1 and columns else None


def _text(piece: Column | float) -> str | Column:
    return f"{piece:.10g}" if isinstance(piece, int | float) else piece


def _operand(scene: Scene, place: int) -> tuple[Column | float, int] | None:
    """The number or the column that stands there, and the place behind it."""
    if place < len(scene.brief) and scene.brief.words[place] in _ARTICLES:
        place += 1
    spot = next((s for s in scene.spots if s.start == place), None)
    if spot is not None:
        column = only(scene, spot) if scene.is_kind(spot, "number") and place not in scene.masked else None
        return (column, spot.end) if column is not None else None
    token = scene.brief.said.tokens[place] if place < len(scene.brief) else None
    is_number = token is not None and isinstance(token.value, int | float) and not token.unit
    return (token.value, place + 1) if is_number and token is not None else None  # pyright: ignore[reportReturnType]


def _operator(scene: Scene, place: int) -> tuple[str, int]:
    words = scene.brief.words
    for first, second, sign in _BY:
        if words[place : place + 2] == (first, second):
            return sign, place + 2
    token = scene.brief.said.tokens[place] if place < len(scene.brief) else None
    sign = _OPERATORS.get(token.text.lower(), "") if token is not None else ""
    return (sign, place + 1) if sign else ("", place)


def quotient_of(scene: Scene, one: Listed) -> Quotient | None:
    """``avg_value = revenue / orders``, ``late_share (late over trips)``: made of two other listed columns."""
    for start, end in scene.zones(one):
        for place in range(start, end):
            left = _listed_at(scene, one, place)
            operator, behind = _between(scene, left[1]) if left is not None else ("", place)
            right = _listed_at(scene, one, behind) if operator else None
            if left is not None and right is not None and left[0] != right[0] and _ends(scene, right[1]):
                return Quotient(left[0], operator, right[0], place, right[1])
    return None


def _between(scene: Scene, place: int) -> tuple[str, int]:
    if scene.brief.words[place : place + 1] == ("over",):
        return " / ", place + 1
    return _operator(scene, place)


def _listed_at(scene: Scene, one: Listed, place: int) -> tuple[str, int] | None:
    """The other listed column that is named there: as it is spelled, or in words."""
    if place < len(scene.brief) and scene.brief.words[place] in _ARTICLES:
        place += 1
    for length in (3, 2, 1):
        said = tuple(scene.brief.lemmas[place : place + length])
        words = scene.brief.words[place : place + length]
        for other in scene.outputs:
            is_same = words_of(other.name) == said or words == (other.name.casefold(),)
            if other != one and len(said) == length and is_same and other.place != place:
                return other.name, place + length
    return None


def _ends(scene: Scene, place: int) -> bool:
    token = scene.brief.said.tokens[place] if place < len(scene.brief) else None
    return token is None or not token.is_word or token.lower in _ENDS
