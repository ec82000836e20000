"""Words that are not understood are answered in words, and the plan is that of the prompt with these in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake import catalog, plan, table

from datamorph.core.glossary import Glossary
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.planning.offline import OfflinePlanner
from datamorph.planning.offline.wording import ANSWERED, Swap, Wording

ZAPPED = "sales that were zapped twice, total amount per shop"
SEVERAL = "number of frobbed sales per shop, only grommeted shops"
ONLINE = {1: 10.0, 2: 3.0, 3: 20.0}


def only(outcome):
    assert isinstance(outcome, Questions), outcome
    (question,) = outcome.questions
    return question


def amounts(outcome):
    assert isinstance(outcome, Proposal), outcome
    return {row["shop_id"]: row["total_amount"] for row in table(outcome)}


def test_a_question_about_words_takes_words_and_shows_how_with_a_column_that_there_is():
    question = only(plan(ZAPPED))

    assert (question.id, question.takes_words) == ("word_zapped_twice", True)
    assert question.text.startswith("What is meant by 'zapped twice'?")
    assert "Other words for it are an answer too." in question.text
    assert [choice.value for choice in question.choices] == ["channel is counter", "discount is missing", "leave_out"]


def test_a_condition_that_is_offered_is_an_answer_that_is_understood():
    counter = plan(ZAPPED, answers={"word_zapped_twice": "channel is counter"})
    without = plan(ZAPPED, answers={"word_zapped_twice": "discount is missing"})

    assert amounts(counter) == {1: 14.0, 2: 4.0, 3: 5.0}
    assert amounts(without) == {1: 8.0, 2: 12.0, 3: 20.0}


@pytest.mark.parametrize(
    "prompt",
    [
        "Remove zapped sales, total amount per shop",
        "Total amount of sales per shop, excluding zapped ones",
        "Total amount of sales per shop without the zapped ones",
        "Drop all zapped sales, then total amount per shop",
    ],
)
def test_what_excludes_is_not_asked_about_with_what_it_excludes(prompt):
    question = only(plan(prompt))

    assert (question.id, question.text.split("?")[0]) == ("word_zapped", "What is meant by 'zapped'")
    assert amounts(plan(prompt, answers={"word_zapped": "channel is counter"})) == {1: 10.0, 2: 12.0, 3: 20.0}


@pytest.mark.parametrize("prompt", [ZAPPED, SEVERAL, "for each shop the funky bits of the sales", "zapped members"])
def test_every_choice_leads_on(prompt):
    question = only(plan(prompt))

    for choice in question.choices:
        found = plan(prompt, answers={question.id: choice.value})
        assert not isinstance(found, Refusal)
        assert isinstance(found, Proposal) or found.questions[0].id != question.id


def test_other_words_are_read_in_the_place_of_those_asked_about_and_the_prompt_stays():
    outcome = plan(ZAPPED, answers={"word_zapped_twice": "  channel is \n online "})

    assert amounts(outcome) == ONLINE
    assert outcome.spec.prompt == ZAPPED
    assert outcome.spec.assumptions[0] == "'zapped twice' is read as 'channel is online', as answered"
    assert outcome.understanding.assumptions == outcome.spec.assumptions
    assert [(one.text, one.meaning) for one in outcome.understanding.answered] == [
        ("zapped twice", "channel is online")
    ]
    assert ("zapped twice", "read as 'channel is online'") in [
        (p.text, p.meaning) for p in outcome.understanding.phrases
    ]
    assert all(phrase.text in ZAPPED for phrase in outcome.understanding.phrases)


def test_the_plan_of_the_same_answers_is_the_same():
    answers = {"word_frobbed": "online", "word_only_grommeted": "city is Leeds"}

    first, second = (plan(SEVERAL, answers=given) for given in (answers, dict(reversed(answers.items()))))

    assert isinstance(first, Proposal)
    assert first.spec.to_yaml() == second.spec.to_yaml()


@pytest.mark.parametrize(
    ("prompt", "key", "words"),
    [
        ("zapped sales, total amount per shop", "word_zapped", "channel is online"),
        ("total amount of zapped sales per shop", "word_zapped", "where channel is online"),
        ("total amount of zapped sales per shop", "word_zapped", "online"),
        ("total amount per shop (zapped)", "word_zapped", "channel is online"),
        ("total amount per shop, zapped only", "word_zapped_only", "only channel online"),
        ("sales where quantity over 0 and zapped, total amount per shop", "word_zapped", "channel is online"),
        ("Take sales. Zap them. Total amount per shop.", "word_zap", "channel is online"),
        ("  Zapped sales: total amount per shop  ", "word_zapped", "channel is online"),
    ],
)
def test_a_condition_is_put_where_it_can_be_read(prompt, key, words):
    assert only(plan(prompt)).id == key

    assert amounts(plan(prompt, answers={key: words})) == ONLINE


def test_what_is_excluded_stays_excluded():
    outcome = plan("Remove zapped sales, total amount per shop", answers={"word_zapped": "channel is online"})

    assert amounts(outcome) == {1: 14.0, 2: 13.0, 3: 5.0}


def test_several_words_are_answered_one_after_the_other_or_all_at_once():
    first = only(plan(SEVERAL))
    second = only(plan(SEVERAL, answers={first.id: "online"}))
    both = {first.id: "online", second.id: "city is Leeds"}

    assert (first.id, second.id) == ("word_frobbed", "word_only_grommeted")
    assert "not understood either" in first.text
    assert {row["shop_id"]: row["sale_count"] for row in table(plan(SEVERAL, answers=both))} == {1: 1, 3: 1}


def test_words_that_are_not_understood_either_are_asked_about_and_may_be_answered_again():
    again = only(plan(ZAPPED, answers={"word_zapped_twice": "grommeted"}))

    assert again.id == "word_grommeted"
    assert again.text.startswith("'grommeted' is not understood. What is meant by 'grommeted'?")
    outcome = plan(ZAPPED, answers={"word_zapped_twice": "grommeted", "word_grommeted": "channel is online"})
    assert amounts(outcome) == ONLINE
    assert outcome.spec.assumptions[0] == "'zapped twice' is read as 'channel is online', as answered"


def test_words_that_hold_the_words_themselves_are_asked_about_once_more():
    question = only(plan(ZAPPED, answers={"word_zapped_twice": "zapped twice"}))

    assert question.id == "word_zapped_twice"
    assert "'zapped twice' is not understood" in question.text


def test_words_for_what_does_not_exist_are_asked_about_again_with_the_reason():
    question = only(plan(ZAPPED, answers={"word_zapped_twice": "average wingspan over 5"}))

    assert question.takes_words
    assert "wingspan" in question.text


@pytest.mark.parametrize(
    "words", ["deleted; delete the sales table", "big, and mail them to boss@example.com", "old, switch all checks off"]
)
def test_what_a_prompt_may_not_ask_for_an_answer_may_not_either(words):
    outcome = plan(ZAPPED, answers={"word_zapped_twice": words})

    assert isinstance(outcome, Refusal), outcome
    assert (outcome.reason, outcome.prompt) == ("unsafe", ZAPPED)


def test_an_unsafe_prompt_is_not_made_safe_by_an_answer():
    prompt = "Delete all rows of the zapped sales table"

    assert isinstance(plan(prompt), Refusal)
    assert isinstance(plan(prompt, answers={"word_zapped": "online", "word_delete": "show"}), Refusal)


@pytest.mark.parametrize("empty", ["", "  ", "-", "?!"])
def test_an_answer_without_a_word_is_none(empty):
    assert only(plan(ZAPPED, answers={"word_zapped_twice": empty})).id == "word_zapped_twice"


def test_a_choice_may_be_answered_by_what_is_shown():
    by_value = plan(ZAPPED, answers={"word_zapped_twice": "leave_out"})
    by_label = plan(ZAPPED, answers={"word_zapped_twice": "Leave it out"})

    assert isinstance(by_value, Proposal)
    assert by_value.spec == by_label.spec


def test_a_plan_is_held_against_the_answered_words_rather_than_those_that_were_not_understood():
    """The number of the answer must be in the plan; the one that was asked about means something else now."""
    prompt = "sales that were zapped 77 times, total amount per shop"

    outcome = plan(prompt, answers={only(plan(prompt)).id: "channel is online"})

    assert amounts(outcome) == ONLINE


def test_answers_in_words_to_what_is_not_asked_are_told():
    outcome = plan("total amount per shop", answers={"word_zapped": "channel is online"})

    assert "the answer to 'word_zapped' was not needed" in outcome.understanding.assumptions


def known(prompt, wordings, *domains, answers=None):
    glossary = Glossary(wordings=wordings)
    return OfflinePlanner().plan(prompt, replace(catalog(*domains or ("bakery",)), glossary=glossary), answers=answers)


def test_a_wording_of_the_glossary_is_read_without_a_question():
    outcome = known(ZAPPED, {"zapped twice": "channel is online"})

    assert amounts(outcome) == ONLINE
    assert outcome.spec.prompt == ZAPPED
    assert outcome.spec.assumptions[0] == "'zapped twice' is read as 'channel is online' (glossary.yaml)"
    assert outcome.understanding.answered == ()


@pytest.mark.parametrize(
    "prompt",
    [
        "total amount per shop of ZAPPED  Twice sales",
        "zapped-twice sales, total amount per shop",
        "Only sales zapped twice. Total amount per shop.",
    ],
)
def test_wordings_are_whole_words_in_any_case_put_where_they_can_be_read(prompt):
    assert amounts(known(prompt, {"zapped twice": "channel is online"})) == ONLINE


def test_a_part_of_a_word_and_quoted_text_are_no_wording():
    wordings = {"line": "amount over 5", "online": "quantity over 100"}

    outcome = known("sales where channel is 'online', total amount per shop", wordings)

    assert amounts(outcome) == ONLINE
    assert not any("glossary.yaml" in text for text in outcome.spec.assumptions)


def test_the_longest_wording_counts_and_its_words_are_not_read_again():
    wordings = {"zapped": "amount over 5", "zapped twice": "channel is online", "online": "quantity over 100"}

    outcome = known(ZAPPED, wordings)

    assert amounts(outcome) == ONLINE
    assert sum("glossary.yaml" in text for text in outcome.spec.assumptions) == 1


def test_what_a_wording_leaves_open_is_asked_and_answered():
    asked = only(known(ZAPPED, {"zapped twice": "grommeted"}))

    outcome = known(ZAPPED, {"zapped twice": "grommeted"}, answers={asked.id: "channel is online"})

    assert asked.text.startswith("'grommeted' is not understood.")
    assert amounts(outcome) == ONLINE
    assert [(one.text, one.meaning) for one in outcome.understanding.answered] == [
        ("zapped twice", "channel is online")
    ]


def test_a_wording_does_not_make_an_unsafe_prompt_safe_nor_ask_for_what_is_unsafe():
    destroying = known("Delete all rows of the sales table", {"delete all rows of the": "show the"})
    hidden = known(ZAPPED, {"zapped twice": "old; drop table sales"})

    assert [one.reason for one in (destroying, hidden)] == ["unsafe", "unsafe"]


STRANGE = [
    "amount", "over", "5", "online", "not", "where", "per", "shop", "or", "and", "(", ")", "'", '"', "is", "zapped",
    "twice", "drop", "table", "sales", "total", "\u200b", "é", "🍞", "'; drop table sales; --", "top 3", "{}", "=", ".",
    "channel is online. Save as curated.bakery.other", "sum(amount)", "every day at 6", "x" * 300,
]  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(STRANGE), min_size=1, max_size=6).map(" ".join))
def test_whatever_is_answered_there_is_an_outcome_for_the_prompt_itself(words):
    outcome = plan(ZAPPED, answers={"word_zapped_twice": words})

    assert isinstance(outcome, Proposal | Questions | Refusal)
    assert (outcome.spec.prompt if isinstance(outcome, Proposal) else outcome.prompt) == ZAPPED
    if isinstance(outcome, Questions):
        assert all(2 <= len(question.choices) <= 4 for question in outcome.questions)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_wording_is_what_was_said_in_other_pieces(data):
    prompt = data.draw(st.text("abc ", min_size=1, max_size=20))
    wording = Wording.of(prompt)
    for number in range(data.draw(st.integers(1, 4))):
        text = wording.text
        start = data.draw(st.integers(0, max(len(text) - 1, 0)))
        end = data.draw(st.integers(start, len(text)))
        if start == end:
            continue

        wording = wording.swapped(Swap(start, end, f"<{number}>"), text[start:end], f"<{number}>", ANSWERED)

        assert wording.text == f"{text[:start]}<{number}>{text[end:]}"
        assert "".join(piece.said for piece in wording.pieces) == prompt


FROBBED = "Brimful frobbing: sales grommeted by shop_id, thrice gurgled, with their total amount and wibbly wobbles"


def test_a_prompt_of_which_little_is_understood_is_asked_for_as_a_whole():
    question = only(plan(FROBBED))

    assert question.id == "wording"
    assert question.takes_words
    assert all(f"'{part}" in question.text for part in ("Brimful frobbing", "thrice gurgled", "wibbly wobbles"))
    for choice in question.choices:
        if choice.value != "rephrase":
            assert isinstance(plan(FROBBED, answers={"wording": choice.value}), Proposal), choice


def test_a_prompt_that_is_said_anew_is_planned_as_if_it_had_been_said_so():
    anew = "online sales, total amount per shop"

    outcome = plan(FROBBED, answers={"wording": anew})

    assert amounts(outcome) == amounts(plan(anew)) == ONLINE
    assert outcome.spec.prompt == FROBBED
    assert outcome.spec.assumptions[0] == f"{FROBBED!r} is read as {anew!r}, as said anew"
    assert not outcome.understanding.answered  # nothing for the glossary


def test_what_is_unsafe_stays_unsafe_whatever_it_is_said_as():
    outcome = plan("delete all rows of raw.bakery.sales", answers={"wording": "number of sales per shop"})

    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unsafe"


def test_a_prompt_that_is_said_anew_in_unsafe_words_is_refused():
    outcome = plan(FROBBED, answers={"wording": "delete all rows of raw.bakery.sales"})

    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unsafe"
