"""The conversation with a language model: the first request, and what it is told when its answer does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from datamorph.core.language_model import Message, ModelRequest
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.problem import MOST_TOLD, Problem
from datamorph.planning.language_model.answer import answer_schema
from datamorph.planning.language_model.fencing import fenced, quoted
from datamorph.planning.language_model.gates import Asked
from datamorph.planning.language_model.language import instructions
from datamorph.planning.language_model.masking import Hiding
from datamorph.planning.language_model.rendering import render_glossary, render_tables

UNUSED_WORDS = "unused_words"
"""The one question that is not the model's: whether words without a meaning may be left out."""
_ECHOED = 30_000
_MODES = {
    "pipeline": "The result is published as a table.",
    "question": "It is a question: the rows of the result are the answer. Nothing is published, any target will do.",
    "change": "The spec in the block <data failed> failed, for the reasons there. Give the whole spec so that it does "
    "not fail and means the same. Explain the failure and the change in the assumptions, and leave phrases empty. Its "
    "checks stay; refuse when the data is to blame.",
}


def first_request(
    asked: Asked,
    hint: Proposal | Questions | Refusal | None,
    *,
    samples: bool,
    max_tokens: int,
    effort: str,
) -> ModelRequest:
    """What is asked first. The day is not told: a spec asks for that of each run."""
    hiding = Hiding(asked.catalog, asked.prompt)
    answers = {key: value for key, value in sorted(asked.answers.items()) if key != UNUSED_WORDS}
    parts = [
        render_tables(asked.catalog, samples=samples),
        f"{asked.left_out} more tables do not fit the prompt's words." if asked.left_out else "",
        render_glossary(asked.catalog),
        fenced("hints", (hiding.hide_all(one) for one in _hints(hint))) if hint else "",
        fenced("failed", _failed(asked, hiding)) if asked.failed else "",
        fenced("answers", [{"question": key, "answer": value} for key, value in answers.items()]) if answers else "",
        f"Tables that may be written: {', '.join(asked.writable)}, never raw.*.",
        _MODES["change" if asked.failed else asked.mode],
        f"The prompt, as a JSON string: {quoted(asked.prompt)}",
    ]
    text = "\n\n".join(part for part in parts if part)
    return ModelRequest(instructions(), (Message("user", text),), answer_schema(), max_tokens, effort)


def _hints(found: Proposal | Questions | Refusal) -> Iterator[object]:
    """What the offline planner makes of the prompt."""
    if isinstance(found, Proposal):
        yield {"reading": found.spec.to_yaml()}
    elif isinstance(found, Questions):
        yield {
            "open": [{"question": q.text, "choices": [choice.value for choice in q.choices]} for q in found.questions]
        }
    else:
        yield {"not understood": found.message}
    if found.understanding.phrases:
        yield {"phrases": [[phrase.text, phrase.meaning] for phrase in found.understanding.phrases]}
    if found.understanding.candidates:
        yield {"candidates": [[one.reading, round(one.score, 2)] for one in found.understanding.candidates[:5]]}


def _failed(asked: Asked, hiding: Hiding) -> Iterator[object]:
    if asked.failed is not None:
        yield {"spec": asked.failed.to_yaml(), "findings": [hiding.hide(text) for text in asked.findings]}


def repair_request(request: ModelRequest, answer: str, problems: Sequence[Problem], asked: Asked) -> ModelRequest:
    """The same conversation, with the answer and what is wrong with it."""
    hiding = Hiding(asked.catalog, asked.prompt)
    told = [{name: hiding.hide(text) for name, text in asdict(one).items()} for one in problems[:MOST_TOLD]]
    text = f"Programs found problems in your answer.\n\n{fenced('problems', told)}\n\nGive the whole corrected answer."
    turns = (Message("assistant", answer[:_ECHOED].strip() or "(nothing)"), Message("user", text))
    return replace(request, messages=(*request.messages, *turns))
