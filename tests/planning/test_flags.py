from lake import plan, run

from datamorph.core.plan import Proposal


def test_a_heading_says_what_a_flag_behind_it_defines():
    rows = run("Flag late sales. Join sales and shops. late_flag is true when sold_on is after opened_on")

    assert {r["late_flag"] for r in rows} == {True}


def test_the_difference_in_days_is_between_the_dates_of_the_flag():
    rows = run(
        "Join sales with shops. overdue is true when sold_on is after opened_on; "
        "overdue_days is the days between them, 0 if not overdue. Output sale_id, overdue, overdue_days"
    )

    assert next(r["overdue_days"] for r in rows if r["sale_id"] == 100) == 1740


def test_a_flag_that_is_not_defined_is_asked_for():
    assert not isinstance(plan("Flag late sales. Give sale_id and amount"), Proposal)
