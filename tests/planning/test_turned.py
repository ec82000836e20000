"""Plans that would turn a prompt round, or narrow all rows to a part: asked about, or planned as they are meant."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal

TURNED = [
    "total amount per shop excluding shops in Leeds and online sales",
    "total amount per shop without Leeds shops and phone sales",
    "select amount and discount of sales where not online and quantity over 1",
    "sales with exactly one of discount or channel missing",
    "number of online sales and total amount of phone sales per shop",
    "counter sales and those without a discount",
    "total amount and online amount per shop",
    "total amount, of which online, per shop",
    "per city number of shops and how many opened after 2020",
    "number of shops, of which in Leeds",
    "how many sales per shop, and how many of those were over 5",
    "the 3 oldest shops, newest first",
    "bottom 3 sales by amount, largest first",
    "top 3 sales by amount, smallest first",
    "top 5 shops by total amount, A to Z",
    "shops with no sales in February 2024, A to Z",
    "sales ordered by shop, latest first, then quantity ascending",
    "sort sales starting with the oldest and the highest amount",
    "select the shops opened in 2020",
    "products sold in March 2024",
    "sales without repeats of shop and product",
    "sales with discount, not online nor phone",
    "Which product was sold most often in each category? Show the category, its name and how many sales it had.",
    "Untick online and phone in the channel filter of the sales; keep all the other rows and columns.",
    "I want the bestseller of every category going by sales, shown as category, name and sales.",
    "Some members exist twice. Merge the ones who are the same person and keep a single record for each.",
]


@pytest.mark.parametrize("said", TURNED)
def test_what_may_be_turned_round_is_asked_about(said):
    assert not isinstance(plan(said), Proposal)


def test_flags_are_not_counted_as_values():
    assert not isinstance(plan("number of trips and how many scrapped per driver", "depot"), Proposal)


def test_the_latest_month_stands_first():
    months = [row["month"] for row in run("total amount per shop and month, latest month first")]

    assert months == sorted(months, reverse=True)


@pytest.mark.parametrize(("said", "first"), [
    ("total amount per channel, largest first", "online"),
    ("number of sales per channel, fewest first", "phone"),
    ("name and opened_on of shops, newest first", "Harbour"),
])  # fmt: skip
def test_orders_that_are_kept_are_not_doubted(said, first):
    assert next(iter(run(said)[0].values())) == first
