"""Prompts whose first plan was another table than people meant: asked about, or planned as they are meant."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from lake import TABLES, plan, run, table

from datamorph.core.plan import Proposal
from datamorph.core.run_day import on_day

SALES = TABLES["raw.bakery.sales"]
SHOPS = {row["shop_id"] for row in TABLES["raw.bakery.shops"]}


MEANT = (Path(__file__).parent / "meant.txt").read_text().splitlines()
"""Prompts, those over another domain than the bakery behind its name."""


@pytest.mark.parametrize("line", MEANT)
def test_what_may_be_another_table_is_asked_about(line):
    domain, _, prompt = line[1:].partition(" ") if line.startswith("@") else ("bakery", "", line)

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

    prices = {row["product_id"]: row["price"] for row in TABLES["raw.bakery.products"]}
    sold = {shop: [prices[row["product_id"]] for row in SALES if row["shop_id"] == shop] for shop in found}
    known = {shop: [price for price in each if price is not None] for shop, each in sold.items()}
    assert found == {shop: pytest.approx(sum(each) / len(each)) for shop, each in known.items()}
    assert found.keys() == {row["shop_id"] for row in SALES}


def test_duplicates_are_what_is_there_twice():
    found = run("Duplicate members")

    assert [row["member_id"] for row in found] == [1]


@pytest.mark.parametrize(("said", "domain", "rows"), [
    ("number of batches and cracked batches per press", "mint", {(1, 3, 1), (2, 1, 0)}),
    ("number of tickets and child tickets per skater name", "rink", {("Ava", 3, 1), ("Bo", 1, 1), ("Cid", 1, 1)}),
    ("number of rides and lost rides per zone", "bikes", {("north", 3, 1), ("south", 2, 0)}),
])  # fmt: skip
def test_a_part_is_counted_beside_all(said, domain, rows):
    assert {tuple(row.values()) for row in run(said, domain)} == rows
