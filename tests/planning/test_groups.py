from datetime import date

import pytest
from lake import plan, run, table


def by(rows, key, *values):
    return {r[key]: tuple(r[v] for v in values) if len(values) > 1 else r[values[0]] for r in rows}


def test_counts_and_averages_per_value():
    rows = run("average amount and number of sales per channel")

    assert by(rows, "channel", "avg_amount", "sale_count") == {
        "counter": (5.75, 4),
        "online": (11.0, 3),
        "phone": (9.0, 1),
    }


def test_names_and_decimals_that_the_prompt_gives():
    rows = run("average amount per shop as mean_sale, rounded to 1 decimal")

    assert by(rows, "shop_id", "mean_sale") == {1: 8.0, 2: 5.3, 3: 12.5}


def test_output_columns_in_the_order_of_the_list():
    rows = run("total amount per shop. Columns: shop_id, city, revenue")

    assert list(rows[0]) == ["shop_id", "city", "revenue"]
    assert by(rows, "city", "revenue")["York"] == 16.0


def test_measures_are_understood_from_the_names_of_columns():
    rows = run("per channel give sales, avg_quantity and total_amount")

    assert by(rows, "channel", "sales", "avg_quantity", "total_amount")["online"] == (3, 10 / 3, 33.0)


def test_months_of_the_only_date():
    rows = run("number of sales per month")

    assert by(rows, "month", "sale_count") == {date(2024, 1, 1): 3, date(2024, 2, 1): 3, date(2024, 3, 1): 2}


def test_things_of_another_table_are_counted_once_each():
    rows = run("number of distinct products per shop")

    assert by(rows, "shop_id", "product_count") == {1: 3, 2: 2, 3: 2}


def test_groups_without_rows_show_zero_when_asked_for():
    rows = run("number of sales per shop, shops without sales must show 0")

    assert by(rows, "shop_id", "sale_count") == {1: 3, 2: 3, 3: 2, 4: 0}


def test_shares_of_rows_with_a_value():
    assert by(run("share of sales that were online per shop"), "shop_id", "online_share")[3] == 0.5


def test_expressions_are_added_up():
    rows = run("compute revenue as quantity times price on the product, total revenue per category")

    assert by(rows, "category", "total_revenue") == {"bread": 47.0, "pastry": 18.0}


def test_conditions_on_groups_even_on_measures_that_are_not_shown():
    shown = run("maximum amount per channel, keep channels where the maximum is above 9")
    hidden = run("maximum amount per channel, keep channels with more than 3 sales")

    assert [r["channel"] for r in shown] == ["online"]
    assert hidden == [{"channel": "counter", "max_amount": 8.0}]


def test_classes_of_a_number():
    rows = run("bucket sales by amount: 'small' is under 5, 'large' otherwise. count the sales per bucket")

    assert by(rows, "bucket", "sale_count") == {"small": 2, "large": 6}


def test_flags_give_counts_and_shares():
    rows = run("flag sales as big when amount is at least 8 and give per channel big_sales and big_share")

    assert by(rows, "channel", "big_sales", "big_share")["counter"] == (1, 0.25)


def test_values_become_columns():
    rows = run("pivot channel into columns with number of sales per shop")

    assert by(rows, "shop_id", "counter", "online", "phone") == {1: (2, 1, 0), 2: (1, 1, 1), 3: (1, 1, 0)}


def test_running_totals_and_changes_over_months():
    prompt = "sum amount per month of sold_on as revenue, then add a running total of revenue over the months as so_far"

    assert by(run(prompt), "month", "revenue", "so_far")[date(2024, 3, 1)] == (26.0, 65.0)

    change = run("sum amount per month as revenue, then add diff = revenue minus the previous month's revenue")

    assert by(change, "month", "diff")[date(2024, 2, 1)] == -5.0


def test_first_rows_overall_and_per_group():
    top = plan("top 2 products by total amount")
    per = run("top 1 product per shop by total quantity, with the product name")

    assert [r["product_id"] for r in table(top)] == [10, 12]
    assert any("equal ranks" in text for text in top.spec.assumptions)
    assert by(per, "shop_id", "product_name") == {1: "Baguette", 2: "Eclair", 3: "Rye"}


def test_sorting_with_a_tie_breaker():
    outcome = plan("number of sales per shop, most first")

    assert [r["shop_id"] for r in table(outcome)] == [1, 2, 3]
    assert outcome.spec.steps[-1].step.by == ("sale_count desc", "shop_id")


def test_checks_guard_a_certain_key():
    checks = [check.type for check in plan("number of sales per shop").spec.checks]

    assert "expect_column_values_to_be_unique" in checks
    assert "expect_table_row_count_to_be_between" in checks


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("every day at 6", "0 6 * * *"),
        ("each hour", "0 * * * *"),
        ("every monday at 7:30", "30 7 * * 1"),
        ("every weekday at 6 pm", "0 18 * * 1-5"),
        ("every 15 minutes", "*/15 * * * *"),
        ("daily at midnight", "0 0 * * *"),
        ("weekly on friday at 5", "0 5 * * 5"),
    ],
)
def test_schedules(said, cron):
    assert plan(f"number of sales per shop, {said}").spec.schedule.cron == cron


def test_calendar_words_of_the_data_are_no_schedule():
    assert plan("number of sales per month").spec.schedule is None


def test_a_sum_behind_what_rows_are_grouped_by_is_the_one_measure():
    found = run("Group the sales by channel and sum amount into total_amount")

    assert {row["channel"]: row["total_amount"] for row in found} == {"counter": 23.0, "online": 33.0, "phone": 9.0}


def test_one_of_two_conditions_is_enough_or_both():
    found = run("sales that are online or without discount (or both)")

    assert sorted(row["sale_id"] for row in found) == [100, 101, 103, 104, 106]
