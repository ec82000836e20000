"""What a question asks for, as far as its small words tell: who, how many, the highest, each."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.text import Question, mask
from datamorph.planning.offline.tokens import singular

_PER = frozenset({"each", "every", "per"})
_DOES, _IS = frozenset("did does do has have had".split()), frozenset("is are was were".split())
_LONGEST_HEAD = 5


@dataclass(frozen=True, slots=True)
class Cues:
    """Masks of cue words; 0 where there is none.

    Attributes:
        opener: the word that opens the question: ``what``, ``who``, ``how many``, ``how much`` ..., empty for none.
        head: words of the thing that is asked for: ``driver`` in ``which driver won``.
    """

    opener: str
    head: int
    after_head: int
    count: int
    high: int
    low: int
    average: int
    total: int
    distinct: int
    per: int
    descending: int
    ordered: int
    opened: int
    is_of_subject: bool
    """``when did``, ``where is``, ``how did``: what stands behind is what is asked about, and not what is asked for."""


def read_cues(question: Question) -> Cues:
    """The cues of a question."""
    folds = question.folds
    opener, start, opened = _opener(question)
    head, behind = _head(question, start)
    ranges, falls = _ranges(folds)
    return Cues(
        opener=opener,
        head=head,
        after_head=behind,
        count=_count(folds),
        high=_of(folds, said.MAXIMAL) & ~ranges,
        low=_of(folds, said.MINIMAL) & ~ranges,
        average=_of(folds, said.AVERAGE),
        total=_of(folds, said.SUMMED),
        distinct=_of(folds, said.DISTINCT),
        per=_of(folds, _PER) | _each_kind(folds),
        descending=_of(folds, said.DESCENDING) | falls,
        ordered=_of(folds, said.ORDERED | said.DESCENDING) | ranges,
        opened=opened,
        is_of_subject=_is_of_subject(folds, opener, start),
    )


def _is_of_subject(folds: tuple[str, ...], opener: str, start: int) -> bool:
    if opener.startswith("how "):
        return opener.removeprefix("how ") in _DOES | _IS
    behind = folds[start] if start < len(folds) else ""
    return behind in (_DOES | _IS if opener in ("when", "where") else _DOES)


def _ranges(folds: tuple[str, ...]) -> tuple[int, int]:
    """``from the highest to the lowest``: its words, and the same again where it goes down."""
    found = falls = 0
    for i, word in enumerate(folds):
        if word != "to" or not 0 < i < len(folds) - 1:
            continue
        before, after = folds[i - 1], folds[i + 1] if folds[i + 1] != "the" else folds[min(i + 2, len(folds) - 1)]
        for high, low in said.RANGES:
            if before in (high, low) and after in (high, low):
                words = mask(max(i - 2, 0), min(i + 3, len(folds)))
                found |= words
                falls |= words if before == high else 0
    return found, falls


def _each_kind(folds: tuple[str, ...]) -> int:
    """``for different cities``."""
    return sum(1 << i for i in range(1, len(folds)) if folds[i] in said.DISTINCT and folds[i - 1] in ("for", "by"))


def _of(folds: tuple[str, ...], wanted: Container[str]) -> int:
    return sum(1 << i for i, word in enumerate(folds) if word in wanted)


def _count(folds: tuple[str, ...]) -> int:
    found = 0
    for i, word in enumerate(folds):
        following = folds[i + 1] if i + 1 < len(folds) else ""
        if word == "how" and following == "many":
            found |= mask(i, i + 2)
        elif (word in ("number", "numbers") and following == "of" and not _is_number(folds, i + 2)) or word == "count":
            found |= mask(i, i + 1)
        elif word == "amount" and following == "of" and _is_plural(folds, i + 2):
            found |= mask(i, i + 1)
    return found


def _is_number(folds: tuple[str, ...], place: int) -> bool:
    """``a number of 8`` is that number."""
    return place < len(folds) and folds[place][0].isdigit()


def _is_plural(folds: tuple[str, ...], place: int) -> bool:
    """``the amount of cities`` are counted, the amount of money is not."""
    return place < len(folds) and folds[place] not in said.STOP and singular(folds[place]) != folds[place]


def _opener(question: Question) -> tuple[str, int, int]:
    folds = question.folds
    for i, word in enumerate(folds):
        if word not in said.OPENERS:
            continue
        following = folds[i + 1] if i + 1 < len(folds) else ""
        if word == "how":
            return f"how {following}", i + 2, mask(i, min(i + 2, len(folds)))
        if word in ("tell", "give", "show", "list", "name", "find", "return", "count"):
            inner = next((j for j in range(i + 1, min(i + 4, len(folds))) if folds[j] in ("what", "who", "which")), -1)
            if inner >= 0:
                return folds[inner], inner + 1, mask(i, inner + 1)
            return "name", i + 1, mask(i, i + 1)
        return word, i + 1, mask(i, i + 1)
    return "", 0, 0


def _head(question: Question, start: int) -> tuple[int, int]:
    """Content words behind the opener up to the next preposition or verb, and the place behind them."""
    folds, place = question.folds, start
    while place < len(folds) and folds[place] in said.SKIPPED:
        place += 1
    if (
        place + 1 < len(folds)
        and folds[place] in ("number", "name", "names", "amount", "type", "types", "kind")
        and folds[place + 1] == "of"
    ):
        place += 2
        while place < len(folds) and folds[place] in said.SKIPPED:
            place += 1
    found, first = 0, place
    while place < len(folds) and place - first < _LONGEST_HEAD and folds[place] not in said.BREAKS:
        gap = question.text[question.words[place - 1].end : question.words[place].start] if place > first else ""
        if any(mark in gap for mark in ",;?."):
            break
        found |= 1 << place
        place += 1
    return found, place
