"""The compiled SELECT: the same meaning, whatever the names are."""

import duckdb
import pytest
from core_words import a_checked, out, rows, run

from datamorph.adapters.query.guard import check_query
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableSchema


def test_a_spec_is_one_select_with_a_part_per_step():
    checked = a_checked(
        {"name": "big", "filter": {"from": "orders", "where": "amount > 10"}},
        out("aggregate", from_="big", by=["shop"], measures={"total": "sum(amount)"}),
    )

    assert compile_sql(checked) == (
        "WITH big AS (\n"
        "  SELECT\n    id,\n    shop,\n    amount,\n    weight,\n    quantity,\n    ordered_on,\n    ordered_at,\n"
        "    seen_at,\n    is_gift,\n    tags\n"
        "  FROM orders\n  WHERE amount > 10\n), out AS (\n"
        "  SELECT\n    shop,\n    CAST(SUM(amount) AS DECIMAL(20,2)) AS total\n  FROM big\n  GROUP BY shop\n)\n"
        "SELECT *\nFROM out\n"
    )


def test_a_sorted_result_is_selected_in_order():
    assert compile_sql(a_checked(out("sort", by=["id desc"]))).endswith("ORDER BY id DESC NULLS LAST\n")


def test_a_spec_without_steps_selects_its_source():
    assert compile_sql(a_checked()) == "SELECT *\nFROM orders\n"


KEYWORDS = [row[0] for row in duckdb.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()]


def test_every_keyword_may_name_a_column():
    tables = {"orders": TableSchema.of(**dict.fromkeys(KEYWORDS, "int"))}
    computed = {
        f"{word}_2": f"coalesce(`{word}`, -`{word}`, case when `{word}` is null then 1 end)" for word in KEYWORDS
    }
    checked = a_checked(
        {"name": "more", "derive": {"from": "orders", "columns": computed}},
        {"name": "ranked", "window": {"from": "more", "order_by": KEYWORDS, "columns": {"n": "row_number()"}}},
        out("select", from_="ranked", columns=[*KEYWORDS, *({word + "_3": word + "_2"} for word in KEYWORDS)]),
        tables=tables,
    )

    assert len(rows(checked, tables, orders=[range(len(KEYWORDS))])[0]) == 2 * len(KEYWORDS)
    check_query(compile_sql(checked), ["orders"])


@pytest.mark.parametrize(
    "word", ["order", "group", "select", "table", "left", "l", "r", "end", "values", "desc", "all"]
)
def test_a_word_of_sql_may_name_a_frame(word):
    tables = {word: TableSchema.of(id="int"), "other": TableSchema.of(id="int")}
    checked = a_checked(
        {"name": f"{word}_2", "join": {"left": word, "right": "other", "on": ["id"]}},
        {"name": "where", "union": {"of": [word, f"{word}_2"]}},
        out("filter", from_="where", where="id > 0"),
        tables=tables,
    )

    assert rows(checked, tables, **{word: [(1,)], "other": [(1,)]}) == [(1,), (1,)]
    check_query(compile_sql(checked), [word, "other"])


@pytest.mark.parametrize(
    "text", ['"', "'", "\\", "a\nb", "`", "; drop table orders; --", "/*", "ä€😀", "\u2028", " x ", "%", "''", "\\'"]
)
def test_names_and_texts_arrive_as_they_are(text):
    tables = {"orders": TableSchema.of(**{text: "string"})}
    name, literal = f"`{text.replace('`', '``')}`", text.replace("'", "''")
    checked = a_checked(
        {"name": "a", "derive": {"from": "orders", "columns": {f"{text}2": f"concat({name}, '{literal}')"}}},
        out("filter", from_="a", where=f"{name} = '{literal}'"),
        tables=tables,
    )

    assert run(checked, tables, orders=[(text,), ("no",)]) == ([text, f"{text}2"], [(text, text * 2)])
    check_query(compile_sql(checked), ["orders"])
    assert "orders" in compile_sql(checked, "spark")


def test_long_decimals_and_roots_of_negative_numbers_do_not_fail():
    checked = a_checked(out("derive", columns={"money": "amount * quantity", "root": "sqrt(weight)"}))

    ((*_, money, root),) = rows(checked, orders=[(1, "a", "99999999.99", -1.0, 2_000_000_000, *[None] * 5)])

    assert float(money) == pytest.approx(1.9999999998e17)
    assert root is None


def test_a_long_chain_whose_steps_read_a_column_twice_does_not_grow_with_its_powers():
    shift = {"partition_by": ["shop"], "order_by": ["id"], "columns": {"weight": "weight + lag(weight)"}}
    chain = [
        {"name": f"s{number}", "window": {"from": f"s{number - 1}" if number else "orders", **shift}}
        for number in range(60)
    ]

    assert len(rows(a_checked(*chain), orders=[(1, "a", 1, 1.0, *[None] * 6)])) == 1
