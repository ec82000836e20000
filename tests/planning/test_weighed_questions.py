"""Questions that are not read word by word: readings are weighed, the likeliest is taken, or a choice is offered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lake import catalog, plan, table

from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.planning.offline.candidates.conditions import alternatives
from datamorph.planning.offline.candidates.cues import read_cues
from datamorph.planning.offline.candidates.english import describe
from datamorph.planning.offline.candidates.features import Evidence
from datamorph.planning.offline.candidates.hits import HitFinder
from datamorph.planning.offline.candidates.mentions import find_mentions
from datamorph.planning.offline.candidates.ranking import load_ranking
from datamorph.planning.offline.candidates.schema import read_table
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.tables import choose_tables
from datamorph.planning.offline.candidates.text import Question, fold, likeness, stem
from datamorph.planning.offline.candidates.weigh import facts, weigh
from datamorph.planning.offline.names import NameIndex
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.values import ValueIndex

HERE = Path(__file__).parent


def search(text, *domains):
    known, question = catalog(*domains), Question(text)
    names = NameIndex(known)
    tables = choose_tables(question, known, names, ValueIndex(known))
    return Search(question, tables, Relations(known, names), load_ranking().weights)


def hits(text):
    """Conditions that the words may mean: ``(column, operator, values)``."""
    question = Question(text)
    crews = read_table(catalog("regatta").tables[0], question)
    found = HitFinder(question, crews).find()
    return {(crews.columns[hit.column].leaf.column, hit.operator, hit.values) for hit in found}


def rows(text, *domains, **answers):
    outcome = plan(text, *domains, mode="question", answers=answers)
    return [tuple(row.values()) for row in table(outcome, *domains)]


def test_forms_of_a_word_fit_each_other():
    assert stem("directed") == stem("director")
    assert stem("winner") == stem("won")
    assert likeness("coach", "coach") > likeness("coached", "coach") > likeness("team", "club") > 0
    assert likeness("rower", "points") == 0


def test_values_are_compared_without_case_accents_and_marks():
    assert fold("Ida Møller-O'Neil") == fold("ida møller o neil")
    assert fold("Café, (No. 5)") == "cafe no 5"


def test_the_thing_that_is_asked_for_stands_behind_the_opening_word():
    question = Question("Which rower was coached by Lee Sand?")
    cues = read_cues(question)

    assert cues.opener == "which"
    assert [w.text for i, w in enumerate(question.words) if cues.head >> i & 1] == ["rower"]


def test_whole_values_are_found_in_the_columns_that_hold_them():
    assert ("Club/School", "=", ("North Bay",)) in hits("who rows for north bay?")
    assert ("Rower", "=", ("Ida Møller",)) in hits("What club is ida møller from?")


def test_parts_of_values_slips_and_days_in_another_order_are_found():
    assert ("Club/School", "=", ("River Row (east)",)) in hits("Who rows for River Row?")
    assert ("Rower", "=", ("Max Stern",)) in hits("What club is Max Sterm from?")
    assert ("Race date", "=", ("May 5, 2019",)) in hits("Who raced on 5 May 2019?")


def test_numbers_belong_to_the_columns_that_hold_them_and_comparisons_to_all():
    assert hits("Who has 27 points?") == {("Points", "=", (27,))}
    assert ("Points", ">", (20,)) in hits("Who has more than 20 points?")
    assert ("Points", ">=", (20,)) in hits("Who has 20 or more points?")
    assert ("Points", "between", (10,)) in hits("Who has between 10 and 30 points?")


def test_a_value_behind_a_negation_is_excluded():
    assert ("Club/School", "<>", ("North Bay",)) in hits("Which rowers are not from North Bay?")


def test_columns_are_mentioned_by_their_words_or_an_alternative_of_a_slash():
    question = Question("Show the school and the points of each rower")
    crews = read_table(catalog("regatta").tables[0], question)
    evidence = Evidence(question, read_cues(question), crews)

    found = [crews.columns[m.options[0][0]].leaf.column for m in find_mentions(evidence, question.all)]

    assert found == ["Club/School", "Points", "Rower"]


def test_or_between_values_makes_alternatives():
    looked = search("Which rowers are from North Bay or South Bay?", "regatta")
    best = weigh(looked)[0].reading

    groups = alternatives(looked.question, best.hits)

    assert [len(group) for group in groups] == [2]
    assert "Club/School is North Bay or Club/School is South Bay" in describe(looked, best)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Which rower was coached by Lee Sand and got 8 points?", [("Max Stern",)]),
        ("Who coached una fogg?", [("Lee Sand",)]),
        ("what school did Tom Reed row for", [("South Bay",)]),
        ("What is the highest number of points for North Bay?", [(31,)]),
        ("How many rowers did Pat Quill coach?", [(2,)]),
        ("What was the pick number of Ida Møller?", [(1,)]),
    ],
)
def test_loosely_worded_questions_are_answered(text, answer):
    assert rows(text, "regatta") == answer


def test_candidates_are_shown_with_scores_and_reasons():
    outcome = plan("Who was it that coached una fogg back then?", "regatta", mode="question")

    candidates = outcome.understanding.candidates
    assert candidates[0].reading == "Coached by where Rower is Una Fogg"
    assert all(candidate.reasons for candidate in candidates)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1.001


def test_words_that_are_not_understood_are_stated():
    outcome = plan("Who coached the speedy una fogg?", "regatta", mode="question")

    said = outcome.understanding.assumptions if isinstance(outcome, Proposal) else str(outcome.questions)
    assert "speedy" in str(said) or isinstance(outcome, Questions)
    assert outcome.understanding.unexplained == ()


UNSURE = "What about Lee Sand on July 9, 2020?"


def test_where_readings_are_close_they_are_offered_in_plain_english():
    outcome = plan(UNSURE, "regatta", mode="question")

    assert isinstance(outcome, Questions)
    (question,) = outcome.questions
    assert question.id == "reading"
    assert 2 <= len(question.choices) <= 4
    assert len({choice.value for choice in question.choices}) == len(question.choices)


def test_every_choice_leads_to_its_own_reading():
    (question,) = plan(UNSURE, "regatta", mode="question").questions

    specs = [plan(UNSURE, "regatta", mode="question", answers={"reading": c.value}) for c in question.choices]

    assert all(isinstance(outcome, Proposal) for outcome in specs)
    assert len({str(outcome.spec.steps) for outcome in specs}) == len(specs)


def test_what_must_not_be_passed_over_is_asked_about():
    outcome = plan("Which rowers never coached anybody with 99 points?", "regatta", mode="question")

    assert not isinstance(outcome, Proposal)


@pytest.mark.parametrize("text", ["What is the boiling point of mercury?", "Who painted the ceiling?"])
def test_a_question_about_other_things_never_becomes_a_plan(text):
    assert isinstance(plan(text, "regatta", mode="question"), Questions | Refusal)
    assert isinstance(plan(text, "bakery", mode="question"), Questions | Refusal)


def test_words_that_nothing_is_called_make_a_reading_less_likely():
    known = search("Which rower of North Bay has 27 points?", "regatta")
    strange = search("Which gymnast of North Bay has 27 medals?", "regatta")

    assert facts(known, weigh(known))["unknown: words"] == 0
    assert facts(strange, weigh(strange))["unknown: words"] == 2
    assert facts(strange, weigh(strange))["unknown: plurals"] == 1
    assert facts(strange, weigh(strange))["unknown: head"] == 1


def test_an_average_of_something_else_is_never_passed_over():
    assert not isinstance(plan("What is the average salary for each club?", "regatta", mode="question"), Proposal)


def test_keys_are_not_measured_unless_they_are_named():
    (question,) = plan("the best shop", mode="question").questions

    assert not any("highest shop_id" in choice.label for choice in question.choices)


def test_tables_that_refer_to_each_other_are_looked_at_together():
    looked = search("What is the category of products sold over the phone channel?", "bakery")

    best = weigh(looked)[0].reading

    joined = looked.tables[best.table]
    assert joined.table.ref.name == "sales"
    assert [relation.target.name for relation in joined.joined] == ["products"]


def test_the_ranking_is_small_and_rounded_and_every_weight_has_a_name():
    ranking = load_ranking()

    assert 0 < len(ranking.weights) < 500
    assert all(name == name.strip() and " " in f"{name} " for name in ranking.weights)
    assert all(round(weight, 3) == weight for weight in (*ranking.weights.values(), *ranking.confidence.values()))
    assert set(ranking.thresholds) == {"one table", "several tables"}


def test_the_features_of_readings_are_those_that_have_weights():
    seen = set()
    for text in ("Who coached una fogg?", "How many rowers are from North Bay?", "Show the highest points"):
        for one in weigh(search(text, "regatta")):
            seen.update(one.reading.features)

    known = set(load_ranking().weights)
    assert len(seen & known) > 0.8 * len(seen)


_SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from lake import plan
texts = ["Who coached una fogg?", "What about Lee Sand on July 9, 2020?", "Which rowers have most points?"]
outcomes = [plan(text, "regatta", mode="question") for text in texts]
print(json.dumps([str(outcome) for outcome in outcomes]))
"""


def test_two_processes_with_other_hash_seeds_say_the_same():
    said = [
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(HERE)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(HERE.parents[1]), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert json.loads(said[0]) == json.loads(said[1])
