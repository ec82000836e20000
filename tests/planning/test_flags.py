from lake import plan, run

from datamorph.core.plan import Proposal


def test_a_heading_says_what_a_flag_behind_it_defines():
    rows = run("Flag late sales. Join sales and shops. late_flag is true when sold_on is after opened_on")

    assert {r["late_flag"] for r in rows} == {True}


def test_the_difference_in_days_is_between_the_dates_of_the_flag():
    rows = run(
        "Join sales and shops. is_late is true when sold_on is after opened_on; "
        "days_late is the difference in days, 0 if not late. Give sale_id, is_late, days_late"
    )

    assert next(r["days_late"] for r in rows if r["sale_id"] == 100) == 1740


def test_a_flag_that_is_not_defined_is_asked_for():
    assert not isinstance(plan("Flag late sales. Give sale_id and amount"), Proposal)
