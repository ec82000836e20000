"""Answers in words that become wordings of the project's glossary."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.core.plan import Plan
from datamorph.core.run import EventKind, Stage
from datamorph.errors import NotFoundError
from datamorph.web.lookup import find_run
from datamorph.web.running import Outcome
from datamorph.web.site import Site


def answered_words(site: Site, run_id: str) -> Mapping[str, str]:
    """Words of a planned prompt that were put into other words by an answer, from its record."""
    found: Mapping[str, str] = {}
    for _, event in site.platform.events(run_id):
        if event.stage is Stage.COMPILE and event.kind is EventKind.FINISHED:
            found = dict(event.facts.get("understood", {}).get("answered", ()))
    return found


def is_forgotten(site: Site, outcome: Outcome | None) -> bool:
    """True for a plan with answers in words that the glossary does not have."""
    if not isinstance(outcome, Plan) or not outcome.understanding.answered:
        return False
    known = site.platform.vocabulary().glossary.wordings
    return any(known.get(" ".join(one.text.lower().split())) != one.meaning for one in outcome.understanding.answered)


def remember_answers(site: Site, run_id: str) -> Mapping[str, str]:
    """Keep them in the glossary, where every prompt to come finds them.

    Raises:
        NotFoundError: no such run, or it has none.
        SettingsError: the glossary cannot take them.
    """
    wordings = answered_words(site, find_run(site.platform, run_id).run_id)
    if not wordings:
        raise NotFoundError(f"run {run_id!r} has no answer in words", fix="answer a question in words first")
    site.platform.vocabulary().remember(wordings)
    return wordings
