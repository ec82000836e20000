import re
from pathlib import Path

import pytest
from lake import plan

from datamorph.core.plan import Questions, Refusal

DOC = Path(__file__).parents[2] / "docs" / "prompts.md"
EXAMPLES = re.findall(r"^\| [^|]*\| `([^`]+)` \|$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_document_has_examples():
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize("prompt", EXAMPLES)
def test_every_documented_prompt_becomes_a_plan(prompt):
    outcome = plan(prompt)

    assert hasattr(outcome, "spec"), outcome
    assert outcome.understanding.unexplained == ()


@pytest.mark.parametrize("prompt", re.findall(r"^- plan `(.+)`$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE))
def test_every_documented_prompt_over_tables_that_need_work_becomes_a_plan(prompt):
    outcome = plan(prompt, "market")

    assert hasattr(outcome, "spec"), outcome
    assert outcome.understanding.unexplained == ()


@pytest.mark.parametrize(
    "prompt", re.findall(r"^- asks `([^`]+)`", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)
)
def test_every_documented_prompt_that_is_asked_about_has_choices_that_lead_on(prompt):
    outcome = plan(prompt)

    assert isinstance(outcome, Questions), outcome
    (question,) = outcome.questions
    for choice in question.choices[:-1]:
        assert not isinstance(plan(prompt, answers={question.id: choice.value}), Refusal), choice


@pytest.mark.parametrize(
    ("prompt", "words"),
    re.findall(r"^- asks `([^`]+)`, answered by `([^`]+)`$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE),
)
def test_every_documented_answer_in_words_leads_to_a_plan(prompt, words):
    (question,) = plan(prompt).questions

    outcome = plan(prompt, answers={question.id: words})

    assert hasattr(outcome, "spec"), outcome
    assert outcome.spec.assumptions[0].endswith(f"is read as {words!r}, as answered")


@pytest.mark.parametrize(
    "question", re.findall(r"^- ask `([^`]+)`$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)
)
def test_every_documented_question_is_answered(question):
    outcome = plan(question, mode="question")

    assert hasattr(outcome, "spec"), outcome
    assert outcome.understanding.unexplained == ()


@pytest.mark.parametrize(
    ("kind", "question"),
    re.findall(r"^- (offers|refuses) `([^`]+)`$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE),
)
def test_every_documented_question_that_is_not_answered_is_offered_or_refused(kind, question):
    outcome = plan(question, mode="question")

    assert isinstance(outcome, {"offers": Questions, "refuses": Refusal}[kind]), outcome
