"""Prompts of several clauses: orders, ties, classes, gaps, dates and shares as people write them."""

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions


def pairs(rows):
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize(
    ("prompt", "first"),
    [
        ("number of sales per shop, highest number of sales first", 1),
        ("total quantity per shop, smallest total quantity on top", 2),
        ("Shops: shop_id and opened_on only. Newest opening first.", 4),
    ],
)
def test_what_stands_first_is_said_with_its_column(prompt, first):
    assert run(prompt)[0]["shop_id"] == first


@pytest.mark.parametrize(
    "ties",
    [
        "on ties the higher product_id",
        "ties go to the higher product_id",
        "if two are level, the higher product_id wins",
        "the higher product_id on a tie",
    ],
)
def test_ties_are_decided_by_the_larger_or_the_smaller(ties):
    rows = run(f"top 2 products by number of sales; {ties}")

    assert {row["product_id"] for row in rows} == {10, 12}


@pytest.mark.parametrize(
    "classes",
    [
        "small (less than 5), medium (5 to 9), large (10 or more)",
        "under 5 = 'small', 5-9 = 'medium', more = 'large'",
        "'small' under 5, 'medium' from 5 up to and including 9, 'large' above that",
        "'small' below 5, 'medium' 5 to 9, 'large' for anything larger",
    ],
)
def test_classes_are_written_in_many_ways(classes):
    rows = run(f"Bucket sales by amount: {classes}. count the sales per bucket")

    assert {row["bucket"]: row["sale_count"] for row in rows} == {"small": 2, "medium": 4, "large": 2}


@pytest.mark.parametrize(
    "words",
    [
        "where the email is missing put 'nobody'",
        "rows with no email shown as 'nobody'",
        "put 'nobody' where there is no email",
    ],
)
def test_missing_values_get_a_word(words):
    rows = run(f"number of members per email, {words}")

    assert {row["email"] for row in rows} >= {"nobody"}


@pytest.mark.parametrize(
    "time",
    [
        "in Q1 2024",
        "in 2024 Q1",
        "between 5 January and 3 March 2024",
        "January and later, 2024 only",
    ],
)
def test_spans_of_time(time):
    outcome = plan(f"number of sales per channel {time}")

    assert isinstance(outcome, Proposal) == ("later" not in time)


def test_a_time_before_its_rows():
    assert len(run("February 2024 sales")) == 3
    assert len(run("Sales, March 2024 only")) == 2
    assert len(run("Sales, 2023 and 2024 only")) == 8


def test_shares_of_a_whole():
    rows = run("What percentage of all sales does each channel account for? rounded to 1 decimal")

    assert sorted(pairs(rows)) == [("counter", 50.0), ("online", 37.5), ("phone", 12.5)]


def test_a_share_beside_its_total():
    rows = run("What share of the total amount comes from each shop? Columns: shop_id, total_amount, share")

    assert {row["shop_id"]: (row["total_amount"], round(row["share"], 3)) for row in rows} == {
        1: (24.0, 0.369), 2: (16.0, 0.246), 3: (25.0, 0.385)}  # fmt: skip


def test_names_in_the_order_of_the_measures():
    rows = run("Per channel count the sales, add up the quantity. Columns: channel, tickets, pieces")

    assert {row["channel"]: (row["tickets"], row["pieces"]) for row in rows}["counter"] == (4, 7)


def test_a_value_alone_with_only():
    assert [row["sale_id"] for row in run("total amount per sale_id, phone only")] == [103]


def test_the_time_between_moments_is_told_in_its_unit():
    rows = run("average stay in hours (left_at minus arrived_at) per ward", "clinic")

    assert {row["ward"]: round(row["average_stay_in_hours"], 3) for row in rows} == {"east": 1.505, "west": 0.875}


@pytest.mark.parametrize("words", ["minutes between arrived_at and left_at", "left_at minus arrived_at in minutes"])
def test_a_column_of_the_time_between(words):
    rows = run(f"visits: visit_id and stay_min = {words}", "clinic")

    assert {row["visit_id"]: round(row["stay_min"], 1) for row in rows} == {1: 90.0, 2: 90.6, 3: 45.0, 4: 60.0}


def test_moments_without_a_unit_are_no_number():
    assert not isinstance(plan("average stay (left_at minus arrived_at) per ward", "clinic"), Proposal)


def test_numbers_are_converted_from_the_unit_of_their_column():
    rows = run("total walk in minutes and total fee in euro per ward", "clinic")

    assert sorted(pairs(rows)) == [("east", 5.0, 40.0), ("west", 2.5, 15.0)]


