"""load, tables, show, history, rollback and query on a small lake."""

from __future__ import annotations

import json

import pytest


def test_a_file_becomes_a_table_and_twice_changes_nothing(cli, home):
    first = cli("load", home.parent / "orders.csv", "raw.shop.orders", "--description", "one row per order")
    again = cli("load", home.parent / "orders.csv", "raw.shop.orders")

    assert (first.code, again.code) == (0, 0)
    assert "✓ Published raw.shop.orders" in first.out
    assert "5 rows, 5 columns" in first.out
    assert "= Unchanged raw.shop.orders" in again.out
    assert "datamorph --home" in first.out


def test_texts_for_missing_values(cli, home):
    (home.parent / "marks.csv").write_text("pupil,mark\na,1\nb,NA\nc,-\n")

    outcome = cli("load", home.parent / "marks.csv", "raw.school.marks", "--null", "NA", "--null", "-", "--json")

    assert outcome.document["columns"][1] == {"name": "mark", "type": "bigint"}
    assert cli("query", "SELECT COUNT(mark) AS n FROM marks", "--json").document["rows"] == [{"n": 1}]


def test_an_empty_lake_says_what_to_do(cli):
    outcome = cli("tables")

    assert outcome.code == 0
    assert "no table yet" in outcome.out
    assert "datamorph" in outcome.out


def test_tables_and_their_columns(shop):
    names = shop("tables").out
    columns = shop("tables", "--columns").out
    document = shop("tables", "--json").document

    assert "raw.shop.customers" in names
    assert "ordered_on" in columns
    assert [table["rows"] for table in document["tables"]] == [3, 5]
    assert {"name": "order_id", "type": "bigint", "nulls": 0, "distinct": 5, "minimum": 10, "maximum": 14,
            "description": ""} in document["tables"][1]["columns"]  # fmt: skip


def test_rows_are_shown_up_to_a_number(shop):
    outcome = shop("show", "orders", "--rows", "2")

    assert "5 rows, 5 columns" in outcome.out
    assert "700.5" in outcome.out
    assert "… 2 of 5 rows" in outcome.out


def test_missing_values_are_told_from_texts(shop):
    assert "null" in shop("show", "customers").out
    assert shop("show", "customers", "--json").document["rows"][2]["city"] is None


def test_a_query_gives_rows_or_json(shop):
    sql = "SELECT status, SUM(amount) AS total FROM raw.shop.orders GROUP BY status ORDER BY status"

    assert "completed" in shop("query", sql).out
    assert shop("query", sql, "--json").document == {
        "columns": ["status", "total"],
        "rows": [{"status": "cancelled", "total": 90.25}, {"status": "completed", "total": 1125.5}],
    }


def test_every_type_becomes_json(shop):
    sql = """SELECT 1.50::DECIMAL(9,2) AS d, DATE '2024-01-05' AS day, TIMESTAMPTZ '2024-01-05 06:00:00+00' AS at,
             'nan'::DOUBLE AS nan, [1, 2] AS list, {'a': true} AS struct, NULL AS nothing, '\\xC3'::BLOB AS bytes"""

    (row,) = shop("query", sql, "--json").document["rows"]

    assert row == {"d": "1.50", "day": "2024-01-05", "at": "2024-01-05T06:00:00Z", "nan": None, "list": [1, 2],
                   "struct": {"a": True}, "nothing": None, "bytes": "c3"}  # fmt: skip


def test_history_and_rollback(shop, home):
    (home.parent / "orders.csv").write_text("order_id,amount\n1,2.5\n")
    shop("load", home.parent / "orders.csv", "raw.shop.orders")
    new, old = shop("history", "orders", "--json").document["snapshots"]

    told = shop("history", "orders").out
    before = shop("show", "orders", "--as-of", old["snapshot_id"]).out
    back = shop("rollback", "orders", old["snapshot_id"])

    assert (new["rows"], old["rows"]) == (1, 5)
    assert isinstance(old["snapshot_id"], str)
    assert all(snapshot["snapshot_id"] in told for snapshot in (new, old))
    assert "5 rows" in before
    assert back.code == 0
    assert f"rollback orders {new['snapshot_id']}" in back.out
    assert "5 rows, 5 columns" in shop("show", "orders").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "ordrs"], 7, "orders"),
        (["show", "orders", "--as-of", "12"], 7, "12"),
        (["show", "--staged", "nope"], 7, "nope"),
        (["history", "nope"], 7, "nope"),
        (["rollback", "orders", "12"], 7, "12"),
        (["query", "SELECT nope FROM orders"], 9, "nope"),
        (["query", "DROP TABLE orders"], 9, "SELECT"),
        (["load", "nope.csv", "raw.shop.x"], 8, "nope.csv"),
        (["load", "nope.csv", "curated.shop.x"], 2, "raw"),
        (["pipelines", "nope"], 7, "nope"),
        (["runs", "nope"], 7, "nope"),
        (["show"], 2, "TABLE"),
        (["show", "orders", "--staged", "x"], 2, "TABLE"),
        (["rollback", "orders", "abc"], 2, "abc"),
        (["tabels"], 2, "tabels"),
    ],
)
def test_errors_are_one_problem_a_fix_and_a_code(shop, arguments, code, words):
    outcome = shop(*arguments)

    assert outcome.code == code, outcome
    assert outcome.err.startswith("✗ ")
    assert "  fix: " in outcome.err
    assert words in outcome.out + outcome.err
    assert "Traceback" not in outcome.err


def test_errors_are_json_too(shop):
    outcome = shop("show", "ordrs", "--json")

    error = outcome.document["error"]
    assert (outcome.code, error["exit_code"], error["type"]) == (7, 7, "NotFoundError")
    assert "ordrs" in error["problem"]
    assert error["fix"]
    assert error["retryable"] is False
    assert outcome.err == ""


def test_the_traceback_is_there_for_those_who_ask(shop):
    assert "Traceback" in shop("show", "ordrs", "-v").err


def test_cells_cannot_take_over_the_terminal(cli, home):
    hostile = "[bold]x[/bold],\x1b[31mred\x1b[0m,user\u202egpj.exe\n"
    (home.parent / "hostile.csv").write_text(f"[red]a,b,c\n{hostile}", encoding="utf-8")

    loaded = cli("load", home.parent / "hostile.csv", "raw.shop.hostile", "--description", "\x1b[2J[blink]hi")
    texts = [loaded.out, *(cli(*command).out for command in (["show", "hostile"], ["tables"], ["tables", "--columns"]))]

    assert loaded.code == 0, loaded
    assert not any(odd in text for text in texts for odd in ("\x1b", "\u202e"))
    assert "[bold]x[/bold]" in texts[1]
    assert "[blink]hi" in texts[3]
    assert json.loads(cli("show", "hostile", "--json").out)["rows"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_output_is_never_wider_than_the_terminal(shop, width):
    for command in (["tables"], ["show", "orders"], ["history", "orders"], ["runs"]):
        lines = [line for line in shop(*command, width=width).out.splitlines() if "  datamorph" not in line]
        assert max(map(len, lines)) <= width
