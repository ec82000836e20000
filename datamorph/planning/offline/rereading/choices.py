"""What a pipeline prompt may mean, offered as choices where the grammar has none to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Choice, Questions
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.candidates.outcome import Option, Outcome, places_left
from datamorph.planning.offline.candidates.ranking import load_ranking
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.tables import choose_tables
from datamorph.planning.offline.candidates.text import Question
from datamorph.planning.offline.candidates.weigh import weigh
from datamorph.planning.offline.dialog import MOST_CHOICES
from datamorph.planning.offline.remainder import KNOWN, REPHRASE
from datamorph.planning.offline.rereading.sound import Soundness
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.values import ValueIndex

_LEAST = 0.02
_MOST_WORDS = 25
"""Longer prompts are no one question."""


def has_dead_end(asked: Questions) -> bool:
    """True where a question has nothing concrete to choose."""
    return any(choice.value == REPHRASE for question in asked.questions for choice in question.choices)


def offer_readings(
    asked: Questions, text: str, catalog: Catalog, scope: Scope, values: ValueIndex, answers: Mapping[str, str]
) -> Questions | Work:
    """The question with readings of the whole prompt for choices, or the steps of the one that was chosen.

    Args:
        text: the prompt without what is no part of a question.
        answers: by id of a question; the key of a reading chooses it.
    """
    question = Question(text)
    if len(question.words) > _MOST_WORDS:
        return asked
    ranking = load_ranking()
    search = Search(question, choose_tables(question, catalog, scope.names, values), scope.relations, ranking.weights)
    weighed = [one for one in weigh(search) if one.probability >= _LEAST]
    soundness = Soundness(search)
    kept = [found for one in weighed if (found := soundness.offered(one, places_left(search, one)))]
    outcome = Outcome(search, kept, ranking)
    options = _without_twins(outcome.options(scope, values))
    for place, one in enumerate(asked.questions):
        if all(choice.value != REPHRASE for choice in one.choices):
            continue
        chosen = next((option for option in options if option.key == answers.get(one.id)), None)
        if chosen is not None:
            outcome.explain(chosen, scope.dialog)
            return chosen.work
        others = tuple(choice for choice in one.choices if choice.value != REPHRASE)
        offered = tuple(
            Choice(option.key, f"{_spoken(option.text)}{_passed_over(outcome.left(option))}")
            for option in options[: MOST_CHOICES - len(others)]
        )
        if len(offered) + len(others) > 1:
            found = replace(one, text=one.text.partition(KNOWN)[0], choices=(*offered, *others))
            return replace(asked, questions=(*asked.questions[:place], found, *asked.questions[place + 1 :]))
    return asked


def _without_twins(options: list[Option]) -> list[Option]:
    """One of several readings that say the same."""
    return list({option.text: option for option in reversed(options)}.values())[::-1]


def _spoken(text: str) -> str:
    """``orders where amount is more than 5`` rather than ``every column in orders where ...``."""
    return text.removeprefix("every column in ")


def _passed_over(words: list[str]) -> str:
    return f" (passes over {', '.join(map(repr, words))})" if words else ""
