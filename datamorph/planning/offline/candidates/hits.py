"""Values of a question: runs of words that a column holds, and numbers that a column is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from datamorph.core.catalog import Scalar
from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.schema import QuestionColumn, QuestionTable
from datamorph.planning.offline.candidates.text import Number, Question, mask
from datamorph.planning.offline.candidates.written import days, grams, operators

_MOST_HOLDERS, _MOST_CODES = 3, 6
_NEAR, _SHORTEST_NEAR = 88, 5
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_HUGE = 1e15


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """One condition that some words may mean; each is found once, so that it equals itself alone.

    Attributes:
        kind: ``exact`` (all of a value), ``number``, ``part`` (of a value), ``near`` (misspelt), ``free`` (not known
            to be held), ``compare`` (an operator before a number), ``like`` (text inside a value).
        values: the column's own spellings.
        cue: words of the operator.
    """

    column: int
    start: int
    end: int
    kind: str
    values: tuple[Scalar, ...]
    operator: str = "="
    cue: int = 0
    high: Scalar = None

    @property
    def mask(self) -> int:
        """Words that it explains."""
        return mask(self.start, self.end) | self.cue


class HitFinder:
    """Finds the hits of one table."""

    def __init__(self, question: Question, table: QuestionTable) -> None:
        self._question, self._table = question, table
        self._grams = grams(question)
        self.operators = dict(operators(question))

    def find(self) -> list[Hit]:
        """All hits, in order of their place."""
        found: dict[tuple[object, ...], Hit] = {}
        covered = 0
        for place, column in enumerate(self._table.columns):
            for hit in (*self._exact(place, column), *self._numeric(place, column)):
                found.setdefault((hit.column, hit.start, hit.end, hit.operator), hit)
                covered |= hit.mask if hit.kind == "exact" and hit.end - hit.start > 1 else 0
        for place, column in enumerate(self._table.columns):
            for hit in self._parts(place, column, covered):
                found.setdefault((hit.column, hit.start, hit.end, hit.operator), hit)
        return sorted(found.values(), key=lambda h: (h.start, -h.end, h.column, h.operator))

    def _exact(self, place: int, column: QuestionColumn) -> Iterator[Hit]:
        if column.is_number or column.is_time:
            return
        if column.is_listed:
            yield from self._initials(place, column)
            for text in self._grams.keys() & column.texts.keys():
                for start, end in self._grams[text]:
                    yield self._text_hit(place, start, end, "exact", column.texts[text])
            return
        for start, end in self._runs():
            phrase = self._question.phrase(start, end)
            for spelling in dict.fromkeys((phrase, phrase.title(), phrase.upper(), phrase.lower())):
                if column.holds(spelling):
                    yield self._text_hit(place, start, end, "exact", (spelling,))
                    break

    def _initials(self, place: int, column: QuestionColumn) -> Iterator[Hit]:
        """``female`` for a column that holds ``F``."""
        for start, word in enumerate(self._question.folds):
            for initial in said.INITIALS.get(word, ()):
                if word != initial and initial in column.texts and len(column.texts) <= _MOST_CODES:
                    yield self._text_hit(place, start, start + 1, "initial", column.texts[initial])

    def _text_hit(self, place: int, start: int, end: int, kind: str, values: tuple[Scalar, ...]) -> Hit:
        negation = self._negation(start)
        return Hit(place, start, end, kind, values, "<>" if negation else "=", negation)

    def _negation(self, start: int) -> int:
        """Words that turn the value behind them round."""
        for place in range(start - 1, max(start - 6, -1), -1):
            word = self._question.folds[place]
            if word in said.NEGATIONS or (word == "than" and place and self._question.folds[place - 1] == "other"):
                return mask(place, place + 1)
            if word == "t" and place and self._question.folds[place - 1].endswith("n"):
                return mask(place - 1, place + 1)
        return 0

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Runs that look like names: quoted, or capitalised words in a row."""
        for quoted in self._question.quoted:
            yield quoted.start, quoted.end
        words = self._question.words
        for start, word in enumerate(words):
            if not word.is_capital and not word.text[0].isdigit():
                continue
            for end in range(min(start + 6, len(words)), start, -1):
                if words[end - 1].is_capital or words[end - 1].text[0].isdigit():
                    yield start, end

    def _numeric(self, place: int, column: QuestionColumn) -> Iterator[Hit]:
        if not column.is_number and not column.is_time:
            yield from self._text_numbers(place, column)
            return
        for number in self._question.numbers:
            if not column.is_time or _FIRST_YEAR < number.value < _LAST_YEAR:
                yield from self._number(place, column, number)

    def _number(self, place: int, column: QuestionColumn, number: Number) -> Iterator[Hit]:
        value = int(number.value) if number.value.is_integer() and abs(number.value) < _HUGE else number.value
        operator, cue = self.operators.get((number.start, number.end), ("=", 0))
        start, end, high = number.start, number.end, self._high(number)
        if operator != "=":
            if operator != "between" or high is not None:
                yield Hit(place, start, end, "compare", (value,), operator, cue, high)
        elif column.is_time:
            yield Hit(place, start, end, "free", (value,))
        elif number.value in column.numbers:
            negation = self._negation(start)
            yield Hit(place, start, end, "number", (value,), "<>" if negation else "=", negation)
        elif not column.is_listed and _is_inside(column, number.value):
            known = column.holds(str(value))
            if known is not False:
                yield Hit(place, start, end, "number" if known else "free", (value,))

    def _text_numbers(self, place: int, column: QuestionColumn) -> Iterator[Hit]:
        """``2.81 million`` for a column that holds ``2.81``: the folded run is looked up, so only dates are left."""
        for start, end, texts in days(self._question):
            for text in texts:
                if text in column.texts:
                    yield self._text_hit(place, start, end, "exact", column.texts[text])
                    break

    def _high(self, number: Number) -> Scalar:
        """The upper bound behind ``between A and B``."""
        if self.operators.get((number.start, number.end), ("", 0))[0] != "between":
            return None
        following = [n for n in self._question.numbers if n.start in (number.end + 1, number.end + 2)]
        value = following[0].value if following else None
        return int(value) if value is not None and value.is_integer() else value

    def _parts(self, place: int, column: QuestionColumn, covered: int) -> Iterator[Hit]:
        if column.is_number or column.is_time:
            return
        yield from self._tests(place, column)
        for start, end in self._open_runs(covered) if column.is_listed else ():
            text = " ".join(self._question.folds[start:end])
            if text in column.texts or len(text) < 2:  # noqa: PLR2004 (single letters are in everything)
                continue
            if f" {text} " in column.listing:
                held = [folded for folded in column.texts if f" {text} " in f" {folded} "]
                if len(held) <= _MOST_HOLDERS and not (len(held) > 1 and text.isdigit()):
                    values = tuple(value for folded in held for value in column.texts[folded])
                    kind = "part" if len(held) == 1 else "like"
                    yield self._text_hit(place, start, end, kind, values)
            elif len(text) >= _SHORTEST_NEAR and not text.isdigit():
                near = process.extractOne(text, column.texts.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
                if near is not None and not _differs_in_number(text, near[0]):
                    yield self._text_hit(place, start, end, "near", column.texts[near[0]])

    def _tests(self, place: int, column: QuestionColumn) -> Iterator[Hit]:
        """``contains the word "son"``, ``starts with "A"``: for text columns that are named."""
        folds = self._question.folds
        for test, words in (("contains", said.CONTAINS), ("startswith", said.STARTS), ("endswith", said.ENDS)):
            for at, word in enumerate(folds):
                if word not in words or not (self._table.matches[place].mask or column.words[-1] == "name"):
                    continue
                quoted = [q for q in self._question.quoted if at < q.start <= at + 6]
                if quoted:
                    cue = mask(at, quoted[0].start)
                    yield Hit(place, quoted[0].start, quoted[0].end, test, (quoted[0].text.strip("%"),), "like", cue)

    def _open_runs(self, covered: int) -> list[tuple[int, int]]:
        """Runs of content words that no whole value takes."""
        folds, found = self._question.folds, list[tuple[int, int]]()
        closed = covered | self._question.stops
        for quoted in self._question.quoted:
            found.append((quoted.start, quoted.end))
        for start in range(len(folds)):
            if closed >> start & 1:
                continue
            for end in range(min(len(folds), start + 6), start, -1):
                if not closed >> (end - 1) & 1 and not covered & mask(start, end):
                    found.append((start, end))
        return list(dict.fromkeys(found))


def _is_inside(column: QuestionColumn, value: float) -> bool:
    low, high = column.profile.minimum, column.profile.maximum
    return isinstance(low, int | float) and isinstance(high, int | float) and low <= value <= high


def _differs_in_number(one: str, other: str) -> bool:
    return [w for w in one.split() if w.isdigit()] != [w for w in other.split() if w.isdigit()]
