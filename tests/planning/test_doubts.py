"""A second look at a plan finds what the prompt says and the plan does not do, whoever made the plan."""

import pytest
from lake import catalog, plan

from datamorph.core.plan import Proposal, Questions
from datamorph.core.spec import build_spec
from datamorph.planning.offline.doubts.doubts import doubted, find_doubts
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.rephrasing.said import Said

PER_SHOP = {"name": "r", "aggregate": {"from": "sales", "by": ["shop_id"], "measures": {"total": "sum(amount)"}}}


def evidence(prompt, *steps, domain="bakery", table="sales"):
    lake = catalog(domain)
    names, values, relations = Indexes().of(lake)
    spec = build_spec({
        "name": "r", "prompt": prompt, "sources": {table: f"raw.{domain}.{table}"}, "steps": list(steps),
        "target": {"table": f"curated.{domain}.r"}})  # fmt: skip
    return Evidence(Said(prompt, lake, names, values, relations), spec, relations)


def kept(where):
    return {"name": "kept", "filter": {"from": "sales", "where": where}}


def derived(formula):
    return {"name": "r", "derive": {"from": "sales", "columns": {"ref": formula}}}


def measured(formula, *, by=("shop_id",), **more):
    return {"name": "r", "aggregate": {"from": "sales", "by": list(by), "measures": {"m": formula, **more}}}


@pytest.mark.parametrize(
    ("prompt", "steps", "doubt"),
    [
        ("sales above 20 per shop", [PER_SHOP], "20 is nowhere in it"),
        ("sales on 2024-02-14", [kept("amount > 2")], "2024-02-14 is nowhere in it"),
        ("sales with 'x' in the channel", [kept("channel IS NOT NULL")], "'x' is nowhere in it"),
        ("total_eur per shop", [PER_SHOP], "total_eur is nowhere in it"),
        ("online sales per shop", [PER_SHOP], "'online' is nowhere in it"),
        ("sales from January 2024", [kept("sold_on >= DATE '2024-01-01'")],
         "'from January 2024' may mean that time alone"),
        ("shops with more than 1 sale and no discount",
         [kept("discount IS NULL"), {"name": "n", "aggregate": {"from": "kept", "by": ["shop_id"],
                                                                "measures": {"n": "count(*)"}}},
          {"name": "r", "filter": {"from": "n", "where": "n > 1"}}], "rows are chosen before they are counted"),
        ("total amount per shop, 2 decimals", [PER_SHOP], "nothing in it has 2 decimals"),
        ("the number of sales above 2", [kept("amount > 2")], "nothing in it is 'number of sales'"),
        ("one sale per discount", [{"name": "r", "dedupe": {"from": "sales", "by": ["discount"],
                                                            "order_by": ["sale_id"]}}],
         "of all rows without discount it keeps only one"),
        ("average amount per shop", [PER_SHOP], "nothing in it is 'average'"),
        ("running total of amount by day", [PER_SHOP], "nothing in it is 'running'"),
        ("total amount per shop without refunds", [PER_SHOP],
         "nothing is left out by it, yet the prompt says 'without'"),
        ("sales from January or with a discount", [kept("month(sold_on) = 1 AND discount > 0")],
         "it demands all conditions at once, yet the prompt says 'or'"),
        ("total amount per channel", [PER_SHOP], "no step groups by 'channel'"),
        ("total amount for every product", [PER_SHOP], "no step groups by 'product'"),
        ("the newest sale of each shop",
         [{"name": "r", "dedupe": {"from": "sales", "by": ["sold_on"], "order_by": ["sold_on desc"]}}],
         "it keeps one row for each sold_on, in the order of sold_on"),
        ("number of sales per shop as n", [measured("count(*)", n="count(*)")], "m and n are the same"),
        ("how many sales per shop", [measured("count(DISTINCT sold_on)")],
         "it counts the different values of sold_on"),
        ("average number of sales per shop", [measured("avg(sale_id)")],
         "it computes the avg of sale_id, which is a key"),
        ("sales in 2024", [kept("quantity = 2024")], "it compares quantity with 2024"),
        ("sales above 1500 metres", [kept("year(sold_on) > 1500")], "it compares year(sold_on) with 1500"),
        ("sales with channel 7", [kept("channel = '7'")], "7 is compared as text"),
        ("highest channel per shop", [measured("max(channel)")],
         "channel is text, whose largest value is the last of the alphabet"),
        ("sales with channel A and amount", [kept("amount > 0")], "A is nowhere in it"),
        ("sales with missing channel as none", [measured("count(*)", none="count(amount)")], "a column is called none"),
        ("sales of 9 items", [{"name": "r", "derive": {
            "from": "sales", "columns": {"code": "regexp_replace(channel, '[^0-9]', '')"}}}], "9 is nowhere in it"),
        ("per shop_id give total (sum of amount) and pieces (sum of quantity)", [PER_SHOP],
         "pieces is no column of it"),
        ("channel as a number", [{"name": "r", "select": {"from": "sales", "columns": ["channel"]}}],
         "nothing is converted by it, yet the prompt says 'as a number'"),
        ("amount per discount", [measured("sum(amount)", by=("discount",))], "it groups by the amounts in discount"),
        ("average number of channels per shop", [measured("count(DISTINCT channel) / count(DISTINCT shop_id)", by=())],
         "it counts the different values of channel"),
        ("sales with a channel but no discount", [
            {"name": "a", "select": {"from": "sales", "columns": ["channel"]}},
            {"name": "b", "select": {"from": "sales", "columns": [{"channel": "discount"}]}},
            {"name": "r", "except": {"of": ["a", "b"]}}],
         "it compares channel with discount of other rows"),
        ("revenue per shop", [measured("count(*)")], "it counts rows for 'revenue'"),
        ("sales per shop and channel, only shops with 3 sales",
         [measured("count(*)", by=("shop_id", "channel")), {"name": "k", "filter": {"from": "r", "where": "m >= 3"}}],
         "the limit is on groups that are smaller than one shop"),
    ],
)  # fmt: skip
def test_what_the_prompt_says_and_the_plan_does_not_is_found(prompt, steps, doubt):
    assert doubt in find_doubts(evidence(prompt, *steps))


