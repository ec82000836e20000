import pytest
from lake import plan, run

from datamorph.core.plan import Questions


def test_columns_of_a_crosstab_come_from_the_column_behind_them():
    rows = run("crosstab of sale counts: one row per shop_id, columns counter, online and phone (the channel)")

    assert rows[0].keys() >= {"shop_id", "counter", "online", "phone"}
    assert next(r for r in rows if r["shop_id"] == 1) == {"shop_id": 1, "counter": 2, "online": 1, "phone": 0}


def test_a_count_beside_a_count_of_some_of_them_is_named_alike():
    rows = run("flag sales as big when amount is at least 8 and give per channel the number of sales and big_sales")

    assert {r["channel"]: (r["sales"], r["big_sales"]) for r in rows}["counter"] == (4, 1)


def test_an_average_is_of_what_stands_in_parentheses_behind_its_words():
    rows = run("average price of a piece in pounds (amount / quantity, 1 decimal) per channel as piece")

    assert {r["channel"]: r["piece"] for r in rows}["phone"] == 3.0


def test_the_plural_of_a_table_is_the_count_where_it_is_counted():
    rows = run("bucket sales by amount: 'small' is under 5, 'large' otherwise. Per bucket count the sales. "
               "Name them bucket, sales")  # fmt: skip

    assert {r["bucket"]: r["sales"] for r in rows} == {"small": 2, "large": 6}


@pytest.mark.parametrize(
    "prompt",
    [
        "Pivot: one row per shop, a column for each channel (online, phone) with the number of sales.",
        "Pivot sales: rows = shop_id, columns = online, phone, values = number of sales",
        "Per shop the number of online and phone sales side by side",
        "pivot sales by channel: one row per shop_id, number of sales in online / phone, no rounding",
    ],
)
def test_listed_values_become_columns(prompt):
    assert sorted(tuple(row.values()) for row in run(prompt)) == [(1, 1, 0), (2, 1, 1), (3, 1, 0)]


def test_columns_have_names_of_their_own_and_a_total():
    found = run(
        "Sales per shop -> number of online, counter and phone sales side by side as web, till, call plus total"
    )

    assert {"shop_id": 1, "web": 1, "till": 2, "call": 0, "total": 3} in found
    assert isinstance(plan("Per shop the number of online and phone sales as web, call plus total"), Questions)


def test_columns_are_empty_where_no_row_has_the_value():
    prompt = "pivot sales by channel: one row per shop_id, {} in avg_online / avg_phone, null if there was never any"

    assert {"shop_id": 1, "avg_online": 10.0, "avg_phone": None} in run(prompt.format("mean of amount"))
    assert {"shop_id": 1, "avg_online": 10.0, "avg_phone": None} in run(prompt.format("total amount"))


def test_years_become_columns():
    found = run("One row per product with the total amount pivoted by year into sum_2023 and sum_2024")

    assert {"product_id": 12, "sum_2023": 0.0, "sum_2024": 18.0} in found


@pytest.mark.parametrize(
    "prompt",
    [
        "Count the sales per shop_id and month of sold_on 2024 in columns shop_id, n_jan, n_feb, n_mar; 0 if none",
        "number of sales per shop_id by month of sold_on. Columns: shop_id, n_jan, n_feb, n_mar",
    ],
)
def test_names_that_each_say_a_part_of_a_date_are_its_columns(prompt):
    assert sorted(tuple(row.values()) for row in run(prompt)) == [(1, 2, 0, 1), (2, 1, 2, 0), (3, 0, 1, 1)]
