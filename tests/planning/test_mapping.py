from lake import plan, run

from datamorph.core.plan import Proposal


def test_values_become_another_value_in_a_new_column():
    rows = run(
        "Count phone as online (call it 'remote') and leave other channels as they are, in a new column way; "
        "number of sales per way"
    )

    assert {r["way"]: r["sale_count"] for r in rows} == {"remote": 4, "counter": 4}


def test_values_are_replaced_in_place():
    rows = run("replace counter with 'desk' in channel of sales")

    assert {r["channel"] for r in rows} == {"desk", "online", "phone"}


def test_a_column_with_other_values_is_grouped_by():
    rows = run("map counter and phone to 'offline' and count the sales per channel")

    assert {r["channel"]: r["sale_count"] for r in rows} == {"offline": 5, "online": 3}


def test_what_is_spent_is_the_amount_of_the_rows_that_belong_to_them():
    outcome = plan("top 2 shops by what they spent in total")

    assert isinstance(outcome, Proposal)
    assert "'total' is sum(amount)" in outcome.understanding.assumptions
    assert [r["shop_id"] for r in run("top 2 shops by what they spent in total")] == [3, 1]
