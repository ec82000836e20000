"""What people type first: three to twelve words. Every one is planned rightly, or asked about with concrete choices."""

from datetime import date

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal, Questions, Refusal


def asked(prompt):
    found = plan(prompt)
    assert isinstance(found, Questions), found
    return found.questions[0]


def answered(prompt, value):
    return table(plan(prompt, answers={asked(prompt).id: value}))


def by_shop(prompt):
    return sorted(run(prompt), key=lambda row: row["shop_id"])


def labels(prompt):
    return [choice.label for choice in asked(prompt).choices]


def test_revenue_is_one_of_the_amounts_or_a_product_of_columns():
    assert labels("revenue per month")[0] == "amount (sales)"
    assert [row["total_amount"] for row in answered("revenue per month", "sales.amount")] == [22.0, 17.0, 26.0]
    assert answered("month with the highest revenue", "sales.amount") == [
        {"month": date(2024, 3, 1), "total_amount": 26.0}
    ]


def test_revenue_may_be_said_behind():
    rows = run("revenue by channel (quantity times amount)")

    assert {row["channel"] for row in rows} == {"counter", "online", "phone"}
    assert "total_revenue" in rows[0]


def test_what_was_spent_is_asked_for():
    rows = answered("shops that earned more than 20", "sales.amount")

    assert {row["shop_id"]: row["total_amount"] for row in rows} == {1: 24.0, 3: 25.0}


def test_a_number_per_group_is_a_total_an_average_or_the_highest():
    assert labels("amount per shop")[:3] == ["the total amount", "the average amount", "the highest amount"]
    assert {row["shop_id"]: row["total_amount"] for row in answered("amount per shop", "total")} == {
        1: 24.0, 2: 16.0, 3: 25.0}  # fmt: skip
    assert isinstance(plan("quantity sold per product"), Questions)
    assert isinstance(plan("price per category"), Questions)


def test_the_busiest_is_by_what_belongs_to_it():
    assert labels("busiest shop")[:2] == ["the number of members", "the number of sales"]
    rows = answered("busiest channel per shop", "sales: number of sales")
    assert len(rows) == len({row["shop_id"] for row in rows})


def test_a_weekday_is_a_number():
    rows = run("number of sales per weekday")

    assert sum(row["sale_count"] for row in rows) == 8
    assert {row["weekday"] for row in rows} <= set(range(1, 8))
    sundays = [row for row in run("sales on a weekend")]
    assert sum(row["sale_count"] for row in rows if row["weekday"] > 5) == len(sundays)


@pytest.mark.parametrize(
    ("prompt", "key", "expected"),
    [
        ("cheapest product per category", "product_id", {11, 12}),
        ("most expensive product", "product_id", {10}),
        ("newest shop", "name", {"Harbour"}),
        ("latest 2 sales", "sale_id", {106, 107}),
        ("second sale of each shop", "shop_id", {1, 2, 3}),
    ],
)
def test_the_first_rows_by_the_column_that_the_word_means(prompt, key, expected):
    found = plan(prompt)

    assert isinstance(found, Proposal), found
    assert any("read as: " in note or " is by " in note for note in found.understanding.assumptions)
    assert found.spec.prompt == prompt
    assert {row[key] for row in table(found)} == expected


def test_a_superlative_without_a_column_of_its_own_is_asked_about():
    assert labels("biggest sale")[:2] == ["by quantity", "by amount"]
    assert labels("fastest sales")[-1] == "something else: I will say it in other words"


def test_best_and_top_ask_by_which_number():
    assert "the total amount (sales)" in labels("top 2 shops")
    assert [row["shop_id"] for row in answered("top 2 shops", "total amount")] == [3, 1]
    assert labels("worst shop by average amount")[:2] == ["the highest average amount", "the lowest average amount"]


def test_values_become_columns_in_passing():
    expected = by_shop("number of sales per shop, one column per channel")

    for prompt in ("pivot sales by channel per shop", "sales by channel and shop with one column per channel"):
        assert by_shop(prompt) == expected


def test_a_state_that_no_column_holds_is_asked_about():
    assert labels("undiscounted sales")[0] == "discount has no value"
    assert {row["discount"] for row in answered("undiscounted sales", "sales.discount")} == {None}


def test_more_than_once():
    assert all(row["member_count"] > 1 for row in run("duplicate emails"))
    assert {row["product_id"] for row in answered("repeat products", "sales")} == {10, 11, 12}


def test_flags_and_classes_ask_for_the_number():
    rows = answered("flag sales over 8 as big", "sales.amount")

    assert {row["is_big"] for row in rows} == {True, False}
    assert isinstance(plan("bucket sales into small under 5, medium 5 to 9, large above and count them"), Questions)


def test_a_month_without_a_year_is_that_month_of_every_year():
    assert {row["sold_on"].month for row in run("sales in February")} == {2}
    assert {row["name"] for row in run("shops opened in April")} == {"Mill Lane"}


def test_the_last_quarter_and_the_time_between():
    assert isinstance(plan("sales in the last quarter of 2024"), Proposal)
    assert all(row["days_between"] >= 0 for row in run("days between first and last sale per shop"))


def test_only_at_the_end():
    assert by_shop("total amount per shop, only online") == by_shop("total amount of online sales per shop")
    assert by_shop("number of sales per shop, only those over 2") == by_shop("number of sales per shop over 2 sales")


def test_the_gap_between_rows_is_of_the_rows_that_are_named():
    found = plan("days between consecutive sales per shop")

    assert isinstance(found, Proposal)
    assert set(found.spec.sources.values()) == {found.spec.sources["sales"]}


def test_another_answer_ends_in_a_refusal_that_says_so():
    found = plan("busiest shop", answers={asked("busiest shop").id: "other"})

    assert isinstance(found, Refusal)
    assert "other words" in found.hint


def test_a_verb_that_says_more_is_not_passed_over():
    assert not isinstance(plan("members who never cancelled a sale"), Proposal)


def test_a_question_about_unknown_words_names_what_there_is():
    assert "channel (counter, online, phone)" in asked("glorified sales").text


def test_a_rhythm_counts_what_it_is_said_of():
    assert [row["sale_count"] for row in run("monthly sales")] == [row["sale_count"] for row in run("sales per month")]
    assert isinstance(plan("monthly sales with running total"), Proposal)


@pytest.mark.parametrize(("said", "rows"), [
    ("Please break the sale count down by channel, columns channel and sales.",
     [{"channel": "counter", "sales": 4}, {"channel": "online", "sales": 3}, {"channel": "phone", "sales": 1}]),
    ("Please show each category with the number of its products, columns category and n.",
     [{"category": "bread", "n": 2}, {"category": "pastry", "n": 2}]),
])  # fmt: skip
def test_requests_in_plain_words_of_which_each_has_a_use_are_planned(said, rows):
    assert sorted(run(said), key=lambda row: tuple(row.values())) == rows
