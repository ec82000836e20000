"""What is said of finished rows, whichever recipe made them: their order, and the digits of their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.datatype import is_integer, is_number, is_time
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped import ordering
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import sentence
from datamorph.planning.offline.recipes.slots import digits_of

_LETTERS = frozenset("alphabetical alphabetically alphabet a-z".split())
_OF_ROUNDING = frozenset("round rounded rounding to with at as each both all decimals decimal digits digit".split())
_ALL = frozenset({"both", "all", "each"})
_PLACES = frozenset("places place after the point dp".split())


def finish(brief: Brief, flow: Flow) -> None:
    """Round and sort the rows as the prompt says, where the plan does not yet; what is not clear stays unexplained."""
    texts = " ".join(str(step.step.model_dump()) for step in flow.frames.steps)
    scene = Scene(brief, _shown(brief, flow))
    if "round(" not in texts:
        _round(scene, flow, texts)
    if not any(step.step.kind in ("sort", "top", "limit") for step in flow.frames.steps):
        _sort(scene, flow)


def _shown(brief: Brief, flow: Flow) -> tuple[Listed, ...]:
    """The columns of the result, with where they are listed."""
    listed = {one.name.casefold(): one for one in brief.listed}
    return tuple(listed.get(name.casefold()) or Listed(name, -1, -1, -1) for name in flow.names)


def _sort(scene: Scene, flow: Flow) -> None:
    brief = scene.brief
    clauses = [one for one in ordering.mask_order(scene) if not _is_used(scene, *one)]
    kinds = {one.name: _kind(flow, one.name) for one in scene.outputs}
    measures = [name for name, kind in kinds.items() if kind == "measure"]
    if not clauses or any(_is_loose(scene, clause, kinds) for clause in clauses):
        return
    order = ordering.order_of(scene, clauses, kinds, measures[0] if len(measures) == 1 else "")
    if not order or {one.removesuffix(" desc") for one in order} - set(flow.names):
        return
    flow.sort(order)
    for start, end in clauses:
        for place in range(start, end):
            if brief.words[place] in ordering.WORDS or brief.words[place] in scene.names:
                brief.explain(place, place + 1, "the order")


def _is_used(scene: Scene, start: int, end: int) -> bool:
    """True for an order that the plan has already: by which of several rows one is kept, or rows are numbered."""
    brief = scene.brief
    return any(brief.ledger.covers(place) for place in range(start, end) if brief.words[place] not in scene.names)


def _is_loose(scene: Scene, clause: tuple[int, int], kinds: dict[str, str]) -> bool:
    """``alphabetically`` where it is not clear by which of several texts."""
    words = set(scene.brief.words[slice(*clause)])
    keys = [name for name, kind in kinds.items() if kind == "key"]
    return bool(words & _LETTERS) and len(keys) != 1 and not words & set(scene.names)


def _kind(flow: Flow, name: str) -> str:
    """As orders tell columns apart: texts, dates, keys in numbers, and numbers that are much or little."""
    type_ = flow.type_of(name)
    if is_time(type_):
        return "calendar"
    if is_number(type_):
        return "number" if words_of(name)[-1] in KEY_WORDS else "measure"
    return "key"


def _round(scene: Scene, flow: Flow, texts: str) -> None:
    """Numbers that the plan makes, to the digits that are said of them or of all."""
    numbers = [one.name for one in scene.outputs if _is_fraction(flow, one.name)]
    own = {one.name: digits for one in scene.outputs if (digits := _digits(scene, one)) is not None}
    everywhere = digits_of(scene.brief)
    if scene.brief.has(*_ALL) and len(set(own.values())) == 1 and everywhere in own.values():
        own = {}
    is_made = {name: f"'{name}':" in texts for name in numbers}
    digits = own or ({name: everywhere for name in numbers} if everywhere is not None else {})
    if not digits or not all(is_made.get(name) for name in digits):
        return
    flow.derive({name: f"round({quote(name)}, {count})" for name, count in digits.items()})
    _explain_digits(scene.brief)


def _is_fraction(flow: Flow, name: str) -> bool:
    type_ = flow.type_of(name)
    return is_number(type_) and not is_integer(type_)


def _digits(scene: Scene, one: Listed) -> int | None:
    """What is said in the list, or where the column is named again."""
    runs: Sequence[tuple[int, int]] = scene.zones(one) if one.place >= 0 else ()
    return next((found for start, end in runs if (found := digits_of(scene.brief, start, end)) is not None), None)


def _explain_digits(brief: Brief) -> None:
    for place in brief.places(("round", "decimal", "digit")):
        for spot in range(*sentence(brief, place)):
            if brief.words[spot] in _OF_ROUNDING or (abs(spot - place) <= 3 and brief.words[spot] in _PLACES):  # noqa: PLR2004
                brief.explain(spot, spot + 1, "to how many decimals")
