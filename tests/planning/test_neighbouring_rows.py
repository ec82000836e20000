"""Values over neighbouring rows, one row of each, ranks and periods, in the words that people use for them."""

from datetime import date

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal


def column(prompt, name, *domains):
    return [row[name] for row in run(prompt, *domains)]


@pytest.mark.parametrize(
    "prompt",
    [
        "sales per month with the cumulative number of sales",
        "running count of sales by month of sold_on",
        "number of sales per calendar month together with the running total",
        "Count the sales per month (first day of the month) and add the number of sales so far",
    ],
)
def test_a_running_total_says_what_is_counted_or_added_up(prompt):
    rows = run(prompt)

    assert [(row["month"], row["sale_count"], row["running_sale_count"]) for row in rows] == [
        (date(2024, 1, 1), 3, 3), (date(2024, 2, 1), 3, 6), (date(2024, 3, 1), 2, 8)]  # fmt: skip


def test_a_running_total_of_a_column_is_of_its_sums():
    prompt = "Running total of quantity sold per shop by day. One row per shop and day: shop_id, day, quantity, so_far"

    assert [(r["quantity"], r["so_far"]) for r in run(prompt) if r["shop_id"] == 2] == [(1, 1), (3, 4), (1, 5)]


@pytest.mark.parametrize(
    "frame",
    [
        "a moving average over the current and the preceding row (months that have sales)",
        "the average over the last 2 months",
        "a 2-month moving average",
        "the mean of this and the 1 month before",
    ],
)
def test_an_average_over_rows_sees_as_many_as_are_said(frame):
    rows = run(f"total quantity per month, and add {frame.replace('the preceding row', 'the one preceding row')}")

    assert [row["avg_total_quantity"] for row in rows] == [7.0, 6.5, 6.5]


def test_changes_per_group_against_the_row_before():
    rows = run(
        "total amount per shop and month, plus the change in amount against the preceding month of the same shop"
    )

    changes = {(r["shop_id"], r["month"].month): r["total_amount_change"] for r in rows}
    assert changes == {(1, 1): None, (1, 3): -12.0, (2, 1): None, (2, 2): 8.0, (3, 2): None, (3, 3): 15.0}


@pytest.mark.parametrize(
    "prompt",
    [
        "For each shop, walk its sales by sold_on and work out the days since the same shop's previous sale",
        "sales: the days between one sale and the next per shop, in order of sold_on",
        "days since the shop's previous sale",
    ],
)
def test_the_time_since_the_row_before(prompt):
    rows = sorted(run(prompt), key=lambda row: row["sale_id"])

    assert [row["days_since_previous"] for row in rows] == [None, 4, None, 13, 9, None, 16, 54]


def test_hours_since_the_row_before_and_a_limit_of_them():
    prompt = (
        "For each ward, go through its visits by arrived_at and work out the hours since the same ward's previous "
        "visit. Show visit_id, gap_h where that gap is under 1000"
    )

    assert run(prompt, "clinic") == [{"visit_id": 2, "gap_h": 783.0}]


def test_two_dates_are_compared_over_neighbouring_rows():
    prompt = (
        "Per ward, in order of arrived_at, compare the arrival date with the previous left_at date. "
        "Where the difference is 40 days or fewer output visit_id, prev_left_at, days_between. Call it returns_40d."
    )
    rows = run(prompt, "clinic")

    assert [(r["visit_id"], r["days_between"]) for r in rows] == [(2, 32)]
    assert plan(prompt, "clinic").spec.target.table.name == "returns_40d"


def test_gaps_are_aggregated():
    rows = run("longest gap in days between two consecutive sales per shop")

    assert {row["shop_id"]: row["max_gap_days"] for row in rows} == {1: 54, 2: 13, 3: 16}


@pytest.mark.parametrize(
    ("prompt", "ids"),
    [
        ("each shop's first sale", [100, 102, 105]),
        ("the last online sale of every shop", [101, 104, 106]),
        ("keep just the most recent sale per shop going by sold_on; on a tie the higher sale_id", [104, 106, 107]),
        ("For every shop the latest sale (by sold_on, then the higher sale_id)", [104, 106, 107]),
        ("keep the row with the highest amount per shop", [101, 103, 106]),
    ],
)
def test_one_row_of_each(prompt, ids):
    assert sorted(column(prompt, "sale_id")) == ids


def test_what_is_kept_of_the_latest_rows_is_said_behind_them():
    prompt = (
        "Take the last sale of every shop (by sold_on) and give me those where amount is over 5, with sale_id, amount"
    )

    rows = sorted(run(prompt), key=lambda row: row["sale_id"])

    assert rows == [{"sale_id": 106, "amount": 20.0}, {"sale_id": 107, "amount": 6.0}]


def test_the_first_of_each_is_counted_by_its_month():
    rows = run("Work out each shop's first sale, then count the shops by the month of that first sale")

    assert {row["month"]: row["shop_count"] for row in rows} == {date(2024, 1, 1): 2, date(2024, 2, 1): 1}


@pytest.mark.parametrize(
    "prompt",
    [
        "Each shop's best month: the month with the most quantity sold (earliest on a tie). shop_id, month, quantity",
        "for each shop the month with the highest total quantity. Columns: shop_id, month, quantity",
        "the best month of each shop by total quantity. Columns: shop_id, month, quantity",
    ],
)
def test_the_best_month_of_each(prompt):
    assert run(prompt) == [
        {"shop_id": 1, "month": date(2024, 1, 1), "quantity": 6},
        {"shop_id": 2, "month": date(2024, 2, 1), "quantity": 4},
        {"shop_id": 3, "month": date(2024, 3, 1), "quantity": 5},
    ]


