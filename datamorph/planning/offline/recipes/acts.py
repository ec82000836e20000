"""What is done to a text, as a prompt says it; characters that are taken out of it wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from datamorph.planning.offline.recipes.brief import Brief

_CHARACTERS = {
    "space": " ", "blank": " ", "whitespace": " ", "hyphen": "-", "dash": "-", "dot": ".", "period": ".", "slash": "/",
    "comma": ",", "underscore": "_", "colon": ":", "semicolon": ";", "apostrophe": "\'\'",
}  # fmt: skip
"""What characters are called, and how they are written in a class of a regular expression."""
_REMOVES = frozenset(
    "remove removed removing removes drop dropped delete deleted discard discarded strip stripped eliminate".split()
)
_TAKEN = frozenset("take taken takes throw thrown cut filter filtered leave left get".split())
_AWAY = frozenset("out away off rid".split())
_SIDES = frozenset(
    "surrounding around leading trailing outer end ends edge edges side sides front double multiple except but".split()
)
_AROUND = frozenset("all any every the and or both with plus its of inside inner within also from rid".split())


@dataclass(slots=True)
class Act:
    """One thing that is done, with the place where it is said and the words that say it."""

    place: int
    kind: str
    value: str | int = ""
    used: set[int] = field(default_factory=set[int])


def removals(brief: Brief, start: int, end: int) -> Iterator[Act]:
    """``remove all spaces and hyphens``, ``with spaces and dots taken out``; blanks around a text are trimmed."""
    words = brief.words[start:end]
    named = [i for i in range(start, end) if brief.lemmas[i] in _CHARACTERS]
    verbs = {i for i in range(start, end) if brief.words[i] in _REMOVES}
    if {*words} & _TAKEN and {*words} & _AWAY:
        verbs |= {i for i in range(start, end) if brief.words[i] in _TAKEN | _AWAY}
    said = {brief.lemmas[i] for i in named}
    is_trim = _CHARACTERS.keys() & said <= {"space", "blank", "whitespace"} and {*words} & {"strip", "stripped"}
    if not named or not verbs or {*words} & _SIDES or is_trim or any(i in verbs for i in named):
        return
    characters = "".join(dict.fromkeys(_CHARACTERS[brief.lemmas[i]] for i in named))
    around = {i for i in range(min(named) - 1, max(named)) if i >= start and brief.words[i] in _AROUND}
    yield Act(min(verbs), "removed", characters, {*named, *verbs, *around})
