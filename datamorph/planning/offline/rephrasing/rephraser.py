"""Plans a short prompt in fuller words, where it was not understood as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal
from datamorph.core.table import snake_case
from datamorph.planning.offline.dialog import MOST_CHOICES
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.rephrasing.absences import never_did
from datamorph.planning.offline.rephrasing.classes import bucketed, flagged
from datamorph.planning.offline.rephrasing.counting import busiest, time_with_most
from datamorph.planning.offline.rephrasing.extremes import extreme_rows
from datamorph.planning.offline.rephrasing.measures import beyond_average, rhythmic, unmeasured
from datamorph.planning.offline.rephrasing.money import defined_money, money_of, spent
from datamorph.planning.offline.rephrasing.pivots import pivoted
from datamorph.planning.offline.rephrasing.routes import route
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way
from datamorph.planning.offline.rephrasing.several import date_of_rows, duplicated, new_per_time, nth_of_each, repeating
from datamorph.planning.offline.rephrasing.shares import share
from datamorph.planning.offline.rephrasing.states import state
from datamorph.planning.offline.rephrasing.vague import graded

Outcome: TypeAlias = Proposal | Questions | Refusal
Plan: TypeAlias = Callable[[str, Mapping[str, str]], Outcome]
OTHER = "other"
_RULES: tuple[Callable[[Said, int], Rephrasing | None], ...] = (
    defined_money,
    spent,
    flagged,
    bucketed,
    pivoted,
    busiest,
    time_with_most,
    extreme_rows,
    graded,
    state,
    duplicated,
    repeating,
    nth_of_each,
    new_per_time,
    never_did,
    share,
    route,
    date_of_rows,
    money_of,
    beyond_average,
    rhythmic,
    unmeasured,
)
_MOST_WORDS = 20


class Rephraser:
    """Rephrases one prompt.

    Args:
        plan: plans another wording with the answers that are left.
    """

    def __init__(self, prompt: str, catalog: Catalog, indexes: Indexes, answers: Mapping[str, str], plan: Plan) -> None:
        self._prompt, self._answers, self._plan = prompt, answers, plan
        self._said = Said(prompt, catalog, *indexes.of(catalog))

    def outcome(self) -> Outcome | None:
        """The plan of the one wording that is meant, or a question which; None where there is no other wording."""
        said = self._said
        if not 0 < len(said) <= _MOST_WORDS or "_" in said.words:
            return None
        for rule in _RULES:
            for place in range(len(said)):
                found = rule(said, place)
                outcome = self._settled(found) if found is not None else None
                if outcome is not None:
                    return outcome
        return None

    def _settled(self, found: Rephrasing) -> Outcome | None:
        key = snake_case(found.topic)
        answer = self._answers.get(key)
        if answer == OTHER:
            return Refusal(self._prompt, "impossible", f"{found.text} None of what there is.", "say it in other words")
        rest = {name: value for name, value in self._answers.items() if name != key}
        planned = [
            (way, outcome)
            for way in found.ways
            if isinstance(outcome := self._plan(way.prompt, rest), Proposal | Questions) and not _is_lost(outcome)
        ]
        if not planned:
            return None
        chosen = next((one for one in planned if one[0].value == answer), None)
        if chosen is None and len(found.ways) == 1 and found.is_certain:
            chosen = planned[0]
        return self._told(*chosen) if chosen is not None else self._asked(key, found.text, [way for way, _ in planned])

    def _asked(self, key: str, text: str, ways: list[Way]) -> Questions:
        choices = [Choice(way.value, way.label) for way in ways[: MOST_CHOICES - 1]]
        choices.append(Choice(OTHER, "something else: I will say it in other words"))
        return Questions(self._prompt, (Question(key, text, tuple(choices)),))

    def _told(self, way: Way, outcome: Outcome) -> Outcome:
        """The outcome of a wording as that of the prompt itself."""
        if not isinstance(outcome, Proposal):
            return replace(outcome, prompt=self._prompt)
        note = f"read as: {way.prompt}"
        assumed = (note, *outcome.understanding.assumptions)
        spec = outcome.spec.model_copy(update={"prompt": self._prompt, "assumptions": assumed})
        return Proposal(spec, replace(outcome.understanding, assumptions=assumed))


def is_open(outcome: Outcome) -> bool:
    """True for a prompt that was not understood, or that nothing here does as it stands."""
    if isinstance(outcome, Refusal):
        return outcome.reason in ("impossible", "out_of_scope")
    return _is_lost(outcome)


def _is_lost(outcome: Outcome) -> bool:
    """True for a wording that is not understood either."""
    return isinstance(outcome, Questions) and any(question.id.startswith("word") for question in outcome.questions)
