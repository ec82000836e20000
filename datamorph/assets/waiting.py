"""How a run in Dagster ends when it waits for a person, or is refused: what is missing and how to give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import yaml

from datamorph.core.plan import Question, Questions, Refusal
from datamorph.errors import ApprovalError


def question_failure(outcome: Questions) -> dg.Failure:
    """The end of a run that needs an answer: the question, its choices and how to give one of them."""
    questions = outcome.questions
    lines = [line for question in questions for line in (question.text, *_choices(question))]
    first = {question.id: question.choices[0].value for question in questions if question.choices}
    text = _yaml({"resume": outcome.run_id, "answers": first})
    snippet = "".join(f"{line}{_others(line, questions)}\n" for line in text.splitlines())
    description = "\n".join(["The prompt has more than one reading.", *lines, "", "Answer in the Launchpad:", snippet])
    metadata = {
        "questions": dg.MetadataValue.md("\n\n".join(lines)),
        "answer_with": dg.MetadataValue.md(f"```yaml\n{snippet}```"),
        "run_id": outcome.run_id,
    }
    return dg.Failure(description, metadata=metadata, allow_retries=False)


def refusal_failure(outcome: Refusal) -> dg.Failure:
    """The end of a run that is refused: why, and what would be done instead."""
    metadata = {"reason": outcome.reason, "hint": outcome.hint, "run_id": outcome.run_id}
    return dg.Failure(f"Refused ({outcome.reason}): {outcome.message}\n{outcome.hint}", metadata, allow_retries=False)


def approval_failure(error: ApprovalError) -> dg.Failure:
    """The end of a run that is held: what it would do, and how to let it."""
    snippet = _yaml({"resume": error.run_id, "approve": True})
    description = f"It waits for approval.\n{error.problem}\nfix: {error.fix}\n\nApprove in the Launchpad:\n{snippet}"
    metadata = {
        "error": type(error).__name__,
        "fix": error.fix,
        "answer_with": dg.MetadataValue.md(f"```yaml\n{snippet}```"),
        "run_id": error.run_id,
    }
    return dg.Failure(description, metadata=metadata, allow_retries=False)


def _yaml(config: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=10_000)


def _others(line: str, questions: Sequence[Question]) -> str:
    """The other answers to the question of a line, as a comment."""
    found = next((question for question in questions if line.startswith(f"  {question.id}: ")), None)
    others = [choice.value for choice in found.choices[1:]] if found else []
    others += ["other words"] if found and found.takes_words else []
    return f"  # or {', or '.join(others)}" if others and "\n" not in "".join(others) else ""


def _choices(question: Question) -> list[str]:
    offered = [f"- {question.id}: {choice.value} ({choice.label})" for choice in question.choices]
    return [*offered, f"- {question.id}: or other words for it"] if question.takes_words else offered
