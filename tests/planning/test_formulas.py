"""Arithmetic over aggregates, names for measures, limits of groups, and measures of several tables in one row."""

import pytest
from lake import plan, run

from datamorph.core.plan import Questions


def by(key, rows):
    return {row[key]: {name: value for name, value in row.items() if name != key} for row in rows}


def test_named_measures_with_arithmetic():
    found = by("shop_id", run("per shop: pieces = sum quantity, net = sum of amount*(1-discount/10), n = how many"))

    assert found[2]["pieces"] == 5
    assert found[2]["n"] == 3
    assert found[2]["net"] == pytest.approx(3.8)


@pytest.mark.parametrize(
    "prompt",
    [
        "per channel the total amount divided by the total quantity as price",
        "Amount per piece per channel: total amount / total quantity",
        "Per channel: paid = sum of amount, pieces = sum of quantity, price = paid / pieces. Columns: channel, price",
    ],
)
def test_a_ratio_of_sums(prompt):
    assert sorted(round(list(row.values())[-1], 3) for row in run(prompt)) == [3.0, 3.286, 3.3]


def test_parts_of_a_whole_and_differences_of_parts():
    shares = run("Online rate per shop: online sales divided by all sales, as a percentage rounded to 1 decimal")
    assert sorted(row["online_rate"] for row in shares) == [33.3, 33.3, 50.0]

    found = run("balance per product = quantity online minus quantity counter. Then keep balances below 2")
    assert found == [{"product_id": 12, "balance": -1}]


def test_words_that_are_explained_where_they_are_used():
    prompt = "Top 1 product by gross takings, meaning sum of quantity * amount over online sales. product_name, takings"
    assert run(prompt) == [{"product_name": "Rye", "takings": 100.0}]
    assert run("top 1 shop by weight (quantity times price). Name and weight.") == [{"name": "Station", "weight": 25.0}]

    prompt = "total stroll time per ward. Call it total_minutes (walk_s / 60). Keep wards with over 3 minutes."
    called = run(prompt, "clinic")
    assert called == [{"ward": "east", "total_minutes": 5.0}]


def test_decimals_of_what_has_a_name():
    found = run("per shop: net = total amount / total quantity, gross = total amount. Round net to 1")

    assert {row["net"] for row in found} == {3.0, 3.2, 3.6}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("total amount per shop, keep only shops with more than 20", [1, 3]),
        ("total amount per shop. Drop shops under 20.", [1, 3]),
        ("average discount per shop. Min 3 sales to be listed.", [1, 2]),
        ("average amount and number of sales per shop. Only shops with 3 or more sales", [1, 2]),
    ],
)
def test_limits_of_groups(prompt, expected):
    assert sorted(row["shop_id"] for row in run(prompt)) == expected


def test_a_limit_is_about_the_one_measure_of_its_kind():
    found = run("total amount and number of sales per channel and shop. Only combinations costing more than 9")

    assert sorted(row["total_amount"] for row in found) == [10.0, 14.0, 20.0]
    assert isinstance(plan("total amount and average price per shop. Only shops costing more than 9"), Questions)


def test_limits_of_what_is_computed_over_measures():
    found = run("per shop: gross = total amount, off = total discount, net = gross - off. Keep net above 21")

    assert sorted((row["shop_id"], row["net"]) for row in found) == [(1, 22.0), (3, 23.0)]


def test_measures_of_several_tables_stand_in_one_row():
    found = by("shop_id", run("One row per shop with the number of sales and the number of members"))

    assert found == {
        1: {"sale_count": 3, "member_count": 2},
        2: {"sale_count": 3, "member_count": 2},
        3: {"sale_count": 2, "member_count": 0},
        4: {"sale_count": 0, "member_count": 0},
    }


def test_things_are_counted_in_their_own_table():
    assert run("number of products and number of sales per category") == [
        {"category": "bread", "product_count": 2, "sale_count": 5},
        {"category": "pastry", "product_count": 2, "sale_count": 3},
    ]
    assert run("number of shops and number of sales") == [{"shop_count": 4, "sale_count": 8}]
    assert isinstance(plan("average price and total quantity per category"), Questions)


def test_a_formula_over_several_tables():
    found = run("one row per shop: number of sales minus number of members as gap")

    assert {row["shop_id"]: row["gap"] for row in found} == {1: 1, 2: 1, 3: 2, 4: 0}


def test_an_average_of_counts_asks_whether_those_without_count():
    assert isinstance(plan("average number of sales per shop by city"), Questions)
    answers = {"average_over_shops": "with"}
    outcome = plan("average number of sales per shop by city", answers=answers)
    assert hasattr(outcome, "spec"), outcome


def test_a_result_is_merged_by_keys():
    outcome = plan("Merge into shop_months with key shop_id + month: total amount per shop_id and month of sold_on")

    assert outcome.spec.target.write == "merge"
    assert list(outcome.spec.target.key) == ["shop_id", "month"]
    assert plan("total amount per shop. Replace the table shop_sums completely.").spec.target.table.name == "shop_sums"


def test_rows_are_flagged_by_a_count_of_others():
    found = run("Flag shops as busy_shop when they made 3 or more sales. Output shop_id, sale_count, busy_shop")

    assert {row["shop_id"]: (row["sale_count"], row["busy_shop"]) for row in found} == {
        1: (3, True), 2: (3, True), 3: (2, False), 4: (0, False)}  # fmt: skip


def test_weekends_and_weekdays_are_groups():
    found = run("Number of sales split into weekend and weekday. Label column kind with values weekend / weekday.")

    assert sorted((row["kind"], row["sale_count"]) for row in found) == [("weekday", 5), ("weekend", 3)]
    assert run("number of sales on weekdays") == [{"sale_count": 5}]
    assert plan("total amount per shop, save as curated.bakery.sums, on weekdays").spec.schedule.cron == "0 0 * * 1-5"
