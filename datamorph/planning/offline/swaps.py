"""Where other words fit into a sentence: in the place of those that they stand for, or as a condition of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datamorph.planning.offline.lexicon.cues import COMPARISONS, EXCLUDING
from datamorph.planning.offline.phrasebook.bound import is_bound, is_turned
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import tokenize
from datamorph.planning.offline.wording import Swap

_JOINING = frozenset("that which who whose where with having were was are is be been being have has had".split())
_TRAILING = frozenset("ones only".split())
_OPENING = frozenset("only where with that which who having".split())
_STATING = frozenset("is are was were isn't aren't wasn't weren't has have had = == != <> > < >= <= like in".split())
_COMPARED = Phrases(COMPARISONS)
_TIES = frozenset(". ; : ( and or not no but".split())
"""What a condition follows that is no part of the noun before."""
_BREAKS = frozenset(",.;:")


def swaps_at(said: Said, text: str, runs: Sequence[tuple[int, int]], words: str) -> Iterator[tuple[Swap, ...]]:
    """Ways to put words in the place of runs of characters of a text, the likeliest first.

    A condition does not fit everywhere as it stands: with ``amount over 5`` for ``zapped``, ``zapped sales`` and
    ``sales that were zapped`` are ``sales where amount over 5``.
    """
    lead = text.index(said.prompt[:1]) if said.prompt else 0
    spots = [_tokens(said, start - lead, end - lead) for start, end in runs]
    for way in (_joined, _behind_table, _instead, _behind_all) if is_condition(words) else (_instead,):
        found = tuple(swap for spot in spots if spot and (swap := way(said, *spot, words)))
        if len(found) == len(runs):
            yield tuple(Swap(one.start + lead, one.end + lead, one.text, one.behind) for one in found)


def is_condition(words: str) -> bool:
    """True for a clause such as ``amount over 5``, rather than a value, a name or a measure."""
    tokens = tokenize(words)
    is_opened = bool(tokens) and tokens[0].lower in _OPENING
    return is_opened or any(
        token.lower in _STATING or _COMPARED.match(tokens, place) for place, token in enumerate(tokens)
    )


def _bare(words: str) -> str:
    """The condition without what leads it."""
    tokens = tokenize(words)
    first = next((place for place, token in enumerate(tokens) if token.lower not in _OPENING), 0)
    return words[tokens[first].start :]


def _tokens(said: Said, start: int, end: int) -> tuple[int, int] | None:
    places = [place for place, token in enumerate(said.tokens) if start <= token.start < end]
    return (places[0], places[-1] + 1) if places else None


def _instead(said: Said, first: int, last: int, words: str) -> Swap | None:
    """The words as they are."""
    return _swap(said, first, last, words)


def _joined(said: Said, first: int, last: int, words: str) -> Swap | None:
    """``sales where amount over 5``."""
    start, last = _with_joining(said, first), _with_trailing(said, last)
    before = said.words[start - 1] if start else "."
    if before in _TIES or said.table(last) is not None or is_turned(said, start):
        return None
    return _swap(said, start, last, f"where {_bare(words)}")


def _behind_table(said: Said, first: int, last: int, words: str) -> Swap | None:
    """``zapped sales`` as ``sales where amount over 5``."""
    table = said.table(last)
    if table is None:
        return None
    end = last + table[0]
    return _swap(said, first, end, f"{said.text(last, end)} where {_bare(words)}")


def _behind_all(said: Said, first: int, last: int, words: str) -> Swap | None:
    """A sentence of its own, for a condition that is about all rows."""
    start, last = _with_joining(said, first), _with_trailing(said, last)
    clause = next((i + 1 for i in range(start - 1, -1, -1) if said.words[i] in _BREAKS), 0)
    if is_bound(said, start, last) or is_turned(said, start) or EXCLUDING & set(said.words[clause:last]):
        return None
    swap = _swap(said, start, last, "")
    return Swap(swap.start, swap.end, "", f". Only where {_bare(words)}")


def _with_joining(said: Said, place: int) -> int:
    while place and said.words[place - 1] in _JOINING:
        place -= 1
    return place


def _with_trailing(said: Said, place: int) -> int:
    while place < len(said) and said.words[place] in _TRAILING:
        place += 1
    return place


def _swap(said: Said, first: int, last: int, text: str) -> Swap:
    return Swap(said.tokens[first].start, said.tokens[last - 1].end, text)
