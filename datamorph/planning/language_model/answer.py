"""The answer of a language model: its JSON Schema, and reading it without trusting it.

The spec within it is text: its mappings have names that the model chooses, and schemas that providers enforce must
close every object. ``parse_spec`` and the type checker are stricter than a schema anyway.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from datamorph.core.problem import Problem, shown
from datamorph.planning.language_model.fencing import plain

MOST_CHARACTERS = 200_000
_FENCE = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, str) else value


Text: TypeAlias = Annotated[str, BeforeValidator(_plain), Field(max_length=2000)]


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


class AnsweredPhrase(_Part):
    """A part of the prompt, its meaning and the columns that it became."""

    text: Text
    meaning: Text
    columns: tuple[Text, ...] = Field(default=(), max_length=100)


class AnsweredChoice(_Part):
    """One choice of a question."""

    value: Text = Field(min_length=1)
    label: Text = Field(min_length=1)


class AnsweredQuestion(_Part):
    """A question of the model."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    text: Text = Field(min_length=1)
    choices: tuple[AnsweredChoice, ...] = Field(min_length=2, max_length=4)


class AnsweredRefusal(_Part):
    """Why it is not done."""

    reason: Literal["unsafe", "impossible", "out_of_scope", "unreadable", ""] = ""
    message: Text = ""
    hint: Text = ""


class SuggestedCheck(_Part):
    """A check that would catch bad data, as YAML, and why."""

    check: Text
    why: Text = ""


class Answer(_Part):
    """Everything that a language model says about one prompt."""

    outcome: Literal["spec", "questions", "refusal"]
    spec: Annotated[str, Field(max_length=100_000)] = ""
    phrases: tuple[AnsweredPhrase, ...] = Field(default=(), max_length=200)
    assumptions: tuple[Text, ...] = Field(default=(), max_length=30)
    questions: tuple[AnsweredQuestion, ...] = Field(default=(), max_length=5)
    refusal: AnsweredRefusal = AnsweredRefusal()
    suggested_checks: tuple[SuggestedCheck, ...] = Field(default=(), max_length=20)
    python_reason: Text = ""


def answer_schema() -> dict[str, Any]:
    """The JSON Schema that providers enforce: every object closed, every field required."""
    text = {"type": "string"}
    phrase = _object(text=text, meaning=text, columns=_list(text))
    question = _object(id=text, text=text, choices=_list(_object(value=text, label=text)))
    reasons = ["unsafe", "impossible", "out_of_scope", "unreadable", ""]
    return _object(
        outcome={"type": "string", "enum": ["spec", "questions", "refusal"]},
        phrases=_list(phrase),
        spec=text,
        assumptions=_list(text),
        questions=_list(question),
        refusal=_object(reason={"type": "string", "enum": reasons}, message=text, hint=text),
        suggested_checks=_list(_object(check=text, why=text)),
        python_reason=text,
    )


def read_answer(text: str) -> Answer | Problem:
    """The answer in a text, also where prose or a code fence stands around it; else what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        return _unreadable(f"the answer has {len(text):,} characters", "give one JSON object of the schema")
    data = _json(text)
    if data is None:
        return _unreadable(
            f"the answer is no JSON object: {shown(text)}", "give one JSON object of the schema, no prose"
        )
    try:
        answer = Answer.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[:3]
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in first)
        return _unreadable(f"the answer is not of the schema: {told}", "give every field in its type")
    return _missing(answer) or answer


def _missing(answer: Answer) -> Problem | None:
    if answer.outcome == "spec" and not answer.spec.strip():
        return _unreadable('the outcome is "spec" but spec is empty', "write the spec, or choose another outcome")
    if answer.outcome == "questions" and not answer.questions:
        return _unreadable('the outcome is "questions" but there is none', "ask, or choose another outcome")
    if answer.outcome == "refusal" and not (answer.refusal.reason and answer.refusal.message):
        return _unreadable('the outcome is "refusal" without reason or message', "say why")
    return None


def _json(text: str) -> dict[str, Any] | None:
    inner = _FENCE.search(text)
    begin, end = text.find("{"), text.rfind("}")
    for candidate in (text, inner[1] if inner else "", text[begin : end + 1] if 0 <= begin < end else ""):
        try:
            data = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            return data  # pyright: ignore[reportUnknownVariableType]
    return None


def _unreadable(message: str, hint: str) -> Problem:
    return Problem("unreadable_answer", "answer", message, hint)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
