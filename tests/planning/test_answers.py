"""Answers lead on: no question is asked twice, and what an answer says is what is planned."""

from __future__ import annotations

import pytest
from lake import plan

from datamorph.core.plan import Proposal, Questions

ASKING = {
    "average delay per carrier": ("air",),
    "total amount of sales": ("bakery", "farm"),
    "keep one record per member": ("bakery",),
    "the best shops": ("bakery",),
    "recent sales only": ("bakery",),
    "join airports to the flights, with the name of the airport": ("air",),
    "average amount per shop without frobnication": ("bakery",),
    "flights sorted by the delay": ("air",),
}


def follow(prompt, domains, answers, asked):
    """Every chain of answers to its end; ids that were asked on the way come in ``asked``."""
    outcome = plan(prompt, *domains, answers=answers)
    if not isinstance(outcome, Questions):
        yield outcome
        return
    first = outcome.questions[0]
    assert first.id not in asked, f"{first.id} is asked again"
    for choice in first.choices:
        yield from follow(prompt, domains, {**answers, first.id: choice.value}, {*asked, first.id})


@pytest.mark.parametrize(("prompt", "domains"), ASKING.items())
def test_no_question_is_asked_twice_whatever_is_answered(prompt, domains):
    assert isinstance(plan(prompt, *domains), Questions)

    ends = list(follow(prompt, domains, {}, set()))

    assert len(ends) >= 2
    assert any(isinstance(end, Proposal) for end in ends), ends


def test_an_answer_that_is_no_choice_is_told_as_such():
    outcome = plan("average delay per carrier", "air", answers={"column_delay": "delya"})

    assert "'delya' is none of the answers" in outcome.questions[0].text


def test_an_answer_to_what_was_not_asked_is_stated():
    outcome = plan("number of sales per shop", answers={"column_delay": "air.flights.arr_delay"})

    assert "the answer to 'column_delay' was not needed" in outcome.understanding.assumptions


def test_what_was_weighed_is_recorded_with_scores_and_reasons():
    (decision,) = [d for d in plan("average delay per carrier", "air").understanding.decisions if "delay" in d.about]

    assert {option.reading for option in decision.options} == {"air.flights.arr_delay", "air.flights.dep_delay"}
    assert sum(option.score for option in decision.options) == pytest.approx(1, abs=0.01)
    assert decision.options[0].score >= decision.options[1].score
    assert all(option.reasons for option in decision.options)


def test_joins_that_fit_equally_are_weighed():
    found = plan("join airports to the flights, with the name of the airport", "air").understanding.decisions

    (join,) = [decision for decision in found if decision.about == "the join with airports"]
    assert {option.reading for option in join.options} == {"origin = airports.faa", "dest = airports.faa"}


def test_nothing_was_weighed_where_everything_has_one_meaning():
    assert plan("number of sales per channel").understanding.decisions == ()
