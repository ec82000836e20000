"""Phrases of the prompt with the part of the finished spec that they became: ``average delay`` is ``avg(delay)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

from datamorph.core.plan import Phrase
from datamorph.core.spec import PipelineSpec
from datamorph.core.steps.aggregate import Aggregate
from datamorph.core.steps.derive import Derive
from datamorph.core.steps.filter import Filter
from datamorph.core.steps.join import Join
from datamorph.core.steps.sort import Sort
from datamorph.core.steps.step import Step, listed
from datamorph.core.steps.top import Top
from datamorph.core.steps.window import Window


def concrete(phrases: Sequence[Phrase], spec: PipelineSpec) -> tuple[Phrase, ...]:
    """Name what each phrase became, where phrases and parts of the spec of that kind are equally many.

    Where they are not, such as one phrase that became two filters, the parts are named together at the last
    phrase of the kind, so that nothing is attributed wrongly.
    """
    parts = _parts(spec)
    places: dict[str, list[int]] = {}
    for place, phrase in enumerate(phrases):
        places.setdefault(phrase.meaning, []).append(place)
    result = list(phrases)
    for meaning, at in places.items():
        found = parts.get(meaning, [])
        if len(found) == len(at):
            for place, part in zip(at, found, strict=True):
                result[place] = replace(phrases[place], meaning=f"{meaning}: {part}")
        elif found and len(at) == 1:
            result[at[0]] = replace(phrases[at[0]], meaning=f"{meaning}: {listed(found)}")
    return tuple(result)


def _parts(spec: PipelineSpec) -> dict[str, list[str]]:
    """What the spec's steps say, by the words that the grammar uses for it."""
    parts: dict[str, list[str]] = {}
    for named in spec.steps:
        for meaning, found in _said(named.step):
            parts.setdefault(meaning, []).extend(found)
    return parts


@singledispatch
def _said(step: Step) -> list[tuple[str, list[str]]]:
    """Kinds of phrases with what the step says for each; nothing for kinds that read well as they are."""
    return []


@_said.register
def _(step: Join) -> list[tuple[str, list[str]]]:
    keys = listed(left if left == right else f"{left} = {right}" for left, right in step.keys())
    return [("join", [f"{step.left} and {step.right} on {keys} ({step.how})"])]


@_said.register
def _(step: Aggregate) -> list[tuple[str, list[str]]]:
    measures = [f"{name} = {text}" for name, text in step.measures.items()]
    return [("measure", measures), ("group", [listed(step.by)] if step.by else [])]


@_said.register
def _(step: Filter) -> list[tuple[str, list[str]]]:
    return [("filter", [step.where])]


@_said.register
def _(step: Sort) -> list[tuple[str, list[str]]]:
    return [("order", [", ".join(step.by)])]


@_said.register
def _(step: Top) -> list[tuple[str, list[str]]]:
    return [("the first rows", [step.explain().removeprefix("keep ")])]


@_said.register
def _(step: Derive) -> list[tuple[str, list[str]]]:
    return [("computed column", [f"{name} = {text}" for name, text in step.columns.items()])]


@_said.register
def _(step: Window) -> list[tuple[str, list[str]]]:
    return [("window", [step.explain().removeprefix("compute ")])]
