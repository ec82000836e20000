from lake import plan, run

from datamorph.core.plan import Refusal


def test_columns_get_new_names_in_their_places():
    assert list(run("rename channel to way and amount to gross in sales")[0])[-3:] == ["gross", "discount", "way"]


def test_conditions_and_groups_know_the_new_names():
    rows = run("rename amount to gross and channel to way of sales, keep sales with gross over 5, count sales per way")

    assert {r["way"]: r["sale_count"] for r in rows} == {"counter": 2, "online": 2, "phone": 1}


def test_a_new_name_that_is_taken_is_refused():
    assert isinstance(plan("rename channel to amount in sales"), Refusal)
