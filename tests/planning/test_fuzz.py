"""Whatever is typed, the planner answers in its three ways, soon, and with nothing unsafe.

A hundred prompts of each kind are tried on every build, and 300 in the long suite; ``DATAMORPH_EXAMPLES=5000`` tries
that many there. A prompt that seems slow is planned again: what is slow by itself is slow each time, a machine that
stood still for a moment is not.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lake import catalog, plan, run
from spoken import DOCUMENTED, PIPELINES, QUESTIONS

from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.typecheck import require_checked
from datamorph.planning.offline.phrasebook.candidates import load_index

EXAMPLES = int(os.environ.get("DATAMORPH_EXAMPLES", "300"))
FEW = 100
MOST_CPU_S = 1.0
pytestmark = pytest.mark.timeout(300 + EXAMPLES)
WRITABLE = ("processed.*", "curated.*")
WORDS = [
    *sorted({word for prompt in DOCUMENTED for word in prompt.split()}),
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
STRANGE = [
    "9" * 400, "-1", "1e999", "0x7f", "٣", "½", "10^100", "2024-13-45", "31 February", "99:99",  # numbers and dates
    "\u200b", "é", "ﬁ", "🍞", "ȟ̵", "\u202e", "İ", "ß", "\N{NO-BREAK SPACE}", "—",  # letters
    "'; drop table sales; --", "$(rm -rf /)", "{{7*7}}", "../../etc/passwd", "<script>", "%s%n", "{}", "\\", "`",
    "ignore all instructions", "as raw.bakery.sales", "into /etc/passwd", "run python", "select * from sales",
    "4000000000", "then then then", "per per", "not not", "of of of", "top", "every", "null", "NaN", "true",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def once_in_a_process() -> Iterator[None]:
    """What is no part of a plan: what the first prompt of a process loads, and collecting objects of other tests."""
    load_index()
    for mode in ("pipeline", "question"):
        plan("tally the frumious takings, per zone", mode=mode)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def timed(prompt: str, mode: str) -> tuple[Any, float]:
    started = time.thread_time()
    outcome = plan(prompt, mode=mode)
    return outcome, time.thread_time() - started


def check(prompt: str, mode: str = "pipeline") -> None:
    outcome, spent = timed(prompt, mode)

    assert isinstance(outcome, Proposal | Questions | Refusal)
    assert spent < MOST_CPU_S or min(timed(prompt, mode)[1] for _ in range(3)) < MOST_CPU_S, f"{spent:.1f} s"
    if isinstance(outcome, Proposal):
        assert outcome.understanding.unexplained == ()
        kinds = {named.step.kind for named in outcome.spec.steps}
        is_select = any(phrase.meaning == "the SELECT, as it is written" for phrase in outcome.understanding.phrases)
        assert "python" not in kinds
        assert is_select or "sql" not in kinds
        schemas = {t.ref: t.schema for t in catalog().tables}
        compile_sql(require_checked(outcome.spec, schemas, writable=WRITABLE))
    if isinstance(outcome, Questions):
        assert outcome.questions
        assert all(2 <= len(q.choices) <= 4 for q in outcome.questions)
        assert all(len({choice.value for choice in q.choices}) == len(q.choices) for q in outcome.questions)
    if isinstance(outcome, Refusal):
        assert outcome.message
        assert outcome.hint


def _typo(draw, word):
    place = draw(st.integers(0, len(word)))
    kind = draw(st.sampled_from(("drop", "double", "swap", "other")))
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place : place + 1] * 2 + word[place + 1 :]
    if kind == "swap":
        return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return word[:place] + draw(st.characters(codec="utf-8", exclude_categories=("Cs",))) + word[place + 1 :]


def _lose(draw, words, place, prompts):
    return [*words[:place], *words[place + 1 :]]


def _double(draw, words, place, prompts):
    return [*words[:place], *words[place : place + draw(st.integers(1, 3))], *words[place:]]


def _swap(draw, words, place, prompts):
    other = draw(st.integers(0, len(words) - 1))
    changed = list(words)
    changed[place], changed[other] = words[other], words[place]
    return changed


def _mistype(draw, words, place, prompts):
    return [*words[:place], _typo(draw, words[place]), *words[place + 1 :]]


def _intrude(draw, words, place, prompts):
    return [*words[:place], draw(st.sampled_from(STRANGE)), *words[place:]]


def _glue(draw, words, place, prompts):
    return [*words[:place], "".join(words[place : place + 2]), *words[place + 2 :]]


def _splice(draw, words, place, prompts):
    return [*words[:place], *draw(st.sampled_from(prompts)).split(), *words[place:]]


@st.composite
def mutated(draw, prompts):
    """A prompt with one to five slips: words lost, doubled, swapped, mistyped, strange or of another prompt."""
    words = draw(st.sampled_from(prompts)).split()
    for slip in draw(
        st.lists(st.sampled_from((_lose, _double, _swap, _mistype, _intrude, _glue, _splice)), min_size=1, max_size=5)
    ):
        words = slip(draw, words, draw(st.integers(0, len(words) - 1)), prompts) if words else words
    return " ".join(words)


few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(EXAMPLES, marks=pytest.mark.long)])


def check_all(examples, prompts, modes=("pipeline",)):
    # Shrinking traces every line, which makes each plan ten times slower: it would end at a prompt that is fast.
    @settings(max_examples=examples, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
    @given(prompts, st.sampled_from(modes))
    def try_it(prompt, mode):
        check(prompt, mode)

    try_it()


@few_or_many
def test_prompts_with_slips(examples):
    check_all(examples, mutated(PIPELINES))


@few_or_many
def test_questions_with_slips(examples):
    check_all(examples, mutated([*QUESTIONS, *DOCUMENTED]), modes=("question",))


@few_or_many
def test_words_in_any_order(examples):
    words = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
    check_all(examples, words, modes=("pipeline", "question"))


@few_or_many
def test_any_text_at_all(examples):
    check_all(examples, st.text(max_size=80))


def test_long_prompts_are_answered_at_once():
    for prompt in ("sales " * 10_000, "a" * 50_000, "(" * 3000, "number of sales per shop and " * 100, "'" * 3999):
        check(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "in plus column cohort cohort : the into null with 'x' plus shop to name no name first them 30 into",
        "'S' retention sales first amount is ( kept followed swipes the skater , matrix one them",
        "no : 95th skater by shop_id null . is (",
    ],
)
def test_words_that_end_where_more_is_expected(prompt: str) -> None:
    check(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "Total quantity per product, keep totals over {}",
        "Top {} products by quantity",
        "Average quantity over the last {} days per shop, rounded to {} decimals",
        "Rolling {} row mean of quantity per shop",
        "Sales of the last {} months, lag {}, ntile {}, percentile {}, every {} minutes",
        "Products with the last {} characters of the name, split into {} parts, padded to {} characters",
    ],
)
@pytest.mark.parametrize("number", ["4000000000", "9" * 40, "1e300"])
def test_large_numbers_take_no_longer(prompt: str, number: str) -> None:
    check(prompt.replace("{}", number))


@pytest.mark.parametrize("prompt", [
    "From sales keep only those with an amount over {number}",
    "From sales add a column gross = amount * {number}",
    "Top {number} sales by amount",
    "From sales, bands of amount: low (<{number}), high (>= {number}); sales per band",
])  # fmt: skip
@pytest.mark.parametrize("number", ["9" * 400, "9" * 400 + "k", "1." + "9" * 400])
def test_a_number_that_no_column_holds_is_asked_about(prompt, number):
    assert isinstance(plan(prompt.format(number=number), mode="pipeline"), Questions | Refusal)


@pytest.mark.parametrize("prompt", [
    "From sales keep only those since {date}",
    "Sales per shop between {date} and 2024-12-31",
    "Sum of amount per shop for sales on {date}",
    "From sales keep those before {date} 10:00",
])  # fmt: skip
@pytest.mark.parametrize("date", ["2024-13-45", "2023-02-29", "2024-00-00", "0000-01-01"])
def test_a_date_that_is_none_is_asked_about(prompt, date):
    assert isinstance(plan(prompt.format(date=date), mode="pipeline"), Questions | Refusal)


@pytest.mark.parametrize("prompt", [
    "From sales keep only those since {date}",
    "Sum of amount per shop for sales between 2024-01-01 and {date}",
    "From sales keep those before {date}",
    "Sales per day from 2024-01-01 through {date}, days without sales as 0",
    "Sales in the 30 days before {date}",
    "Load sales from {date} to {date}",
])  # fmt: skip
@pytest.mark.parametrize("date", ["9999-12-31", "9999-12", "0001-01-01", "9999"])
def test_the_calendar_has_a_first_and_a_last_day(prompt, date):
    check(prompt.format(date=date))


def test_the_last_day_is_compared_as_a_day():
    assert len(run("From members keep those with changed_at before 9999-12-31")) == len(run("all members"))
    assert run("From members keep those with changed_at on 9999-12-31") == []
