"""Work on the columns of rows that a whole phrase tells is planned; what is near to such a phrase is not."""

from __future__ import annotations

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal


@pytest.mark.parametrize("said", [
    "Where a skater has no trainer, write 'nobody'; give back the whole skaters table",
    "Fill the gaps in the trainer column of skaters with 'nobody' and leave all else alone",
    "the skaters, all columns, with 'nobody' instead of missing trainers",
])  # fmt: skip
def test_a_text_stands_in_for_what_is_missing(said):
    rows = run(said, "rink")

    assert {row["skater_name"]: row["trainer"] for row in rows} == {
        "Ava": "Finn", "Bo": "nobody", "Cid": "Gro", "Dot": "Finn"}  # fmt: skip
    assert set(rows[0]) == {"skater_id", "skater_name", "club", "trainer"}


@pytest.mark.parametrize("said", [
    "loan_id, back_on (due_on where back_on is missing)",
    "For all loans: loan_id and end day, which is back_on if there is one, else due_on",
    "Fill empty back_on of loans with due_on and give me just loan_id and the filled date",
])  # fmt: skip
def test_another_column_stands_in_for_what_is_missing(said):
    loans = run("all loans", "lib")
    rows = run(said, "lib")

    got = {row["loan_id"]: next(value for name, value in row.items() if name != "loan_id") for row in rows}
    assert got == {row["loan_id"]: row["back_on"] or row["due_on"] for row in loans}


def test_texts_are_cleaned_beside_the_columns_that_are_listed():
    said = "Clean up the guests' emails, stripping outer blanks and making everything lowercase; guest_no and email"
    rows = run(said, "fair")

    assert list(rows[0]) == ["guest_no", "email"]
    assert {row["guest_no"]: row["email"] for row in rows}[1] == "ann@fair.test"


@pytest.mark.parametrize("said", [
    "Reduce the sales to one row per shop, namely the newest one",
    "From sales, throw out everything except each shop's latest one",
    "Sort sales by sold_on, newest first and remove repeated shop_ids so that only the first row of each stays",
])  # fmt: skip
def test_the_latest_row_of_each_stays(said):
    assert {row["sale_id"] for row in run(said)} == {104, 106, 107}


def test_one_row_of_each_pair_stays():
    rows = run("I want the sales with one row per shop and product, the oldest one, all columns")

    assert {row["sale_id"] for row in rows} == {100, 101, 102, 103, 105, 106, 107}


@pytest.mark.parametrize("said", [
    "sale_id and days since the same shop's previous sale (empty for the first)",
    "Within each shop sort sales by sold_on and subtract the previous date; only sale_id and the days",
])  # fmt: skip
def test_days_since_the_row_before_are_counted(said):
    rows = run(said)

    assert {row["sale_id"]: row["days"] for row in rows} == {
        100: None, 101: 4, 102: None, 103: 13, 104: 9, 105: None, 106: 16, 107: 54}  # fmt: skip


def test_amounts_add_up_to_each_row():
    rows = run("sale_id, sold_on and the cumulative amount up to that date")

    assert {row["sale_id"]: row["running_amount"] for row in rows}[107] == 65.0


def test_rows_have_their_place():
    rows = run("sale_id, amount, rank on amount, largest = 1")

    assert {row["sale_id"]: row["rank"] for row in rows}[106] == 1


@pytest.mark.parametrize("said", [
    "trainer missing but club Owls, skaters",
    "sale_id with the number of days",
    "newest 3 sales per city",
])  # fmt: skip
def test_what_is_only_near_to_such_a_phrase_is_asked_about(said):
    assert not isinstance(plan(said, "bakery", "rink"), Proposal)


def test_what_cannot_be_read_as_a_number_must_be_told():
    assert not isinstance(plan("stall_id, rent as integer", "market"), Proposal)


def test_the_keys_of_rows_end_with_the_list_that_is_told():
    rows = table(plan("the newest sale of each shop and channel, all columns", "bakery"))

    assert {row["sale_id"] for row in rows} == {101, 102, 103, 104, 105, 106, 107}


@pytest.mark.parametrize("said", [
    "sales: sale_id, shop_id, sold_on, previous sold_on of same shop",
    "Show sale_id, shop_id and sold_on with the previous sold_on of the same shop in sales, empty if there is none.",
    "For every sale I need sale_id, shop_id, sold_on and when the same shop was last sold before that.",
    "sale_id, shop_id, sold_on and the date of the same shop's previous sale",
])  # fmt: skip
def test_the_row_before_tells_its_date(said):
    rows = run(said)

    dates = {row["sale_id"]: row["sold_on"] for row in run("all sales")}
    want = {100: None, 101: 100, 102: None, 103: 102, 104: 103, 105: None, 106: 105, 107: 101}
    assert {row["sale_id"]: list(row.values())[3] for row in rows} == {
        sale: dates.get(before) for sale, before in want.items()}  # fmt: skip


def test_the_row_before_is_taken_away():
    rows = run("sale_id, amount, difference in amount to the previous sale of the same shop")

    assert {row["sale_id"]: list(row.values())[2] for row in rows} == {
        100: None, 101: 2.0, 102: None, 103: 5.0, 104: -6.0, 105: None, 106: 15.0, 107: -4.0}  # fmt: skip


@pytest.mark.parametrize("said", [
    "running total of amount by sold_on: sale_id, sold_on, running total",
    "sales by sold_on with cumulative amount; output sale_id, sold_on, cumulative",
    "Go through the sales from first to last sold_on; output sale_id, sold_on and running sum of amount.",
    "From sales: sale_id, sold_on, and a column adding amount up cumulatively in order of sold_on.",
])  # fmt: skip
def test_what_adds_up_stands_where_the_list_has_it(said):
    rows = run(said)

    assert list(rows[0])[:2] == ["sale_id", "sold_on"]
    assert {row["sale_id"]: list(row.values())[2] for row in rows}[107] == 65.0


@pytest.mark.parametrize("said", [
    "What is the most recently sold sale of each shop? Show the full sales row.",
    "For every shop that has sales, give the whole sales row of its newest one",
])  # fmt: skip
def test_the_latest_row_is_told_by_what_happened(said):
    assert {row["sale_id"] for row in run(said)} == {104, 106, 107}


@pytest.mark.parametrize("said", [
    "sale_id, last sold_on per shop",
    "previous sold_on per shop and channel, sale_id from sales",
    "sale_id, running total of amount and quantity",
    "sales with the previous amount",
])  # fmt: skip
def test_what_may_be_of_other_rows_or_columns_is_asked_about(said):
    assert not isinstance(plan(said), Proposal)
