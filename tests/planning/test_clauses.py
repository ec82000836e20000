"""Prompts of several clauses: orders, ties, classes, gaps, dates and shares as people write them."""

from datetime import date

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


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
        "rows with no email labelled 'nobody'",
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


def test_hours_between_moments_are_told_by_their_unit():
    rows = run("latest changed_at per member_id, newest first")

    assert rows[0]["member_id"] == 1
    assert date(2024, 1, 5)
