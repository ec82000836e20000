"""Questions to the person, and the answers that came back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from datamorph.core.plan import Candidate, Choice, Decision, Question, RefusalReason
from datamorph.core.table import snake_case

MOST_CHOICES = 4
WORD = "word_"
"""What ids of questions about words begin with."""
WORDING = "wording"
"""The question how else a prompt can be said of which much is not understood."""
_SPREAD = 0.12


class Stop(Exception):
    """Planning cannot go on: a refusal, or questions without which nothing follows makes sense."""


class Refused(Stop):
    """The prompt will not be planned."""

    def __init__(self, reason: RefusalReason, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.reason: RefusalReason = reason
        self.message, self.hint = message, hint


class Asked(Stop):
    """An answer is needed first; the questions are in the dialog."""


class Dialog:
    """Collects questions; a question that was answered already is not asked again."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._used: set[str] = set()
        self.questions: list[Question] = []
        self.assumptions: list[str] = []
        self.decisions: dict[str, Decision] = {}

    def choose(self, topic: str, text: str, choices: Sequence[tuple[str, str]]) -> str:
        """The answered value, or the first choice for now with the question recorded.

        Args:
            topic: makes the id, stable for the same prompt: ``column:delay``.
            choices: ``(value, label)``, best first; one value alone is no question.
        """
        key = snake_case(topic)
        answer = self._answers.get(key)
        offered = _distinct(choices)[:MOST_CHOICES]
        self._used.add(key)
        if answer is not None and answer in {value for value, _ in choices}:
            return answer
        if answer is not None:
            text = f"{text} ({answer!r} is none of the answers)"
        if len(offered) > 1 and all(question.id != key for question in self.questions):
            self.questions.append(Question(key, text, tuple(Choice(value, label) for value, label in offered)))
        return offered[0][0]

    def require(self, topic: str, text: str, choices: Sequence[tuple[str, str]]) -> str:
        """The answered value; without one planning stops here."""
        count = len(self.questions)
        value = self.choose(topic, text, choices)
        if len(self.questions) > count or any(q.id == snake_case(topic) for q in self.questions):
            raise Asked(text)
        return value

    def require_words(self, word: str, text: str, choices: Sequence[tuple[str, str]]) -> NoReturn:
        """Ask for what is to stand in the place of a word of the prompt; an answer does so before this is reached.

        Raises:
            Asked: always.
        """
        self.questions.append(Question(snake_case(f"{WORD}{word}"), text, tuple(Choice(*one) for one in choices)))
        raise Asked(text)

    def chosen_words(self) -> dict[str, str]:
        """Words that were answered to mean a column: their text in snake case to ``table.column``."""
        return {key.removeprefix(WORD): value for key, value in self._answers.items() if self._is_chosen_word(key)}

    def is_answered(self, topic: str) -> bool:
        """True where an answer came with the prompt."""
        return snake_case(topic) in self._answers

    def unused(self) -> list[str]:
        """Ids of answers to what was not asked."""
        return [key for key in self._answers if key not in self._used and not self._is_chosen_word(key)]

    def _is_chosen_word(self, key: str) -> bool:
        return key.startswith(WORD) and is_column(self._answers[key])

    def weigh(self, about: str, options: Sequence[tuple[str, float, tuple[str, ...]]]) -> None:
        """Record that something had several meanings: each with its weight and what spoke for it, best first."""
        if len(options) < 2 or about in self.decisions:  # noqa: PLR2004 (nothing to weigh)
            return
        best = options[0][1]
        shares = [math.exp((weight - best) / _SPREAD) for _, weight, _ in options]
        found = [
            Candidate(reading, round(share / sum(shares), 3), reasons)
            for (reading, _, reasons), share in zip(options, shares, strict=True)
        ]
        self.decisions[about] = Decision(about, tuple(found))

    def assume(self, text: str) -> None:
        """State what was settled without asking."""
        if text not in self.assumptions:
            self.assumptions.append(text)


def is_column(answer: str) -> bool:
    """True for ``table.column``; the name of a column may hold blanks."""
    return re.fullmatch(r"[^\s.]+\.[^.]+", answer) is not None


def _distinct(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every value once, with a label that no other one has."""
    found: dict[str, str] = {}
    for value, label in choices:
        found.setdefault(value, label)
    labels = list(found.values())
    return [(value, label if labels.count(label) == 1 else f"{label}: {value}") for value, label in found.items()]
