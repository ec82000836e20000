"""A second look at a finished plan, by other means than those that made it.

A plan that is doubted is shown with the doubt, and runs only when a person says that it is what was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal
from datamorph.planning.offline.doubts import (
    compared,
    conditions,
    contradictory,
    defined,
    gaps,
    lost,
    measured,
    modifiers,
    nulls,
    ordered,
    picked,
    ranked,
    renamed,
    rivals,
    said_cleaning,
    said_columns,
    said_groups,
    said_values,
    said_work,
    shapes,
    strange,
    subjects,
    turned,
    unasked,
    units,
    written,
    zeros,
)
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.doubts.measured import parted_dates
from datamorph.planning.offline.doubts.picked import lost_defaults
from datamorph.planning.offline.doubts.shapes import lost_difference
from datamorph.planning.offline.doubts.strange import strange_keys
from datamorph.planning.offline.doubts.turned import lost_parts
from datamorph.planning.offline.doubts.unasked import lost_calls, parts_as_dates
from datamorph.planning.offline.remainder import REPHRASE

TOPIC = "doubt"
MEANT = "as_planned"
_LOOKS: tuple[Look, ...] = (
    *said_values.LOOKS,
    *said_columns.LOOKS,
    *said_work.LOOKS,
    *gaps.LOOKS,
    *lost.LOOKS,
    *modifiers.LOOKS,
    *said_cleaning.LOOKS,
    *defined.LOOKS,
    *said_groups.LOOKS,
    *strange.LOOKS,
    *units.LOOKS,
    *unasked.LOOKS,
    *renamed.LOOKS,
    *ordered.LOOKS,
    *nulls.LOOKS,
    *rivals.LOOKS,
    *turned.LOOKS,
    *compared.LOOKS,
    *conditions.LOOKS,
    *subjects.LOOKS,
    *measured.LOOKS,
    *picked.LOOKS,
    *ranked.LOOKS,
    *shapes.LOOKS,
    *written.LOOKS,
    *zeros.LOOKS,
    *contradictory.LOOKS,
)


def find_doubts(evidence: Evidence) -> list[str]:
    """What speaks against the plan, each as the end of a sentence; nothing for a plan to trust."""
    return list(dict.fromkeys(doubt for look in _LOOKS for doubt in look(evidence)))


def is_narrowed(evidence: Evidence) -> bool:
    """True where the plan lacks a number that is asked for, or its keys are strange: single words may tell."""
    looks = (lost_calls, lost_parts, lost_difference, parted_dates, parts_as_dates, strange_keys, *zeros.LOOKS,
             lost_defaults)  # fmt: skip
    return any(any(look(evidence)) for look in looks)


def doubted(
    outcome: Proposal, evidence: Evidence, answers: Mapping[str, str], *more: str
) -> Proposal | Questions | Refusal:
    """The plan, or the question whether it is what was meant; so is one that leaves words unexplained, if confirmed.

    Args:
        more: what else speaks against it.
    """
    left = outcome.understanding.unexplained
    words = ", ".join(map(repr, left))
    doubts = [*([f"nothing in it is for {words}"] if left else []), *more, *find_doubts(evidence)]
    answer = answers.get(TOPIC)
    if left and answer == MEANT:
        assumptions = (*outcome.understanding.assumptions, f"{words}: nothing more to do, as answered")
        return Proposal(outcome.spec, replace(outcome.understanding, unexplained=(), assumptions=assumptions))
    if not doubts or answer == MEANT:
        return outcome
    prompt = outcome.spec.prompt
    if answer == REPHRASE:
        return Refusal(prompt, "impossible", f"the plan is not what was meant: {doubts[0]}", "say it in other words")
    steps = "; ".join(step.step.explain() for step in outcome.spec.steps)
    text = f"Is this what is meant? {steps}. ({'; '.join(doubts)})"
    choices = (Choice(MEANT, "yes, as planned"), Choice(REPHRASE, "no: I will say it in other words"))
    return Questions(prompt, (Question(TOPIC, text, choices),), outcome.understanding)
