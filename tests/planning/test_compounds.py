"""Two nouns in a row: the first says what the rows of the second are about."""

from __future__ import annotations

import pytest
from lake import run

BY_CHANNEL = {"counter": 4, "online": 3, "phone": 1}


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("number of shop sales per channel", "sale_count"),
        ("count the product sales per channel", "sale_count"),
        ("how many shop sales per channel? Call it n", "n"),
        ("shop sales per channel", "sale_count"),
        ("for each channel the number of product sales", "sale_count"),
    ],
)
def test_the_rows_of_the_second_are_counted(prompt, name):
    assert {row["channel"]: row[name] for row in run(prompt)} == BY_CHANNEL


def test_the_first_is_what_groups_are_of():
    assert {row["shop_id"]: row["sale_count"] for row in run("per shop sales")} == {1: 3, 2: 3, 3: 2}
    assert {row["product_id"]: row["n"] for row in run("for each product the number of sales as n")}[12] == 3
