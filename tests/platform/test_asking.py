"""Questions and their answers in Python: the same platform, the same prompt, a plan."""

from __future__ import annotations

import pytest

from datamorph.core.plan import Plan, Questions
from datamorph.errors import QuestionsOpenError
from datamorph.platform import Answer

PROMPT = "the best orders"


def first_choices(outcome):
    return {question.id: question.choices[0].value for question in outcome.questions}


def test_an_answer_leads_from_questions_to_a_plan(platform):
    asked = platform.plan(PROMPT)
    assert isinstance(asked, Questions)
    assert all(2 <= len(question.choices) <= 4 for question in asked.questions)

    planned = platform.plan(PROMPT, answers=first_choices(asked))

    assert isinstance(planned, Plan)
    assert platform.run(planned).rows == 5


def test_a_question_that_is_open_cannot_be_run_and_says_how_to_answer(platform):
    asked = platform.plan(PROMPT)

    with pytest.raises(QuestionsOpenError) as told:
        platform.run(asked)

    (question,) = asked.questions
    assert f"--answer {question.id}={question.choices[0].value}" in told.value.fix


def test_questions_about_a_question_are_answered_the_same_way(platform):
    asked = platform.ask(PROMPT)
    assert isinstance(asked, Questions)

    (question,) = asked.questions

    answered = [platform.ask(PROMPT, answers={question.id: choice.value}) for choice in question.choices]

    assert all(isinstance(answer, Answer) for answer in answered)
    assert len({answer.sql for answer in answered}) == len(question.choices) > 1


def test_answers_are_on_the_record(platform):
    planned = platform.plan(PROMPT, answers=first_choices(platform.plan(PROMPT)))

    facts = [event.facts for _, event in platform.events(planned.run_id)]
    assert any("word_best" in str(fact.get("answers")) for fact in facts)
