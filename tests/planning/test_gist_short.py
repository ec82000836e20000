"""Columns, dates and conditions that are told in fewer or other words than the tables have."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


@pytest.mark.parametrize("said", [
    "crossing_id and line of the crossings, sorted by price, highest first",
    "crossing_id and line of all crossings, sort by price largest to smallest",
    "crossing_id, line: crossings in descending order of price",
])  # fmt: skip
def test_the_last_word_of_a_name_tells_the_number(said):
    assert [row["crossing_id"] for row in run(said, "strait")] == [3, 1, 5, 2, 4]


@pytest.mark.parametrize("said", [
    "lowest and highest price per line of crossings",
    "For each line of the crossings, what are the lowest and the highest price?",
])  # fmt: skip
def test_the_last_word_of_a_name_tells_what_is_measured(said):
    found = {tuple(row.values()) for row in run(said, "strait")}

    assert found == {("north", 25.0, 40.0), ("south", 20.0, 60.0)}


@pytest.mark.parametrize("said", [
    "how many kilometres per line, and how many crossings",
    "total km and number of crossings per line",
    "crossings per line: total kilometres, count",
])  # fmt: skip
def test_a_unit_alone_tells_the_number(said):
    found = {frozenset(row.values()) for row in run(said, "strait")}

    assert found == {frozenset({"north", 42.5, 2}), frozenset({"south", 29.0, 3})}


@pytest.mark.parametrize(("said", "domain"), [
    ("crossing_id of the crossings by rate", "strait"),
    ("average len of the swipes per gate in km", "rink"),
    ("highest rating price and lowest ticket rating per line", "strait"),
])  # fmt: skip
def test_what_names_no_number_is_no_column(said, domain):
    assert not isinstance(plan(said, domain), Proposal)


@pytest.mark.parametrize("said", [
    "cleaned crossings per line, count",
    "how many crossings have been cleaned per line?",
    "Leave out crossings that are not cleaned, then tell me how many there are per line.",
])  # fmt: skip
def test_what_has_happened_has_a_date(said):
    assert {tuple(row.values()) for row in run(said, "strait")} == {("north", 1), ("south", 2)}


@pytest.mark.parametrize("said", ["number of paid trips per driver", "sent trips per driver, count"])
def test_what_no_date_tells_is_asked_about(said):
    assert not isinstance(plan(said, "depot"), Proposal)


@pytest.mark.parametrize(("said", "wanted"), [
    ("guides recruited before 2021: guide_name", ["Ina"]),
    ("guide_name of the guides recruited in 2021", ["Olf"]),
])  # fmt: skip
def test_other_words_for_what_happened_tell_the_date(said, wanted):
    assert [row["guide_name"] for row in run(said, "strait")] == wanted


@pytest.mark.parametrize("said", [
    "number of crossings per line, and the number whose sea is rough",
    "per line: number of crossings, and number with sea rough",
    "I need each line with the number of crossings and how many of them have the sea rough",
])  # fmt: skip
def test_the_column_of_a_part_that_is_counted_may_be_named(said):
    assert {tuple(row.values()) for row in run(said, "strait")} == {("north", 2, 1), ("south", 3, 1)}


@pytest.mark.parametrize("said", [
    "count of sales and count whose amount is over 5 per shop",
    "number of sales per shop, and number with an amount over 5",
])  # fmt: skip
def test_a_part_may_be_told_by_a_number(said):
    assert {tuple(row.values()) for row in run(said)} == {(1, 3, 3), (2, 3, 1), (3, 2, 1)}


@pytest.mark.parametrize(("said", "wanted"), [
    ("sales between 5 and 20 January 2024: sale_id", {100, 101, 102}),
    ("sale_id of the sales from 20 January to 11 February 2024", {102, 103, 104}),
    ("sale_id of sales, sold_on between 1 and 9 January 2024", {100, 101}),
])  # fmt: skip
def test_the_first_day_of_a_range_has_its_year_from_the_last(said, wanted):
    assert {row["sale_id"] for row in run(said)} == wanted


@pytest.mark.parametrize(("said", "wanted"), [
    ("crossing_id of the crossings that departed Monday to Friday", {3, 4}),
    ("crossings departed sat or sun, crossing_id", {1, 2, 5}),
    ("Drop every crossing that departed Monday to Friday; crossing_id", {1, 2, 5}),
    ("crossings departed on a weekend (Saturday or Sunday): crossing_id", {1, 2, 5}),
])  # fmt: skip
def test_rows_of_some_days_of_the_week(said, wanted):
    assert {row["crossing_id"] for row in run(said, "strait")} == wanted


@pytest.mark.parametrize("said", [
    "crossings that departed on Monday: crossing_id",
    "crossings departed Friday to Monday: crossing_id",
    "crossings departed on a weekend (Saturday or Friday): crossing_id",
])  # fmt: skip
def test_days_that_may_be_others_are_asked_about(said):
    assert not isinstance(plan(said, "strait"), Proposal)


@pytest.mark.parametrize("said", [
    "number of crossings per departure hour (0-23)",
    "number of crossings by the hour of day they departed in",
])  # fmt: skip
def test_the_hour_of_what_happened(said):
    found = sorted(tuple(row.values()) for row in run(said, "strait"))

    assert found == [(8, 2), (9, 2), (17, 1)]


@pytest.mark.parametrize("said", [
    "cheapest price, dearest price of crossings per line",
    "price range of the crossings per line, lowest price and highest price",
    "how low and how high does the price go per line of the crossings",
])  # fmt: skip
def test_the_lowest_and_the_highest_beside_each_other(said):
    assert {tuple(row.values()) for row in run(said, "strait")} == {("north", 25.0, 40.0), ("south", 20.0, 60.0)}


@pytest.mark.parametrize("said", [
    "average price per line and boat type of the crossings, one row per pair",
    "Group the crossings table on line and boat_type together and average the price.",
    "average price of the crossings per line and boat type",
])  # fmt: skip
def test_two_keys_together(said):
    found = {tuple(row.values()) for row in run(said, "strait")}

    assert found == {
        ("north", "sail", 40.0),
        ("north", "motor", 25.0),
        ("south", "sail", 60.0),
        ("south", "motor", 27.5),
    }


@pytest.mark.parametrize(("said", "wanted"), [
    ("crossing_id of the crossings with no rating or no km (or both)", {2, 3, 4}),
    ("crossing_id for every crossing that either is on the north line or has the sea calm", {1, 2, 4}),
    ("Filter out sea rough and sea foggy from crossings, crossing_id only", {1, 4}),
    ("crossing_id of crossings whose sea is something other than calm or rough", {5}),
    ("crossings with sea <> calm and <> rough: crossing_id", {5}),
])  # fmt: skip
def test_rows_that_are_either_of_two_or_none_of_them(said, wanted):
    assert {row["crossing_id"] for row in run(said, "strait")} == wanted


@pytest.mark.parametrize("said", ["loan_id of loans back late", "loans given back after the deadline: loan_id"])
def test_late_is_after_the_date_by_which_it_was_due(said):
    assert {row["loan_id"] for row in run(said, "lib")} == {101, 103}


@pytest.mark.parametrize("said", ["late loans: loan_id", "loans not back late: loan_id", "crossings late: crossing_id"])
def test_late_without_what_was_late_is_asked_about(said):
    assert not isinstance(plan(said, "lib", "strait"), Proposal)


@pytest.mark.parametrize("said", [
    "count of crossings per line, and those with the sea rough",
    "For each line count all crossings and, next to it, those with the sea rough.",
    "crossings by line: COUNT of all, and COUNTIF sea = \"rough\"",
])  # fmt: skip
def test_those_are_a_part_beside_all(said):
    assert {tuple(row.values()) for row in run(said, "strait")} == {("north", 2, 1), ("south", 3, 1)}


@pytest.mark.parametrize("said", [
    "sales per shop and the ones without a discount",
    "count the crossings per line and the ones with a rating",
])  # fmt: skip
def test_a_part_that_is_not_counted_is_asked_about(said):
    assert not isinstance(plan(said, "bakery" if "shop" in said else "strait"), Proposal)


@pytest.mark.parametrize("said", [
    "Remove the phone and counter amounts from the sales table and return what is left.",
    "Drop the online amounts of the sales and show what remains",
])  # fmt: skip
def test_what_is_left_out_is_no_column_that_is_shown(said):
    assert not isinstance(plan(said), Proposal)
