"""Plans that take back what they do, show the same twice or lose rows: doubted, and the like that is sound is not."""

import pytest
from test_doubts import PER_SHOP, derived, evidence, kept

from datamorph.planning.offline.doubts.doubts import find_doubts

SHOPS = {"name": "r", "join": {"left": "sales", "right": "shops", "on": ["shop_id"], "how": "left"}}
LOWER = {"name": "lower", "derive": {"from": "sales", "columns": {"channel": "lower(channel)"}}}
NAMED = {"name": "r", "derive": {"from": "lower", "columns": {"channel": "concat(channel, '!')"}}}
UPPER = {"name": "r", "derive": {"from": "lower", "columns": {"channel": "'online'"}}}
FILLED = {"name": "filled", "fill": {"from": "sales", "values": {"discount": 0}}}
MONTH = {"name": "keyed", "derive": {"from": "sales", "columns": {"month": "date_format(sold_on, 'yyyy-MM')",
                                                                  "year": "year(sold_on)"}}}  # fmt: skip

PER_CHANNEL = {"aggregate": {"from": "sales", "by": ["channel"], "measures": {"n": "count(*)"}}}


def shown(table, *columns):
    return {"name": "shown", "select": {"from": table, "columns": list(columns)}}


def counted(*by):
    return {"name": "r", "aggregate": {"from": "keyed", "by": list(by), "measures": {"sale_count": "count(*)"}}}


@pytest.mark.parametrize(
    ("prompt", "steps", "doubt"),
    [
        ("sale_id and channel of sales", [shown("sales", "sale_id", "channel", {"way": "channel"})],
         "channel is in it under two names"),
        ("channel of sales in lower case, then as online", [LOWER, UPPER], "channel is computed twice, in two ways"),
        ("fill discount with 0, only sales without a discount",
         [FILLED, {"name": "r", "filter": {"from": "filled", "where": "discount IS NULL"}}],
         "discount is filled, and then only rows without it are kept"),
        ("sales for every month of every year, as 2024-03", [MONTH, counted("month", "year")],
         "the year is in its months, and in year again"),
        ("number of sales per shop, even those without", [PER_SHOP], "those without any are not in it"),
        ("sales that have onl in their channel", [derived("lower(channel)")],
         "nothing in it looks for 'onl' in channel"),
        ("sales that were online", [kept("amount > 2")], "'online' is nowhere in it"),
        ("number of sales per channel. Show only channels with at least 2 sales",
         [{**PER_CHANNEL, "name": "n"}, {"name": "k", "filter": {"from": "n", "where": "n >= 2"}},
          shown("k", "channel")],
         "'number of sales per channel' is not in its columns"),
        ("total amount per channel. Columns: channel, n", [{**PER_CHANNEL, "name": "r"}],
         "nothing in it adds up amount"),
        ("total amount per channel. Columns: channel, n",
         [{"name": "m", "aggregate": {"from": "sales", "by": ["channel"],
                                      "measures": {"n": "count(*)", "total_amount": "sum(amount)"}}},
          shown("m", "channel", "n")], "total_amount is computed, and not in the result"),
        ("Only 2024 counts, by sold_on. Number of sales per channel",
         [{"name": "r", "aggregate": {"from": "sales", "by": ["sold_on", "channel"], "measures": {"n": "count(*)"}}}],
         "it groups by sold_on, by which only some rows are meant to count"),
        ("highest amount per shop_id, also the channel",
         [{"name": "r", "aggregate": {"from": "sales", "by": ["shop_id", "channel"],
                                      "measures": {"most": "max(amount)"}}}], "it has a row for each channel"),
        ("daily sales amount average per shop",
         [{"name": "d", "derive": {"from": "sales", "columns": {"day": "cast(sold_on as date)"}}},
          {"name": "r", "aggregate": {"from": "d", "by": ["day", "shop_id"], "measures": {"mean": "avg(amount)"}}}],
         "the mean of what there is of each day, week or month may be meant"),
        ("merge the sales that are the same order", [{"name": "r", "dedupe": {"from": "sales"}}],
         "whole rows that are the same become one in it, not those of the same order"),
        ("which shop ids ran up over 3 in total", [kept("shop_id > 3"), {**PER_SHOP, "name": "r"}],
         "it compares shop_id with 3, which is a key"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_doubted(prompt, steps, doubt):
    assert doubt in find_doubts(evidence(prompt, *steps))


def test_a_day_of_the_month_is_no_day():
    step = {"name": "r", "dedupe": {"from": "readings", "by": ["day", "gauge"], "order_by": ["taken_at"]}}
    told = find_doubts(evidence("first reading of every day per gauge", step, domain="river", table="readings"))

    assert "day is the day of any month" in told


@pytest.mark.parametrize(
    ("prompt", "steps"),
    [
        ("sale_id and channel of sales", [shown("sales", "sale_id", "channel")]),
        ("channel of sales in lower case, and a ! behind it", [LOWER, NAMED]),
        ("fill discount with 0, only sales with a discount of 0",
         [FILLED, {"name": "r", "filter": {"from": "filled", "where": "discount = 0"}}]),
        ("sales per month", [MONTH, counted("month")]),
        ("sales that were online", [kept("channel = 'online'")]),
        ("merge sales with the same values in all columns", [{"name": "r", "dedupe": {"from": "sales"}}]),
        ("sales whose shop id is greater than or equal to 3", [kept("shop_id >= 3")]),
    ],
)  # fmt: skip
def test_what_is_sound_is_not_doubted(prompt, steps):
    told = find_doubts(evidence(prompt, *steps))

    assert not [one for one in told if "twice" in one or "two names" in one or "again" in one or "filled" in one
                or "whole rows" in one or "is a key" in one]  # fmt: skip