def test_limits_are_in_the_unit_that_is_said():
    rows = run("Classify visits: up to a minute = 'near', longer = 'far'. How many visits of each class?", "clinic")

    assert {row["bucket"]: row["visit_count"] for row in rows} == {"near": 1, "far": 3}
    assert [row["visit_id"] for row in run("visits with a walk over 2 minutes", "clinic")] == [2]


def test_rows_against_a_measure_of_all_rows():
    assert sorted(row["sale_id"] for row in run("sales with amount above the average amount")) == [101, 103, 106]
    assert [row["sale_id"] for row in run("sales whose amount is more than twice the average amount of all sales")] == [
        106
    ]
    rows = run("sales with quantity above the average quantity of the same channel: sale_id, channel")
    assert sorted(row["sale_id"] for row in rows) == [100, 101, 105, 106, 107]


def test_an_added_column_beside_the_others():
    rows = run(
        "Add a gross column (amount * 2), drop the discount and channel columns, keep everything else from sales"
    )

    assert list(rows[0]) == ["sale_id", "shop_id", "product_id", "sold_on", "quantity", "amount", "gross"]


def test_the_newest_is_by_the_date_that_the_prompt_speaks_of():
    rows = run("visits where left_at is after 2025-02-01, newest first", "clinic")

    assert [row["visit_id"] for row in rows] == [4, 3, 2]


def test_a_unit_that_no_column_tells_is_asked_for():
    outcome = plan("total quantity in minutes per channel")

    assert isinstance(outcome, Questions)
    assert "unit" in outcome.questions[0].text


def test_decimals_behind_a_listed_column():
    rows = run("What share of all sales comes from each channel? Columns: channel, share (2 decimals)")

    assert {row["channel"]: row["share"] for row in rows} == {"counter": 0.5, "online": 0.38, "phone": 0.13}


def test_a_definition_may_stand_behind_its_use():
    rows = run("Average weight by channel, where weight is quantity * amount")

    assert {row["channel"]: row["avg_weight"] for row in rows}["phone"] == 27.0


def test_a_definition_of_rows_is_added_up_per_group():
    rows = run("Weight is quantity times amount. Give me weight by channel")

    assert {row["channel"]: row["weight"] for row in rows}["phone"] == 27.0


def test_rows_of_another_table_in_a_time():
    assert sorted(row["shop_id"] for row in run("shops without a sale in March 2024")) == [2, 4]
    assert sorted(row["shop_id"] for row in run("shops without an online sale")) == [4]


def test_what_nobody_did():
    assert [row["shop_id"] for row in run("shops that never made a single sale")] == [4]


def test_groups_that_hold_both_of_two_values():
    rows = run("Find shops that sold both Rye and Eclair. Give shop_id and city")

    assert sorted(pairs(rows)) == [(1, "Leeds"), (2, "York")]


def test_a_gloss_says_what_the_words_before_it_mean():
    rows = run("number of sales per channel, ignoring sales that were given cheaper (discount is present)")

    assert sum(row["sale_count"] for row in rows) == 4


def test_a_count_of_some_rows_alone_leaves_out_groups_without_any():
    assert {row["shop_id"] for row in run("number of phone sales per shop")} == {2}
    assert {row["shop_id"] for row in run("number of phone sales per shop, shops without sales must show 0")} >= {2, 4}


def test_the_value_before_and_the_change_stand_beside_each_other():
    rows = run(
        "Count sales per month. Add the count of the month before beside it (before_n) and the change in percent "
        "(change_pct); both are empty in the first month"
    )

    assert [row["before_n"] for row in rows] == [None, 3, 3]
    assert rows[0]["change_pct"] is None


def test_a_list_of_names_is_for_all_columns():
    rows = run("median and maximum amount per channel, as way, mid, top")

    assert list(rows[0]) == ["way", "mid", "top"]


def test_values_become_columns_and_are_no_rows():
    rows = run(
        "Pivot sales: one row per shop_id, number of sales for each channel in columns counter, online and phone"
    )

    assert list(rows[0]) == ["shop_id", "counter", "online", "phone"]


def test_a_date_from_its_parts_and_a_date_of_a_table():
    assert len(run("number of shops per year of opening")) == 4
    assert len(run("sales of which the sale date is after 2024-03-01")) == 1


def test_a_table_is_called_what_its_description_calls_its_rows():
    assert not isinstance(plan("number of widgets per channel"), Proposal)


@pytest.mark.parametrize("words", ["turn the city into upper case", "make the city upper case"])
def test_text_is_turned_into_capitals(words):
    assert {row["city"] for row in run(f"From shops {words}")} == {"LEEDS", "YORK", "HULL"}


