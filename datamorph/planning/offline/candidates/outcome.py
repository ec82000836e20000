"""What becomes of a question by its weighed readings: an answer, a choice between readings, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.plan import Candidate, Phrase
from datamorph.core.table import snake_case
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.candidates.english import condition_text, describe
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.ranking import Ranking
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.steps import build_work
from datamorph.planning.offline.candidates.weigh import Weighed, facts, is_doubtful, is_foreign, reasons
from datamorph.planning.offline.dialog import Dialog, Refused, Stop
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.values import ValueIndex

_MOST_LISTED, _MOST_TRIED, _LONGEST_ID = 5, 12, 90
_TOPIC = "reading"
_Possible = tuple[Weighed, Work, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Option:
    """A meaning whose steps can be built.

    Attributes:
        key: what an answer says to choose it.
        text: the meaning in English.
        assumed: what its steps take for granted.
    """

    key: str
    text: str
    weighed: Weighed
    work: Work
    assumed: tuple[str, ...]


class Outcome:
    """Decides between the meanings of one question.

    Attributes:
        candidates: the meanings that were weighed, likeliest first.
        phrases: words of the question with what they were taken to mean, once a reading is taken.
    """

    def __init__(self, search: Search, weighed: Sequence[Weighed], ranking: Ranking) -> None:
        self._search, self._weighed, self._ranking = search, weighed, ranking
        self.candidates = tuple(
            Candidate(describe(search, one.reading), round(one.probability, 3), reasons(one.reading, search.weights))
            for one in weighed[:_MOST_LISTED]
        )
        self.phrases: tuple[Phrase, ...] = ()

    def work(self, scope: Scope, values: ValueIndex) -> Work:
        """The steps of the reading that is meant.

        Raises:
            Asked: several readings are likely.
            Refused: nothing in the catalog fits.
        """
        self._require_sense(scope)
        found = self._possible(scope, values)
        best = next(found, None)
        if best is None:
            raise Refused("impossible", "no reading of the question can be computed", hint=_offer(scope))
        chosen = Option("", "", *best)
        if best[0] is not self._weighed[0] or not self._is_trusted():
            possible = self._options([best, *found])
            value = scope.dialog.require(_TOPIC, "What is asked for?", [(one.key, one.text) for one in possible])
            chosen = next(one for one in possible if one.key == value)
        self.explain(chosen, scope.dialog)
        return chosen.work

    def options(self, scope: Scope, values: ValueIndex) -> list[Option]:
        """The likeliest meanings that can be computed, likeliest first."""
        return self._options(list(self._possible(scope, values)))

    def _options(self, possible: list[_Possible]) -> list[Option]:
        named = _named([describe(self._search, one.reading) for one, _, _ in possible])
        return [Option(*name, *one) for name, one in zip(named, possible, strict=True)]

    def _is_trusted(self) -> bool:
        """True when the likeliest meaning may be taken; what must not be passed over is never a matter of odds."""
        if is_doubtful(self._search, list(self._weighed)):
            return False
        is_alone = self._search.is_alone
        trust = self._ranking.trust(facts(self._search, list(self._weighed)), is_alone=is_alone)
        return trust >= self._ranking.answer_from(is_alone=is_alone)

    def _require_sense(self, scope: Scope) -> None:
        if not self._weighed or is_foreign(self._search, self._weighed[0].reading):
            raise Refused("impossible", "nothing in the catalog fits the question", hint=_offer(scope))

    def _possible(self, scope: Scope, values: ValueIndex) -> Iterator[_Possible]:
        """The likeliest meanings whose steps can be built, with what they assume."""
        for one in self._weighed[:_MOST_TRIED]:
            said, asked = len(scope.dialog.assumptions), len(scope.dialog.questions)
            try:
                work = build_work(self._search, one.reading, scope, values)
            except (Unclear, Stop):
                work = None
            is_asking = len(scope.dialog.questions) > asked
            assumed = tuple(scope.dialog.assumptions[said:])
            del scope.dialog.assumptions[said:], scope.dialog.questions[asked:]
            if work is not None and not is_asking:
                yield one, work, assumed

    def explain(self, option: Option, dialog: Dialog) -> None:
        """State how the words were taken, and what was left to guess."""
        dialog.assumptions.extend(option.assumed)
        reading = option.weighed.reading
        search, table = self._search, self._search.tables[reading.table]
        phrases = [(hit.start, Phrase(_words(search, hit), condition_text(table, hit))) for hit in reading.hits]
        taken = sum(hit.mask for hit in reading.hits)
        for show in reading.shape.shown:
            if show.column == ROWS:
                continue
            places = [i for i in table.matches[show.column].fits if not taken >> i & 1]
            name = table.columns[show.column].leaf.column
            if places:
                phrases.append((places[0], Phrase(search.question.phrase(places[0], places[0] + 1), name)))
            else:
                dialog.assume(f"what is asked for is taken to be {name}")
        self.phrases = tuple(phrase for _, phrase in sorted(phrases, key=lambda p: (p[0], p[1].text)))
        if left := self.left(option):
            dialog.assume(f"{' '.join(left)!r} is taken to be said by: {describe(search, reading)}")

    def left(self, option: Option) -> list[str]:
        """Words of the question that a meaning does not account for."""
        words = self._search.question.words
        return [words[place].text for place in places_left(self._search, option.weighed)]


def places_left(search: Search, weighed: Weighed) -> list[int]:
    """Places of the words that a weighed reading does not account for."""
    question = search.question
    left = question.all & ~weighed.reading.explained & ~question.stops & ~search.cues.opened
    return [place for place in range(len(question.words)) if left >> place & 1]


def _words(search: Search, hit: Hit) -> str:
    places = [place for place in range(len(search.question.words)) if hit.mask >> place & 1]
    return search.question.phrase(min(places[0], hit.start), max(places[-1] + 1, hit.end))


def _named(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Stable ids of readings: their text in snake case, numbered where two are alike."""
    found: list[tuple[str, str]] = []
    for text in texts:
        base = snake_case(text)[:_LONGEST_ID].strip("_") or _TOPIC
        taken = {key for key, _ in found}
        key = next(k for k in (base, *(f"{base}_{n}" for n in range(2, len(texts) + 2))) if k not in taken)
        found.append((key, text))
    return found


def _offer(scope: Scope) -> str:
    names = [ref.name for ref in scope.tables][:6]
    return f"there is {', '.join(names)}" if names else "load a table first"
