"""Grouped results whose columns are listed in many layouts, and whose measures are classes, formulas or cells."""

from __future__ import annotations

from typing import Any

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal
from datamorph.planning.offline.recipes.layout import written_out


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=str)


CHANNELS = [("counter", 4, 23.0), ("online", 3, 33.0), ("phone", 1, 9.0)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Aggregate sales by channel:\n- channel\n- deals: number of sales\n- total_amt: sum of amount",
        "Aggregate the sales by channel.\nchannel | deals | total_amt\ndeals is the number of sales, "
        "total_amt the sum of amount.",
        "For every channel of sales: deals := number of sales, total_amt := sum of amount.",
        'Resulting columns "channel", "deals" and "total_amt" from sales: deals is the number of sales, total_amt the '
        "sum of amount.",
        "From sales: headings should read channel, deals (number of sales), total_amt (sum of amount).",
        "I'm after channel, deals (how many sales) and total_amt (sum of amount) of the bakery sales.",
    ],
)
def test_a_list_is_read_in_any_layout(prompt: str) -> None:
    assert values(run(prompt, "bakery")) == CHANNELS


def test_lines_that_only_tell_what_to_do_are_no_list() -> None:
    assert written_out("Sales:\n- Filter: only online\n- Sort: by name") == "Sales: Filter: only online. Sort: by name"


@pytest.mark.parametrize(
    "prompt",
    [
        "Bands of sales by amount: small (under 5), middle (5 to under 10), large (10 and more). "
        "Columns band, deals (number of sales).",
        "Classify the sales by amount: below 5 is small, 5 up to below 10 is middle, 10 and more is large. "
        "Per class: amount_class, deals (number of sales).",
    ],
)
def test_classes_are_read_part_by_part(prompt: str) -> None:
    assert values(confirmed(prompt, "bakery")) == [("large", 2), ("middle", 4), ("small", 2)]


def test_the_rest_may_lie_between_two_classes() -> None:
    found = run(
        "Sales by amount: small = below 5, large = 10 and more, the rest is middle. "
        "Columns amount_class, deals (number of sales).",
        "bakery",
    )

    assert values(found) == [("large", 2), ("middle", 4), ("small", 2)]


def test_classes_of_the_time_between_two_moments() -> None:
    found = run(
        "Visits classed by how long they lasted (arrived_at to left_at): under one hour is 'short', one hour and "
        "longer 'long'. For each class: stay_class, visits (number of visits).",
        "clinic",
    )

    assert values(found) == [("long", 3), ("short", 1)]


@pytest.mark.parametrize(
    "prompt",
    [
        "Sales by amount: below 5 is small, 6 up to below 10 is middle, 10 and more is large. "
        "Columns amount_class, deals (number of sales).",
        "Products by price: below 3 is cheap, 3 and more is dear. Columns price_class, products (number of products).",
    ],
)
def test_classes_that_leave_numbers_or_gaps_open_are_not_planned(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bakery"), Proposal)


def test_a_flag_is_no_class() -> None:
    found = run(
        "Does the amount matter? big = true when amount is over 8, else false. Result: big, deals (number of sales), "
        "mean_quantity (mean of quantity, 2 decimals).",
        "bakery",
    )

    assert values(found) == [(False, 5, 2.0), (True, 3, 4.0)] or {row["big"] for row in found} == {True, False}


@pytest.mark.parametrize(
    "prompt",
    [
        "Visits per ward: walk_min = walk_s / 60, added up. Columns ward, walk_min.",
        "Per ward of the visits: ward and walk_min, where walk_min is walk_s / 60 summed up.",
    ],
)
def test_a_formula_is_taken_as_it_is_written(prompt: str) -> None:
    assert values(run(prompt, "clinic")) == [("east", 5.0), ("west", 2.5)]


def test_a_measure_is_made_of_two_others() -> None:
    found = run(
        "Per channel of the sales: channel, deals (number of sales), total_amt (sum of amount), "
        "per_deal = total_amt / deals, 2 decimals.",
        "bakery",
    )

    assert values(found) == [("counter", 4, 23.0, 5.75), ("online", 3, 33.0, 11.0), ("phone", 1, 9.0, 9.0)]


def test_at_least_is_no_smallest_one() -> None:
    found = run(
        "Per channel of the sales: channel, deals (number of sales), total_amt (sum of amount) - channels with at "
        "least 3 deals only.",
        "bakery",
    )

    assert values(found) == CHANNELS[:2]


def test_shares_within_a_key_that_the_name_tells() -> None:
    found = run(
        "Sum of amount per shop_id and channel of the sales: shop_id, channel, total_amt (sum of amount) and "
        "share_in_channel, i.e. that amount divided by everything sold in the channel, 4 decimals.",
        "bakery",
    )

    shares = {(row["shop_id"], row["channel"]): row["share_in_channel"] for row in found}
    assert shares[2, "phone"] == 1.0
    assert shares[3, "online"] == 0.6061


def test_cells_stand_beside_other_measures() -> None:
    found = run(
        "Per shop_id of the sales: shop_id, counter_deals, online_deals and phone_deals (number of sales of the "
        "channel), avg_amount (mean of amount, 2 decimals).",
        "bakery",
    )

    assert values(found) == [(1, 2, 1, 0, 8.0), (2, 1, 1, 1, 5.33), (3, 1, 1, 0, 12.5)]


def test_cells_of_amounts_need_to_know_what_fills_their_gaps() -> None:
    wanted = "Per shop_id of the sales: shop_id, counter_amount, online_amount, phone_amount (sum of amount by channel)"

    assert values(run(f"{wanted}, 0 where nothing was sold.", "bakery")) == [
        (1, 14.0, 10.0, 0.0),
        (2, 4.0, 3.0, 9.0),
        (3, 5.0, 20.0, 0.0),
    ]


def test_ties_are_settled_upwards_beside_the_largest_first() -> None:
    found = run(
        "Which 2 products sold most by quantity? Show product_id, product_name and total_qty (sum of quantity of the "
        "sales), largest quantity first and product_name as tie-break.",
        "bakery",
    )

    assert [tuple(row.values()) for row in found] == [(10, "Rye", 8), (11, "Baguette", 6)]


def test_a_share_of_all_the_money_is_none_of_the_rows() -> None:
    found = run(
        "Sales by channel: channel, deals (number of sales), total_amt (sum of amount) and pct - what percentage of "
        "all sales money that channel brought in, 1 decimal.",
        "bakery",
    )

    assert {row["channel"]: row["pct"] for row in found} == {"counter": 35.4, "online": 50.8, "phone": 13.8}
