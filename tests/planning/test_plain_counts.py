"""Few words, of which none may be taken for something else: counts, keys, days, ranks."""

from __future__ import annotations

from datetime import date

import pytest
from lake import plan, run, table

from datamorph.core.plan import Questions, Refusal


def answered(prompt, answers, *domains):
    return table(plan(prompt, *domains, answers=answers), *domains)


def question(prompt, *domains):
    asked = plan(prompt, *domains)
    assert isinstance(asked, Questions), asked
    (only,) = asked.questions
    return only.id, [choice.value for choice in only.choices]


def test_rows_per_something_are_counted():
    counts = {row["shop_id"]: row["sale_count"] for row in run("sales per shop")}

    assert counts == {1: 3, 2: 3, 3: 2}
    assert {r["month"]: r["sale_count"] for r in run("online sales per month")} == {
        date(2024, 1, 1): 1, date(2024, 2, 1): 1, date(2024, 3, 1): 1}  # fmt: skip
    assert {r["city"]: r["shop_count"] for r in run("shops opened after 2020-01-01 per city")} == {
        "York": 1, "Leeds": 1, "Hull": 1}  # fmt: skip


def test_by_and_for_each_may_mean_the_rows():
    assert question("list shops by city") == ("each_city", ["count", "rows"])
    assert question("sales for each shop") == ("each_shop", ["count", "rows"])

    listed = answered("list shops by city", {"each_city": "rows"})
    assert [row["city"] for row in listed] == ["Hull", "Leeds", "Leeds", "York"]
    assert {"shop_id", "name"} <= listed[0].keys()
    assert {r["city"]: r["shop_count"] for r in answered("list shops by city", {"each_city": "count"})}["Leeds"] == 2


def test_a_table_that_is_compared_with_a_number_means_a_number_of_it_and_never_its_key():
    assert question("sales over 5") == ("number_sales", ["quantity", "amount", "discount"])
    assert [r["sale_id"] for r in answered("sales over 9", {"number_sales": "amount"})] == [101, 106]
    assert [r["product_id"] for r in run("products over 3")] == [10]
    assert sorted(r["sale_id"] for r in run("sales above the average amount")) == [101, 103, 106]
    refused = plan("shops over 3")
    assert isinstance(refused, Refusal)
    assert refused.message == "shops have no number to compare"


def test_the_first_of_what_has_several_rows_are_by_all_of_them():
    shops = run("top 2 shops by amount")
    products = run("top 1 products per category by quantity")

    assert [(r["shop_id"], r["total_amount"]) for r in shops] == [(3, 25.0), (1, 24.0)]
    assert {r["category"]: (r["product_id"], r["total_quantity"]) for r in products} == {
        "bread": (10, 8), "pastry": (12, 6)}  # fmt: skip
    assert [(r["city"], r["total_amount"]) for r in run("top 1 cities by amount")] == [("Leeds", 49.0)]
    assert question("top 2 shops by discount") == ("top_discount", ["sum", "max", "avg"])


def test_an_amount_that_is_a_column_is_added_up():
    assert {r["shop_id"]: r["total_amount"] for r in run("total amount of sales per shop")} == {
        1: 24.0,
        2: 16.0,
        3: 25.0,
    }
    assert [r["shop_count"] for r in run("amount of shops")] == [4]


def test_alphabetical_order_is_by_the_name():
    assert [r["name"] for r in run("shops in alphabetical order")] == ["Harbour", "Mill Lane", "Old Town", "Station"]


def test_an_average_over_days_needs_a_row_for_each_day():
    prompt = "add a 2 day moving average of level over taken_at to readings"

    refused = plan(prompt, "river")
    assert isinstance(refused, Refusal)
    assert refused.message == "an average over 2 days needs one row for each day"
    assert question("add a 7 day moving average of amount over sold_on to sales") == ("row_per_day", ["yes", "no"])
    rows = run("total amount of sales per day with a 2 day moving average")
    assert [row["avg_total_amount"] for row in sorted(rows, key=lambda r: r["day"])][:3] == [8.0, 9.0, 7.0]


