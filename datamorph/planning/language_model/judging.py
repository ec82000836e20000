"""What an answer is worth: an outcome, or problems that the model is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from datamorph.core.language_model import Exchange
from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal, Understanding
from datamorph.core.problem import Problem
from datamorph.core.typecheck import CheckedSpec
from datamorph.planning.language_model.answer import Answer, read_answer
from datamorph.planning.language_model.gates import Asked, answered_again, gate
from datamorph.planning.language_model.requests import UNUSED_WORDS
from datamorph.planning.language_model.values import unknown_values
from datamorph.planning.language_model.words import told, unexplained, without_columns, word_problems

Probe: TypeAlias = Callable[[CheckedSpec], Sequence[Problem]]
"""Problems that show only when a spec is computed; those in ``MILD`` are told once and then accepted."""
MILD = frozenset({"no_rows", "unknown_value"})
IGNORE, REFUSE = "ignore", "refuse"


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer.

    Attributes:
        kind: what the answer is, in one word.
        outcome: what it means; None when it cannot be used at all.
        problems: what is wrong; an outcome with problems is used only if nothing better comes.
        words: words of the prompt without a meaning.
    """

    kind: str
    outcome: Proposal | Questions | Refusal | None
    problems: tuple[Problem, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """True when there is nothing to correct."""
        return self.outcome is not None and not self.problems


def judge(exchange: Exchange, asked: Asked, probe: Probe) -> Judged:
    """Read one answer and hold it against everything that is known."""
    if exchange.stop == "refusal":
        return Judged(
            "declined", None, (Problem("declined", "answer", "the language model declined", "say it otherwise"),)
        )
    if exchange.stop == "length":
        message = f"the answer was cut after {exchange.usage.output:,} tokens"
        return Judged("unreadable", None, (Problem("cut", "answer", message, "answer more briefly"),))
    answer = read_answer(exchange.text)
    if isinstance(answer, Problem):
        return Judged("unreadable", None, (answer,))
    if answer.outcome == "questions":
        return _questions(answer, asked)
    if answer.outcome == "refusal":
        given, understood = answer.refusal, Understanding(assumptions=answer.assumptions)
        reason = given.reason or "impossible"
        return Judged(
            "refusal", Refusal(asked.prompt, reason, given.message, given.hint or "say it otherwise", understood)
        )
    return _spec(answer, asked, probe)


def _questions(answer: Answer, asked: Asked) -> Judged:
    problems = tuple(answered_again(answer, asked))
    questions = tuple(
        Question(one.id, one.text, tuple(Choice(choice.value, choice.label) for choice in one.choices))
        for one in answer.questions
    )
    understood = Understanding(told(answer.phrases, asked.prompt), answer.assumptions)
    return Judged("questions", None if problems else Questions(asked.prompt, questions, understood), problems)


def _spec(answer: Answer, asked: Asked, probe: Probe) -> Judged:
    found = gate(answer, asked)
    if not isinstance(found, CheckedSpec):
        return Judged("spec", None, found)
    spec = found.spec
    claimed = without_columns(answer.phrases, spec)
    is_covered = asked.failed is not None or asked.answers.get(UNUSED_WORDS) == IGNORE
    words = () if is_covered else unexplained(asked.prompt, answer.phrases, spec)
    problems = [*claimed, *word_problems(words)] or [*unknown_values(spec, asked.catalog), *probe(found)]
    ignored = unexplained(asked.prompt, answer.phrases, spec) if not words and asked.failed is None else ()
    assumed = (*spec.assumptions, *([f"these words have no effect: {', '.join(ignored)}"] if ignored else ()))
    understood = Understanding(told(answer.phrases, asked.prompt), assumed, ignored)
    is_usable = not claimed and all(problem.code in MILD for problem in problems)
    proposal = Proposal(spec.model_copy(update={"assumptions": assumed}), understood)
    return Judged("spec", proposal if is_usable or (words and not claimed) else None, tuple(problems), words)


def ask_about_words(proposal: Proposal, words: tuple[str, ...], asked: Asked) -> Questions:
    """The model's plan stands but for words without a meaning: a person decides whether they may be left out."""
    text = f"These words have no meaning in the plan: {', '.join(words)}. Go on without them?"
    choices = (Choice(IGNORE, "yes, they do not matter"), Choice(REFUSE, "no, they matter"))
    understood = Understanding(proposal.understanding.phrases, proposal.spec.assumptions, words)
    return Questions(asked.prompt, (Question(UNUSED_WORDS, text, choices),), understood)
