"""Answers in words: what a person writes instead of a choice is read in the place of what was asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import TypeAlias

from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal
from datamorph.core.table import TableRef
from datamorph.planning.offline.dialog import WORD, WORDING
from datamorph.planning.offline.doubts.doubts import TOPIC as DOUBT
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.remainder import LEAVE_OUT, REPHRASE
from datamorph.planning.offline.rephrasing.rephraser import is_open
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.swaps import swaps_at
from datamorph.planning.offline.wording import ANSWERED, LISTED, REWORDED, Swap, Wording, phrases_of, runs_of

Outcome: TypeAlias = Proposal | Questions | Refusal
Read: TypeAlias = Callable[[str, Mapping[str, str]], tuple[Outcome, Collection[int]]]
"""Plans a text with answers; and where words of it begin that nothing explains, as characters."""
Skim: TypeAlias = Callable[[str, Mapping[str, str]], tuple[Outcome, int]]
"""Plans a text as it stands; and how many words of it nothing explains."""
_NEVER = 1_000_000
_FEW = 12
_LEAST, _MOST, _TRIED, _WAYS = 2, 2, 2, 2
_MOST_LEFT_OUT = 8
"""What is left of a prompt without more words than these is no plan that anybody meant."""
_PLAIN = re.compile(r"[A-Za-z]{1,20}")


@dataclass(frozen=True)
class Reading:
    """A wording with what it came to."""

    wording: Wording
    outcome: Outcome
    open_at: Collection[int]

    @property
    def cost(self) -> int:
        """0 for a plan or a question about something else, more the less is understood."""
        if isinstance(self.outcome, Refusal):
            return _NEVER
        if isinstance(self.outcome, Questions) and any(one.id == DOUBT for one in self.outcome.questions):
            return 1
        return 2 + len(self.open_at) if is_open(self.outcome) else 0


class Answered:
    """Plans one prompt with answers of which some are words.

    Args:
        look: what the catalog knows of the words of a text.
    """

    def __init__(self, read: Read, look: Callable[[str], Said], skim: Skim) -> None:
        self._read, self._look, self._skim = read, look, skim

    def outcome(self, prompt: str, wordings: Mapping[str, str], answers: Mapping[str, str]) -> Outcome:
        """What becomes of the prompt in the words that were answered; what is asked about words takes words.

        Args:
            wordings: phrases in lower case that are always read in other words, with these.
        """
        rest = dict(answers)
        found = before = self._begun(_said_anew(prompt, rest), wordings, rest)
        asked, last = Questions(prompt, ()), ""
        while (key := _next(found, rest)) is not None:
            before, last = found, key
            asked = found.outcome if isinstance(found.outcome, Questions) else asked
            found = self._answered(found, key, " ".join(rest.pop(key).split()), rest)
        if isinstance(found.outcome, Refusal) and found.outcome.reason != "unsafe" and asked.questions:
            found = replace(before, outcome=_asked_again(found.outcome, asked, last))
        if isinstance(found.outcome, Questions):
            found = replace(found, outcome=self._open_to_words(found, found.outcome, rest))
        return found.wording.told(found.outcome)

    def _begun(self, wording: Wording, wordings: Mapping[str, str], answers: Mapping[str, str]) -> Reading:
        """The prompt in the words of the glossary, each in its place before the next is put into its own."""
        said = [phrase for phrase, _ in phrases_of(wording, wordings)] if wordings else []
        found: Reading | None = None
        for phrase in said:
            at = found.wording if found else wording
            runs = [run for _, runs in phrases_of(at, [phrase]) for run in runs if at.around(*run) is None]
            found = self._swapped(at, runs, wordings[phrase], LISTED, answers) if runs else found
        return found or self._reading(wording, answers)

    def _reading(self, wording: Wording, answers: Mapping[str, str]) -> Reading:
        return Reading(wording, *self._read(wording.text, answers))

    def _answered(self, found: Reading, key: str, words: str, answers: Mapping[str, str]) -> Reading:
        """The reading with an answer: the choice that is shown by these words, or the words themselves."""
        if (chosen := _labelled(found.outcome, key, words)) is not None:
            return self._reading(found.wording, {**answers, key: chosen})
        runs = runs_of(found.wording.text, key, found.open_at)
        return self._swapped(found.wording, runs, words, ANSWERED, answers)

    def _swapped(
        self, wording: Wording, runs: Sequence[tuple[int, int]], words: str, source: str, answers: Mapping[str, str]
    ) -> Reading:
        """The reading with other words for runs of characters, in the first place for them that is understood."""
        text = wording.text
        best: Reading | None = None
        for swaps in swaps_at(self._look(text), text, runs, words):
            made = wording
            for (start, end), swap in reversed(list(zip(runs, swaps, strict=True))):
                made = made.swapped(swap, text[start:end], words, source)
            reading = self._reading(made, answers)
            if best is None or reading.cost < best.cost:
                best = reading
            if not best.cost or (isinstance(reading.outcome, Refusal) and reading.outcome.reason == "unsafe"):
                break
        return best or self._reading(wording, answers)

    def _open_to_words(self, found: Reading, asked: Questions, answers: Mapping[str, str]) -> Questions:
        """The questions, of which those about words that stand in the prompt say that they take other words."""
        questions = tuple(self._taking_words(found, question, answers) for question in asked.questions)
        return replace(asked, questions=questions)

    def _taking_words(self, found: Reading, question: Question, answers: Mapping[str, str]) -> Question:
        if question.id == WORDING:
            return replace(question, choices=self._beginnings(found, question, answers), takes_words=True)
        text = found.wording.text
        runs = runs_of(text, question.id, found.open_at) if question.id.startswith(WORD) else []
        if not runs:
            return question
        held = found.wording.around(*runs[0])
        lead = f"{held.meaning!r} is not understood. " if held and held.words else ""
        conditions = _conditions(self._look(text))
        kept = tuple(choice for choice in question.choices if choice.value != REPHRASE)
        offered = self._fitting(found, runs, conditions, answers) if len(kept) < _LEAST else []
        kept = kept if offered else question.choices
        example = "" if offered or not conditions else f", such as {conditions[0]!r}"
        choices = (*(Choice(condition, condition) for condition in offered), *kept)
        text = f"{lead}{question.text} Other words for it are an answer too{example}."
        return replace(question, text=text, choices=choices, takes_words=True)

    def _beginnings(self, found: Reading, question: Question, answers: Mapping[str, str]) -> tuple[Choice, ...]:
        """The choices that lead to a plan: without what is not understood, or with nothing but known columns."""
        text = found.wording.text
        rest = tuple(choice for choice in question.choices if choice.value != LEAVE_OUT)
        is_near = len(found.open_at) <= _MOST_LEFT_OUT
        nearest, _ = self._skim(text, {**answers, WORDING: LEAVE_OUT}) if is_near else (None, 0)
        if isinstance(nearest, Proposal):
            steps = "; ".join(step.step.explain() for step in nearest.spec.steps)
            return (Choice(LEAVE_OUT, f"leave all of that out: {steps}"), *rest)
        starts = (one for one in _starts(self._look(text)) if isinstance(self._skim(one, {})[0], Proposal))
        return (*(Choice(start, f"begin with: {start}") for start in islice(starts, _MOST)), *rest)

    def _fitting(
        self, found: Reading, runs: Sequence[tuple[int, int]], conditions: Sequence[str], answers: Mapping[str, str]
    ) -> list[str]:
        """The first conditions that are understood in the place of runs of characters."""
        text = found.wording.text

        def is_understood(condition: str) -> bool:
            for swaps in islice(swaps_at(self._look(text), text, runs, condition), _WAYS):
                made = found.wording
                for (start, end), swap in reversed(list(zip(runs, swaps, strict=True))):
                    made = made.swapped(swap, text[start:end], condition, ANSWERED)
                outcome, left = self._skim(made.text, answers)
                if not isinstance(outcome, Refusal) and left < len(found.open_at):
                    return True
            return False

        return list(islice(filter(is_understood, conditions[:_TRIED]), _MOST))


def _said_anew(prompt: str, answers: dict[str, str]) -> Wording:
    """The prompt, in the words that were answered in the place of all of it; these are no answer any more."""
    wording = Wording.of(prompt)
    if answers.get(WORDING, LEAVE_OUT) in (LEAVE_OUT, REPHRASE) or not re.search(r"\w", answers[WORDING]):
        return wording
    words = " ".join(answers.pop(WORDING).split())
    return wording.swapped(Swap(0, len(prompt), words), prompt, words, REWORDED)


def _starts(said: Said) -> Iterator[str]:
    """Prompts for what is certain of a prompt: the columns that it names of a table."""
    spoken = {token.text.casefold() for token in said.tokens}
    for table in said.mentioned() or said.tables:
        named = [name for name in said.tables[table].schema.names if name.casefold() in spoken]
        yield f"{table.name}: {', '.join(named)}" if named else f"all columns of {table.name}"


def _labelled(outcome: Outcome, key: str, words: str) -> str | None:
    """The value of the choice that is shown by these words."""
    choices = [c for q in outcome.questions for c in q.choices if q.id == key] if isinstance(outcome, Questions) else []
    return next((choice.value for choice in choices if choice.label.casefold() == words.casefold()), None)


def _next(found: Reading, answers: Mapping[str, str]) -> str | None:
    """The question whose answer is in words, and whose words stand in what was read; None where there is none."""
    if not is_open(found.outcome):
        return None
    asked = {one.id: one for one in found.outcome.questions} if isinstance(found.outcome, Questions) else {}
    return next((key for key in answers if _is_answered(found, key, answers[key], asked.get(key))), None)


def _is_answered(found: Reading, key: str, answer: str, asked: Question | None) -> bool:
    if not key.startswith(WORD) or not re.search(r"\w", answer):
        return False
    if asked is None and (answer in (LEAVE_OUT, REPHRASE) or _is_name(answer)):
        return False  # a choice of a question that comes later
    runs = runs_of(found.wording.text, key, found.open_at)
    return any(start <= place < end for start, end in runs for place in found.open_at) or bool(asked and runs)


def _is_name(answer: str) -> bool:
    """True for what may be the name of a column with its table, or of a reading."""
    return re.fullmatch(r"\S*[._]\S*", answer) is not None


def _asked_again(refused: Refusal, asked: Questions, key: str) -> Questions:
    """The question that was answered, with why its answer leads nowhere."""
    again = tuple(one for one in asked.questions if one.id == key) or (
        Question(key, f"What is meant by {key.removeprefix(WORD)!r}?", (Choice(LEAVE_OUT, "leave it out"),)),
    )
    told = tuple(replace(one, text=f"That leads nowhere: {refused.message}. {one.text}") for one in again)
    return Questions(asked.prompt, told, refused.understanding)


def _conditions(said: Said) -> list[str]:
    """Conditions on what the prompt is about, as people type them, of every kind: ``status is open``."""
    kinds = [
        (_classes(said, table), _sizes(said, table), _gaps(said, table)) for table in said.mentioned() or said.tables
    ]
    return [text for turn in zip_longest(*(kind for each in kinds for kind in each)) for text in turn if text]


def _classes(said: Said, table: TableRef) -> Iterator[str]:
    """A value of each column that has few."""
    profile = said.tables[table].profile
    for column in said.tables[table].schema:
        values = profile.columns[column.name].values if column.name in profile.columns else ()
        if column.type == "string" and len(values) <= _FEW and not profile.is_unique(column.name):
            spoken = [value for value in values if isinstance(value, str) and _PLAIN.fullmatch(value)]
            yield from (f"{said.name(table, column.name)} is {value}" for value in spoken[:1])


def _sizes(said: Said, table: TableRef) -> Iterator[str]:
    profiles = said.tables[table].profile.columns
    for name in said.numbers(table):
        profile = profiles.get(name)
        if profile and isinstance(profile.mean, float):
            yield f"{said.name(table, name)} over {round(profile.mean)}"


def _gaps(said: Said, table: TableRef) -> Iterator[str]:
    """Columns that have no value in some row, before those that are no keys."""
    profiles = said.tables[table].profile.columns
    names = [
        name for name in said.tables[table].schema.names if said.names.column_words[table, name][-1] not in KEY_WORDS
    ]
    nullable = [name for name in names if name in profiles and profiles[name].nulls]
    yield from (f"{said.name(table, name)} is missing" for name in nullable or names)
