"""How people speak of rows of two tables: with a partner, without one, how many, and what is looked up there."""

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal, Questions


def values(prompt, column, domain="bakery"):
    return sorted((row[column] for row in run(prompt, domain)), key=str)


@pytest.mark.parametrize(
    "prompt",
    [
        "Which shops don't show up in sales at all? shop_id and name",
        "shop_id and name for shops that have not had a single sale",
        "Shops we have no sale from: shop_id, name",
        "shops for which there isn't any sale, shop_id only",
        "Shops absent from sales. I'd like shop_id and city.",
        "shops minus those in sales -> shop_id, name",
        "Are there any shops lacking a sale? shop_id please",
        "shops that no sale refers to: shop_id",
        "list shops that appear nowhere in sales; shop_id, city",
        "shops that still wait, meaning sales has nothing on them: shop_id",
    ],
)
def test_rows_without_a_partner(prompt):
    assert values(prompt, "shop_id") == [4]


@pytest.mark.parametrize(
    "prompt",
    [
        "orphan returns: visit_id not found in visits. return_id, visit_id",
        "returns whose visit_id can't be found in visits: return_id",
        "return_id of returns pointing at a visit that doesn't exist",
    ],
)
def test_references_that_lead_nowhere(prompt):
    assert values(prompt, "return_id", "market") == [2]


def test_a_key_that_two_columns_could_be():
    assert values("towns whose town_code is not in trips: town_code", "town_code", "depot") == []
    assert values("trips whose driver_id has no match in drivers: trip_id", "trip_id", "depot") == [5]


@pytest.mark.parametrize(
    ("prompt", "shops"),
    [
        ("shops with sales exclusively by phone: shop_id", []),
        ("shops whose sales are all online: shop_id", []),
        ("shops with both a phone and an online sale: shop_id, city", [2]),
        ("shops that sold by phone as well as by counter: shop_id", [2]),
        ("shops with counter sales but no phone sales, shop_id and name", [1, 3]),
        ("shops with sales other than counter: shop_id", [1, 2, 3]),
        ("shops having an online sale and a phone sale: shop_id", [2]),
    ],
)
def test_which_rows_belong_to_a_row(prompt, shops):
    assert values(prompt, "shop_id") == shops


@pytest.mark.parametrize(
    "prompt",
    [
        "number of sales per shop as n; a shop that has none must still be listed, with 0. Columns: name, n",
        "How many sales did each shop make, zeros included? (name, n)",
        "number of sales per shop as n, also if zero. Columns: name, n",
    ],
)
def test_groups_without_rows(prompt):
    found = {row["name"]: row["n"] for row in confirmed(prompt)}
    assert found == {"Mill Lane": 3, "Old Town": 3, "Station": 2, "Harbour": 0}


def test_two_tables_side_by_side():
    rows = run("One row per shop with the number of sales as n and the number of members as m side by side, zero if "
               "none. Columns: name, n, m")  # fmt: skip
    assert {(row["name"], row["n"], row["m"]) for row in rows} >= {("Harbour", 0, 0), ("Mill Lane", 3, 2)}


def test_lone_rows_stay_go_or_are_called_something():
    stay = "trips: trip_id, full_name. trips without a driver remain in the result, name empty"
    called = "trip_id and full_name for all trips; where there is no driver write 'nobody' as full_name"
    gone = "trips: trip_id, full_name. Trips with an unknown driver fall out"

    assert {row["full_name"] for row in run(stay, "depot")} == {"Ada Moss", "Ben Fox", None}
    assert {row["full_name"] for row in run(called, "depot")} == {"Ada Moss", "Ben Fox", "nobody"}
    assert values(gone, "trip_id", "depot") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "prompt",
    [
        "trips: trip_id, source = town_name of from_town, target = town_name of to_town",
        "trips: trip_id, the name of the departure town as source and the name of the arrival town as target",
        "trips: trip_id, source (town_name of from_town), target (town_name of to_town)",
    ],
)
def test_one_table_in_two_roles(prompt):
    rows = {row["trip_id"]: (row["source"], row["target"]) for row in run(prompt, "depot")}
    assert (rows[1], rows[5]) == (("Leeds", "York"), ("Hull", "Leeds"))


def test_a_row_of_the_same_table():
    rows = run("drivers: driver_id, chief = full_name of the chief", "depot")
    assert {row["driver_id"]: row["chief"] for row in rows} == {1: None, 2: "Ada Moss", 3: "Ada Moss", 4: "Ben Fox"}


def test_two_tables_are_compared():
    assert values("returns higher than the fee of the visit: return_id", "return_id", "market") == []
    assert values("distinct town_code used in towns but not in trips", "town_code", "depot") == []


@pytest.mark.parametrize(
    "prompt",
    [
        "members with counter sales and with phone sales: channel",
        "number of sales per shop as n, quiet corners of town",
        "shops who never complained: shop_id",
    ],
)
def test_what_is_not_certain_is_not_planned(prompt):
    assert not isinstance(plan(prompt), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "shop_ids of sales that do not exist in members: the 2 with the most sales, as shop_id and n",
        "Which shop_ids occur in sales but not in members? Give the 2 with the most sales: shop_id, n",
    ],
)
def test_values_that_another_table_lacks_are_counted(prompt):
    assert run(prompt) == [{"shop_id": 3, "n": 2}]


@pytest.mark.parametrize(
    "said",
    [
        "the town where most trips start, the first name in the alphabet if two are equal",
        "the town from which the most trips start, ties go to the lower town_code",
        "the town with the most trips starting there, alphabetically first town_name on ties",
    ],
)
def test_a_verb_says_which_end_of_a_trip_is_meant(said):
    rows = run(f"For each county find {said}. Columns county, town_name, trips", "depot")

    assert {row["county"]: (row["town_name"], row["trips"]) for row in rows} == {
        "West": ("Leeds", 3), "North": ("York", 1), "East": ("Hull", 1)}  # fmt: skip


def test_without_it_the_end_is_asked_for():
    assert isinstance(plan("Count the trips per county of the towns, columns county and trips", "depot"), Questions)
    assert isinstance(plan("Count the trips per town", "depot"), Questions)


@pytest.mark.parametrize(
    "said",
    [
        "that sold a Rye as well as a Baguette (the product's name)",
        "that have sold both a Rye and a Baguette",
        "which sold all of Rye, Baguette",
        "with sales of both product_name Rye and product_name Baguette",
    ],
)
def test_both_of_two_values_of_a_table_further_away(said):
    assert values(f"Find the shops {said}. Give shop_id and city", "shop_id") == [1, 3]


def test_what_a_column_is_may_stand_behind_a_comma():
    rows = run("List all drivers: driver_id and chief, the chief's name. Ada has no chief; keep that row with chief "
               "empty.", "depot")  # fmt: skip

    assert {row["driver_id"]: row["chief"] for row in rows} == {1: None, 2: "Ada Moss", 3: "Ada Moss", 4: "Ben Fox"}


@pytest.mark.parametrize("verb", ["offer", "hold", "keep", "run"])
def test_tables_that_have_so_many_of_another_in_other_verbs(verb):
    assert values(f"Branches that {verb} at least 2 copies: branch_id", "branch_id", "lib") == [1, 3]
