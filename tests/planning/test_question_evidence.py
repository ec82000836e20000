"""What speaks for a reading of a question: kinds of words, of numbers, of openings and of rows."""

import pytest
from lake import catalog, plan, table

from datamorph.core.plan import Proposal
from datamorph.planning.offline.candidates.cues import read_cues
from datamorph.planning.offline.candidates.english import describe
from datamorph.planning.offline.candidates.ranking import OWN, load_ranking, own_weights
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.tables import choose_tables
from datamorph.planning.offline.candidates.text import Question, likeness
from datamorph.planning.offline.candidates.weigh import weigh
from datamorph.planning.offline.names import NameIndex
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.values import ValueIndex


def search(text, *domains):
    known, question = catalog(*domains), Question(text)
    names = NameIndex(known)
    tables = choose_tables(question, known, names, ValueIndex(known))
    return Search(question, tables, Relations(known, names), load_ranking().weights)


def rows(text, *domains):
    outcome = plan(text, *domains, mode="question")
    assert isinstance(outcome, Proposal), outcome
    return [tuple(row.values()) for row in table(outcome, *domains)]


def features(text, column):
    """Evidence for a column of the lights that is shown as it stands, in the likeliest reading that shows it."""
    looked = search(text, "coast")
    return next(
        one.reading.features
        for one in weigh(looked)
        if describe(looked, one.reading).startswith(column) and len(one.reading.shape.shown) == 1
    )


def test_digits_within_a_word_are_no_number():
    assert [number.value for number in Question("Which 3 lights use NO2, r2d2 or 6q, 17,500 of 4.5?").numbers] == [
        3,
        17500,
        4.5,
    ]


def test_ordinals_fit_the_numbers_that_they_count():
    assert likeness("2nd", "2") == likeness("second", "2nd") == likeness("second", "2") > 0
    assert likeness("3", "2nd") == likeness("third", "2") == 0


def test_words_of_one_root_fit_each_other_and_words_that_look_alike_do_not():
    assert likeness("introduced", "introduction") > 0
    assert likeness("vacant", "vacancy") > 0
    assert likeness("retired", "retirement") > 0
    assert likeness("native", "nation") == likeness("winter", "winner") == 0


@pytest.mark.parametrize(
    ("text", "is_of_subject"),
    [
        ("When was Gull Head lit?", True),
        ("How did the light fare?", True),
        ("What did the keeper see?", True),
        ("When in the year is it dark?", False),
        ("Who is the keeper?", False),
        ("Which light did they paint?", False),
    ],
)
def test_behind_some_openings_stands_what_is_asked_about(text, is_of_subject):
    assert read_cues(Question(text)).is_of_subject is is_of_subject


@pytest.mark.parametrize(
    ("text", "is_count"),
    [
        ("What is the amount of lights?", True),
        ("What is the amount of oil?", False),
        ("the number of lights", True),
        ("The number of 8 has which light?", False),
    ],
)
def test_things_are_counted_and_stuff_and_numbers_are_not(text, is_count):
    assert bool(read_cues(Question(text)).count) is is_count


def test_a_short_number_is_no_denial():
    for text in ("Which light has no. 2?", "Which light has no 2?", "Which light is no in guide 2?"):
        assert "left: not" not in weigh(search(text, "coast"))[0].reading.features

    assert "left: not" in weigh(search("Which light has no ghosts in Tarn?", "coast"))[0].reading.features


def test_capitals_tell_nothing_where_all_letters_are():
    loud, plain = "WHO COACHED SPEEDY UNA FOGG?", "Who coached Speedy Una Fogg?"

    assert weigh(search(loud, "regatta"))[0].reading.features["left: capital words"] == 0
    assert weigh(search(plain, "regatta"))[0].reading.features["left: capital words"] == 1
    assert rows("WHO COACHED UNA FOGG?", "regatta") == [("Lee Sand",)]


def test_the_kind_of_thing_that_is_asked_for_speaks_for_columns_of_that_kind():
    assert features("Which city has Gull Head?", "Harbour town")["head: asks for its kind"] == 1
    assert features("Which city has Gull Head?", "1st lens")["head: asks for another kind"] == 1
    assert features("What year did Gull Head start?", "Date of introduction")["head: asks for its kind"] == 1


def test_a_word_right_before_a_value_says_what_the_value_is():
    assert "show: only says what a value is" in features("How is the light Tarn?", "Light")
    assert "show: only says what a value is" not in features("Which light is in Tarn?", "Light")


def test_a_word_of_a_condition_is_told_from_one_that_asks():
    found = features("Which light has a keeper count of 5?", "Light")

    assert found["plain / count names a condition"] == 1
    assert "plain / count names a condition" not in features("How many lights are in Tarn?", "Light")


def test_readings_of_one_row_that_have_the_same_answer_are_one_meaning():
    looked = search("What is the first lens of Gull Head?", "coast")

    meanings = [describe(looked, one.reading) for one in weigh(looked) if one.probability > 0]

    own = [
        text for text in meanings if text.startswith(("1st lens", "the lowest 1st lens")) and "Light is Gull" in text
    ]
    assert len([text for text in own if " and " not in text.split(" where ")[0]]) == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("When was Gull Head introduced?", [("May 1871",)]),
        ("Which light was introduced in May 1871?", [("Gull Head",)]),
        ("Which light was retired in May 1871?", [("Old Finger",)]),
        ("What harbour town is light no. 3 in?", [("Tarn",)]),
        ("What is the first lens of North Tooth?", [(70,)]),
        ("How many lights are in Tarn?", [(2,)]),
    ],
)
def test_questions_of_one_table_are_answered_by_this_evidence(text, answer):
    assert rows(text, "coast") == answer


def test_a_bare_number_and_words_that_nothing_is_called_are_asked_about():
    assert not isinstance(plan("Which gymnast has a trophy of 5?", "coast", mode="question"), Proposal)


def test_a_table_alone_has_weights_of_its_own_and_shares_the_rest():
    own = own_weights({"left: words": -1.0, "plain": 0.5, f"{OWN}plain": 0.7})

    assert own["left: words"] == -1.0
    assert own["plain"] == 0.7
