"""All rows of a table with what belongs to each: counts, first and last dates, totals, and what empty ones show."""

from __future__ import annotations

from datetime import date

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal

FIRST, LAST = date(2024, 1, 5), date(2024, 3, 3)


@pytest.mark.parametrize(
    "prompt",
    [
        "Shop overview. One row per shop, including shops that never sold anything: columns shop_id, name, first_sale, "
        "last_sale (dates of their sales), sales (number of sales), takings (sum of amount). Shops without sales have "
        "null in the two dates and 0 elsewhere.",
        "For every shop give shop_id, name, first_sale (earliest sold_on), last_sale (latest one), sales (how many), "
        "takings (total of amount). Shops without a single sale stay in: empty dates, 0 for sales and takings.",
        "Left join shops with their sales: shop_id, name, first_sale = first sold_on, last_sale = last sold_on, "
        "sales = number of sales and takings = sum of amount. A shop with no sales has empty dates and 0 in both "
        "numbers.",
    ],
)
def test_first_last_number_and_total(prompt: str) -> None:
    found = {row["shop_id"]: row for row in table(plan(prompt, "bakery"), "bakery")}
    assert len(found) == 4
    assert found[1] == {"shop_id": 1, "name": "Mill Lane", "first_sale": FIRST, "last_sale": LAST, "sales": 3,
                        "takings": 24.0}  # fmt: skip
    assert found[4] == {"shop_id": 4, "name": "Harbour", "first_sale": None, "last_sale": None, "sales": 0,
                        "takings": 0}  # fmt: skip


@pytest.mark.parametrize(
    "prompt",
    [
        "One row per shop: shop_id, online_sales (number of sales with channel online). Shops without sales: 0.",
        "How many online sales did each shop make? shop_id, name, online_sales - a shop nobody bought from gets zero.",
    ],
)
def test_only_some_rows_count(prompt: str) -> None:
    rows = table(plan(prompt, "bakery"), "bakery")
    assert {row["shop_id"]: row["online_sales"] for row in rows} == {1: 1, 2: 1, 3: 1, 4: 0}


def test_a_value_in_a_name_is_the_condition_of_its_neighbour() -> None:
    prompt = (
        "For all shops: shop_id, online_sales (number of sales with channel online) and online_takings (sum of their "
        "amount). Where a shop has no online sale both are 0."
    )
    rows = table(plan(prompt, "bakery"), "bakery")
    assert {row["shop_id"]: (row["online_sales"], row["online_takings"]) for row in rows} == {
        1: (1, 10.0), 2: (1, 3.0), 3: (1, 20.0), 4: (0, 0)}  # fmt: skip


@pytest.mark.parametrize(
    "prompt",
    [
        "One row per shop: shop_id, name, sales (number of sales), online_sales. Shops without sales are kept with 0.",
        "One row per shop: shop_id, name, sales (how many), returned_sales. Shops without any sales show 0 in both.",
    ],
)
def test_what_is_not_told_is_not_planned(prompt: str) -> None:
    outcome = plan(prompt, "bakery")
    assert not isinstance(outcome, Proposal) or "online" in str(outcome.spec.steps)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("products that were never sold: product_id, product_name will do", {"Scone"}),
        ("List the products nobody bought in any sale (no row in sales): product_id and product_name.", {"Scone"}),
    ],
)
def test_rows_without_a_partner(prompt: str, names: set[str]) -> None:
    assert {row["product_name"] for row in table(plan(prompt, "bakery"), "bakery")} == names


def test_rows_are_counted_where_the_number_is_of_rows() -> None:
    prompt = (
        "For every shop_id with at least 3 sales: shop_id and channels, the different channel values from A to Z "
        "with '; ' in between."
    )
    outcome = plan(prompt, "bakery")
    assert {row["shop_id"]: row["channels"] for row in table(outcome, "bakery")} == {
        1: "counter; online", 2: "counter; online; phone"}  # fmt: skip


def test_moments_are_shown_as_days_and_nothing_as_null_where_that_is_said() -> None:
    found = run(
        "Skater summary. Every skater in rink.skaters gets exactly one row, also those without swipes. Fields: "
        "skater_id, first_swipe (day of their earliest swipe, as a date), last_swipe (day of the latest one), swipes "
        "(number of swipes). Where there is nothing to report leave the three fields null, not 0.",
        "rink",
    )

    day = date(2024, 1, 1)
    shown = sorted(tuple(row.values()) for row in found)
    assert shown == [(1, day, day, 4), (2, day, day, 3), (3, None, None, None), (4, None, None, None)]
