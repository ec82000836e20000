import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions, Refusal


def spec(prompt):
    outcome = plan(prompt)
    assert isinstance(outcome, Proposal), outcome
    return outcome.spec


def test_an_incremental_load_merges_by_the_key_from_where_it_left_off():
    found = spec("load sales incrementally into curated.bakery.sales, merging on sale_id with sold_on as the cursor")

    assert (found.target.write, found.target.key) == ("merge", ("sale_id",))
    assert found.incremental["sales"].by == "sold_on"


def test_an_upsert_keeps_the_newest_of_several_rows():
    prompt = "upsert members on member_id, watermark changed_at; if a member occurs several times keep the latest"

    assert spec(prompt).target.write == "merge"
    assert [r["last_name"] for r in run(prompt) if r["member_id"] == 1] == ["Leigh"]


def test_rows_of_the_last_run_are_left_out():
    rows = run(
        "load sales incrementally, merge on sale_id, cursor is sold_on. "
        "The last load stopped at 2024-02-11, so take only later rows"
    )

    assert sorted(r["sale_id"] for r in rows) == [105, 106, 107]


def test_an_incremental_load_without_a_cursor_takes_the_only_date():
    outcome = plan("load sales incrementally")

    assert outcome.spec.incremental["sales"].by == "sold_on"
    assert "new rows are told by sold_on" in outcome.understanding.assumptions


def test_an_incremental_load_of_groups_is_refused():
    outcome = plan("upsert sales on shop_id with sold_on as cursor, total amount per shop_id")

    assert isinstance(outcome, Refusal | Questions)


def test_only_some_columns_are_kept():
    assert list(run("upsert members on member_id using changed_at as watermark. Only member_id and email.")[0]) == [
        "member_id",
        "email",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "the newest change wins when a member occurs more than once",
        "should a member have several updates, the latest one wins",
        "per member only the most recent change counts",
        "the latest version of each member is kept",
    ],
)
def test_of_several_rows_of_a_key_one_wins(said):
    prompt = f"merge members into curated.bakery.people on member_id with changed_at as watermark; {said}"

    assert [r["last_name"] for r in run(prompt) if r["member_id"] == 1] == ["Leigh"]