def test_a_day_that_is_a_column_may_be_the_day_of_the_month():
    prompt = "average level of readings per day"
    assert question(prompt, "river") == ("which_day", ["calendar", "part"])

    calendar = answered(prompt, {"which_day": "calendar"}, "river")
    part = answered(prompt, {"which_day": "part"}, "river")
    assert {(r["month"], r["day"]): r["avg_level"] for r in calendar} == {(1, 1): 3.0, (1, 2): 6.0, (2, 1): 8.0}
    assert {r["day"]: r["avg_level"] for r in part} == {1: pytest.approx(14 / 3), 2: 6.0}
    assert len(table(plan("average level of readings per month and day", "river"), "river")) == 3


def test_a_day_of_a_date_is_not_taken_from_a_column_of_that_name():
    rows = table(plan("daily average level of readings", "river"), "river")

    assert {r["day_of_date"]: r["avg_level"] for r in rows} == {
        date(2024, 1, 1): 3.0, date(2024, 1, 2): 6.0, date(2024, 2, 1): 8.0}  # fmt: skip


def test_a_rank_starts_anew_where_that_is_said():
    rows = run("rank products by total amount within each category")

    assert {(r["category"], r["product_id"]): r["rank"] for r in rows} == {
        ("bread", 10): 1, ("bread", 11): 2, ("pastry", 12): 1}  # fmt: skip


def test_what_is_no_question_is_not_read_as_one():
    outcome = plan("readings per day of the month", "river")

    assert not hasattr(outcome, "spec") or "count" in str(outcome.spec.steps)


def test_a_column_that_a_condition_is_about_is_what_is_shown():
    assert run("quantity of sales with amount over 9") == [{"quantity": 4}, {"quantity": 5}]
    refused = plan("emails of members whose shop has sales after 2024-01-01")
    assert not hasattr(refused, "spec") or "email" in refused.spec.to_yaml()


def test_zero_for_those_without_keeps_them():
    assert {r["shop_id"]: r["sale_count"] for r in run("number of sales per shop, 0 for shops without sales")}[4] == 0
    assert {r["shop_id"]: r["total_amount"] for r in run("total amount per shop, 0 if a shop has no sales")}[4] == 0
    assert isinstance(plan("number of online sales per city, 0 where a city has none"), Refusal)


def test_rows_of_a_table_are_no_column():
    outcome = plan("list flights with their airport name", "air")

    assert isinstance(outcome, Questions)
    assert [choice.value for choice in outcome.questions[0].choices] == ["origin", "dest"]


def test_a_table_before_a_total_may_be_what_it_is_of():
    assert question("shops and their total amount") == ("total_shops", ["each", "all"])

    each = answered("shops and their total amount", {"total_shops": "each"})
    assert {r["shop_id"]: r["total_amount"] for r in each} == {1: 24.0, 2: 16.0, 3: 25.0}
    assert answered("shops and their total amount", {"total_shops": "all"}) == [{"total_amount": 65.0}]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("shops with more than 2 sales: shop_id, sales", {1: 3, 2: 3}),
        ("shops with at least 2 sales: shop_id, name, sales, most first", {1: 3, 2: 3, 3: 2}),
        ("shops with fewer than 3 sales: shop_id, sales", {3: 2, 4: 0}),
        ("shops with more than 2 sales: shop_id and the number of sales as sales", {1: 3, 2: 3}),
    ],
)
def test_how_many_is_shown_besides_the_limit(prompt, expected):
    assert {row["shop_id"]: row["sales"] for row in run(prompt)} == expected


def test_rows_of_nobody_are_no_group_that_is_limited():
    drivers = run("drivers with at least 1 trip: driver_id, trips", "depot")

    assert {row["driver_id"]: row["trips"] for row in drivers} == {1: 2, 2: 2}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("channels with a total amount above 10: channel, amount_sum", {"counter": 23.0, "online": 33.0}),
        ("channel with total amount above 30", {"online": 33.0}),
    ],
)
def test_what_is_limited_by_an_aggregate_is_one_row_each(prompt, expected):
    assert {row["channel"]: next(v for k, v in row.items() if k != "channel") for row in run(prompt)} == expected


def test_things_are_none_of_them_where_rows_have_none():
    depot = run("drivers with a total load_minutes above 100: driver_id, minutes", "depot")

    assert {row["driver_id"]: row["minutes"] for row in depot} == {1: 115, 2: 170}
