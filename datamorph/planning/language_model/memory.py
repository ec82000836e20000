"""Outcomes of planning as text, so that an equal request is planned once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from datamorph.core.cost import TokenUsage
from datamorph.core.plan import Choice, Phrase, Proposal, Question, Questions, Refusal, Understanding
from datamorph.core.provenance import Attempt, Provenance
from datamorph.core.spec import SPEC_VERSION, parse_spec
from datamorph.errors import SpecError

Outcome = Proposal | Questions | Refusal


def plan_key(request: str, *, prompt: str, mode: str, answers: Mapping[str, str], template: str) -> str:
    """Hash of what an outcome depends on.

    Args:
        request: hash of the first request: tables with their statistics, glossary, hints, instructions, model.
    """
    parts = [request, prompt, mode, sorted(answers.items()), template, SPEC_VERSION]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def write_outcome(outcome: Outcome) -> str:
    """An outcome with its provenance as JSON."""
    understood = asdict(outcome.understanding)
    document: dict[str, Any] = {"kind": type(outcome).__name__.lower(), "understanding": understood}
    if isinstance(outcome, Proposal):
        document["spec"] = outcome.spec.to_yaml().split("\n")
    elif isinstance(outcome, Questions):
        document |= {"prompt": outcome.prompt, "questions": [asdict(question) for question in outcome.questions]}
    else:
        names = ("prompt", "reason", "message", "hint")
        document |= {name: getattr(outcome, name) for name in names}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_outcome(text: str) -> Outcome | None:
    """The outcome in a text; None when it is none, such as after a change of this program."""
    try:
        return _outcome(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, SpecError):
        return None


def _outcome(data: Mapping[str, Any]) -> Outcome:
    understood = _understanding(data["understanding"])
    if data["kind"] == "proposal":
        return Proposal(parse_spec("\n".join(data["spec"])), understood)
    if data["kind"] == "questions":
        return Questions(data["prompt"], tuple(_question(one) for one in data["questions"]), understood)
    return Refusal(data["prompt"], data["reason"], data["message"], data["hint"], understood)


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(**choice) for choice in data["choices"])
    return Question(data["id"], data["text"], choices, takes_words=data["takes_words"])


def _understanding(data: Mapping[str, Any]) -> Understanding:
    return Understanding(
        phrases=tuple(Phrase(**phrase) for phrase in data["phrases"]),
        assumptions=tuple(data["assumptions"]),
        unexplained=tuple(data["unexplained"]),
        answered=tuple(Phrase(**phrase) for phrase in data["answered"]),
        provenance=_provenance(data["provenance"]),
    )


def _provenance(data: Mapping[str, Any]) -> Provenance:
    attempts = tuple(_attempt(one) for one in data["attempts"])
    kept: dict[str, Any] = {**data, "attempts": attempts, "is_cached": True}
    return Provenance(**kept)


def _attempt(data: Mapping[str, Any]) -> Attempt:
    lists: dict[str, Any] = {name: tuple(data[name]) for name in ("problems", "failed_tries")}
    kept: dict[str, Any] = {**data, **lists, "usage": TokenUsage(**data["usage"])}
    return Attempt(**kept)
