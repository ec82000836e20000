import pytest
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


def test_a_flag_may_be_about_what_was_defined_just_before():
    said = "minutes is the number of minutes from arrived_at to left_at of visits; is_long is {}."

    for flag in ("true if that is more than 60", "true when it exceeds 60", "whether this is above 60"):
        rows = run(f"{said.format(flag)} Give visit_id, is_long", "clinic")
        assert [row["is_long"] for row in rows] == [True, True, False, False]


def test_a_flag_has_words_of_its_own():
    rows = run("net is amount minus quantity of sales, kind = 'good' if it exceeds 5 else 'poor'. sale_id, net, kind")

    assert [row["kind"] for row in rows] == ["good", "good", "poor", "good", "poor", "poor", "good", "poor"]


LATE = {2022: (2, 1, 0.5), 2023: (3, 1, 0.33)}


@pytest.mark.parametrize(
    "said",
    [
        "A loan is late when back_on is after due_on. Per lending_year: loans, late_loans and late_share "
        "(late_loans / loans, 2 decimals)",
        "Loans count as late if back_on is after due_on. Per lending_year give loans, late_loans and late_share "
        "rounded to 2 decimals.",
        "Late loans are those where back_on is after due_on. Per lending_year: loans, late_loans, late_share "
        "(2 decimals)",
        "Flag loans as late when back_on is after due_on. Per lending_year give loans, late_loans and late_share "
        "rounded to 2 decimals.",
        "Late means back_on after due_on. Per lending_year: loans, late_loans, late_share (2 decimals)",
    ],
)
def test_a_word_for_rows_counts_them_and_shares_them(said):
    rows = run(said, "lib")

    assert {r["lending_year"]: (r["loans"], r["late_loans"], r["late_share"]) for r in rows} == LATE


def test_a_word_for_rows_chooses_them():
    prompt = "A loan is late when back_on is after due_on. List the late loans: loan_id, lending_year"

    assert [row["loan_id"] for row in run(prompt, "lib")] == [101, 103]


def test_all_rows_are_counted_beside_those_with_the_word():
    rows = run("Per lending_year count late loans and all loans. Late means back_on after due_on.", "lib")

    assert sorted(tuple(row.values()) for row in rows) == [(2022, 1, 2), (2023, 1, 3)]


def test_rows_that_end_where_they_began_have_a_name():
    rows = run("A round loan starts and ends at the same desk. Number of loans and round_loans per lending_year", "lib")

    assert sorted(tuple(row.values()) for row in rows) == [(2022, 2, 1), (2023, 3, 1)]


def test_a_computed_number_is_called_something_from_a_limit_up():
    rows = run(
        "Compute held as 40% fee plus 60% deposit, skipping loans that lack either, and call it dear from 15 up. "
        "Per lending_year give cases, dear_loans and dear_rate (dear_loans / cases, 2 decimals)",
        "lib",
    )

    assert sorted(tuple(row.values()) for row in rows) == [(2022, 1, 0, 0.0), (2023, 2, 1, 0.5)]


def test_words_before_a_parenthesis_that_is_a_condition():
    rows = run("Leave out open cases (back_on is null) of loans. Number of loans per lending_year as n", "lib")

    assert sorted(tuple(row.values()) for row in rows) == [(2022, 2), (2023, 2)]


def test_rows_without_one_or_without_the_other_are_left_out():
    rows = run("Leave out sales without a discount or without a shop. Number of sales per channel as n")

    assert {row["channel"]: row["n"] for row in rows} == {"counter": 3, "online": 1}


def test_what_was_computed_last_is_summed():
    rows = run("For sales compute the net as amount minus quantity and sum it per channel. Columns channel, net_sum")

    assert {row["channel"]: row["net_sum"] for row in rows} == {"counter": 16.0, "online": 23.0, "phone": 6.0}


def test_what_is_computed_for_each_row_is_no_group():
    rows = run("For each sale compute cost as amount + half of quantity. Total cost per channel.")

    assert {row["channel"]: row["total_cost"] for row in rows} == {"counter": 26.5, "online": 38.0, "phone": 10.5}


def test_a_value_that_a_parenthesis_explains_is_not_both_left_out_and_wanted():
    rows = run("Leave out counter ones (channel = 'counter') of sales. Number of sales per channel as n")

    assert {row["channel"]: row["n"] for row in rows} == {"online": 3, "phone": 1}


def test_rows_with_a_word_for_them_are_counted_beside_all_of_them():
    rows = run("A sale is big when amount is at least 8. Number of sales and number of big sales per channel")
    again = run("A sale is big when amount is at least 8. Count sales and big sales per channel")

    expected = {("counter", 4, 1), ("online", 3, 2), ("phone", 1, 1)}
    assert {tuple(row.values()) for row in rows} == {tuple(row.values()) for row in again} == expected


def test_a_heading_of_both_is_no_filter():
    assert not isinstance(plan("A sale is big when amount is at least 8. Sales and big sales per channel"), Proposal)
