"""Prompts whose first plan was another table than people meant: asked about, or planned as they are meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lake import TABLES, plan, run, table

from datamorph.core.plan import Proposal
from datamorph.core.run_day import on_day

SALES = TABLES["raw.bakery.sales"]
SHOPS = {row["shop_id"] for row in TABLES["raw.bakery.shops"]}


@pytest.mark.parametrize(
    ("domain", "prompt"),
    [
        ("bakery", "Total amount by city, except for online sales in York"),
        ("bakery", "Sales except for phone sales in Hull"),
        ("bakery", "Remove online sales in Leeds and total the amount per shop"),
        ("bakery", "Total quantity by shop ignoring phone sales in February 2024"),
        ("bakery", "Count sales by shop, ignoring phone sales with a quantity of 1"),
        ("bakery", "Show all sales except for bread sold online"),
        ("bakery", "Sales except Rye sold in Leeds"),
        ("bakery", "Remove sales in January 2024 made by phone"),
        ("air", "Flights except those from JFK to BOS"),
        ("depot", "Trips except scrapped express ones"),
        ("bakery", "Members not named Ann Lee"),
        ("bakery", "Members other than Ann Lee"),
        ("bakery", "members who joined in 2024"),
        ("bakery", "customers who bought in the last 30 days"),
        ("bakery", "Members not called Bob Ray"),
        ("bakery", "Sales with neither discount nor a quantity over 2"),
        ("bakery", "Which shops haven't had online sales in the last month"),
        ("bakery", "Shops with sales in January"),
        ("bakery", "Shops with no sales in January"),
        ("bakery", "Shops with phone sales in February"),
        ("bakery", "Shops with sales yesterday and members"),
        ("bakery", "Number of shops with sales per month"),
        ("bakery", "Number of shops with sales by quarter"),
        ("bakery", "Shops with sales last month"),
        ("bakery", "Shops with sales in the last 30 days"),
        ("bakery", "Products with sales this month"),
        ("bakery", "Shops with sales on weekends"),
        ("bakery", "Shops opened before 2021 with sales after January 2024"),
        ("bakery", "Cities without sales"),
        ("bakery", "Sales on the first of this month"),
        ("bakery", "Total amount on the first of the month by shop"),
        ("bakery", "Shops opened on the first of this month"),
        ("bakery", "Number of sales this weekend"),
        ("bakery", "Sales this weekend"),
        ("bakery", "Sales this weekend by shop with total amount"),
        ("bakery", "Number of sales in January and in February per shop"),
        ("bakery", "Total amount in January and in February per shop"),
        ("bakery", "Number of sales with quantity over 2 and quantity under 2 per shop"),
        ("bakery", "Total amount for the last 7 days and for the last 30 days per shop"),
        ("bakery", "Number of sales this year and overall by channel"),
        ("bakery", "Total amount last month and overall per shop"),
        ("bakery", "Number of sales this month and in total per shop"),
        ("bakery", "Total amount by shop, online only and overall"),
        ("bakery", "Shops opened in 2019 with their number of sales"),
        ("bakery", "Please list the shops that opened in the last 5 years together with their total amount"),
        ("bakery", "Leeds shops with total amount"),
        ("bakery", "Bread products with total quantity"),
        ("bakery", "List of all cities and their total amount"),
        ("bakery", "Sales with the average amount of their shop"),
        ("bakery", "Sales with the shop's total amount"),
        ("bakery", "Members with the number of sales in their shop"),
        ("bakery", "Products ranked by total quantity, only top 3"),
        ("bakery", "Shops with total amount by channel"),
        ("bakery", "Channels with total amount above 20 and at least 3 sales"),
        ("bakery", "Shops with total amount over 10 and at least 2 sales"),
        ("bakery", "Products sold more than twice"),
        ("bakery", "Products sold at least twice"),
        ("lib", "Copies lent more than twice"),
        ("bakery", "Sales of cities with more than one shop"),
        ("bakery", "Members of cities with more than one shop"),
        ("bakery", "Average amount of sales over 5 by channel"),
        ("bakery", "Sum of amounts over 5 by shop"),
        ("bakery", "Total amount of sales over 5 by shop"),
        ("bakery", "Number of sales above 8 by channel"),
        ("bakery", "Count sales over 5 per month"),
        ("bikes", "Number of rides over 1000 by dock"),
        ("bakery", "Average of the total amount per shop"),
        ("bakery", "Average total amount per day"),
        ("bakery", "Average monthly total amount"),
        ("bakery", "Maximum daily total amount"),
        ("bakery", "Highest monthly total amount per shop"),
        ("bakery", "Share of online in total amount by shop"),
        ("depot", "Share of scrapped trips per driver"),
        ("bakery", "Total amount per day, keep days over 8, and count them"),
        ("bakery", "Total sales and average price by category"),
        ("bakery", "First sale of each shop per month"),
        ("bakery", "Largest sale of each shop per month"),
        ("rink", "First swipe of each skater per day"),
        ("bakery", "Latest sale per shop and month"),
        ("bakery", "The first 2 sales of each shop by date"),
        ("bakery", "Latest 3 sales ordered by amount descending"),
        ("bakery", "Latest 2 shops sorted by name"),
        ("bakery", "Three newest shops sorted by city"),
        ("bakery", "Running total of amount by shop over time"),
        ("bakery", "Running total of quantity by product"),
        ("bakery", "Previous amount by shop"),
        ("bakery", "Members with their shop"),
        ("bakery", "Sales with their shop"),
        ("bakery", "All shops with their sales"),
        ("bakery", "Shops with all their members"),
        ("bakery", "Trim and lowercase emails, then remove duplicates"),
        ("bakery", "Duplicate sales"),
        ("bakery", "One row per member"),
        ("bakery", "Products with price or 0 if missing"),
        ("bakery", "Take members with email and keep the latest row per member"),
        ("bakery", "Sales with the difference between amount and price times quantity"),
    ],
)
def test_what_may_be_another_table_is_asked_about(domain, prompt):
    assert not isinstance(plan(prompt, domain), Proposal)


def test_rows_without_a_partner_and_without_a_value():
    members = {row["shop_id"] for row in TABLES["raw.bakery.members"]}
    leeds = {row["shop_id"] for row in TABLES["raw.bakery.shops"] if row["city"] == "Leeds"}

    found = run("Shops not in Leeds and without members")

    assert {row["shop_id"] for row in found} == SHOPS - leeds - members


def test_the_time_is_that_of_what_did_not_happen():
    day = date(2024, 3, 5)
    recent = {row["shop_id"] for row in SALES if day - timedelta(7) <= row["sold_on"] <= day}

    found = plan("Which shops haven't had a sale in the last week")

    assert {row["shop_id"] for row in table(Proposal(on_day(found.spec, day)))} == SHOPS - recent


def test_the_first_day_of_a_month_is_a_day():
    found = plan("Sales on the first day of this month")

    rows = table(Proposal(on_day(found.spec, date(2024, 3, 20))))
    assert [row["sale_id"] for row in rows] == [row["sale_id"] for row in SALES if row["sold_on"] == date(2024, 3, 1)]


def test_who_did_it_is_said_of_several_and_a_key_of_one():
    found = {row["shop_id"]: row["avg_price"] for row in run("Average price of products sold by shop")}

    assert found.keys() == {row["shop_id"] for row in SALES}


def test_duplicates_are_what_is_there_twice():
    found = run("Duplicate members")

    assert [row["member_id"] for row in found] == [1]