@pytest.mark.parametrize(
    ("prompt", "steps", "doubt"),
    [
        ("channel with dots and blanks taken out", [derived("lower(trim(channel))")],
         "dots stay, yet the prompt says that they go"),
        ("sales on the web get 1, 0 for the others", [kept("channel = 'other'")],
         "it keeps rows that hold 'other', which the prompt may not mean as a value"),
        ("Keep one sale of each shop. Columns: shop_id, channel, amount.",
         [{"name": "r", "dedupe": {"from": "sales", "by": ["shop_id"], "order_by": ["sale_id"]}}],
         "product_id is shown, which the prompt does not list"),
        ("per shop the channels of its sales in one text", [measured("text_list(product_id, '; ')")],
         "it lists product_id, which the prompt does not name"),
        ("total amount per shop, alphabetically", [PER_SHOP],
         "nothing is sorted by it, yet the prompt says 'alphabetically'"),
        ("for sales it is 'S' followed by sale_id", [derived("concat('S', cast(shop_id as string))")],
         "'S' does not stand before sale_id in it"),
        ("total amount of refunded sales per shop", [PER_SHOP], "nothing in it tells 'refunded' ones apart"),
        ("total amount of sales from abroad per shop", [PER_SHOP], "nothing in it tells those from 'abroad' apart"),
        ("total amount of sales that were refunded, per shop", [PER_SHOP],
         "nothing in it tells those that 'refunded' apart"),
        ("total amount per shop, rounded down", [PER_SHOP], "nothing in it is rounded down"),
        ("sales where the discount is empty are left out", [
            {"name": "k", "filter": {"from": "sales", "where": "discount is null"}},
            {"name": "r", "aggregate": {"from": "k", "by": ["shop_id"], "measures": {"m": "sum(amount - discount)"}}}],
         "discount is empty in all rows that it keeps, and computed with"),
        ("leave out cancelled sales", [kept("channel in ('out', 'cancelled')")],
         "'out' is a value in it, which may be part of leave 'out'"),
        ("number the sales in the sequence they went out", [kept("channel = 'out'")],
         "'out' is a value in it, which may be part of went 'out'"),
        ("for all sales: shop id, total and n (how many)", [
            {"name": "r", "aggregate": {"from": "sales", "by": ["channel"], "measures": {"total": "count(*)",
                                                                                     "n": "count(*)"}}}],
         "'shop id' is no column of it"),
        ("per channel I'd like sales, m (how many) and n (the late ones)", [
            {"name": "r", "aggregate": {"from": "sales", "by": ["channel"], "measures": {"m": "count(*)",
                                                                                        "n": "count(*)"}}}],
         "'sales' is no column of it"),
        ("shops with the channels of their sales in one text", [
            {"name": "g", "aggregate": {"from": "sales", "by": ["shop_id", "channel"],
                                        "measures": {"items": "text_list(product_id, ', ')"}}},
            {"name": "r", "select": {"from": "g", "columns": ["shop_id", {"channels": "channel"}, "items"]}}],
         "channels holds one channel each, and another column is the list"),
        ("sales: sale_id, ref: blanks off, lower case", [derived("lower(channel)")], "blanks stay in ref"),
        ("sales: sale_id and ref (channel in lower case)", [derived("trim(channel)")], "ref is not in lower case"),
        ("two columns, sale_id and ref; ref is the channel", [derived("shop_id")], "ref is not made of channel"),
        ("per shop m = the mean amount, rounded", [measured("round(sum(amount), 1)")], "m is no average"),
        ("the 2 best sales per shop; equal amounts: the lower sale_id", [
            {"name": "r", "top": {"from": "sales", "per": ["shop_id"], "order_by": ["amount desc"], "n": 2}}],
         "nothing is ordered by sale_id, yet the prompt says 'lower sale_id'"),
        ("for all sales the person (given name and surname), shop_id and channel", [
            {"name": "r", "select": {"from": "sales", "columns": ["shop_id", "channel"]}}],
         "person is not in the result"),
    ],
)  # fmt: skip
def test_what_was_lost_on_the_way_is_found(prompt, steps, doubt):
    assert doubt in find_doubts(evidence(prompt, *steps))


