"""Reads a prompt with dates in the place of what it tells from the day of the run, and puts that back afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.spec import PipelineSpec
from datamorph.core.steps.sql import Sql
from datamorph.core.steps.step import Step
from datamorph.planning.offline.phrasebook.rewording import told
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.run_days.phrases import find_run_days
from datamorph.planning.offline.run_days.stand_in import expressed, holds_stand_in, spoken

T = TypeVar("T")
_STAYS = frozenset({"id", "value"})
"""What is no text for people."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A text with dates in the place of days of the run.

    Attributes:
        said: as it was written.
        text: the same with dates.
        changes: each run of words that became dates, with these.
    """

    said: str
    text: str
    changes: tuple[tuple[str, str], ...] = ()


def dated(text: str, said: Said) -> Dated:
    """A text as it is read.

    Args:
        said: the text with what the catalog knows of its words.
    """
    if holds_stand_in(text):
        return Dated(text, text)
    lead, found, read = len(text) - len(text.lstrip()), list(find_run_days(said)), text
    for one in reversed(found):
        start, end = said.tokens[one.start].start + lead, said.tokens[one.end - 1].end + lead
        read = f"{read[:start]}{one.instead}{read[end:]}"
    return Dated(text, read, tuple((said.text(one.start, one.end), one.instead) for one in found))


def undated(
    found: Proposal | Questions | Refusal, prompt: Dated, others: Collection[Dated]
) -> Proposal | Questions | Refusal:
    """The outcome of a dated prompt as that of the prompt itself.

    Args:
        others: answers and wordings that it was read with.
    """
    if not (prompt.changes or any(other.changes for other in others)):
        return found
    originals = {other.text: other.said for other in others}
    if not isinstance(found, Proposal):
        return replace(_spoken(found, originals), prompt=prompt.said)
    found = Proposal(_in_run_days(found.spec), _spoken(found.understanding, originals))
    notes = [(said, spoken(instead)) for said, instead in prompt.changes]
    found = cast("Proposal", told(found, prompt.said, notes))
    if holds_stand_in(found.spec.model_dump_json()):
        message = f"{' and '.join(repr(said) for said, _ in notes) or 'a day of the run'} cannot be said here"
        return Refusal(prompt.said, "out_of_scope", message, hint="give the dates themselves")
    return found


def _in_run_days(spec: PipelineSpec) -> PipelineSpec:
    def changed(step: Step) -> Step:
        if isinstance(step, Sql):
            return step.model_copy(update={"query": expressed(step.query)})
        return step.rewritten(expressed)

    steps = tuple(named.model_copy(update={"step": changed(named.step)}) for named in spec.steps)
    assumed = tuple(map(spoken, spec.assumptions))
    return spec.model_copy(update={"steps": steps, "assumptions": assumed})


def _spoken(found: T, originals: Mapping[str, str]) -> T:
    """The same with words in the place of stand-ins, in all that people read."""

    def change(value: Any) -> Any:
        if isinstance(value, str):
            return originals.get(value) or spoken(value)
        if isinstance(value, tuple):
            return tuple(change(one) for one in cast("tuple[Any, ...]", value))
        if not is_dataclass(value) or isinstance(value, type):
            return value
        names = [one.name for one in fields(value) if one.name not in _STAYS]
        return replace(value, **{name: change(getattr(value, name)) for name in names})

    return cast("T", change(found))
