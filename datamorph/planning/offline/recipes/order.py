"""The order of a result that has one amount: *biggest first, ties alphabetical*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datamorph.planning.offline.recipes.brief import Brief

DOWN = frozenset(
    """
    descending desc highest largest biggest most greatest heaviest longest top maximum down decreasing richest busiest
    commonest strongest fattest
    """.split()
)
UP = frozenset("ascending asc lowest smallest least fewest shortest bottom increasing lightest".split())
ALPHABET = frozenset("alphabetical alphabetically alphabet a-z az abc".split())
TIES = frozenset("tie ties tied level equal equals equally draw draws identical same even drawn".split())
_SORTING = frozenset("sort sorted sorting order ordered ordering rank ranked".split())
_FIRST = frozenset("first top leading lead leads ahead above begin beginning front start starting".split())
_LATER = frozenset(
    "later latest higher highest larger largest newest newer greater greatest descending desc bigger biggest z".split()
)
_MARKS = frozenset(".;:!?")


def order_of(brief: Brief, keys: Sequence[str], amount: str) -> list[str] | None:
    """The order by an amount and keys; empty where the prompt speaks of none, None where it is not understood.

    Args:
        keys: columns that stand beside the amount.
    """
    found: list[str] = []
    for start, end in order_clauses(brief):
        ties = is_tie(brief, start, end)
        words = set(brief.words[start:end])
        named = [one for one in (amount, *keys) if one.casefold() in words]
        is_down = bool(DOWN & words)
        if not named and not ties and (DOWN | UP) & words:
            named = [amount]
        if not named and (ALPHABET & words or says_a_to_z(brief, start, end)):
            named = list(keys[:1]) if len(keys) == 1 else []
        if not named:
            return None
        found += [f"{one} desc" if one == amount and is_down else one for one in named if not _has(found, one)]
    return found


def _has(found: Sequence[str], name: str) -> bool:
    return any(one.removesuffix(" desc") == name for one in found)


def order_clauses(brief: Brief) -> Iterator[tuple[int, int]]:
    """Clauses that tell an order, in the order of the prompt; those about ties last."""
    told = [one for one in _clauses(brief) if _tells_order(brief, *one)]
    yield from [one for one in told if not is_tie(brief, *one)]
    yield from [one for one in told if is_tie(brief, *one)]


def _clauses(brief: Brief) -> Iterator[tuple[int, int]]:
    place = 0
    while place < len(brief):
        start, end = brief.clause(place)
        if end > start:
            yield start, end
        place = max(end, place) + 1


def _tells_order(brief: Brief, start: int, end: int) -> bool:
    words = set(brief.words[start:end])
    if brief.words[start] == "then" and start and brief.said.tokens[start - 1].text == ",":
        return any(_tells_order(brief, *one) for one in _clauses(brief) if one[1] == start - 1)
    firsts = bool(words & _FIRST) and bool(words & (DOWN | UP))
    return firsts or bool(words & (_SORTING | ALPHABET)) or is_tie(brief, start, end) or says_a_to_z(brief, start, end)


def says_a_to_z(brief: Brief, start: int, end: int) -> bool:
    """``A to Z``, ``A-Z``."""
    words = brief.words[start:end]
    return any(words[i] == "a" and "z" in words[i + 1 : i + 3] for i in range(len(words)))


def is_tie(brief: Brief, start: int, end: int) -> bool:
    """True for a clause about rows that are level."""
    return bool(TIES & set(brief.words[start:end]))


def tie_runs(brief: Brief) -> Iterator[tuple[int, int]]:
    """What is said about ties: from the clause that speaks of them to the end of its sentence."""
    for start, end in _clauses(brief):
        if is_tie(brief, start, end):
            last = next((i for i in range(end, len(brief)) if brief.said.tokens[i].text in _MARKS), len(brief))
            yield start, last


def is_down(brief: Brief, place: int) -> bool:
    """True where the larger or the later one of a column comes first."""
    start, end = brief.clause(place)
    return not says_a_to_z(brief, start, end) and bool(_LATER & set(brief.words[start:end]))