@pytest.mark.parametrize(
    ("prompt", "steps"),
    [
        ("sale_id and, as ref, 'S' followed by sale_id", [derived("concat('S', cast(sale_id as string))")]),
        ("quantity with its dots removed", [derived("regexp_replace(channel, '[.]', '')")]),
        ("sales in the channel 'other'", [kept("channel = 'other'")]),
        ("the product_id of all sales in one text per shop", [measured("text_list(product_id, '; ')")]),
        ("lanes with the same number of sales per shop", [PER_SHOP]),
        ("total amount per shop, not rounded", [PER_SHOP]),
        ("shops without sales have no row; total amount per shop", [PER_SHOP]),
        ("total amount per shop (0.25 = a quarter)", [PER_SHOP]),
        ("total amount per shop and nothing else of these three", [PER_SHOP]),
        ("total amount of the sales for the finance report, per shop", [PER_SHOP]),
        ("total amount of the recorded sales per shop", [PER_SHOP]),
        ("sales: ref: blanks off, lower case", [derived("lower(trim(channel))")]),
        ("ref is the channel, blanks between words stay", [derived("channel")]),
    ],
)
def test_what_is_there_is_not_called_lost(prompt, steps):
    assert find_doubts(evidence(prompt, *steps)) == []


def test_a_flag_that_the_prompt_says_and_the_plan_does_not_read_is_found():
    step = {
        "name": "r",
        "aggregate": {"from": "trips", "by": ["driver_id"], "measures": {"scrapped_trips": "count(*)"}},
    }
    counted = {**step, "aggregate": {**step["aggregate"], "measures": {"n": "count_if(scrapped)"}}}
    doubt = "scrapped is nowhere in it, yet the prompt says 'scrapped'"

    assert doubt in find_doubts(evidence("scrapped trips per driver", step, domain="depot", table="trips"))
    assert doubt not in find_doubts(evidence("scrapped trips per driver", counted, domain="depot", table="trips"))


