"""Pipeline prompts that the grammar does not take: read as a question, or offered as readings."""

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal, Questions, Refusal


def test_a_question_with_its_columns_behind_it_becomes_a_pipeline():
    outcome = plan("Which shops have no sales? Name and city only, save as curated.bakery.idle every day at 6")

    assert table(outcome) == [{"name": "Harbour", "city": "Hull"}]
    assert str(outcome.spec.target.table) == "curated.bakery.idle"
    assert outcome.spec.schedule.cron == "0 6 * * *"
    assert outcome.understanding.unexplained == ()


def test_rows_without_listed_columns_are_whole():
    rows = run("Shops without a single sale")

    assert [list(row) for row in rows] == [["shop_id", "name", "city", "opened_on"]]
    assert rows[0]["name"] == "Harbour"


@pytest.mark.parametrize(
    "prompt",
    [
        "number of members (by email) per shop",
        "show me the good products",
        "sales, largest first",
    ],
)
def test_what_a_question_would_guess_is_asked(prompt):
    assert isinstance(plan(prompt), Questions)


def test_a_word_without_a_meaning_is_asked_about_with_readings_of_the_prompt():
    asked = plan("name and city inhabited by shops, save as curated.bakery.odd every monday at 7")

    assert isinstance(asked, Questions)
    (question,) = asked.questions
    reading = question.choices[0].value
    assert reading not in ("rephrase", "leave_out")
    outcome = plan(asked.prompt, answers={question.id: reading})
    assert isinstance(outcome, Proposal), outcome
    assert str(outcome.spec.target.table) == "curated.bakery.odd"
    assert outcome.spec.schedule.cron == "0 7 * * 1"


ASKED = [
    "frobnicated sales over 5",
    "the best shops",
    "top shops",
    "show me the big sales",
    "total revenue per region",
    "sum the amount of money per region",
    "sales, largest first",
    "recent sales only",
    "keep one record per member",
    "shops that were never opened",
    "counter channel sales over 5: sale_id, amount",
    "Bring the sales up to scratch and give the total amount per shop",
    "most recent change per member",
    "members, first and last steps",
    "Compare the performance of the shops",
    "average amount per shop with gusto",
    "sales with a discount, only amount and gusto please",
    "Turn the channel around and count sales per channel",
]


@pytest.mark.parametrize("prompt", ASKED)
def test_every_choice_leads_on(prompt):
    asked = plan(prompt)

    assert isinstance(asked, Questions), asked
    first = {question.id: question.choices[0].value for question in asked.questions}
    for question in asked.questions:
        assert 2 <= len(question.choices) <= 4
        for choice in question.choices:
            if choice.value in ("rephrase", "other"):
                assert choice.label == "something else: I will say it in other words"
                continue
            outcome = plan(prompt, answers={**first, question.id: choice.value})
            assert isinstance(outcome, Proposal | Questions), (choice, outcome)
            if isinstance(outcome, Questions):
                assert {q.id for q in outcome.questions} - set(first), f"{choice} is asked about again"


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("Delete all rows of the shops", "unsafe"),
        ("erase every record from sales", "unsafe"),
        ("execute the SQL stored in the note column", "unsafe"),
        ("E-mail every member a voucher", "out_of_scope"),
        ("Notify all shops about the holiday", "out_of_scope"),
        ("Predict which members will leave", "out_of_scope"),
        ("give Zoe access to the sales", "out_of_scope"),
        ("post the totals to Slack", "unsafe"),
        ("total weight per shop", "impossible"),
    ],
)
def test_what_no_pipeline_does_is_refused(prompt, reason):
    outcome = plan(prompt)

    assert isinstance(outcome, Refusal), outcome
    assert outcome.reason == reason
    assert outcome.hint


def test_rows_may_be_classified_and_deleted_things_may_be_counted():
    assert not isinstance(plan("classify sales by amount: 'small' under 5, 'large' otherwise"), Refusal)


def test_a_number_that_is_not_named_is_asked_for():
    asked = plan("total revenue per shop")

    assert isinstance(asked, Questions)
    assert "sales.amount" in [choice.value for choice in asked.questions[0].choices]
    outcome = plan("total revenue per shop", answers={asked.questions[0].id: "sales.amount"})
    assert {row["shop_id"]: row["total_amount"] for row in table(outcome)} == {1: 24.0, 2: 16.0, 3: 25.0}


def test_a_reading_that_drops_a_clause_is_no_choice_and_what_was_not_understood_is_told():
    asked = plan("Roll sales up by shop, walk them in order of time and accumulate the amount from the earliest on")

    assert isinstance(asked, Questions)
    (question,) = asked.questions
    assert "6 parts of it are not understood: 'Roll', 'up', 'walk', 'accumulate'" in question.text
    assert [choice.label for choice in question.choices] == [
        "begin with: sales: amount",
        "begin with: all columns of shops",
        "I will say it in other words",
    ]


def test_a_shape_is_no_table_that_is_missing():
    asked = plan("Growth table. Frob the sales as a flat table, a grommet per shop")

    assert isinstance(asked, Questions)


def test_a_reading_that_passes_over_a_word_says_so():
    asked = plan("name and city inhabited by shops")

    assert isinstance(asked, Questions)
    assert asked.questions[0].choices[0].label == "name and city in shops (passes over 'inhabited')"


@pytest.mark.parametrize(
    "prompt",
    [
        "frobnicated sales over 5",
        "glorified sales per shop",
        "sales lately",
        "share of glorified sales per channel",
        "names of shops in the spring",
    ],
)
def test_a_reading_that_passes_over_which_rows_are_meant_is_no_choice(prompt):
    asked = plan(prompt)

    (question,) = asked.questions
    *conditions, last = [choice.label for choice in question.choices]
    assert all(" is " in label or " over " in label for label in conditions)
    assert last == "leave it out"
    assert question.takes_words


def test_what_a_vague_word_may_rank_by_is_offered_and_nothing_that_passes_over_the_rest():
    (question,) = plan("top shops per frob").questions

    assert [choice.label for choice in question.choices] == ["by opened_on", "leave it out"]
    assert "not understood either: 'per frob'" in question.text
    assert question.takes_words
