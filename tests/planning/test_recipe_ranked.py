"""Rankings, classes, merged values, collected items and pairs of values are planned however they are put."""

from __future__ import annotations

import pytest
from lake import confirmed, plan, table

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(
    "prompt",
    [
        "Busiest from_town per kind of the trips: kind, from_town, trips. Ties: alphabetically first.",
        "Within every kind, which from_town had the most trips? kind, from_town, trips; ties alphabetical.",
    ],
)
def test_the_busiest_of_each_group_is_one_row(prompt: str) -> None:
    found = table(plan(prompt, "depot"), "depot")

    assert sorted(tuple(row.values()) for row in found) == [("EXPRESS", "LDS", 2), ("NORMAL", "HUL", 1)]


@pytest.mark.parametrize(
    "prompt",
    [
        "We lump EXPRESS and NORMAL trips as 'any'; all others stay. Columns kind_group, trips (number of trips).",
        "Kinds EXPRESS and NORMAL of trips both become 'any', the others keep theirs. Show kind_group and trips.",
    ],
)
def test_values_that_become_one_are_counted_together(prompt: str) -> None:
    found = table(plan(prompt, "depot"), "depot")

    assert [tuple(row.values()) for row in found] == [("any", 5)]


def test_drivers_of_both_kinds_are_found() -> None:
    prompt = "drivers who had both an EXPRESS and a NORMAL trip -> driver_id, full_name, one line each"

    found = table(plan(prompt, "depot"), "depot")

    assert sorted(row["driver_id"] for row in found) == [1, 2]


def test_classes_of_a_number_hold_every_row() -> None:
    prompt = (
        "Classify trips on load_minutes: below 60 = quick, 60 and up but below 120 = usual, 120 and more = slow. "
        "Columns pace, trips (how many)."
    )

    found = table(plan(prompt, "depot"), "depot")

    assert {row["pace"]: row["trips"] for row in found} == {"quick": 2, "usual": 2, "slow": 1}


@pytest.mark.parametrize(
    "prompt",
    [
        "Our best drivers, with full_name.",
        "drivers who had either EXPRESS or NORMAL trips: driver_id, full_name, distinct trips",
        "Classify trips on load_minutes: below 60 quick, 90 and more slow. Columns pace, trips.",
        "The top drivers by trips and weight: full_name, trips.",
    ],
)
def test_what_is_not_said_is_not_guessed(prompt: str) -> None:
    assert not isinstance(plan(prompt, "depot"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "The 3 dest codes with the most flights: dest, the airport's name ('Unlisted' if airports doesn't know the "
        "code) and the number of flights, most first, dest ascending when equal.",
        "top 3 dest by number of flights, busiest first, same number -> dest ascending. i want the dest, the airport "
        "name and the number of flights. some codes aren't in the airports list, show their name as 'Unlisted'",
        "Flights per dest, ranked: dest, the airport's name - write 'Unlisted' if the dest is missing in airports - "
        "and how many flights. Top 3, highest number first, dest decides equal numbers.",
    ],
)
def test_codes_that_a_table_does_not_know_stay_in_a_ranking(prompt: str) -> None:
    found = table(plan(prompt, "air"), "air")

    assert [tuple(row.values()) for row in found] == [("BOS", "Logan", 3), ("SJU", "Unlisted", 2), ("DEN", "Denver", 1)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Which 2 shops brought in the most? Give me the shop's name, its city and the total amount of its sales, "
        "highest first; equal totals by name.",
        "Our 2 best shops by summed amount of sales: shop name, city, total amount. Largest first, name decides ties.",
    ],
)
def test_columns_may_be_listed_in_plain_words(prompt: str) -> None:
    found = confirmed(prompt)

    assert [tuple(row.values()) for row in found] == [("Station", "Leeds", 25.0), ("Mill Lane", "Leeds", 24.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Add up the amount of the sales of each product and keep, for every category, the product that got most; "
        "on equal amounts the lower product_id is ahead. Columns category, product_id, total_amount.",
        "Total amount per product_id: list the single best product_id of each category. "
        "category, product_id, total_amount, ties to the lower product_id.",
    ],
)
def test_what_is_picked_stands_beside_the_superlative(prompt: str) -> None:
    found = table(plan(prompt))

    assert sorted(tuple(row.values()) for row in found) == [("bread", 10, 32.0), ("pastry", 12, 18.0)]


def test_what_is_worked_out_is_not_left_out() -> None:
    prompt = (
        "Link the sales to their shops, work out the takings of each shop (sum of amount) and show only the shops that "
        "took in more than 20 dollars: shop_id, name, takings."
    )

    found = table(plan(prompt))

    assert sorted(row["takings"] for row in found) == [24.0, 25.0]