def test_an_adjective_stands_for_its_column():
    assert sorted(column("For every category take the most expensive product", "product_id")) == [10, 12]
    assert sorted(column("the cheapest product of each category", "product_id")) == [11, 12]


def test_a_question_before_an_order_is_its_heading():
    rows = run("Which month has the most sales? Show the number of sales for each month, most first.")

    assert [row["sale_count"] for row in rows] == [3, 3, 2]
    assert len(run("Which month has the most sales?")) == 1


@pytest.mark.parametrize(
    "prompt",
    ["Weekdays versus weekends: number of sales for each of the two", "number of sales per weekday or weekend"],
)
def test_weekends_against_weekdays(prompt):
    assert {row["day_kind"]: row["sale_count"] for row in run(prompt)} == {"weekday": 5, "weekend": 3}


@pytest.mark.parametrize(
    ("prompt", "ranks"),
    [
        ("Rank the products within each category by price", {10: 1, 11: 2, 12: 1, 13: 2}),
        ("rank the products inside each category by price, lowest first", {11: 1, 10: 2, 12: 1, 13: 2}),
    ],
)
def test_ranks_within_groups(prompt, ranks):
    assert {row["product_id"]: row["rank"] for row in run(prompt)} == ranks


def test_ranks_without_gaps_over_counts():
    prompt = "Dense-rank the channels by number of sales, most first (equal counts share a rank). channel, sales, rnk"

    assert run(prompt) == [
        {"channel": "counter", "sales": 4, "rnk": 1},
        {"channel": "online", "sales": 3, "rnk": 2},
        {"channel": "phone", "sales": 1, "rnk": 3},
    ]


def test_the_last_value_is_carried_forward():
    prompt = "discount of sales has gaps. Fill each gap with the last value before it, by sold_on. sale_id, discount"

    found = {row["sale_id"]: row["discount"] for row in run(prompt)}
    assert found == {100: None, 101: 1.0, 102: 0.5, 103: 0.5, 104: 0.5, 105: 2.0, 106: 2.0, 107: 1.0}


def test_a_balance_of_moves_that_add_and_subtract():
    signs = "counter adds, online and phone subtract"
    prompt = f"sales: sale_id and the balance of quantity after each sale ({signs}), in order of sold_on"

    assert column(prompt, "balance") == [2, -2, -1, -4, -5, -3, -8, -6]


def test_a_balance_is_refused_where_a_kind_has_no_sign():
    assert not isinstance(plan("sales with the balance of quantity (counter adds, online subtracts)"), Proposal)


def test_weekdays_are_numbers_or_names():
    assert "Saturday" in column("number of sales per weekday name", "weekday")
    assert sorted(column("number of sales per weekday (1 = Monday)", "weekday")) == [2, 3, 5, 6, 7]


def test_a_part_of_a_date_gets_its_name_from_the_list():
    rows = run("number of sales per sale day (date of sold_on). Columns: sale_day, sales")

    assert {"sale_day": date(2024, 1, 5), "sales": 1} in rows
    assert list(run("Count the sales per month: sale_month, n")[0]) == ["sale_month", "n"]


def test_rows_stand_in_the_order_of_a_column_that_is_not_shown():
    assert run("online sales: sale_id and amount, sorted by quantity descending")[0] == {"sale_id": 106, "amount": 20.0}


def test_the_year_is_a_group_of_its_own():
    rows = run("Number of sales per quarter, years as separate rows: year, quarter, n")

    assert rows == [{"year": 2024, "quarter": 1, "n": 8}]


def test_what_is_new_in_a_month_began_in_it():
    assert len(run("Number of new shops per year of opening, in chronological order")) == 4


def test_a_title_says_what_the_result_is_called():
    outcome = plan("Late sales: sales after 2024-02-10. sale_id and sold_on. Call it late_sales.")

    assert outcome.spec.target.table.name == "late_sales"


@pytest.mark.parametrize(
    "said",
    [
        "a running total that starts again every month",
        "the cumulative sum of takings within each month",
        "a running total of takings (reset at the beginning of each month)",
        "the running total of takings which resets with every new month",
    ],
)
def test_a_running_total_starts_anew(said):
    outcome = plan(f"Total amount per day of sold_on as takings, and add so_far, {said}. Columns day, takings, so_far")

    assert outcome.spec.schedule is None
    assert [row["so_far"] for row in sorted(table(outcome), key=lambda row: row["day"])] == [
        8.0, 18.0, 22.0, 9.0, 12.0, 17.0, 20.0, 26.0]  # fmt: skip


def test_a_name_and_what_comes_after_it_are_two_things():
    rows = run("total amount per month of sold_on as takings, and a running total of takings as so_far")

    assert {row["so_far"] for row in rows} == {22.0, 39.0, 65.0}


def test_nights_are_no_time_to_run_at():
    outcome = plan("nights is the number of days from sold_on to 2024-04-01. From sales give sale_id, nights, amount")

    assert outcome.spec.schedule is None
    assert list(table(outcome)[0]) == ["sale_id", "nights", "amount"]
