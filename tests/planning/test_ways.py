"""Whose row a row is, where two ways lead to a table, and subject areas that are said in full."""

import pytest
from lake import plan, run

from datamorph.core.plan import Questions


@pytest.mark.parametrize(
    "key",
    [
        "per district of the reader's branch",
        "per district of the branch of the reader",
        "by the reader's district",
        "per district (of the reader's branch)",
        "per district of the reader",
    ],
)
def test_the_way_to_a_table_goes_through_the_one_that_is_said(key):
    rows = run(f"number of loans {key}", "lib")

    assert {row["district"]: row["loan_count"] for row in rows} == {"east": 1, "west": 4}


def test_another_owner_is_another_way():
    rows = run("Count the loans per district of the copy's branch", "lib")

    assert {row["district"]: row["loan_count"] for row in rows} == {"east": 3, "west": 2}


def test_of_two_ways_that_are_as_good_it_is_asked():
    outcome = plan("number of loans per district", "lib")

    assert isinstance(outcome, Questions)
    assert {choice.value for choice in outcome.questions[0].choices} == {"copies", "readers"}


def test_one_table_through_two_others_in_one_result_is_refused():
    prompt = "number of loans per district of the reader's branch and district of the copy's branch"

    assert plan(prompt, "lib").reason == "out_of_scope"


def test_a_subject_area_may_be_said_in_full():
    assert len(run("library branches: branch_id, branch_name", "lib", "bakery")) == 3


def test_groups_are_walked_by_a_number_that_is_called_a_year():
    rows = run("Count loans per lending_year, then add growth, the percentage change from the previous year", "lib")

    assert [row["growth"] for row in rows] == [None, 50.0]


def test_a_limit_on_a_table_that_is_spoken_of_makes_a_row_for_each():
    rows = run(
        "For branches that keep more than 1 copy show branch_name and a column titles with all their titles "
        "in alphabetical order, separated by '; '",
        "lib",
    )

    assert {row["branch_name"]: row["titles"] for row in rows} == {"Park": "Ferns; Moss", "Quay": "Algae; Reeds"}
