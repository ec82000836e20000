"""What the words of a question spell, whatever the tables: runs, days, comparisons."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.text import Question, mask, month_of

_LONGEST = 14


def days(question: Question) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Days in other orders: ``5 May 2009`` for ``May 5, 2009``."""
    folds = question.folds
    for place, word in enumerate(folds):
        if not month_of(word):
            continue
        before = folds[place - 1] if place else ""
        after = folds[place + 1] if place + 1 < len(folds) else ""
        last = folds[place + 2] if place + 2 < len(folds) else ""
        day = _day(after)
        if day and last.isdigit():
            yield place, place + 3, (f"{day} {word} {last}", f"{word} {day} {last}")
        if day:
            yield place, place + 2, (f"{day} {word}", f"{word} {day}")
        if day := _day(before):
            if after.isdigit():
                yield place - 1, place + 2, (f"{word} {day} {after}", f"{day} {word} {after}")
            yield place - 1, place + 1, (f"{word} {day}", f"{day} {word}")


def _day(word: str) -> str:
    digits = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    return digits if digits.isdigit() and len(digits) <= 2 else ""  # noqa: PLR2004 (a day of a month)


def grams(question: Question) -> dict[str, list[tuple[int, int]]]:
    """Runs of words by their folded text, symbols left out."""
    found: dict[str, list[tuple[int, int]]] = {}
    words = question.words
    for start in range(len(words)):
        text = ""
        for end in range(start + 1, min(len(words), start + _LONGEST) + 1):
            word = words[end - 1]
            if word.is_symbol:
                continue
            text = f"{text} {word.fold}" if text else word.fold
            found.setdefault(text, []).append((start, end))
    return found


def operators(question: Question) -> Iterator[tuple[tuple[int, int], tuple[str, int]]]:
    """The operator that stands before or behind each number."""
    folds = question.folds
    for number in question.numbers:
        place = (number.start, number.end)
        after = " ".join(folds[number.end : number.end + 2])
        if after in said.POSTFIX and folds[number.end + 2 : number.end + 3] not in (("than",), ("then",)):
            yield place, (said.POSTFIX[after], mask(number.end, number.end + 2))
            continue
        for skip in (0, 1, 2):
            end = number.start - skip
            found = next((n for n in (4, 3, 2, 1) if " ".join(folds[max(end - n, 0) : end]) in said.COMPARATIVES), 0)
            if found and end - found >= 0:
                yield place, (said.COMPARATIVES[" ".join(folds[end - found : end])], mask(end - found, end))
                break
            if skip == 0 and end > 0 and folds[end - 1] == "between":
                yield place, ("between", mask(end - 1, min(len(folds), number.end + 2)))
                break
