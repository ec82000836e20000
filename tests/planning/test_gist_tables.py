"""Requests over two tables in everyday words: things with and without rows of another table, and their names."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(rows):
    """Rows without the names of their columns."""
    return sorted(tuple(row.values()) for row in rows)


COUNTS = [("Harbour", 0), ("Mill Lane", 3), ("Old Town", 3), ("Station", 2)]


@pytest.mark.parametrize("said", [
    "shop name, number of sales, 0 if none",
    "I want to see how many sales each of our shops has made, by name, nobody left out.",
    "Please list the name of every shop with its sale count, including shops that have no sales as zero.",
    "All shops by name with the number of sales; a shop with no sales should show 0.",
    "shop name and number of sales, no shop left out",
    "shop name, number of sales assigned, 0 if none",
])  # fmt: skip
def test_things_without_rows_are_counted_as_0(said):
    assert values(run(said)) == COUNTS


def test_rows_that_belong_to_nothing_are_left_out_where_things_are_counted():
    rows = run("driver name, number of trips, 0 if none", "depot")

    assert values(rows) == [("Ada Moss", 2), ("Ben Fox", 2), ("Cleo Hart", 0), ("Dev Rao", 0)]


@pytest.mark.parametrize("said", [
    "total amount of sales per shop name, 0 if there are none",
    "shop name and total amount, shops without sales show 0",
])  # fmt: skip
def test_totals_of_things_without_rows_are_0(said):
    assert values(run(said)) == [("Harbour", 0.0), ("Mill Lane", 24.0), ("Old Town", 16.0), ("Station", 25.0)]


def test_rows_that_do_not_count_leave_their_things_with_0():
    rows = run("shop names with number of phone sales, 0 if none")

    assert values(rows) == [("Harbour", 0), ("Mill Lane", 0), ("Old Town", 1), ("Station", 0)]


@pytest.mark.parametrize("said", [
    "shop names with number of sales, drop shops with none",
    "shop name and number of sales, shops without sales left out",
    "shop name and total amount of sales, no shop left out",
    "shop name and average amount, 0 if none",
])  # fmt: skip
def test_what_may_leave_things_without_rows_out_is_asked_about(said):
    assert not isinstance(plan(said), Proposal)


@pytest.mark.parametrize("said", [
    "Which drivers have zero trips? Give just their driver_id and full_name.",
    "Anti-join drivers against trips, output driver_id and full_name.",
    "drivers who never took a trip, driver_id and full_name",
    "drivers without any trip at all; driver_id and full_name please",
])  # fmt: skip
def test_things_without_rows_of_another_table(said):
    assert values(run(said, "depot")) == [(3, "Cleo Hart"), (4, "Dev Rao")]


@pytest.mark.parametrize("said", [
    "drivers with a match in trips, full_name only",
    "Keep only drivers whose id appears in trips; show the full_name column and nothing else.",
    "driver name where an express trip exists, distinct",
])  # fmt: skip
def test_things_with_rows_of_another_table(said):
    assert values(run(said, "depot")) == [("Ada Moss",), ("Ben Fox",)]


@pytest.mark.parametrize("said", [
    "trips with at least one unsettled fine, trip_id only",
    "trip_id of trips having any fine whose settled_on is blank",
    "trips with an unsettled parking fine, trip_id",
    "trips with a fine that is not settled yet, trip_id",
])  # fmt: skip
def test_the_row_of_the_other_table_lacks_a_value(said):
    assert values(run(said, "depot")) == [(1,), (3,)]


def test_no_row_of_the_other_table_lacks_a_value():
    assert values(run("shops with no sale without discount, name")) == [("Harbour",)]


@pytest.mark.parametrize("said", [
    "drivers without a quit_on and at least one trip, full_name",
    "drivers whose trips are all scrapped, full_name",
    "drivers with trips in June 2024, full_name",
    "trips with fines, settled or not, trip_id",
])  # fmt: skip
def test_what_may_be_asked_of_rows_of_another_table_is_asked_about(said):
    assert not isinstance(plan(said, "depot"), Proposal)


@pytest.mark.parametrize("said", [
    "Please extend the trips with the name of the driver; trips that have no driver must stay, with that name empty.",
    "trips with all columns and the driver's full_name, blank if unknown",
])  # fmt: skip
def test_rows_stay_where_nothing_belongs_to_them(said):
    rows = run(said, "depot")

    assert [row["full_name"] for row in rows if row["trip_id"] == 5] == [None]
    assert len(rows) == 5 and len(rows[0]) == 10


@pytest.mark.parametrize("said", [
    "VLOOKUP the product_name from products into sales via product_id, then keep just sale_id, sold_on, product_name",
    "sale_id, sold_on, product_name from sales join products on product_id",
])  # fmt: skip
def test_a_lookup_says_how_tables_belong_together(said):
    rows = run(said)

    assert list(rows[0]) == ["sale_id", "sold_on", "product_name"]
    assert rows[0]["product_name"] == "Rye"


@pytest.mark.parametrize("said", [
    "add driver full_name to trips, keep trips without driver",
    "trip_id, keep trips without driver",
])  # fmt: skip
def test_rows_without_a_partner_may_be_all_that_is_wanted(said):
    assert not isinstance(plan(said, "depot"), Proposal)


def test_rows_without_a_partner_go_where_that_is_said():
    assert {row["trip_id"] for row in run("trip_id, kind of trips without driver", "depot")} == {5}
