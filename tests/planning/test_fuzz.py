"""Whatever is typed, the planner answers in its three ways."""

import re
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lake import catalog, plan

from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.typecheck import require_checked

DOC = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
PROMPTS = re.findall(r"^\| [^|]*\| `([^`]+)` \|$", DOC, flags=re.MULTILINE)
WORDS = [
    *sorted({word for prompt in PROMPTS for word in prompt.split()}),
    "'",
    '"',
    "(",
    ")",
    "=",
    "0",
    "%",
    "1e9",
    "a.b",
]


def check(prompt: str, mode: str = "pipeline") -> None:
    outcome = plan(prompt, mode=mode)

    assert isinstance(outcome, Proposal | Questions | Refusal)
    if isinstance(outcome, Proposal):
        assert outcome.understanding.unexplained == ()
        compile_sql(require_checked(outcome.spec, {t.ref: t.schema for t in catalog().tables}))
    if isinstance(outcome, Questions):
        assert all(2 <= len(q.choices) <= 4 for q in outcome.questions)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["pipeline", "question"]))
def test_words_in_any_order(words, mode):
    check(" ".join(words), mode)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PROMPTS), st.sampled_from(PROMPTS), st.data())
def test_documented_prompts_cut_and_glued(first, second, data):
    cut, other = (data.draw(st.integers(0, len(text))) for text in (first, second))

    check(first[:cut] + " " + second[other:])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all(text):
    check(text)


def test_long_prompts_are_answered_at_once():
    for prompt in ("sales " * 10_000, "a" * 50_000, "(" * 3000, "number of sales per shop and " * 100, "'" * 3999):
        started = time.perf_counter()

        check(prompt)

        assert time.perf_counter() - started < 1
