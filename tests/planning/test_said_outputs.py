"""How people say what the result looks like: its columns, its order, its first rows, ranks, decimals."""

from datetime import date

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal

LISTED = {
    "I only need name and city from shops, alphabetically by name.": [
        ("Harbour", "Hull"), ("Mill Lane", "Leeds"), ("Old Town", "York"), ("Station", "Leeds")],
    "shop_id, name for all shops, newest shop first": [
        (4, "Harbour"), (3, "Station"), (2, "Old Town"), (1, "Mill Lane")],
    "Just these columns please: product_name | price. Priciest product at the top.": [
        ("Rye", 4.0), ("Eclair", 3.0), ("Baguette", 2.5), ("Scone", None)],
    "sales per channel: channel, sales (how many), large (how many of them have quantity over 2)": [
        ("counter", 4, 0), ("online", 3, 2), ("phone", 1, 1)],
    "channel, n [number of them], total (amount added up) - sales grouped by channel - largest group leading": [
        ("counter", 4, 23.0), ("online", 3, 33.0), ("phone", 1, 9.0)],
    "per shop the sales: shop_id, n, share_pct (percentage of all sales, 1 decimal)": [
        (1, 3, 37.5), (2, 3, 37.5), (3, 2, 25.0)],
    "number of sales per month of sold_on: month (first day of it), sales (how many), in chronological order": [
        (date(2024, 1, 1), 3), (date(2024, 2, 1), 3), (date(2024, 3, 1), 2)],
    "sales with quantity over 3: sale_id, half = amount / 2 rounded to 1 decimal, newest first": [
        (106, 10.0), (101, 5.0)],
    "shop_id, name and a column country that always reads 'UK', from shops": [
        (1, "Mill Lane", "UK"), (2, "Old Town", "UK"), (3, "Station", "UK"), (4, "Harbour", "UK")],
    "the 3 biggest sales by amount: place (1 = biggest), sale_id, amount; lower sale_id if tied": [
        (1, 106, 20.0), (2, 101, 10.0), (3, 103, 9.0)],
    "the two latest sales of each shop by sold_on: shop_id, pos (1 = latest), sale_id": [
        (1, 1, 107), (1, 2, 101), (2, 1, 104), (2, 2, 103), (3, 1, 106), (3, 2, 105)],
    "rank products by price, largest is 1, equal prices share a rank and the next one is skipped: "
    "product_name, price_rank": [("Rye", 1), ("Eclair", 2), ("Baguette", 3), ("Scone", 4)],
    "Pairs of shop_id and channel that occur in sales with amount over 8": [
        (1, "online"), (2, "phone"), (3, "online")],
    "the second most expensive product by price: product_name, price": [("Eclair", 3.0)],
    "first 2 sales by sold_on: sale_id": [(100,), (101,)],
    "sold_on as day, shop_id as shop of sales with quantity over 3, in reverse sale_id order": [
        (date(2024, 3, 1), 3), (date(2024, 1, 9), 1)],
    "sales with amount over 8: sale_id, full_amount (amount rounded up), sale_id from high to low": [
        (106, 20), (103, 9), (101, 10)],
    "average amount per channel, to the nearest 10": [("counter", 10.0), ("online", 10.0), ("phone", 10.0)],
}  # fmt: skip
"""What is said, and the rows of the result."""

NAMED = {
    "shops with city left out, everything else stays": ["shop_id", "name", "opened_on"],
    "Everything but discount and channel from sales": [
        "sale_id", "shop_id", "product_id", "sold_on", "quantity", "amount"],
    "All columns of products plus double_price, which is price times 2": [
        "product_id", "product_name", "category", "price", "double_price"],
    "number of sales per channel. Columns: channel as way, SaleCount": ["way", "SaleCount"],
    "members without the email column": ["member_id", "first_name", "last_name", "shop_id", "changed_at"],
}  # fmt: skip
"""What is said, and the names of the result's columns."""

ORDERED = {
    "sales, sorted from the latest sold_on back to the first": 107,
    "sales, ordered so that the smallest amount comes first": 104,
    "sales ordered by channel from Z to A; same channel: higher sale_id first": 103,
    "sales, quantity descending and within a quantity by sale_id": 106,
}


@pytest.mark.parametrize(("prompt", "rows"), LISTED.items())
def test_the_result_has_the_columns_and_rows_that_are_said(prompt, rows):
    found = [tuple(row.values()) for row in confirmed(prompt)]
    is_ordered = any(word in prompt for word in ("first", "top", "order", "biggest", "high to low", "alphabetically"))

    assert (found if is_ordered else sorted(found, key=str)) == (rows if is_ordered else sorted(rows, key=str))


@pytest.mark.parametrize(("prompt", "names"), NAMED.items())
def test_the_columns_are_named_as_it_is_said(prompt, names):
    assert list(run(prompt)[0]) == names


@pytest.mark.parametrize(("prompt", "first"), ORDERED.items())
def test_the_rows_stand_in_the_order_that_is_said(prompt, first):
    assert run(prompt)[0]["sale_id"] == first


@pytest.mark.parametrize("prompt", [
    "number of sales per shop. Columns: shop_id, sales, mood",
    "top 3 products by product_name",
    "sales, biggest sale first",
])  # fmt: skip
def test_what_is_not_said_is_not_guessed(prompt):
    assert not isinstance(plan(prompt), Proposal)


@pytest.mark.parametrize("said", [
    "Sales with quantity over 3. Give sale_id, quantity and days_since, the days from sold_on to 11 March 2024.",
    "Sales with quantity over 3: sale_id, quantity and days_since, which is the days from sold_on to 11 March 2024",
])  # fmt: skip
def test_what_stands_behind_a_closed_list_says_what_its_last_name_means(said):
    assert sorted(tuple(row.values()) for row in run(said)) == [(101, 4, 62), (106, 5, 10)]


def test_the_last_name_of_a_closed_list_is_a_measure():
    said = "sales per channel: channel, n_sales and best_amount, the highest amount"
    assert {row["channel"]: (row["n_sales"], row["best_amount"]) for row in run(said)} == {
        "counter": (4, 8.0), "online": (3, 20.0), "phone": (1, 9.0)
    }  # fmt: skip


@pytest.mark.parametrize("said", [
    "sales: sale_id and first_sale, the sold_on",
    "sales per channel: channel, total_paid, the number of sales",
])  # fmt: skip
def test_columns_that_follow_a_name_are_not_its_meaning(said):
    found = plan(said)
    assert not isinstance(found, Proposal) or "total_paid: count" not in str(found.spec)
    assert not isinstance(found, Proposal) or "first_sale" not in found.spec.model_dump_json()
