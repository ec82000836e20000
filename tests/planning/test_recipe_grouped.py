"""Grouped tables in many wordings: the rows, and what must not be answered."""

from __future__ import annotations

from typing import Any

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=str)


def test_counts_totals_and_shares_stand_side_by_side() -> None:
    found = run(
        "Ticket SH-12: channel statistics. Columns: channel, sales_cnt (number of sales), total_amt (sum of amount), "
        "share (of all sales, decimal fraction, 3 digits).",
        "bakery",
    )

    assert [row[:3] for row in values(found)] == [("counter", 4, 23.0), ("online", 3, 33.0), ("phone", 1, 9.0)]


def test_shops_without_sales_stay_with_zeros() -> None:
    found = run(
        "Shop overview: shop_id, name, sales_cnt (number of sales) and total_amt (sum of amount). "
        "Shops that never sold anything must still be listed, with 0 in both.",
        "bakery",
    )

    assert values(found) == [
        (1, "Mill Lane", 3, 24.0),
        (2, "Old Town", 3, 16.0),
        (3, "Station", 2, 25.0),
        (4, "Harbour", 0, 0.0),
    ]


@pytest.mark.parametrize("prompt", ["Columns: channel, worth. The good ones only.", "channel, avg_minutes per shop"])
def test_what_is_not_clear_is_not_planned(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bakery"), Proposal)