def test_an_amount_in_cents_that_is_called_euros_is_found():
    step = {"name": "r", "aggregate": {"from": "visits", "by": ["ward"], "measures": {"fees_eur": "sum(fee_cents)"}}}
    found = evidence("fees in euros per ward", step, domain="clinic", table="visits")

    assert find_doubts(found) == ["fee_cents stays in cents, yet the prompt says 'euros'"]


@pytest.mark.parametrize(
    ("prompt", "steps"),
    [
        ("total amount per shop", [PER_SHOP]),
        ("sales of more than 2 items, without a discount", [kept("quantity >= 3 AND discount IS NULL")]),
        ("sales since 2024-01-01", [kept("year(sold_on) >= 2024")]),
        ("share of 5 percent of the amount", [kept("amount / 100 > 0.05")]),
        ("number of different days per shop", [measured("count(DISTINCT sold_on)")]),
        ("sales per channel: online, counter", [measured("count_if(channel = 'online')", by=("shop_id",))]),
        ("total amount per shop, just these two columns", [PER_SHOP]),
        ("drop the discount, keep the rest", [{"name": "r", "drop": {"from": "sales", "columns": ["discount"]}}]),
    ],
)
def test_a_plan_that_does_what_the_prompt_says_is_not_doubted(prompt, steps):
    assert find_doubts(evidence(prompt, *steps)) == []


def test_a_plan_that_is_doubted_is_for_a_person_to_confirm():
    outcome = plan("total amount per shop", "bakery")
    assert isinstance(outcome, Proposal)
    found = evidence("total amount per shop above 20", PER_SHOP)

    asked = doubted(outcome, found, {})

    assert isinstance(asked, Questions)
    assert "20 is nowhere in it" in asked.questions[0].text
    assert doubted(outcome, found, {asked.questions[0].id: asked.questions[0].choices[0].value}) is outcome
    refused = doubted(outcome, found, {asked.questions[0].id: asked.questions[0].choices[1].value})
    assert "not what was meant: 20 is nowhere in it" in refused.message


@pytest.mark.parametrize(("prompt", "step", "doubt"), [
    ("sales in March 2024 as march_sales", kept("year(sold_on) = 2024"), "March 2024 is nowhere in it"),
    ("sales in May 2024 per shop", PER_SHOP, "May 2024 is nowhere in it"),
    ("latest amount per shop: shop_id, total", PER_SHOP, "nothing in it takes the latest one"),
    ("shop_id and the most recent amount of each shop", PER_SHOP, "nothing in it takes the most recent one"),
])  # fmt: skip
def test_a_month_or_the_latest_of_several_that_got_lost(prompt, step, doubt):
    assert doubt in find_doubts(evidence(prompt, step))


@pytest.mark.parametrize(("prompt", "step"), [
    ("sales in March 2024", kept("sold_on >= date '2024-03-01' and sold_on < date '2024-04-01'")),
    ("sales until March 2024", kept("sold_on < date '2024-04-01'")),
    ("sales before March 2024", kept("sold_on <= date '2024-02-29'")),
    ("sales in March 2024", kept("month(sold_on) = 3 and year(sold_on) = 2024")),
    ("latest sale of each shop", {"name": "r", "dedupe": {"from": "sales", "by": ["shop_id"],
                                                         "order_by": ["sold_on desc"]}}),
])  # fmt: skip
def test_months_and_the_latest_that_are_in_the_plan(prompt, step):
    assert not [one for one in find_doubts(evidence(prompt, step)) if "nowhere" in one or "takes the" in one]
