import re
from pathlib import Path

import pytest
from lake import plan

DOC = Path(__file__).parents[2] / "docs" / "prompts.md"
EXAMPLES = re.findall(r"^\| [^|]*\| `([^`]+)` \|$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_document_has_examples():
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize("prompt", EXAMPLES)
def test_every_documented_prompt_becomes_a_plan(prompt):
    outcome = plan(prompt)

    assert hasattr(outcome, "spec"), outcome
    assert outcome.understanding.unexplained == ()


@pytest.mark.parametrize(
    "question", re.findall(r"^- ask `([^`]+)`$", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)
)
def test_every_documented_question_is_answered(question):
    outcome = plan(question, mode="question")

    assert hasattr(outcome, "spec"), outcome
    assert outcome.understanding.unexplained == ()
