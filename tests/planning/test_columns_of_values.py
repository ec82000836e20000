from lake import run


def test_columns_of_a_crosstab_come_from_the_column_behind_them():
    rows = run("crosstab of sale counts: one row per shop_id, columns counter, online and phone (the channel)")

    assert rows[0].keys() >= {"shop_id", "counter", "online", "phone"}
    assert next(r for r in rows if r["shop_id"] == 1) == {"shop_id": 1, "counter": 2, "online": 1, "phone": 0}


def test_a_count_beside_a_count_of_some_of_them_is_named_alike():
    rows = run("flag sales as big when amount is at least 8 and give per channel the number of sales and big_sales")

    assert {r["channel"]: (r["sales"], r["big_sales"]) for r in rows}["counter"] == (4, 1)


def test_an_average_is_of_what_stands_in_parentheses_behind_its_words():
    rows = run("average price of a piece in pounds (amount / quantity, 1 decimal) per channel as piece")

    assert {r["channel"]: r["piece"] for r in rows}["phone"] == 3.0


def test_the_plural_of_a_table_is_the_count_where_it_is_counted():
    rows = run("bucket sales by amount: 'small' is under 5, 'large' otherwise. Per bucket count the sales. "
               "Name them bucket, sales")  # fmt: skip

    assert {r["bucket"]: r["sales"] for r in rows} == {"small": 2, "large": 6}
