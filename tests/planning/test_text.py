import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def test_the_domain_of_an_address_is_a_column_to_group_by():
    rows = run("extract the email domain of each member and count members per domain")

    assert {r["email_domain"]: r["member_count"] for r in rows}["mail.test"] == 1


def test_a_text_is_cleaned_in_several_steps_under_the_name_of_the_list():
    rows = run(
        "normalise the email of members: trim, lowercase it and put a # in front. "
        "Return member_id and email_clean; skip members without an email"
    )

    assert {(r["member_id"], r["email_clean"]) for r in rows} == {(1, "#ann@example.com"), (3, "#cy@mail.test")}


def test_a_part_of_a_text_before_a_sign():
    rows = run("compute the part before '@' of email as handle for members")

    assert {r["handle"] for r in rows if r["member_id"] == 3} == {"cy"}


def test_the_first_letters_of_a_text():
    assert {r["code"] for r in run("take the first 3 letters of city of shops as code")} == {"Lee", "Yor", "Hul"}


def test_a_step_that_is_not_understood_is_not_dropped():
    assert not isinstance(plan("normalise the email of members: trim, sanitise it and lowercase it"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "reader_name is written as 'Last, First'. Split it into first_name and last_name without surrounding spaces "
        "and return reader_id, first_name, last_name",
        "Split reader_name at the comma into last_name and first_name, trimmed. reader_id, first_name, last_name",
        "reader_name holds 'Last, First'; split it into last_name and first_name, trimmed. "
        "Columns reader_id, first_name, last_name",
    ],
)
def test_a_text_is_cut_at_a_sign(prompt):
    rows = run(prompt, "lib")

    assert [tuple(row.values()) for row in rows] == [(1, "Ann", "Lee"), (2, "Bob", "Ray"), (3, "Cy", "Oh")]


def test_blanks_beside_a_comma_are_asked_about():
    assert not isinstance(plan("Split reader_name at the comma into last_name and first_name", "lib"), Proposal)