def test_the_target_stands_in_a_sentence_of_its_own():
    outcome = plan("total amount per channel. Target table: channel_totals.")

    assert outcome.spec.target.table.name == "channel_totals"


@pytest.mark.parametrize(
    ("order", "shops"),
    [
        ("lowest total amount first, top 2", [2, 1]),
        ("smallest total amount first; top 2", [2, 1]),
        ("lowest total amount first, top 1", [2]),
        ("top 1", [3]),
        ("top 2; on ties the lower shop_id", [3, 1]),
    ],
)
def test_the_first_rows_are_those_of_the_order_that_was_said(order, shops):
    assert [row["shop_id"] for row in run(f"total amount per shop, {order}")] == shops


@pytest.mark.parametrize(
    "prompt",
    [
        "total amount per shop for shops that sold both Rye and Eclair",
        "average amount of shops that sold both Rye and Eclair",
        "shops that had both online and phone sales, with total amount",
        "number of sales per channel for shops that sold both Rye and Eclair",
    ],
)
def test_a_measure_of_those_that_have_both_is_not_one_of_the_two_values(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_those_that_have_both_stand_alone():
    assert {row["shop_id"] for row in run("shops that sold both Rye and Eclair")} == {1, 2}


@pytest.mark.parametrize("whose", ["its", "that", "their", "each", "the same"])
def test_a_measure_of_rows_alike_starts_anew_for_each(whose):
    outcome = plan(f"products with price above the average price of {whose} category")

    assert "partition_by" in outcome.spec.steps[0].model_dump(exclude_defaults=True)["window"]


@pytest.mark.parametrize("of", ["amount of the shop", "amount per shop", "amount in the shop", "of their product"])
def test_it_is_asked_of_which_rows_a_measure_is(of):
    assert not isinstance(plan(f"sales with amount above the average {of}"), Proposal)


@pytest.mark.parametrize("tie", ["and", "or"])
def test_two_times_of_the_same_table_are_both_meant(tie):
    assert {row["sale_id"] for row in run(f"February 2024 sales {tie} March 2024 sales")} == {103, 104, 105, 106, 107}


@pytest.mark.parametrize(
    "prompt",
    [
        "February 2024 sales, March 2024 sales",
        "sales in February 2024 and sales in March 2024",
        "sales before 2024-02-01 and sales after 2024-03-01",
    ],
)
def test_times_without_a_day_in_common_are_no_condition(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_a_time_within_another_narrows_it():
    assert {row["sale_id"] for row in run("2024 sales, March 2024 only")} == {106, 107}


def test_the_share_of_a_part_is_told_for_each_group():
    rows = run("What share of online sales comes from each shop?")

    assert {row["shop_id"]: round(row["share_of_sale_count"], 3) for row in rows} == {1: 0.333, 2: 0.333, 3: 0.333}


@pytest.mark.parametrize("part", ["sales on the phone", "sales in Leeds"])
def test_a_share_that_is_not_read_is_asked_for(part):
    assert not isinstance(plan(f"What share of {part} comes from each channel?"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "total amount per shop, as phone and online",
        "total amount per channel. Way and splendour only.",
    ],
)
def test_values_are_no_names_of_columns(prompt):
    assert not isinstance(plan(prompt), Proposal)


def test_values_with_only_behind_them_choose_rows():
    rows = run("total amount per shop, phone and online only")
    assert {row["shop_id"]: row["total_amount"] for row in rows} == {1: 10.0, 2: 12.0, 3: 20.0}

    rows = run("minimum and maximum amount per channel, counter and phone only")
    assert sorted(map(str, rows)) == [
        "{'channel': 'counter', 'min_amount': 4.0, 'max_amount': 8.0}",
        "{'channel': 'phone', 'min_amount': 9.0, 'max_amount': 9.0}",
    ]


@pytest.mark.parametrize(
    ("rest", "shops"),
    [
        ("keep shops where the number is below 2", {1, 2, 3}),
        ("lowest first", {1, 2, 3}),
        ("highest first", {2}),
        ("sorted by shop_id", {2}),
    ],
)
def test_groups_that_count_none_are_kept_where_they_matter(rest, shops):
    assert {row["shop_id"] for row in run(f"number of phone sales per shop, {rest}")} == shops


def test_it_is_stated_that_groups_without_any_are_left_out():
    assert "shop without any are left out" in plan("number of phone sales per shop").understanding.assumptions


def test_an_order_behind_the_first_rows_may_be_for_show_alone():
    assert isinstance(plan("total amount per shop, top 2, lowest first"), Questions)


def test_an_order_behind_a_column_that_was_not_counted_is_asked_for():
    assert not isinstance(plan("total amount per shop, highest splendour first"), Proposal)
